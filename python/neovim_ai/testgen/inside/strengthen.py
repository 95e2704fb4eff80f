"""Search for calls that tell the subject from its mutants.

A mutant is put in and taken out by changing the code of living functions, so that one process can
run a call on both and compare what would be asserted of it.
"""

from __future__ import annotations

import json
import time
from types import CodeType, FunctionType
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from . import act, apart, buffer, swap
from .explore import Search
from .search import hunt as hunting
from .search import offers, runner
from .search.gene import Call, Gene
from .search.reduce import plainer
from .worker import Emit, Setup, import_subject

EACH_S = 0.4
"""Seconds of search for each mutant that no known call tells apart."""

PLAINER_TRIES = 40
_TOLD = ("ending", "value", "type", "message", "checks", "stdout")
_ENDED = ("returned", "raised", "yielded")


class Strengthening:
    """The loaded subject, what is known to call it with, and the calls chosen."""

    def __init__(self, setup: Setup, request: Mapping[str, Any]) -> None:
        codes: List[CodeType] = []

        def compiled(text: str, path: str) -> CodeType:
            codes.append(buffer.plainly(text, path))
            return codes[-1]

        module = import_subject(setup, compiled)
        self.search = Search(setup, request, module)
        self.original = swap.Original(setup, codes[0])
        genes = [hunting.unpacked(told, self.search.all) for told in request["genes"]]
        self.chosen = genes[: request["chosen"]]
        self.others = genes[request["chosen"] :]
        self.told: Dict[Tuple[Any, ...], str] = {}
        self.found: List[Gene] = []
        self.reaches = {
            entry.qualname: set(offers._reached([entry.qualname, _made(entry)], self.search.usage))
            for entry in self.search.all
        }

    def look(self) -> None:
        """Learn what each known call does on the subject as it is; what wavers is left out."""
        genes = [*self.chosen, *self.others]
        size = 10
        batches = [genes[at : at + size] for at in range(0, len(genes), size)]
        acts = [self._looking(batch) for batch in batches]
        for index, ended in apart.run_each(acts, apart.Limits(20.0, 900)):
            for gene, told in zip(batches[index], ended.value or ()):
                if told:
                    self.told[gene.key()] = told
        self.chosen = [gene for gene in self.chosen if gene.key() in self.told]
        self.others = [gene for gene in self.others if gene.key() in self.told]

    def _looking(self, genes: Sequence[Gene]) -> Callable[[], List[str]]:
        def look() -> List[str]:
            self.search.hunt(0, self.search.all)
            return [self._steady(gene.call()) for gene in genes]

        return look

    def _steady(self, call: Call) -> str:
        first = self.run(call)
        return first if first and first == self.run(call) else ""

    def run(self, call: Call) -> str:
        """Run a call and return what a test would say of it; empty where it would say nothing."""
        try:
            with runner._alarm():
                told = act.perform(call, self.search.module)
        except (act.Unarranged, runner.Overtime):
            return ""
        if told["ending"] not in _ENDED:
            return ""
        return json.dumps([told[name] for name in _TOLD])

    def learn(self, gene: Gene) -> None:
        """Learn what a new call does, apart from this process."""
        told = apart.run(self._looking([gene]), apart.Limits(10.0, 900)).value
        self.told[gene.key()] = told[0] if told else ""

    def relevant(self, mutant: Mapping[str, Any], genes: Sequence[Gene]) -> List[Gene]:
        """Return the calls that may come to a mutant's function, the nearest first."""
        target = mutant["target"]
        found = [g for g in genes if self._may_reach(g, target)]
        return sorted(found, key=lambda g: (g.entry.qualname != target, g.size()))

    def _may_reach(self, gene: Gene, target: str) -> bool:
        reached = self.reaches[gene.entry.qualname]
        owner = target.rpartition(".")[0]
        above = gene.entry.qualname.rpartition(".")[0] or gene.entry.qualname
        return (
            target in reached or gene.entry.qualname == target or (bool(owner) and owner == above)
        )

    def attempt(self, number: int, mutant: Mapping[str, Any]) -> Callable[[], Any]:
        """Return an act that looks for a call that tells one mutant from the subject."""

        def try_all() -> Any:
            hunt = self.search.hunt(number, self.search.all)
            pairs = self._pairs(mutant)
            if pairs is None:
                return {"killed": True}
            both = _Both(self, pairs)
            both.turn(mutated=True)
            for gene in self.relevant(mutant, [*self.found, *self.chosen]):
                if self.run(gene.call()) != self._known(gene):
                    return {"killed": True}
            others = self.relevant(mutant, self.others)
            for gene in others:
                if self.run(gene.call()) != self._known(gene) and both.differ(gene):
                    return self._found(gene, both)
            return self._hunted(hunt, mutant, both)

        return try_all

    def _known(self, gene: Gene) -> str:
        return self.told.get(gene.key(), "")

    def _found(self, gene: Gene, both: _Both) -> Any:
        return {"gene": hunting.packed(both.plainest(gene), self.search.all)}

    def _pairs(
        self, mutant: Mapping[str, Any]
    ) -> Optional[List[Tuple[List[FunctionType], CodeType, CodeType]]]:
        """Return the functions to change and both their codes; None where that is not enough."""
        text = swap.mutated(self.search.setup.text, mutant)
        after = swap.compiled(text, self.search.setup.path)
        pairs = swap.differences(self.original.code, after) if after is not None else None
        if not pairs or any(len(a.co_freevars) != len(b.co_freevars) for a, b in pairs):
            return None
        found = [(self.original.functions(one), one, other) for one, other in pairs]
        return found if all(functions for functions, _, _ in found) else None

    def _hunted(self, hunt: hunting.Hunt, mutant: Mapping[str, Any], both: _Both) -> Any:
        """Search near the calls that come to the mutant, for a moment."""
        known = self.relevant(mutant, [*self.chosen, *self.others])
        entries = [e for e in self.search.open if mutant["target"] in self.reaches[e.qualname]]
        until = time.monotonic() + EACH_S
        breeder, chance = hunt.breeder, hunt.chance
        while time.monotonic() < until and (known or entries):
            if known and (chance.random() < 0.8 or not entries):
                gene = breeder.change(chance.choice(known[:20]))
            else:
                gene = breeder.fresh(chance.choice(entries))
            try:
                gene.call()
            except (SyntaxError, ValueError):
                continue
            if both.differ(gene) and both.differ(gene):
                return self._found(gene, both)
        return {"killed": False}


