"""Search for calls on the subject: slices of a hunt in forks, then a small choice of the finds."""

from __future__ import annotations

import ast
import builtins
import json
import os
import tempfile
import time
from types import ModuleType
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Set

from . import apart
from .search import hunt as hunting
from .search import marks as marking
from .search import offers, runner, world
from .search.archive import Archive
from .search.breed import Breeder
from .search.entries import Entry, entries
from .search.gene import Gene
from .search.reduce import reduced
from .search.trace import SIDES, Trace
from .search.usage import Usage
from .worker import Emit, Failed, Setup, import_subject

SLICE_S = 1.0
STALE_S = 5.0
"""Seconds without a find after which the search ends, or half of the time it took so far."""

SLICES = 2
"""How many of them run at a time."""

MOST_OTHERS = 150
"""Candidates beside the chosen ones that are kept for the mutants."""

_FATAL = 12
"""Deaths that one entry may cause before it is left alone."""


class Search:
    """All of one search: the marked subject, its entries, and what was found."""

    def __init__(
        self, setup: Setup, request: Mapping[str, Any], module: Optional[ModuleType] = None
    ) -> None:
        self.setup = setup
        self.marks: List[marking.Mark] = []
        self.trace = Trace([])
        self.module = module or self._load()
        tree = ast.parse(setup.text)
        self.usage = Usage(tree, vars(self.module))
        self.all = entries(request["targets"], self.module, self.usage)
        private = {t["qualname"] for t in request["targets"] if t.get("private")}
        self.open = [e for e in self.all if e.qualname not in private and not _hidden(e)]
        self.closed = [e for e in self.all if e not in self.open]
        # Helpers are reached through what calls them: their branches are goals, not entries.
        named = [str(t["qualname"]) for t in request["targets"]]
        self.archive = Archive(self._wanted([*named, *request.get("goals", ())]))
        self.refused: Set[str] = set()
        self.deaths: Dict[str, int] = {}
        self.notes = [runner.Note() for _ in range(SLICES)]
        self.slices = 0
        self.folder = tempfile.mkdtemp(prefix="search_")
        self.runs = 0
        self._prepare()
        self._hear_callers()

    def _load(self) -> ModuleType:
        trace = self.trace

        def compiled(text: str, path: str) -> Any:
            marked = marking.mark(text, path)
            self.marks = marked.marks
            trace.start_over(marked.marks)
            # Not among the module's own names, which the subject may list.
            vars(builtins)[marking.HITS] = trace.hits
            vars(builtins)[marking.TRACE] = trace
            return marked.code

        module: ModuleType = import_subject(self.setup, compiled)
        return module

    def _wanted(self, names: Sequence[str]) -> Optional[Set[int]]:
        if "" in names:
            return None
        return {
            number
            for number, mark in enumerate(self.marks)
            if any(mark.function == n or mark.function.startswith(f"{n}.") for n in names)
        }

    def _prepare(self) -> None:
        package = self.setup.module.split(".")[0]
        self.pools = {}
        self.worlds = {}
        owners = {e.owner.qualname: e.owner for e in self.all if e.owner is not None}
        for entry in (*self.all, *owners.values()):
            names = [entry.qualname]
            if entry.owner is not None or entry.kind == "class":
                above = entry.owner.qualname if entry.owner else entry.qualname
                names.append(f"{above}.__init__")
            self.pools[entry.qualname] = offers.pool_of(names, self.usage, package)
            reached = offers._reached(names, self.usage)
            found = world.world_of(reached, self.usage, vars(self.module))
            if entry.kind == "class":
                found.attributes = world.attributes_of(entry.qualname, self.usage)
            self.worlds[entry.qualname] = found
            entry.touches = self.usage.touches(entry.qualname)

    def _hear_callers(self) -> None:
        """Offer to a function the literals that others call it with."""
        for called, positional, named in offers.callers(self.usage):
            pool = self.pools.get(called)
            if pool is not None:
                for source in (*positional, *named.values()):
                    for value in offers.constants_in(source):
                        pool.add(value)

    def seeds(self, calls: Sequence[Mapping[str, Any]]) -> List[Gene]:
        """Return candidates from docstrings' examples and from calls that the host knows."""
        by_name = {e.name: e for e in self.all if e.owner is None}
        genes = []
        for entry in [*self.all]:
            document = getattr(entry.value, "__doc__", None) or ""
            for name, positional, named in offers.examples(str(document)):
                genes += _gene(by_name.get(name), positional, named)
        genes += [g for e in self.all if e.owner is None for g in (Gene(e, {}),) if not _needs(e)]
        for call in calls:
            known = by_name.get(str(call["callee"]))
            plain = not call.get("arrange") and not call.get("fixtures")
            if known is not None and plain:
                positional = [s for n, s in call["arguments"] if not n]
                genes += _gene(known, positional, {n: s for n, s in call["arguments"] if n})
        for gene in genes:
            for source in gene.given.values():
                for value in offers.constants_in(source):
                    for pool in self.pools.values():
                        pool.add(value)
        return genes

    def slice(self, act: Callable[[hunting.Hunt], None], chosen: Sequence[Entry]) -> bool:
        """Run one slice apart, two at a time with different chance; True where it found more."""
        numbers = range(self.slices, self.slices + SLICES)
        self.slices += SLICES
        acts = [self._act(number, act, chosen) for number in numbers]
        new = False
        for index, ended in apart.run_each(acts, apart.Limits(SLICE_S * 6 + 10, 900), SLICES):
            if ended.value is None:
                self._bury(numbers[index])
                new = hunting.absorb(self._left(numbers[index]), self.archive, self.all) or new
            else:
                self.runs += ended.value["runs"]
                new = hunting.absorb(ended.value, self.archive, self.all) or new
        return new

    def _act(
        self, number: int, act: Callable[[hunting.Hunt], None], chosen: Sequence[Entry]
    ) -> Callable[[], Any]:
        def in_fork() -> Dict[str, Any]:
            hunt = self.hunt(number, chosen)
            with open(self._journal(number), "w", encoding="utf-8") as journal:
                hunt.journal = journal
                act(hunt)
            return hunting.report(hunt, self.all)

        return in_fork

    def _journal(self, number: int) -> str:
        """Return the file in which a slice notes its finds, for the case that it dies."""
        return os.path.join(self.folder, f"slice_{number}")

    def _left(self, number: int) -> Dict[str, Any]:
        """Return what a slice had found before it died."""
        if not os.path.exists(self._journal(number)):
            return {"found": [], "near": []}
        with open(self._journal(number), encoding="utf-8") as journal:
            lines = journal.read().split("\n")[:-1]
        return {"found": [json.loads(line) for line in lines], "near": []}

    def hunt(self, number: int, chosen: Sequence[Entry]) -> hunting.Hunt:
        """Make this fork ready to run candidates."""
        os.chdir(tempfile.mkdtemp(prefix="hunt_"))
        runner.silence()
        runner.listen_for_alarms()
        chance = hunting.chance_for(number)
        breeder = Breeder(chance, vars(self.module), self.pools, self.worlds)
        running = runner.Runner(self.module, self.trace, self._note(number))
        return hunting.Hunt(chosen, self.all, self.archive, breeder, running, self.refused)

    def _note(self, number: int) -> runner.Note:
        """Return where a slice notes what it runs: no two that run at a time share one."""
        return self.notes[number % SLICES]

    def _bury(self, number: int) -> None:
        """Refuse what killed a slice, and what keeps doing so."""
        call = self._note(number).read()
        if call is None:
            return
        self.refused.add(repr(call))
        target = call["target"]
        self.deaths[target] = self.deaths.get(target, 0) + 1
        if self.deaths[target] >= _FATAL:
            self.open = [e for e in self.open if e.qualname != target]
            self.closed = [e for e in self.closed if e.qualname != target]


