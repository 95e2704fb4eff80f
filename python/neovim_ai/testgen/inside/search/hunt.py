"""The search itself: slices in forks of their own, what they find brought together."""

from __future__ import annotations

import json
import random
import time
from typing import Any, Dict, List, Mapping, Optional, Sequence, Set, TextIO, Tuple

from .archive import Archive, Near
from .breed import Breeder
from .entries import Entry
from .gene import Gene
from .mutate import written
from .runner import Goal, Runner, Seen
from .values import Pool

FRESH = 0.25
"""How often a candidate is made from nothing once there are some to change."""

FIRST = 40
"""Candidates from nothing that each entry gets before any is changed."""

MOST_KEPT = 250
"""Candidates whose findings one slice brings back."""


class Hunt:
    """One slice of the search, in a process of its own."""

    def __init__(
        self,
        entries: Sequence[Entry],
        everything: Sequence[Entry],
        archive: Archive,
        breeder: Breeder,
        runner: Runner,
        refused: Set[str],
    ) -> None:
        self.entries = list(entries)
        self.all = list(everything)
        self.archive = archive
        self.breeder = breeder
        self.runner = runner
        self.refused = refused
        self.chance = breeder.chance
        self.found: Dict[Tuple[Any, ...], Tuple[Gene, Seen]] = {}
        self.tokens: Dict[str, List[Any]] = {}
        self.journal: Optional[TextIO] = None

    def seed(self, genes: Sequence[Gene]) -> None:
        """Try candidates that others thought of."""
        for gene in genes:
            self.attempt(gene)

    def first(self, until: float) -> None:
        """Give each entry its candidates from nothing."""
        for _ in range(FIRST):
            for entry in self.entries:
                if time.monotonic() > until:
                    return
                self.attempt(self.breeder.fresh(entry))

    def go_on(self, until: float) -> None:
        """Search until a point of time."""
        while time.monotonic() < until:
            self.attempt(self._candidate())

    def _candidate(self) -> Gene:
        chance = self.chance
        if chance.random() < FRESH:
            return self.breeder.fresh(self._entry())
        near = self.archive.pick(chance) if chance.random() < 0.8 else None
        if near is not None:
            return self.breeder.change(near.gene, near.pair)
        known = self.archive.genes()
        if not known:
            return self.breeder.fresh(self._entry())
        gene = chance.choice(known)
        others = [g for g in known if g.entry is gene.entry and g is not gene]
        if others and chance.random() < 0.2:
            return self.breeder.cross(gene, chance.choice(others))
        return self.breeder.change(gene)

    def _entry(self) -> Entry:
        return self.chance.choice(self.entries)

    def attempt(self, gene: Gene) -> Optional[Seen]:
        """Run a candidate and keep what it found."""
        try:
            call = gene.call()
        except (SyntaxError, ValueError):
            return None
        if repr(call) in self.refused:
            return None
        seen = self.runner.run(call)
        if seen.ending in ("unarranged", "overtime"):
            return seen
        seen.reached.update(kinds_of_ending(gene, seen))
        size = gene.size() + (0 if seen.ending == "returned" or seen.deliberate else 60)
        if self.archive.take(gene, seen, size) and len(self.found) < MOST_KEPT:
            self.found[gene.key()] = (gene, seen)
            if self.journal is not None:
                self.journal.write(json.dumps(_find(gene, seen, self.all)) + "\n")
                self.journal.flush()
        self._learn(gene, seen)
        return seen

    def _learn(self, gene: Gene, seen: Seen) -> None:
        """Offer what a function returned, and its call, to other functions as input."""
        if seen.ending != "returned" or seen.kind not in (
            "str",
            "bytes",
            "int",
            "float",
            "list",
            "dict",
            "tuple",
        ):
            return
        pools: Mapping[str, Pool] = self.breeder.pools
        kept = False
        if (
            seen.kind in ("str", "bytes")
            and 0 < len(seen.result) <= 120
            and self.chance.random() < 0.05
        ):
            for pool in pools.values():
                kept = pool.add(seen.result) or kept
            if kept:
                self.tokens.setdefault(seen.kind, []).append(seen.result)
        plain = gene.entry.kind == "function" and not gene.world and not gene.imports
        if plain and self.chance.random() < 0.05:
            call = gene.call()
            if not call["fixtures"]:
                arguments = ", ".join(f"{n}={s}" if n else s for n, s in call["arguments"])
                for qualname, pool in pools.items():
                    if qualname != gene.entry.qualname:
                        pool.express(seen.kind, f"{call['callee']}({arguments})")