def _made(entry: Any) -> str:
    owner = entry.owner.qualname if entry.owner is not None else entry.qualname
    return f"{owner}.__init__"


class _Both:
    """The subject and one mutant of it, by turns."""

    def __init__(
        self,
        whole: Strengthening,
        pairs: Sequence[Tuple[List[FunctionType], CodeType, CodeType]],
    ) -> None:
        self.whole = whole
        self.pairs = pairs

    def turn(self, *, mutated: bool) -> None:
        """Be the mutant, or the subject."""
        for functions, before, after in self.pairs:
            for function in functions:
                function.__code__ = after if mutated else before

    def differ(self, gene: Gene) -> bool:
        """Tell whether a call does something that can be told on the subject, and not the same."""
        self.turn(mutated=False)
        told = self.whole._steady(gene.call())
        self.turn(mutated=True)
        return bool(told) and self.whole.run(gene.call()) != told

    def plainest(self, gene: Gene) -> Gene:
        """Return the plainest form found of a call that still tells both apart."""
        tries = PLAINER_TRIES
        progress = True
        while progress and tries > 0:
            progress = False
            for simpler in plainer(gene):
                tries -= 1
                if simpler.size() < gene.size() and self.differ(simpler):
                    gene, progress = simpler, True
                    break
                if tries <= 0:
                    break
        return gene


def strengthen(setup: Setup, request: Mapping[str, Any], emit: Emit) -> None:
    """Tell calls that no chosen one makes needless: each tells a mutant from the subject."""
    until = time.monotonic() + float(request["seconds"])
    whole = Strengthening(setup, request)
    whole.look()
    waiting: List[Mapping[str, Any]] = list(request["mutants"])
    killed: Set[str] = set()
    while waiting and time.monotonic() < until:
        batch, waiting = waiting[:8], waiting[8:]
        acts = [whole.attempt(n + len(waiting), mutant) for n, mutant in enumerate(batch)]
        for index, ended in apart.run_each(acts, apart.Limits(EACH_S + 10.0, 900)):
            told = ended.value or {"killed": True}
            if told.get("killed") is False:
                continue
            killed.add(batch[index]["key"])
            if "gene" in told:
                gene = hunting.unpacked(told["gene"], whole.search.all)
                whole.found.append(gene)
                whole.learn(gene)
        emit({"progress": {"killed": len(killed), "seen": len(request["mutants"]) - len(waiting)}})
    emit({"calls": [gene.call() for gene in whole.found], "killed": sorted(killed)})
