"""Mend what needs no words: the name of a renamed parameter, the value of a changed default."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from neovim_ai.docs import verify
from neovim_ai.docs.drift import inplace
from neovim_ai.docs.drift.case import case
from neovim_ai.docs.drift.checks import findings, inside, surroundings
from neovim_ai.docs.drift.model import Finding, FindingKind
from neovim_ai.docs.model import House
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

_ALIKE = 0.5
_MENDABLE = (FindingKind.PARAMETER_RENAMED, FindingKind.DEFAULT_CHANGED)
_LISTED = (FindingKind.PARAMETER_GONE, FindingKind.PARAMETER_MISSING)


@dataclass(frozen=True)
class Mended:
    """A text after mending, and the findings that are gone with it."""

    source: SourceText
    done: tuple[Finding, ...]


def mend(source: SourceText, house: House | None = None) -> Mended:
    """Replace names and defaults in docstrings by those of the code, where only one can be meant.

    Each replacement is kept only if every gate holds and the finding is gone afterwards.
    """
    chosen, done = house or House(), []
    told = findings(source, None, chosen)
    for finding in told:
        if finding.kind not in _MENDABLE or not _is_sure(finding, told):
            continue
        after = _mended(source, finding, chosen)
        if after is not None:
            source = after
            done.append(finding)
    return Mended(source, tuple(done))


def _is_sure(finding: Finding, told: Sequence[Finding]) -> bool:
    """Tell whether a rename is one by its name too, and the only difference of the parameters.

    Two names in the same place that have nothing in common may be two things: the words about the
    one would then lie about the other, and nobody would be told.
    """
    if finding.kind is FindingKind.DEFAULT_CHANGED:
        return True
    if difflib.SequenceMatcher(None, finding.was, finding.now).ratio() < _ALIKE:
        return False
    same = [f for f in told if (f.qualname, f.ordinal) == (finding.qualname, finding.ordinal)]
    renamed = [f for f in same if f.kind is FindingKind.PARAMETER_RENAMED]
    return len(renamed) == 1 and not any(f.kind in _LISTED for f in same)


def _mended(source: SourceText, finding: Finding, house: House) -> SourceText | None:
    everything = target.definitions(source)
    one = target.by_qualname(source, finding.qualname, finding.ordinal)
    around = surroundings(source, everything)
    read = case(source, one, inside(one, everything), around, house)
    edits = inplace.edits(read, finding) if read else ()
    if not edits:
        return None
    after = source.apply(edits)
    gates = verify.verify(source, after, one, (), {}, house)
    left = [(f.kind, f.qualname, f.ordinal, f.was) for f in findings(after, None, house)]
    agrees = (finding.kind, finding.qualname, finding.ordinal, finding.was) not in left
    return after if agrees and all(gate.held for gate in gates) else None
