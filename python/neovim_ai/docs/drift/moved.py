"""Findings of an earlier version of a text, where they stand in a later one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from neovim_ai.docs.drift.model import Finding
from neovim_ai.source.text import SourceText


def moved(found: Iterable[Finding], before: SourceText, now: SourceText) -> Iterator[Finding]:
    """Yield findings at the lines they have moved to; what the change has touched is left out.

    Args:
        found: The findings of the earlier version.
        before: That version.
        now: The later one.
    """
    old, new = before.text.split("\n"), now.text.split("\n")
    shorter = min(len(old), len(new))
    above = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = shorter - above
    below = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    for finding in found:
        if finding.line <= above:
            yield finding
        elif finding.line > len(old) - below:
            yield replace(finding, line=finding.line + len(new) - len(old))
