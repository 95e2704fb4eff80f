"""Gate 1: without that one docstring, the program is the same."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tree_sitter import Node

from neovim_ai.docs.gates.located import Holder, Pair, Parsed, docstring_of
from neovim_ai.docs.model import Gate
from neovim_ai.errors import AiError
from neovim_ai.source import syntax, target
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText, Span

NAME = "code unchanged"


def unchanged(pair: Pair) -> Gate:
    """Compare the syntax trees of both sides, the docstring in question left out."""
    before, after = pair.before, pair.after
    if before.tree is None:
        return _by_tree_sitter(pair)
    if after.tree is None:
        return Gate(NAME, False, f"the new text does not parse: {after.error}")
    if before.holder is None or after.holder is None:
        return Gate(NAME, False, "the definition is not where it was")
    if after.docstring is None:
        return Gate(NAME, False, "the definition has no docstring")
    if not _same_program(before, after):
        return Gate(NAME, False, "the syntax tree outside the docstring differs")
    return Gate(NAME, True, "same syntax tree (ast)")


def _same_program(before: Parsed, after: Parsed) -> bool:
    old, new = _statements(before), _statements(after)
    if len(old) != len(new):
        return False
    # Equal text has an equal tree, and comparing text is what makes this fast in large files.
    differing = [(a, b) for (a, x), (b, y) in zip(old, new, strict=True) if x != y]
    return all(_dump(a, before.holder) == _dump(b, after.holder) for a, b in differing)


def _statements(side: Parsed) -> list[tuple[ast.stmt, tuple[object, ...]]]:
    """List the module's statements with their text; the module's own docstring is left out."""
    tree = side.tree
    body = tree.body if tree else []
    left_out = docstring_of(tree) if tree and side.holder is tree else None
    lines = re.split(rb"\r\n|\r|\n", side.source.utf8)
    return [(node, _text(node, lines)) for node in body if node is not left_out]


def _text(node: ast.stmt, lines: list[bytes]) -> tuple[object, ...]:
    decorators = getattr(node, "decorator_list", [])
    first = min([node.lineno, *(one.lineno for one in decorators)])
    text = lines[first - 1 : node.end_lineno]
    return type(node), node.col_offset, node.end_col_offset, text


def _dump(node: ast.stmt, holder: Holder | None) -> str:
    """Return the tree of a statement without the holder's docstring, wherever it is inside."""
    statement = docstring_of(holder) if holder else None
    if holder is None or statement is None:
        return ast.dump(node)
    holder.body.remove(statement)
    try:
        return ast.dump(node)
    finally:
        holder.body.insert(0, statement)


def _by_tree_sitter(pair: Pair) -> Gate:
    """Compare tokens of the whole text and the tree of the definition itself.

    Around an error the tree is a guess that may change with any edit, so there only tokens count.
    """
    label = f"tree-sitter, because Python cannot parse this file ({pair.before.error})"
    after = pair.after
    if after.docstring is None:
        return Gate(NAME, False, f"the definition has no docstring; {label}")
    if after.value is None:
        return Gate(NAME, False, f"the docstring is not a string; {label}")
    if _tokens(pair.before) != _tokens(after):
        return Gate(NAME, False, f"tokens outside the docstring differ; {label}")
    if not _same_definition(pair):
        return Gate(NAME, False, f"the definition's syntax tree differs; {label}")
    return Gate(NAME, True, f"same tokens and tree ({label})")


def _tokens(side: Parsed) -> list[bytes]:
    """List the tokens of a text outside its docstring, comments among them."""
    without = side.source.utf8
    if side.docstring:
        span = side.docstring
        without = without[: span.start] + b'""' + without[span.end :]
    root = syntax.parse(SourceText(without.decode("utf-8", "surrogatepass"))).root_node
    return [text for text in _leaves(root, without) if text not in (b"", b'"')]


def _leaves(root: Node, data: bytes) -> Iterator[bytes]:
    stack = [root]
    while stack:
        node = stack.pop()
        if node.child_count:
            stack.extend(reversed(node.children))
        else:
            yield data[node.start_byte : node.end_byte].strip()


def _same_definition(pair: Pair) -> bool:
    definition = pair.definition
    if definition.kind is DefinitionKind.MODULE:
        return True
    try:
        found = target.by_qualname(pair.after.source, definition.qualname, definition.ordinal)
    except AiError:
        return False
    return _shape(pair.before.source, definition) == _shape(pair.after.source, found)


def _shape(source: SourceText, definition: Definition) -> list[tuple[int, str, bytes]]:
    """List the nodes of a definition with their depth, its docstring's left out."""
    found: list[tuple[int, str, bytes]] = []
    stack = [(0, definition.node)] if definition.node else []
    while stack:
        depth, node = stack.pop()
        # Comments are tokens; which block they belong to changes when a statement precedes them.
        if node.type == "comment" or _is_docstring(node, definition.docstring):
            continue
        leaf = source.utf8[node.start_byte : node.end_byte] if not node.child_count else b""
        found.append((depth, node.type, leaf.strip()))
        stack.extend((depth + 1, child) for child in reversed(node.children))
    return found


def _is_docstring(node: Node, docstring: Span | None) -> bool:
    if docstring is None or node.type != "expression_statement":
        return False
    return docstring.start <= node.start_byte <= node.end_byte <= docstring.end
