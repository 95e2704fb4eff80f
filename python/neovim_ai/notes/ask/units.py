r"""Cut a section into what can be quoted: sentences, list items, table rows, pieces of code.

A unit is a piece of the section's text as it stands there, so that its quote can be looked up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 420
"""Characters of a unit; what is longer is cut at a line's end, else at a space."""

_FENCE = re.compile(r"\s*(?:>\s*)*(```+|~~~+)")
_HEADING = re.compile(r"\s{0,3}#{1,6}(?:\s|$)|\s{0,3}(?:=+|-+)\s*$|\s{0,3}(?:[-*_]\s*){3,}$")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+")
_QUOTED = re.compile(r"(?:\s*>\s?)+")
_ROW = re.compile(r"\s*\|.*\|\s*$")
_RULE_OF_TABLE = re.compile(r"\s*\|?[\s:|-]+\|?\s*$")
_COMMENT = re.compile(r"\s*<!--.*-->\s*$")
# what no sentence ends in: code, maths, a link with its target
_WHOLE = re.compile(r"`[^`\n]+`|\$[^$\n]+\$|\[[^\]\n]*\]\([^)\n]*\)|<[^>\s]+>|https?://\S+")
_END = re.compile(r"[.!?\u3002\uff01\uff1f][\"')\]*_]*(?=\s)|[\u3002\uff01\uff1f]")
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e|etc|cf|vs|approx|fig|no|Dr|Mr|Mrs|St|[A-Z])\.$")
_WORD = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece that can be quoted.

    Attributes:
        text: As it stands in the section.
        line: Its first line, counted from the section's first.
        code: It stands in a code block.
    """

    text: str
    line: int
    code: bool = False


def units(text: str) -> tuple[Unit, ...]:
    """Return what can be quoted of a section, in its order.

    Headings, rules, blank lines and the marks of lists, quotes and fences are left out.

    Args:
        text: The section's Markdown, lines ended by a line feed.
    """
    found: list[Unit] = []
    for block in _blocks(text.split("\n")):
        pieces = _cut(block) if block.code else _sentences(block)
        found += [piece for piece in pieces if _WORD.search(piece.text)]
    return tuple(found)


@dataclass
class _Block:
    line: int
    lines: list[str]
    code: bool = False

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def _blocks(lines: list[str]) -> Iterator[_Block]:
    """Group lines into paragraphs, list items, table rows and code."""
    block: _Block | None = None
    fence = ""
    for number, line in enumerate(lines):
        opened = _FENCE.match(line)
        if fence:
            closes = opened and opened[1].startswith(fence) and not line[opened.end() :].strip()
            if closes or block is None:
                fence = "" if closes else fence
            else:
                block.lines.append(line)
                continue
        elif opened:
            fence = opened[1]
        elif not _ends_block(line):
            if (
                block is None
                or _ITEM.match(line)
                or _ROW.match(line)
                or _ROW.match(block.lines[-1])
            ):
                if block is not None:
                    yield block
                block = _Block(number, [line])
            else:
                block.lines.append(line)
            continue
        if block is not None:
            yield block
        block = _Block(number + 1, [], code=True) if fence else None
    if block is not None:
        yield block


def _ends_block(line: str) -> bool:
    bare = _QUOTED.sub("", line, count=1)
    rule = bool(_RULE_OF_TABLE.match(bare)) and "-" in bare
    return not bare.strip() or rule or bool(_HEADING.match(line) or _COMMENT.match(line))


def _sentences(block: _Block) -> Iterator[Unit]:
    text, line = block.text, block.line
    start = _marks(text)
    for end in [*_ends(text), len(text)]:
        piece = text[start:end]
        if piece.strip():
            blank = len(piece) - len(piece.lstrip())
            first = line + piece.count("\n", 0, blank)
            yield from _cut(_Block(first, piece.strip().split("\n")))
        line += piece.count("\n")
        start = end


def _marks(text: str) -> int:
    """Return where a block's words begin, behind its bullet or quote mark."""
    start = 0
    while found := _QUOTED.match(text, start) or _ITEM.match(text, start):
        start = found.end()
    return start


def _ends(text: str) -> list[int]:
    masked = _WHOLE.sub(lambda match: "x" * len(match[0]), text)
    return [
        match.end()
        for match in _END.finditer(masked)
        if not _ABBREVIATION.search(masked[max(match.start() - 8, 0) : match.start() + 1])
    ]


def _cut(block: _Block) -> Iterator[Unit]:
    """Cut what is too long, at a line's end if that is possible, else at a space."""
    text, line, start = block.text, block.line, 0
    while len(text) - start > LONGEST:
        end = max(text.rfind("\n", start + 1, start + LONGEST), 0)
        end = end or max(text.rfind(" ", start + 1, start + LONGEST), 0) or start + LONGEST
        if text[start:end].strip():
            yield _unit(text[start:end], line, block.code)
        line += text.count("\n", start, end)
        start = end
    if text[start:].strip():
        yield _unit(text[start:], line, block.code)


def _unit(text: str, line: int, code: bool) -> Unit:
    """Return a unit without the blank lines around it; code keeps its first indent."""
    blank = len(text) - len(text.lstrip())
    line += text.count("\n", 0, blank)
    return Unit(text.strip("\n").rstrip() if code else text.strip(), line, code)
