"""Wraps prose without ever breaking code spans, links, roles or doctests."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_ATOM = re.compile(
    r"""(?: ``[^\s`](?:[^`\n]|`(?!`)){0,160}?``   # literal
          | `[^`\n]{1,160}`_{0,2}                  # code span, role body, `text <url>`_
          | !?\[[^\[\]\n]{0,160}\]\([^()\s]*\)     # [text](url)
          | \S )+""",
    re.VERBOSE,
)
# At the start of a line these would be read as structure: a list, a field, a prompt, a comment.
_STRUCTURE = re.compile(
    r":|@\w|>>>|\.\.(?:\.)?$|\|$|[-*+=~^#`\"'_.:]+$|\(?\w{1,3}[.)]$|[A-Z]\w*(?: \w+)?:$|#"
)
_SECTION_WORD = re.compile(
    r"(?:Args|Arguments|Attributes|Examples?|Keyword|Methods|Notes?|Other|Parameters|Raises|"
    r"References|Returns?|See|Todo|Warnings?|Warns|Yields?)$"
)


def columns(text: str) -> int:
    """Count the columns a text takes on a screen: wide East Asian characters take two."""
    if text.isascii():
        return len(text)
    return sum(map(_character_columns, text))


def _character_columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrapped(text: str, *, first: str, rest: str, width: int) -> list[str]:
    """Wrap a text into lines no wider than `width` columns, indent included.

    A word or span wider than a line gets a line of its own. Doctests keep their lines as they are.

    Args:
        text: Prose; paragraphs are separated by blank lines, other newlines are folded.
        first: What stands before the first line (indent, bullet, name and type).
        rest: What stands before every other line.
        width: Longest line, in columns.

    Returns:
        The lines without newlines and without trailing white space; at least one.
    """
    lines: list[str] = []
    for number, (block, verbatim) in enumerate(_blocks(text)):
        opening = first if number == 0 else rest
        if number:
            lines.append("")
        if verbatim:
            lines += [
                ((opening if at == 0 else rest) + line).rstrip() for at, line in enumerate(block)
            ]
        else:
            lines += _filled(" ".join(block), opening, rest, width)
    return lines or [first.rstrip()]


def _blocks(text: str) -> Iterator[tuple[list[str], bool]]:
    """Yield paragraphs as lists of lines, and whether each is a doctest."""
    for paragraph in re.split(r"\n[ \t]*\n", text.strip("\n")):
        lines = [line for line in paragraph.split("\n") if line.strip()]
        start = next((i for i, line in enumerate(lines) if line.lstrip().startswith(">>>")), None)
        if start is None:
            if lines:
                yield lines, False
            continue
        if start:
            yield lines[:start], False
        margin = len(lines[start]) - len(lines[start].lstrip())
        yield [line[margin:] if not line[:margin].strip() else line for line in lines[start:]], True


def _filled(text: str, first: str, rest: str, width: int) -> list[str]:
    lines: list[str] = []
    line, used, empty = first, columns(first), True
    for atom in _glued(text):
        taken = columns(atom)
        if not empty and used + 1 + taken > width:
            lines.append(line.rstrip())
            line, used, empty = rest, columns(rest), True
        line += atom if empty else " " + atom
        used += taken + (not empty)
        empty = False
    return [*lines, line.rstrip()]


def _glued(text: str) -> list[str]:
    """Split into unbreakable pieces; what would mean structure at a line's start joins the last."""
    atoms: list[str] = []
    for match in _ATOM.finditer(text):
        atom = match.group()
        if atoms and (_STRUCTURE.match(atom) or _SECTION_WORD.match(atom)):
            atoms[-1] += " " + atom
        else:
            atoms.append(atom)
    return atoms
