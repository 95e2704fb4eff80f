"""Keep a text's syntax tree while it is edited, and what was found out about each part of it."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from tree_sitter import Node, Parser, Point, Tree

from neovim_ai.source import outline, syntax
from neovim_ai.source.text import SourceText

_HASHED = 16


@dataclass(frozen=True)
class Change:
    """The one range in which two versions of the same bytes differ.

    Attributes:
        start: Where they begin to differ.
        old_end: Where the range ends in the older bytes.
        new_end: Where it ends in the newer ones.
    """

    start: int
    old_end: int
    new_end: int


def change(old: bytes, new: bytes) -> Change | None:
    """Return the smallest range outside of which nothing changed; None for equal bytes."""
    if old == new:
        return None
    start = _common(old, new, min(len(old), len(new)))
    rest = min(len(old), len(new)) - start
    end = _common_end(old, new, rest)
    return Change(start, len(old) - end, len(new) - end)


def _common(old: bytes, new: bytes, most: int) -> int:
    """Return the length of the common beginning, found by halving: comparing slices is fast."""
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if old[low:middle] == new[low:middle] else (low, middle - 1)
    return low


def _common_end(old: bytes, new: bytes, most: int) -> int:
    low, high = 0, most
    while low < high:
        middle = (low + high + 1) // 2
        same = old[len(old) - middle : len(old) - low] == new[len(new) - middle : len(new) - low]
        low, high = (middle, high) if same else (low, middle - 1)
    return low


class GrowingTree:
    """The syntax tree of a text that is being edited; each new version reuses the one before."""

    def __init__(self) -> None:
        """Start with no text at all."""
        self._data = b""
        self._tree: Tree | None = None

    def parse(self, source: SourceText) -> Tree:
        """Return the tree of a new version of the text, the same as parsing it from nothing."""
        data = syntax.readable(source)
        if self._tree is not None:
            found = change(self._data, data)
            if found is None:
                return self._tree
            # Definitions of the version before still look at its tree.
            self._tree = self._tree.copy()
            self._edit(self._tree, found, data)
        parser = Parser(syntax.language())
        self._tree = parser.parse(data, self._tree) if self._tree else parser.parse(data)
        self._data = data
        return self._tree

    def _edit(self, tree: Tree, found: Change, data: bytes) -> None:
        tree.edit(
            start_byte=found.start,
            old_end_byte=found.old_end,
            new_end_byte=found.new_end,
            start_point=_point(self._data, found.start),
            old_end_point=_point(self._data, found.old_end),
            new_end_point=_point(data, found.new_end),
        )


class Buffers:
    """The trees of the buffers that were asked about last, each grown from version to version."""

    def __init__(self, most: int = 8) -> None:
        """Keep so many; the one asked about longest ago is let go first."""
        self._most = most
        self._trees: OrderedDict[str, GrowingTree] = OrderedDict()

    def grow(self, name: str, source: SourceText) -> None:
        """Give a buffer's text its tree, at the price of what has changed since the last time."""
        tree = self._trees.pop(name, None) or GrowingTree()
        self._trees[name] = tree
        while len(self._trees) > self._most:
            self._trees.popitem(last=False)
        grown = tree.parse(source)
        # Around an error a parser that goes on from before may guess otherwise than one anew.
        if not grown.root_node.has_error:
            syntax.adopt(source, grown)


def _point(data: bytes, offset: int) -> Point:
    row = data.count(b"\n", 0, offset)
    return Point(row, offset - data.rfind(b"\n", 0, offset) - 1)


@dataclass(frozen=True)
class Part:
    """A definition at some place of the tree, with what alone decides about what is found in it.

    Attributes:
        node: Its node, decorators included.
        place: What is around it.
        key: A stamp of its text, its indentation and its place.
    """

    node: Node
    place: outline.Place
    key: Hashable


def parts(source: SourceText, root: Node, place: outline.Place) -> Iterator[Part]:
    """Yield the outermost definitions below a node, with keys that equal text has in common."""
    data = source.utf8
    stack = outline.enterable(root)[::-1]
    while stack:
        node = stack.pop()
        if node.type != "decorated_definition" and node.type not in syntax.DEFINITIONS:
            stack.extend(reversed(outline.enterable(node)))
            continue
        # From the line's start: how deep a definition stands decides how it is read.
        text = data[data.rfind(b"\n", 0, node.start_byte) + 1 : node.end_byte]
        stamp = hashlib.blake2b(text, digest_size=_HASHED).digest()
        yield Part(node, place, (stamp, place))
