"""What a docstring's sections say of exceptions and of the result, in the usual three styles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from neovim_ai.testgen.specification.docstring import Docstring

_TITLE = re.compile(
    r"^(raises|returns?|yields?|args|arguments|parameters|params|other parameters|attributes|"
    r"examples?|notes?|warnings?|warns|see also|references|todo|usage|keyword args)\s*:?\s*$",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^\s*[:@](\w+)(?:\s+([^:]*))?:\s*(.*)$")
_NAME = re.compile(
    r"^[`*:\w~!.]*?([A-Z]\w*(?:Error|Exception|Warning|Exit|Iteration|Interrupt)?)`?$"
)


@dataclass(frozen=True)
class Entry:
    """A name with the text about it, and the row of the docstring where it stands."""

    name: str
    text: str
    row: int


def raised(docstring: Docstring) -> tuple[Entry, ...]:
    """Return the exceptions that a docstring says may be raised."""
    lines = docstring.text.split("\n")
    entries = [
        Entry(one.name.partition(" ")[2], one.text, one.row)
        for one in _fields(lines)
        if one.name.split(" ")[0] in _RAISING
    ]
    entries += _section(lines, "raises")
    return tuple(
        Entry(named[1], one.text, one.row)
        for one in entries
        if (named := _NAME.match(one.name.strip().rstrip(":")))
    )


_RAISING = ("raises", "raise", "except", "exception", "throws")


def returned(docstring: Docstring) -> tuple[Entry, ...]:
    """Return what a docstring says of the result: a type, where it gives one, and the text."""
    lines = docstring.text.split("\n")
    found = [one for one in _fields(lines) if one.name.split(" ")[0] in ("returns", "return")]
    found += [
        Entry(one.text, "", one.row) for one in _fields(lines) if one.name.split(" ")[0] == "rtype"
    ]
    found = [Entry("" if one.text and one.name else one.name, one.text, one.row) for one in found]
    found += [*_section(lines, "returns"), *_section(lines, "return")]
    return tuple(found)


def _fields(lines: list[str]) -> Iterator[Entry]:
    """Yield Sphinx and Epytext fields, `:raises ValueError: text`, text to the next field."""
    for row, line in enumerate(lines):
        matched = _FIELD.match(line)
        if matched is None:
            continue
        text = [matched[3]]
        for after in lines[row + 1 :]:
            if not after.strip() or _FIELD.match(after) or not after.startswith((" ", "\t")):
                break
            text.append(after)
        name = " ".join(part for part in (matched[1].lower(), matched[2] or "") if part)
        yield Entry(name, " ".join(" ".join(text).split()), row)


def _section(lines: list[str], title: str) -> list[Entry]:
    """Return the entries of a Google or NumPy section."""
    for row, line in enumerate(lines):
        matched = _TITLE.match(line.strip())
        if matched is None or matched[1].lower() != title:
            continue
        under = lines[row + 1].strip() if row + 1 < len(lines) else ""
        if under and set(under) <= set("-="):
            return _numpy(lines, row + 2)
        if line.rstrip().endswith(":"):
            return _google(lines, row + 1)
    return []


def _google(lines: list[str], start: int) -> list[Entry]:
    found: list[Entry] = []
    indent = 0
    for row in range(start, len(lines)):
        line = lines[row]
        if not line.strip():
            continue
        depth = len(line) - len(line.lstrip())
        if depth == 0:
            break
        indent = indent or depth
        name, colon, text = line.strip().partition(":")
        if depth <= indent and colon and len(name.split()) <= 4:
            found.append(Entry(name, text.strip(), row))
        elif depth <= indent and not found:
            found.append(Entry("", line.strip(), row))
        elif found:
            last = found[-1]
            found[-1] = Entry(last.name, f"{last.text} {line.strip()}".strip(), last.row)
    return found


def _numpy(lines: list[str], start: int) -> list[Entry]:
    found: list[Entry] = []
    for row in range(start, len(lines)):
        line = lines[row]
        under = lines[row + 1].strip() if row + 1 < len(lines) else ""
        if line.strip() and under and set(under) <= set("-=") and len(under) > 2:
            break
        if not line.strip():
            continue
        if not line.startswith((" ", "\t")):
            found.append(Entry(line.strip(), "", row))
        elif found:
            last = found[-1]
            found[-1] = Entry(last.name, f"{last.text} {line.strip()}".strip(), last.row)
    return found