def kinds_of_ending(gene: Gene, seen: Seen) -> Set[Goal]:
    """Return goals for what came out: that each way to end is seen, not only each branch."""
    name = gene.entry.qualname
    if seen.ending == "raised":
        return {f"{name} raises {seen.kind}"} if seen.deliberate else set()
    result = seen.result
    if result is None or isinstance(result, bool):
        return {f"{name} returns {result}"}
    if isinstance(result, (str, bytes, list, tuple, dict, set)):
        goals: Set[Goal] = {f"{name} returns {'something' if result else 'nothing'}"}
        if isinstance(result, (str, bytes)) and gene.given:
            same = written(result) in gene.given.values()
            goals.add(f"{name} returns {'the same' if same else 'another'}")
        return goals
    if isinstance(result, (int, float)):
        sign = "zero" if result == 0 else "positive" if result > 0 else "negative"
        return {f"{name} returns a {sign} number"}
    return {f"{name} returns an object"}


def packed(gene: Gene, entries: Sequence[Entry]) -> Dict[str, Any]:
    """Return a candidate as plain data."""
    return {
        "entry": entries.index(gene.entry),
        "given": gene.given,
        "made": gene.made,
        "steps": list(gene.steps),
        "world": list(gene.world),
        "files": gene.files,
        "imports": gene.imports,
    }


def unpacked(told: Mapping[str, Any], entries: Sequence[Entry]) -> Gene:
    """Return the candidate that plain data describes."""
    return Gene(
        entries[told["entry"]],
        told["given"],
        told["made"],
        tuple(told["steps"]),
        tuple(told["world"]),
        told["files"],
        told["imports"],
    )


def report(hunt: Hunt, entries: Sequence[Entry]) -> Dict[str, Any]:
    """Return what a slice found, as plain data."""
    found = [_find(gene, seen, entries) for gene, seen in hunt.found.values()]
    near = [
        {"goal": goal, "far": n.far, "gene": packed(n.gene, entries), "pair": _plain(n.pair)}
        for goal, known in hunt.archive.near.items()
        for n in known[:3]
    ]
    return {"found": found, "near": near, "runs": hunt.runner.count}


def _find(gene: Gene, seen: Seen, entries: Sequence[Entry]) -> Dict[str, Any]:
    return {"gene": packed(gene, entries), "reached": sorted(map(str, seen.reached))}


def _plain(pair: Any) -> Any:
    """Return a pair that JSON carries as it is, else None."""
    kinds = (str, int, float)
    if pair is None or not isinstance(pair[0], kinds):
        return None
    right = pair[1]
    if isinstance(right, tuple):
        return [pair[0], [item for item in right if isinstance(item, kinds)]]
    return [pair[0], right] if isinstance(right, kinds) else None


def absorb(told: Mapping[str, Any], archive: Archive, entries: Sequence[Entry]) -> bool:
    """Take what a slice found into the archive; True where there is something new."""
    new = False
    for item in told["found"]:
        gene = unpacked(item["gene"], entries)
        reached: Set[Goal] = {_goal(text) for text in item["reached"]}
        seen = Seen(reached, {}, {}, "returned", True, "", None)
        new = archive.take(gene, seen, gene.size()) or new
    for item in told["near"]:
        if item["goal"] not in archive.best:
            pair = tuple(item["pair"]) if item["pair"] else None
            archive._come_near(
                item["goal"], Near(item["far"], unpacked(item["gene"], entries), pair)
            )
    return new


def _goal(text: str) -> Goal:
    return int(text) if text.isdigit() else text


def chance_for(number: int) -> random.Random:
    """Return the randomness of a slice: the same search finds the same."""
    return random.Random(20240229 + number)