def _hidden(entry: Entry) -> bool:
    return any(p.startswith("_") and not p.endswith("__") for p in entry.qualname.split("."))


def _needs(entry: Entry) -> bool:
    return any(not p.optional and not p.kind.startswith("VAR") for p in entry.parameters)


def _gene(
    entry: Optional[Entry], positional: Sequence[str], named: Mapping[str, str]
) -> List[Gene]:
    """Return the candidate that calls an entry with some arguments, where it takes them."""
    if entry is None:
        return []
    free = [p for p in entry.parameters if p.kind.startswith("POSITIONAL")]
    variadic = [p.name for p in entry.parameters if p.kind == "VAR_POSITIONAL"]
    given = {p.name: s for p, s in zip(free, positional)}
    if len(positional) > len(free):
        if not variadic:
            return []
        given[variadic[0]] = ", ".join(positional[len(free) :])
    names = {p.name for p in entry.parameters}
    if not set(named) <= names:
        return []
    return [Gene(entry, {**given, **named})]


def explore(setup: Setup, request: Mapping[str, Any], emit: Emit) -> None:
    """Search, and tell the calls found; progress on the way."""
    try:
        search = Search(setup, request)
    except SyntaxError as error:
        raise Failed("import", f"{error.msg} (line {error.lineno})") from error
    began = time.monotonic()
    until = began + float(request["seconds"])
    seeds = search.seeds(request.get("seeds", ()))
    if search.open:
        search.slice(lambda hunt: hunt.seed(seeds), search.open)
        search.slice(lambda hunt: hunt.first(time.monotonic() + 2 * SLICE_S), search.open)
    _hunt(search, search.open, began, began + 0.7 * (until - began), emit)
    closed = [e for e in search.closed if _unreached(search, e)]
    if closed and time.monotonic() < until:
        both = closed + search.open
        search.slice(lambda hunt: hunt.first(time.monotonic() + SLICE_S), closed)
        _hunt(search, both, time.monotonic(), began + 0.85 * (until - began), emit)
    chosen = reduced(search, until)
    others = [gene for gene in search.archive.genes() if gene not in chosen][:MOST_OTHERS]
    emit(
        {
            "calls": [gene.call() for gene in chosen],
            "genes": [hunting.packed(gene, search.all) for gene in (*chosen, *others)],
            "runs": search.runs,
            **_told(search),
        }
    )


