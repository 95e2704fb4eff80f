"""Throw out the tests that show nothing new: a greedy cover of branches, lines and kills."""

from __future__ import annotations

from collections.abc import Mapping

from neovim_ai.testgen.model import Evidence

Thing = tuple[str, object]


def minimise(found: Mapping[str, Evidence], cost: Mapping[str, float] | None = None) -> list[str]:
    """Return the names of the tests to keep, in the order of `found`.

    Args:
        found: Evidence by test name; refused tests are not kept.
        cost: What a test costs a reader, its lines for one; all the same where absent.
    """
    shows = {name: _shows(evidence) for name, evidence in found.items() if not evidence.refused}
    left: set[Thing] = set().union(*shows.values()) if shows else set()
    kept: set[str] = set()
    while left:
        gains = {name: len(things & left) for name, things in shows.items() if things & left}
        best = max(gains, key=lambda name: gains[name] / ((cost or {}).get(name, 1.0) ** 0.5))
        kept.add(best)
        left -= shows[best]
    return [name for name in found if name in kept]


def _shows(evidence: Evidence) -> set[Thing]:
    things: set[Thing] = {("line", line) for line in evidence.lines}
    things |= {("branch", branch) for branch in evidence.branches}
    things |= {("kill", key) for key in evidence.kills}
    return things
