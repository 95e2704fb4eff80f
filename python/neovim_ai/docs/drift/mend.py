"""Mend what needs no words: the name of a renamed parameter, the value of a changed default."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from neovim_ai.docs import verify
from neovim_ai.docs.drift.case import Case, case
from neovim_ai.docs.drift.checks import findings, inside, surroundings
from neovim_ai.docs.drift.defaults import stated
from neovim_ai.docs.drift.model import Finding, FindingKind
from neovim_ai.docs.model import House, SlotKind, Style
from neovim_ai.docs.read.model import Range
from neovim_ai.docs.reader import Entry
from neovim_ai.source import target
from neovim_ai.source.text import Edit, SourceText, Span

_LONGEST_DEFAULT = 40
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
    edits = list(_edits(read, finding)) if read else []
    if not edits:
        return None
    after = source.apply(edits)
    gates = verify.verify(source, after, one, (), {}, house)
    left = [(f.kind, f.qualname, f.ordinal, f.was) for f in findings(after, None, house)]
    agrees = (finding.kind, finding.qualname, finding.ordinal, finding.was) not in left
    return after if agrees and all(gate.held for gate in gates) else None


def _edits(case: Case, finding: Finding) -> Iterator[Edit]:
    entries = [e for e in case.entries(SlotKind.PARAMETER) if _is_about(e, finding)]
    for entry in entries:
        if finding.kind is FindingKind.PARAMETER_RENAMED:
            place = _name(case, entry, finding.was)
            text = finding.now
            places: tuple[Range, ...] = (place,) if place else ()
        else:
            told = stated(case, entry)
            places, text = told.spans if told else (), _spelled(finding.now, finding.was)
        edits = [_edit(case, place, text) for place in places if text]
        # In one place alone the docstring would contradict itself.
        yield from (e for e in edits if e and None not in edits)


def _is_about(entry: Entry, finding: Finding) -> bool:
    if finding.kind is FindingKind.PARAMETER_RENAMED:
        return finding.was in entry.names
    return entry.names == (finding.key.partition(":")[2].lstrip("*"),) and not entry.only_type


def _name(case: Case, entry: Entry, name: str) -> Range | None:
    """Return where an entry says its name: first, but behind the type in a field."""
    head = case.docstring.value[entry.span.start : entry.text.start]
    found = list(re.finditer(rf"(?<![\w.]){re.escape(name)}(?!\w)", head))
    if not found:
        return None
    fields = entry.style not in (Style.GOOGLE, Style.NUMPY)
    place = found[-1 if fields else 0]
    return Range(entry.span.start + place.start(), entry.span.start + place.end())


def _spelled(default: str, was: str) -> str:
    """Return a default as the docstring would write it; empty when it cannot stand there."""
    if len(default) > _LONGEST_DEFAULT or "\\" in default or "\n" in default:
        return ""
    inner = default[1:-1]
    if default[0] in "'\"" and was[0] in "'\"" and not {"'", '"'} & set(inner):
        return was[0] + inner + was[0]
    return "" if '"""' in default or "'''" in default else default


def _edit(case: Case, place: Range, text: str) -> Edit | None:
    span = Span(case.offset(place.start), case.offset(place.end))
    # An escape or a border between two literals inside the range: not as it reads.
    if case.source.slice(span) != place.of(case.docstring.value):
        return None
    return Edit(span, text)
