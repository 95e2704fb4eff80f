"""Google style: titles ending in a colon, indented entries `name (type): text`."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from neovim_ai.docs.model import SlotKind, Style
from neovim_ai.docs.read.lines import Line
from neovim_ai.docs.read.model import Entry, Range
from neovim_ai.docs.read.names import NAMES, bare, exceptions, is_type
from neovim_ai.docs.sections import SectionKind, known

Found = list[tuple[int, int, Entry]]

_TITLE = re.compile(r"([^\W\d][\w ]*?)\s*:\Z")
_INLINE = re.compile(r"(Returns?|Yields?|Raises?):(?:\s+(\S.*))?\Z")
_NAMED = re.compile(
    rf"(?P<names>{NAMES})\s*(?:\((?P<type>.*?)\))?\s*(?P<mark>:(?=\s|\Z)|\s--?\s|\s[\u2013\u2014]\s)",
)
_LONE = re.compile(rf"(?P<names>{NAMES})\s*(?:\((?P<type>.*)\))?\Z")
_TYPED = re.compile(r"(?P<type>[^\s:][^:]*?):(?:\s+|\Z)")


def title(lines: Sequence[Line], at: int) -> SectionKind | None:
    """Return what the section that starts at a line is about; None when none does."""
    found = _TITLE.match(lines[at].body)
    kind = known(found.group(1)) if found else None
    if kind is None:
        return None
    below = _next(lines, at)
    if below is None or lines[below].column < lines[at].column:
        return kind if kind.slot else None
    if lines[below].column > lines[at].column:
        return kind
    if kind.slot is None:
        return None
    close = below == at + 1 and _NAMED.match(lines[below].body)
    return kind if close or _titles_something(lines[below]) else None


def style(lines: Sequence[Line], at: int) -> Style:
    """Tell the list of plain docstrings from Google's: not indented, `name -- text`."""
    below = _next(lines, at)
    if below is None or lines[below].column != lines[at].column:
        return Style.GOOGLE
    found = _NAMED.match(lines[below].body)
    return Style.PLAIN if found and "-" in found.group("mark") else Style.GOOGLE


def _titles_something(line: Line) -> bool:
    found = _TITLE.match(line.body)
    return bool(found and known(found.group(1)))


def _next(lines: Sequence[Line], at: int) -> int | None:
    return next((n for n in range(at + 1, len(lines)) if not lines[n].blank), None)


def end(lines: Sequence[Line], at: int) -> int:
    """Return the number after the last line of the section whose title stands at a line."""
    below = _next(lines, at)
    if below is None:
        return at + 1
    flush = below == at + 1 and lines[below].column == lines[at].column
    stop = at + 1
    for number in range(below, len(lines)):
        line = lines[number]
        if line.blank:
            if flush:
                break
            continue
        if line.column < lines[at].column or (line.column == lines[at].column and not flush):
            break
        if flush and _titles_something(line):
            break
        stop = number + 1
    return stop


def inline(lines: Sequence[Line], at: int) -> Entry | None:
    """Return the entry of a line such as `Returns: the sum`, title and text in one.

    The text may stand below, at the title's own column.
    """
    line = lines[at]
    found = _INLINE.match(line.body)
    said = found and (found.group(2) or _flush(lines, at))
    if found is None or not said:
        return None
    kinds = {"Re": SlotKind.RETURNS, "Yi": SlotKind.YIELDS, "Ra": SlotKind.RAISES}
    kind = kinds[found.group(1)[:2]]
    names = exceptions(said) if kind is SlotKind.RAISES else ()
    start = line.first + found.start(2) if found.group(2) else line.last
    text = Range(start, line.last)
    return Entry(
        kind, names, Range(line.first, line.last), None, text, True, Style.GOOGLE, inline=True
    )


def _flush(lines: Sequence[Line], at: int) -> str:
    """Return the text that stands right below a line, no deeper than it."""
    below = lines[at + 1] if at + 1 < len(lines) else None
    return "" if below is None or below.column != lines[at].column else below.body


def entries(
    kind: SlotKind, lines: Sequence[Line], start: int, stop: int, code: Collection[int]
) -> Found:
    """Return the entries between two lines, each with the lines it takes."""
    body = [n for n in range(start, stop) if not lines[n].blank]
    if not body:
        return []
    if kind in (SlotKind.RETURNS, SlotKind.YIELDS):
        return [(body[0], body[-1] + 1, _value(kind, lines, body))]
    column = min(lines[n].column for n in body if n not in code or n == body[0])
    found: Found = []
    opened: list[tuple[int, re.Match[str] | None]] = []
    for number in body:
        if lines[number].column > column or number in code:
            continue
        match = _opening(kind, lines, number, stop, number == body[0])
        if match is not None or (kind is SlotKind.RAISES and exceptions(lines[number].body)):
            opened.append((number, match))
    for place, (number, match) in enumerate(opened):
        limit = opened[place + 1][0] if place + 1 < len(opened) else stop
        last = max(n for n in body if number <= n < limit)
        found.append((number, last + 1, _entry(kind, lines[number], match, lines[last].last)))
    return found


def _opening(
    kind: SlotKind, lines: Sequence[Line], number: int, stop: int, first: bool
) -> re.Match[str] | None:
    found = _NAMED.match(lines[number].body)
    if found is not None:
        return found
    lone = _LONE.match(lines[number].body)
    if lone is None or (kind is not SlotKind.RAISES and " " in lone.group("names").strip()):
        return None
    following = _next(lines, number)
    below = (
        following is not None
        and following < stop
        and lines[following].column > lines[number].column
    )
    return lone if below or first or lone.group("type") else None


def _entry(kind: SlotKind, line: Line, match: re.Match[str] | None, last: int) -> Entry:
    if match is None:
        names = exceptions(line.body)
        text = Range(line.first, last)
        return Entry(kind, names, text, None, text, " " in line.body, Style.GOOGLE)
    start = line.first + match.end()
    while start < line.last and line.text[start - line.start] in " \t":
        start += 1
    typed = match.group("type")
    place = Range(line.first + match.start("type"), line.first + match.end("type"))
    text = Range(min(start, last), last)
    named = match.group("names")
    names = (exceptions(named) or bare(named)) if kind is SlotKind.RAISES else bare(named)
    return Entry(
        kind,
        names,
        Range(line.first, last),
        place if typed is not None else None,
        text,
        text.start < text.end,
        Style.GOOGLE,
    )


def _value(kind: SlotKind, lines: Sequence[Line], body: Sequence[int]) -> Entry:
    """Read what stands under `Returns:`, all of which is one entry."""
    first, last = lines[body[0]], lines[body[-1]].last
    found = _TYPED.match(first.body)
    span = Range(first.first, last)
    if found is None or not is_type(found.group("type")):
        return Entry(kind, (), span, None, span, True, Style.GOOGLE)
    typed = Range(first.first + found.start("type"), first.first + found.end("type"))
    text = Range(min(first.first + found.end(), last), last)
    return Entry(kind, (), span, typed, text, text.start < text.end, Style.GOOGLE)
