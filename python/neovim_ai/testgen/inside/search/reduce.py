"""From all that was found a small choice, each made as plain as it can be."""

from __future__ import annotations

import ast
import os
import tempfile
import time
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Optional, Set

from .. import apart
from .archive import cover
from .gene import Gene
from .hunt import Hunt, packed, unpacked
from .mutate import written
from .runner import Goal

if TYPE_CHECKING:
    from ..explore import Search

TRIES = 120
"""Simpler forms of one candidate that are tried."""


def reduced(search: Search, until: float) -> List[Gene]:
    """Return a small choice of candidates that reach all that was reached."""
    genes = search.archive.genes()
    reached = _reached(search, genes)
    goals = set().union(*reached.values()) if reached else set()
    cost = {index: genes[index].size() for index in reached}
    chosen = cover(reached, cost, goals)
    left = set(goals)
    acts = []
    for index in chosen:
        needed = reached[index] & left
        left -= needed
        acts.append(_shrink(search, genes[index], needed))
    shrunk = {index: genes[index] for index in chosen}
    seconds = max(1.0, min(8.0, until - time.monotonic()))
    ended_by = time.monotonic() + max(0.0, until - time.monotonic())
    for position, ended in apart.run_each(acts, apart.Limits(seconds, 900), 2):
        if ended.value is not None:
            shrunk[chosen[position]] = unpacked(ended.value, search.all)
        if time.monotonic() > ended_by:
            break
    order = {entry.qualname: n for n, entry in enumerate(search.all)}
    unique = {gene.key(): gene for gene in shrunk.values()}
    return sorted(unique.values(), key=lambda g: (order[g.entry.qualname], g.size()))


def _reached(search: Search, genes: List[Gene]) -> Dict[int, Set[Goal]]:
    """Run candidates anew, each in a fork, and return what they reach when they are alone."""
    size = 8
    batches = [range(at, min(at + size, len(genes))) for at in range(0, len(genes), size)]
    acts = [_again(search, genes, batch) for batch in batches]
    found: Dict[int, Set[Goal]] = {}
    for _, ended in apart.run_each(acts, apart.Limits(20.0, 900), 2):
        for index, goals in ended.value or ():
            found[index] = {int(g) if g.isdigit() else g for g in goals}
    return found


def _again(search: Search, genes: List[Gene], batch: Any) -> Any:
    def act() -> List[Any]:
        hunt = search.hunt(0, search.all)
        told = []
        for index in batch:
            found = _goals(hunt, genes[index])
            told.append([index, sorted(map(str, found))])
        return told

    return act


def _goals(hunt: Hunt, gene: Gene) -> Set[Goal]:
    seen = hunt.attempt(gene)
    if seen is None or seen.ending in ("unarranged", "overtime"):
        return set()
    return {goal for goal in seen.reached if hunt.archive.wants(goal)}


def _shrink(search: Search, gene: Gene, needed: Set[Goal]) -> Any:
    def act() -> Any:
        os.chdir(tempfile.mkdtemp(prefix="shrink_"))
        hunt = search.hunt(0, search.all)
        return packed(shrink(hunt, gene, needed), search.all)

    return act


def shrink(hunt: Hunt, gene: Gene, needed: Set[Goal]) -> Gene:
    """Return the plainest form found of a candidate that still reaches what it is needed for."""
    tries = TRIES
    best = gene
    progress = True
    while progress and tries > 0:
        progress = False
        for simpler in plainer(best):
            tries -= 1
            if simpler.size() < best.size() and needed <= _goals(hunt, simpler):
                best, progress = simpler, True
                break
            if tries <= 0:
                break
    return best


def plainer(gene: Gene) -> Iterator[Gene]:
    """Yield forms of a candidate with less in them, the greatest steps first."""
    for part in ("world", "steps"):
        lines = getattr(gene, part)
        for at in range(len(lines)):
            yield gene.copy(**{part: (*lines[:at], *lines[at + 1 :])})
    for part in ("given", "made"):
        sources = getattr(gene, part)
        optional = {p.name for p in _parameters(gene, part) if p.optional or p.kind[:3] == "VAR"}
        for name in sources:
            if name in optional:
                yield gene.copy(**{part: {n: s for n, s in sources.items() if n != name}})
    for part in ("given", "made"):
        sources = getattr(gene, part)
        for name, source in sources.items():
            for simpler in plainer_source(source):
                yield gene.copy(**{part: {**sources, name: simpler}})


def _parameters(gene: Gene, part: str) -> Any:
    entry = gene.entry if part == "given" else gene.entry.owner
    return entry.parameters if entry is not None else ()


ENDLESS = "float('inf')"
"""The one number that no literal writes."""


def plainer_source(source: str) -> Iterator[str]:
    """Yield sources of simpler values."""
    if source == ENDLESS:
        yield from ("1", "10", "100")
        return
    try:
        value = ast.literal_eval(source)
    except (ValueError, TypeError, SyntaxError, MemoryError):
        return
    if isinstance(value, float) and value.is_integer():
        yield str(int(value))
    for simpler in plainer_value(value):
        text: Optional[str] = written(simpler)
        if text is not None and text != source:
            yield text


def plainer_value(value: Any, depth: int = 0) -> Iterator[Any]:
    """Yield simpler values of the same type."""
    if isinstance(value, bool) or value is None:
        return
    if isinstance(value, int) and abs(value) > 1:
        yield from (0, 1, value // 10, value // 2)
    elif isinstance(value, float):
        yield from (0.0, 1.0, float(int(value)) if abs(value) < 1e9 else 0.0)
    elif isinstance(value, (str, bytes, list, tuple)):
        yield from _shorter(value)
        if isinstance(value, str):
            yield from _commoner(value)
    elif isinstance(value, dict):
        for key in value:
            yield {k: v for k, v in value.items() if k != key}
    elif isinstance(value, set):
        for item in value:
            yield value - {item}
    if isinstance(value, (list, tuple)) and depth < 2:
        for at, item in enumerate(value):
            for simpler in plainer_value(item, depth + 1):
                yield type(value)((*value[:at], simpler, *value[at + 1 :]))


def _shorter(value: Any) -> Iterator[Any]:
    size = len(value)
    step = size
    while step >= 1:
        for at in range(0, size, step):
            yield value[:at] + value[at + step :]
        step //= 2


def _commoner(text: str) -> Iterator[str]:
    for at, letter in enumerate(text[:60]):
        if not letter.isascii() or not letter.isprintable():
            yield text[:at] + "a" + text[at + 1 :]
