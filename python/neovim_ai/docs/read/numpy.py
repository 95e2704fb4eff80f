"""NumPy style: underlined titles, entries `name : type` with their text indented below."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from neovim_ai.docs.model import SlotKind, Style
from neovim_ai.docs.read.google import Found
from neovim_ai.docs.read.lines import Line
from neovim_ai.docs.read.model import Entry, Range
from neovim_ai.docs.read.names import NAMES, bare, exceptions, is_type
from neovim_ai.docs.sections import OTHER, SectionKind, known

_UNDERLINE = re.compile(r"(?:-{2,}|={2,}|~{2,})\Z")
_NAMED = re.compile(rf"(?P<names>{NAMES})\s*(?P<mark>:\s*(?P<type>\S.*?)?)?\Z")


def title(lines: Sequence[Line], at: int, code: Collection[int]) -> SectionKind | None:
    """Return what the underlined section at a line is about; None when none starts there."""
    if at + 1 >= len(lines) or at + 1 in code or not _UNDERLINE.match(lines[at + 1].body):
        return None
    body = lines[at].body
    if body.startswith(("|", "+", "-", "=", ":", ">>>")) or (at and not _apart(lines, at)):
        return None
    kind = known(body.removesuffix(":"))
    # Under an unknown title stands a person's own part, but the first line of all is the summary.
    inside = any(not line.blank for line in lines[:at])
    return kind or (OTHER if inside and len(body.split()) <= 4 else None)


def _apart(lines: Sequence[Line], at: int) -> bool:
    """Tell a title from the last line of a paragraph or a table."""
    return lines[at - 1].blank or known(lines[at].body.removesuffix(":")) is not None


def entries(
    kind: SlotKind, lines: Sequence[Line], start: int, stop: int, code: Collection[int]
) -> Found:
    """Return the entries between two lines, each with the lines it takes."""
    body = [n for n in range(start, stop) if not lines[n].blank]
    if not body:
        return []
    column = min([lines[n].column for n in body if n not in code], default=0)
    valued = kind in (SlotKind.RETURNS, SlotKind.YIELDS)
    opened = [
        n
        for n in body
        if lines[n].column == column and n not in code and (valued or _opens(kind, lines[n]))
    ]
    found: Found = []
    for place, number in enumerate(opened):
        limit = opened[place + 1] if place + 1 < len(opened) else stop
        last = _last(lines, number, limit, column)
        entry = _value if valued else _entry
        found.append((number, last + 1, entry(kind, lines[number], lines[last].last)))
    return found


def _opens(kind: SlotKind, line: Line) -> bool:
    if kind is SlotKind.RAISES and exceptions(line.body):
        return True
    found = _NAMED.match(line.body)
    if found is None:
        return False
    # `Some words` at the margin is a sentence, `x, y` a group of names.
    return found.group("mark") is not None or "," in line.body or " " not in line.body


def _last(lines: Sequence[Line], number: int, limit: int, column: int) -> int:
    last = number
    for at in range(number + 1, limit):
        if lines[at].blank:
            continue
        if lines[at].column <= column and lines[at - 1].blank:
            break
        last = at
    return last


def _entry(kind: SlotKind, line: Line, last: int) -> Entry:
    found = _NAMED.match(line.body)
    span = Range(line.first, last)
    text = Range(min(line.end, last), last)
    if found is None:
        said = Range(line.first, last)
        return Entry(kind, exceptions(line.body), span, None, said, True, Style.NUMPY)
    typed = found.group("type")
    place = Range(line.first + found.start("type"), line.first + found.end("type"))
    named = found.group("names")
    names = (exceptions(named) or bare(named)) if kind is SlotKind.RAISES else bare(named)
    # `x: the width` on one line is a description to everyone but a parser.
    spoken = bool(typed) and not text.start < text.end and _speaks(line.body, typed)
    described = text.start < text.end or spoken
    return Entry(kind, names, span, place if typed else None, text, described, Style.NUMPY)


def _speaks(body: str, typed: str) -> bool:
    return " :" not in body and len(typed.split()) > 2 and not is_type(typed)


def _value(kind: SlotKind, line: Line, last: int) -> Entry:
    """Read an entry under `Returns`: a type, `name : type`, or a person's sentence."""
    span = Range(line.first, last)
    _, colon, right = line.body.partition(" : ")
    typed = (right if colon else line.body).strip()
    place = Range(line.last - len(typed), line.last)
    if last > line.last:
        return Entry(kind, (), span, place, Range(line.end, last), True, Style.NUMPY)
    if colon or is_type(typed):
        return Entry(kind, (), span, place, Range(last, last), False, Style.NUMPY)
    return Entry(kind, (), span, None, span, True, Style.NUMPY)
