"""Readings of our own for gate 3, of the styles that griffe does not know.

They share no code with the reader of `docs/read`, which decides what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from neovim_ai.docs.model import SlotKind

_FIELD = re.compile(r"(?P<indent>[ \t]*)@(?P<word>[a-z]+)(?:[ \t]+(?P<name>[^:\n]+?))?:(?:[ \t]|$)")
_FIELD_KINDS = {
    "param": SlotKind.PARAMETER,
    "keyword": SlotKind.PARAMETER,
    "return": SlotKind.RETURNS,
    "returns": SlotKind.RETURNS,
    "yield": SlotKind.YIELDS,
    "yields": SlotKind.YIELDS,
    "raise": SlotKind.RAISES,
    "raises": SlotKind.RAISES,
    "except": SlotKind.RAISES,
    "exception": SlotKind.RAISES,
    "ivar": SlotKind.ATTRIBUTE,
    "cvar": SlotKind.ATTRIBUTE,
}
_TITLE = re.compile(
    r"(?:(?P<parameter>(?:keyword |other |optional )?(?:args|arguments|parameters))"
    r"|(?P<raises>raises|exceptions)|(?P<attribute>attributes)):[ \t]*$",
    re.IGNORECASE,
)
_ITEM = re.compile(r"(?P<name>\*{0,2}[^\W\d][\w.]*)(?:[ \t]+\(.*?\))?[ \t]+--?(?:[ \t]|$)")
_RESULT = re.compile(r"(?P<word>Returns?|Yields?):(?:[ \t]|$)")


@dataclass(frozen=True)
class Entry:
    """What a parser found: kind, name and all the text it keeps of it."""

    kind: SlotKind
    name: str
    text: str


def epytext(text: str) -> Iterator[Entry]:
    """Yield the fields of an Epytext docstring; a field lasts until a line that is not deeper."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        found = _FIELD.match(line)
        kind = _FIELD_KINDS.get(found["word"]) if found else None
        if found is None or kind is None:
            continue
        said = [line[found.end() :]]
        for below in lines[number + 1 :]:
            deeper = len(below) - len(below.lstrip()) > len(found["indent"])
            if _FIELD.match(below) or (below.strip() and not deeper):
                break
            said.append(below)
        name = found["name"] or ""
        yield Entry(kind, name.strip(), unescaped("\n".join(said)))


def unescaped(text: str) -> str:
    """Turn the escapes of braces back into braces."""
    return text.replace("E{lb}", "{").replace("E{rb}", "}")


def plain(text: str) -> Iterator[Entry]:
    """Yield the items of the lists of a plain docstring and its `Returns:` paragraphs."""
    for paragraph in re.split(r"\n[ \t]*\n", text):
        lines = paragraph.split("\n")
        result = _RESULT.match(lines[0])
        if result:
            kind = SlotKind.RETURNS if result["word"].startswith("R") else SlotKind.YIELDS
            yield Entry(kind, "", paragraph[result.end() :])
        for number, line in enumerate(lines):
            title = _TITLE.match(line)
            if title:
                yield from _items(SlotKind(title.lastgroup or ""), lines[number + 1 :])


def _items(kind: SlotKind, lines: list[str]) -> Iterator[Entry]:
    starts = [(at, found) for at, line in enumerate(lines) if (found := _ITEM.match(line))]
    for place, (at, found) in enumerate(starts):
        stop = starts[place + 1][0] if place + 1 < len(starts) else len(lines)
        said = [lines[at][found.end() :], *lines[at + 1 : stop]]
        yield Entry(kind, found["name"], "\n".join(said))
