"""Choose the fewest tests that keep all the evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from neovim_ai.testgen.model import Coverage, Evidence

Item = tuple[str, object]


@dataclass(frozen=True)
class Candidate:
    """A test with what it is worth: `rank` 0 is the best source; `size` breaks ties."""

    name: str
    rank: int
    size: int
    evidence: Evidence


def items(evidence: Evidence, before: Coverage, killed: frozenset[str]) -> frozenset[Item]:
    """Return what a test adds to what the project's tests have: lines, arcs, mutants."""
    lines = evidence.lines & before.lines - before.lines_run
    branches = evidence.branches & before.branches - before.branches_run
    found: list[Item] = [("line", one) for one in lines]
    found += [("branch", one) for one in branches]
    found += [("mutant", one) for one in evidence.kills - killed]
    return frozenset(found)


def choose(
    candidates: Sequence[Candidate], before: Coverage, killed: frozenset[str]
) -> list[Candidate]:
    """Return the candidates to keep, the better sources first, each adding something.

    Args:
        candidates: All that ran without failure.
        before: What the project's own tests reach.
        killed: Mutants that they kill.
    """
    worth = {one.name: items(one.evidence, before, killed) for one in candidates}
    covered: set[Item] = set()
    chosen: list[Candidate] = []
    for rank in sorted({one.rank for one in candidates}):
        left = [one for one in candidates if one.rank == rank]
        while left:
            best = max(left, key=lambda one: (len(worth[one.name] - covered), -one.size))
            if not worth[best.name] - covered:
                break
            covered |= worth[best.name]
            chosen.append(best)
            left.remove(best)
    return _without_redundant(chosen, worth)


def _without_redundant(
    chosen: list[Candidate], worth: Mapping[str, frozenset[Item]]
) -> list[Candidate]:
    """Drop what later choices made redundant, the weakest sources first."""
    kept = list(chosen)
    for one in sorted(chosen, key=lambda c: (-c.rank, len(worth[c.name]))):
        others = {item for other in kept if other is not one for item in worth[other.name]}
        if worth[one.name] <= others:
            kept.remove(one)
    return kept


def alone(kills: Mapping[str, frozenset[str]], killed: frozenset[str]) -> dict[str, frozenset[str]]:
    """Return, for each test, the mutants that no other test kills."""
    found: dict[str, frozenset[str]] = {}
    for name, own in kills.items():
        others = {key for other, keys in kills.items() if other != name for key in keys}
        found[name] = own - others - killed
    return found
