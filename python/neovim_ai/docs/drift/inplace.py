"""Mends of a docstring in place: one name, default or type, and not a byte beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from neovim_ai.docs import reader
from neovim_ai.docs.drift.case import Case
from neovim_ai.docs.drift.defaults import WHEN_LEFT_OUT, Stated, stated
from neovim_ai.docs.drift.model import Finding, FindingKind
from neovim_ai.docs.drift.types import contradicts, respelled
from neovim_ai.docs.model import House, SlotKind, Style
from neovim_ai.docs.read.model import Range
from neovim_ai.docs.reader import Entry
from neovim_ai.errors import AiError, Kind
from neovim_ai.source.text import Edit, Span

Change = tuple[Range, str]

# A place that cannot be told: no edit can be made of it, and so none of the others is.
_NO = Range(0, 0)
_LONGEST_DEFAULT = 40
# What may follow a default that nothing explains: `defaults to 0, which means no limit` would lie.
_ENDS = re.compile(r"`{0,2}(?:,?\s+by\s+default)?\s*(?:[.)\];](?!\w)|\Z|\n[ \t]*\n)", re.IGNORECASE)
_HEAD_ENDS = re.compile(r"`{0,2}[ \t]*(?:[,)\]]|\n|\Z)")


def edits(case: Case, finding: Finding) -> tuple[Edit, ...]:
    """Return the edits that mend one finding; none where that needs words or changes more.

    Args:
        case: The docstring, in any version that still has the entry.
        finding: A renamed parameter, a changed default or a changed type.
    """
    changes = sorted(_changes(case, finding))
    made = [_edit(case, place, text) for place, text in changes]
    found = [edit for edit in made if edit is not None]
    # In one place alone the docstring would contradict itself.
    if not found or len(found) < len(made) or not _is_exact(case, finding, changes, found):
        return ()
    return tuple(found)


def about(case: Case, finding: Finding) -> tuple[Entry, ...]:
    """Return the entries that a finding about a parameter concerns."""
    entries = case.entries(SlotKind.PARAMETER)
    if finding.kind is FindingKind.PARAMETER_RENAMED:
        return tuple(entry for entry in entries if finding.was in entry.names)
    name = finding.key.partition(":")[2].lstrip("*")
    return tuple(entry for entry in entries if entry.names == (name,))


def _changes(case: Case, finding: Finding) -> Iterator[Change]:
    value = case.docstring.value
    for entry in about(case, finding):
        if finding.kind is FindingKind.PARAMETER_RENAMED:
            yield _name(case, entry, finding.was) or _NO, finding.now
        elif finding.kind is FindingKind.DEFAULT_CHANGED and not entry.only_type:
            yield from _defaults(case, entry, finding)
        elif finding.kind is FindingKind.TYPE_CHANGED and entry.type is not None:
            told, at = entry.type.of(value), entry.type.start
            if contradicts(told, finding.now):
                part = respelled(told, finding.now)
                yield (Range(at + part.start, at + part.end), part.text) if part else (_NO, "")


def _defaults(case: Case, entry: Entry, finding: Finding) -> Iterator[Change]:
    told = stated(case, entry)
    text = _spelled(finding.now, finding.was)
    if told is None or told.text != finding.was:
        return
    sure = bool(text) and _is_a_statement(case, entry, told)
    yield from ((place if sure else _NO, text) for place in told.spans)


def _is_a_statement(case: Case, entry: Entry, told: Stated) -> bool:
    """Tell whether a default is stated and nothing said of it: words about it would become a lie.

    `If True (the default), it is sorted` describes what happens then, not what is left out.
    """
    if told.conditional:
        return False
    head = entry.text.start
    said = case.docstring.value[: entry.span.end]
    return all(
        (_ENDS if place.start >= head else _HEAD_ENDS).match(said, place.end)
        or WHEN_LEFT_OUT.match(said, place.end)
        for place in told.spans
    )


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
    if place.start >= place.end or not text:
        return None
    span = Span(case.offset(place.start), case.offset(place.end))
    # An escape or a border between two literals inside the range: not as it reads.
    if case.source.slice(span) != place.of(case.docstring.value):
        return None
    return Edit(span, text)


def _is_exact(
    case: Case, finding: Finding, changes: Sequence[Change], made: Sequence[Edit]
) -> bool:
    """Read the result again: each entry as it was, but for what was to change."""
    old = case.docstring.literal.span
    sizes = (len(e.text.encode("utf-8", "surrogatepass")) for e in made)
    more = sum(sizes) - sum(e.span.end - e.span.start for e in made)
    after = case.source.apply(made)
    there = replace(case.definition, docstring=Span(old.start, old.end + more))
    try:
        read = reader.read(after, there, House())
    except AiError as error:
        if error.kind is not Kind.SYNTAX:
            raise
        return False
    if read is None or read.value != _with(case.docstring.value, changes):
        return False
    expected = [_moved(entry, finding, changes) for entry in case.docstring.entries]
    return list(read.entries) == expected


def _with(value: str, changes: Sequence[Change]) -> str:
    for place, text in reversed(changes):
        value = value[: place.start] + text + value[place.end :]
    return value


def _moved(entry: Entry, finding: Finding, changes: Sequence[Change]) -> Entry:
    def at(offset: int) -> int:
        before = [c for c in changes if c[0].end <= offset]
        return offset + sum(len(text) - (place.end - place.start) for place, text in before)

    def moved(place: Range) -> Range:
        return Range(at(place.start), at(place.end))

    renamed = {finding.was: finding.now}
    names = entry.names
    if finding.kind is FindingKind.PARAMETER_RENAMED and entry.kind is SlotKind.PARAMETER:
        names = tuple(renamed.get(name, name) for name in names)
    return replace(
        entry,
        names=names,
        span=moved(entry.span),
        type=moved(entry.type) if entry.type else None,
        text=moved(entry.text),
    )
