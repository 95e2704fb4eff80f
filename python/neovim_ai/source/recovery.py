"""Find the definitions of a text with syntax errors, so that one broken line loses only its own.

A parser's own error recovery may give up the whole file for one unclosed bracket. So each
definition is cut out by its indentation and parsed alone; where that fails, the ones inside it are
tried, and what stays broken is hidden from what surrounds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from tree_sitter import Node, Point, Range

from neovim_ai.source import outline, syntax
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText, Span

_HEADER = re.compile(
    rb"(?P<async>async[ \t]+)?(?P<word>def|class)[ \t]+(?P<name>[A-Za-z_\x80-\xff][\w\x80-\xff]*)"
    rb"[ \t]*(?=[(\[:])"
)
_INDENT = re.compile(rb"[ \t\f]*")
_STRING = re.compile(
    rb"#[^\n]*"
    rb"|(?P<triple>\"\"\"|''')(?:\\.|(?!(?P=triple)).)*(?P<end>(?P=triple))?"
    rb"|\"(?:\\.|[^\"\\\n])*\"?"
    rb"|'(?:\\.|[^'\\\n])*'?",
    re.DOTALL,
)
_CLOSING = (b")", b"]", b"}")
_TAB = 8
# Python itself refuses deeper indentation.
_DEEPEST = 100


@dataclass
class _Island:
    """A definition cut out by indentation.

    Attributes:
        start: Offset of its first decorator, or of `def` or `class`.
        header: What the line of its `def` or `class` looks like.
        width: Columns before it.
        end: Offset where its last line ends, newline left out.
    """

    start: int
    header: re.Match[bytes]
    width: int
    end: int
    inner: list[_Island] = field(default_factory=list)


def definitions(source: SourceText, root: Node) -> tuple[Definition, ...]:
    """Return every definition of a text whose tree holds errors, the module first."""
    data = syntax.readable(source)
    found: list[Definition] = []
    broken: list[_Island] = []
    for island in _islands(data, root):
        own, cuts = _recovered(source, data, island, outline.Place(), 0)
        found += own
        broken += cuts
    if broken:
        root = syntax.parse_part(_hidden(data, broken), None).root_node
    # Errors inside a definition were hidden; what is left is the module's own.
    module = replace(outline.module(source, root), broken=root.has_error)
    return outline.numbered([module, *found])


def _recovered(
    source: SourceText, data: bytes, island: _Island, place: outline.Place, depth: int
) -> tuple[list[Definition], list[_Island]]:
    """Return the definitions of an island, and the islands to hide from what is around it."""
    tree = _parse(source, data, island)
    if not tree.has_error:
        return outline.below(source, tree, place), []
    inner: list[Definition] = []
    broken: list[_Island] = []
    here = _place_in(island, place)
    for child in island.inner if depth < _DEEPEST else ():
        own, cuts = _recovered(source, data, child, here, depth + 1)
        inner += own
        broken += cuts
    if broken:
        tree = _parse(source, _hidden(data, broken), island)
    outer = _outermost(source, tree, island, place)
    last = max((d.span.end for d in inner), default=0)
    outer = _reaching(source, outer, max(last, island.end if outer.broken else 0))
    return [outer, *inner], [island] if outer.broken else broken


def _outermost(source: SourceText, tree: Node, island: _Island, place: outline.Place) -> Definition:
    at = island.header.start()
    node = tree.named_descendant_for_byte_range(at, at + 1)
    while node is not None and node.type not in syntax.DEFINITIONS:
        node = node.parent
    one = outline.definition(source, node, place) if node else None
    if one is None:
        return _unreadable(source, island, place)
    return replace(one, broken=one.broken or tree.has_error)


def _unreadable(source: SourceText, island: _Island, place: outline.Place) -> Definition:
    """Stand for a definition of which the parser can make nothing but that it is there."""
    name = island.header["name"].decode("utf-8", "replace")
    at, end = island.header.start(), island.end
    is_class = island.header["word"] == b"class"
    method = DefinitionKind.METHOD if place.in_class else DefinitionKind.FUNCTION
    return Definition(
        kind=DefinitionKind.CLASS if is_class else method,
        name=name,
        qualname=place.prefix + name,
        ordinal=0,
        span=Span(island.start, end),
        header=Span(at, end),
        body=Span(end, end),
        docstring=None,
        indent=" " * island.width,
        body_indent=None,
        line=source.line(at),
        end_line=source.line(end),
        is_async=island.header["async"] is not None,
        owner=place.owner,
        broken=True,
    )


def _reaching(source: SourceText, outer: Definition, end: int) -> Definition:
    """Let a definition reach to the end of the ones inside it that were hidden from it."""
    if end <= outer.span.end:
        return outer
    return replace(
        outer,
        span=Span(outer.span.start, end),
        body=Span(outer.body.start, end),
        end_line=source.line(max(end - 1, 0)),
    )


def _place_in(island: _Island, place: outline.Place) -> outline.Place:
    qualname = place.prefix + island.header["name"].decode("utf-8", "replace")
    is_class = island.header["word"] == b"class"
    return outline.Place(f"{qualname}.", qualname if is_class else place.owner, is_class)


def _parse(source: SourceText, data: bytes, island: _Island) -> Node:
    part = Range(_point(source, island.start), _point(source, island.end), island.start, island.end)
    return syntax.parse_part(data, part).root_node


def _point(source: SourceText, offset: int) -> Point:
    row = source.row(offset)
    return Point(row, offset - source.row_start(row))


def _hidden(data: bytes, broken: list[_Island]) -> bytes:
    """Return the bytes with each broken island as a `pass` of the same length."""
    result = bytearray(data)
    for island in broken:
        blank = re.sub(rb"[^\n]", b" ", data[island.start : island.end])
        result[island.start : island.end] = b"pass" + blank[4:]
    return bytes(result)


def _islands(data: bytes, root: Node) -> list[_Island]:
    """Return the outermost islands of a text, each with the ones inside it."""
    inside = _continued_rows(data, root)
    outermost: list[_Island] = []
    open_islands: list[_Island] = []
    decorated: tuple[int, int] | None = None
    offset = 0
    for row, line in enumerate(data.split(b"\n")):
        start, offset = offset, offset + len(line) + 1
        blank = _INDENT.match(line)
        margin = blank[0] if blank else b""
        rest = line[len(margin) :].rstrip()
        if not rest or rest.startswith(b"#"):
            continue
        width = _width(margin)
        if row not in inside and not rest.startswith(_CLOSING):
            while open_islands and open_islands[-1].width >= width:
                open_islands.pop()
            first = start + len(margin)
            header = _HEADER.match(data, first)
            if header:
                at = decorated[0] if decorated and decorated[1] == width else first
                one = _Island(at, header, width, first)
                (open_islands[-1].inner if open_islands else outermost).append(one)
                open_islands.append(one)
                decorated = None
            elif rest.startswith(b"@"):
                decorated = decorated if decorated and decorated[1] == width else (first, width)
            elif decorated and width <= decorated[1]:
                decorated = None
        for one in open_islands:
            one.end = start + len(margin) + len(rest)
    return outermost


def _continued_rows(data: bytes, root: Node) -> set[int]:
    """Return the rows that start inside a string or a bracket that the parser is sure of."""
    # After an unclosed triple quote code and strings have changed places: trust none.
    unclosed = any(m["triple"] and not m["end"] for m in _STRING.finditer(data))
    rows: set[int] = set()
    for node in _several_rows(root):
        first, last = node.start_point.row, node.end_point.row
        if node.has_error:
            continue
        is_string = node.type == "string" and not unclosed
        opened = bool(node.children) and node.children[0].type in {"(", "[", "{"}
        if is_string or opened:
            rows.update(range(first + 1, last + 1))
    return rows


def _several_rows(root: Node) -> Iterator[Node]:
    stack = [root]
    while stack:
        node = stack.pop()
        if node.start_point.row != node.end_point.row:
            yield node
            stack.extend(node.children)


def _width(margin: bytes) -> int:
    width = 0
    for byte in margin:
        if byte == 0x09:
            width += _TAB - width % _TAB
        else:
            width = 0 if byte == 0x0C else width + 1
    return width