def _hunt(search: Search, chosen: Sequence[Entry], began: float, until: float, emit: Emit) -> None:
    last = time.monotonic()
    while chosen and time.monotonic() < until:
        now = time.monotonic()
        if now - last > max(STALE_S, 0.5 * (now - began)) or not _left(search):
            return
        end = min(until, now + SLICE_S)
        if search.slice(lambda hunt, end=end: hunt.go_on(end), chosen):  # type: ignore[misc]
            last = time.monotonic()
        emit({"progress": _told(search)})


def _left(search: Search) -> bool:
    return bool(search.archive.near)


def _unreached(search: Search, entry: Entry) -> bool:
    """Tell whether something of a private entry was not reached through what calls it."""
    for number, mark in enumerate(search.marks):
        if mark.function == entry.qualname or mark.function.startswith(f"{entry.qualname}."):
            if not sides(search, number) <= set(search.archive.best):
                return True
    return False


def sides(search: Search, number: int) -> Set[Any]:
    """Return the goals of a mark that count as lines or branches."""
    mark = search.marks[number]
    wanted = {"block": (5,), "loop": (5,), "choice": (0, 1), "compare": (0, 1)}[mark.kind]
    return {number * SIDES + side for side in wanted}


def _told(search: Search) -> Dict[str, Any]:
    goals = {
        g for n in range(len(search.marks)) for g in sides(search, n) if search.archive.wants(g)
    }
    return {"goals": len(goals), "reached": len(goals & set(search.archive.best))}
