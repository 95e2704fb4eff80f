"""Parse Python with tree-sitter and walk what comes back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import tree_sitter_python
from tree_sitter import Language, Node, Parser, Range, Tree

from neovim_ai.source import type_defaults
from neovim_ai.source.text import SourceText, Span

FUNCTION = "function_definition"
CLASS = "class_definition"
DEFINITIONS = frozenset({FUNCTION, CLASS})
SCOPES = frozenset({FUNCTION, CLASS, "lambda"})
STRINGS = frozenset({"string", "concatenated_string"})

_ADOPTED = "_adopted_tree"
_LONE_CR = re.compile(rb"\r(?!\n)")
_CONTINUED = re.compile(r"(?<!\\)\\\r?\n")
_OPENING = frozenset("([{")
_CLOSING = frozenset(")]}")
_ATOMS = frozenset({"string", "line_continuation"})


@cache
def language() -> Language:
    """Return the Python grammar."""
    return Language(tree_sitter_python.language())


def parse(source: SourceText) -> Tree:
    r"""Parse a source whatever state it is in; offsets are those of `source.utf8`.

    The parser sees a lone `\r` as a newline, as Python does; the grammar alone would not.
    """
    adopted: Tree | None = vars(source).get(_ADOPTED)
    return parse_part(readable(source), None) if adopted is None else adopted


def adopt(source: SourceText, tree: Tree) -> None:
    """Spare a text its parsing: the tree is the one that parsing it would give.

    It belongs to this object alone, as what is computed from a text does: edits lead to others.
    """
    vars(source)[_ADOPTED] = tree


def readable(source: SourceText) -> bytes:
    """Return the bytes as the grammar can read them: as many, each newline a newline to it."""
    data = source.utf8
    if b"\r" in data:
        data = _LONE_CR.sub(b"\n", data)
    return type_defaults.blanked(data)


def parse_part(data: bytes, part: Range | None) -> Tree:
    """Parse readable bytes, or a part of them as if it stood alone; offsets are the whole's."""
    parser = Parser(language())
    if part is not None:
        parser.included_ranges = [part]
    return parser.parse(data)


def span(node: Node) -> Span:
    """Return where a node stands."""
    return Span(node.start_byte, node.end_byte)


def text(source: SourceText, node: Node) -> str:
    """Return a node's text as written."""
    return source.slice(span(node))


def statements(node: Node) -> list[Node]:
    """Return the children that Python counts: neither punctuation nor comments."""
    return [child for child in node.named_children if child.type not in _UNCOUNTED]


def first_statement(node: Node) -> Node | None:
    """Return the first of a node's statements without looking at the others."""
    child: Node | None = node.named_child(0) if node.named_child_count else None
    while child is not None and child.type in _UNCOUNTED:
        child = child.next_named_sibling
    return child


_UNCOUNTED = frozenset({"comment", "line_continuation"})


def unwrapped(node: Node) -> Node:
    """Return what stands inside parentheses, however many."""
    while node.type == "parenthesized_expression":
        inner = statements(node)
        if len(inner) != 1:
            return node
        node = inner[0]
    return node


def descendants(node: Node, skip: frozenset[str] = SCOPES) -> Iterator[Node]:
    """Yield the nodes below `node` in file order, without entering nodes of the types in `skip`."""
    stack = node.children[::-1]
    while stack:
        current = stack.pop()
        yield current
        if current.type not in skip:
            stack.extend(current.children[::-1])


def folded(source: SourceText, node: Node, limit: int = 0) -> str:
    """Return a node's text on one line, comments left out.

    Args:
        source: The text the node comes from.
        node: What to fold.
        limit: Longest result in characters, `…` included, cut between tokens; 0 for no limit.
    """
    whole = text(source, node)
    if "\n" not in whole and "\r" not in whole and not (limit and len(whole) > limit):
        return whole.strip()
    pieces: list[str] = []
    last, end, length = "", node.start_byte, 0
    for leaf in _leaves(node):
        word = text(source, leaf)
        if leaf.type == "string":
            word = " ".join(_CONTINUED.sub("", word).split())
        gap = " " if leaf.start_byte > end and pieces else ""
        if last in _OPENING or word in _CLOSING:
            gap = ""
        length += len(gap) + len(word)
        if limit and length > limit - 1:
            return "".join(pieces).rstrip() + "…"
        pieces.append(gap + word)
        last, end = word, leaf.end_byte
    return "".join(pieces)


def _leaves(node: Node) -> Iterator[Node]:
    if node.type in _ATOMS or not node.children:
        yield node
        return
    for leaf in descendants(node, _ATOMS):
        if leaf.type not in _UNCOUNTED and (leaf.type in _ATOMS or not leaf.children):
            yield leaf
