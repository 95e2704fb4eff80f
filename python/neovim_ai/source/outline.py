"""Turn a syntax tree into definitions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from tree_sitter import Node

from neovim_ai.source import syntax
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText, Span

_BEFORE_BODY = re.compile(rb"#[^\r\n]*|\\(?:\r\n|\r|\n)|(?P<newline>\r\n|\r|\n)")
_BLANK = re.compile(rb"[ \t\f]*")
_NOT_TEXT = frozenset("fFbBtT")
_HOLDERS = frozenset(
    {
        "block",
        "module",
        "ERROR",
        "decorated_definition",
        "if_statement",
        "elif_clause",
        "else_clause",
        "for_statement",
        "while_statement",
        "with_statement",
        "try_statement",
        "except_clause",
        "finally_clause",
        "match_statement",
        "case_clause",
    }
)
_ENTERED = _HOLDERS | syntax.DEFINITIONS


@dataclass(frozen=True)
class Place:
    """What is around a definition: the qualname before its own, and the nearest class."""

    prefix: str = ""
    owner: str | None = None
    in_class: bool = False


def below(source: SourceText, root: Node, place: Place) -> list[Definition]:
    """Return the definitions in a tree, in file order, ordinals not yet given."""
    found: list[Definition] = []
    stack: list[tuple[Node, Place]] = [(root, place)]
    while stack:
        node, here = stack.pop()
        if node.type in syntax.DEFINITIONS:
            one = definition(source, node, here)
            if one is None:
                continue
            found.append(one)
            here = inside(one)
        stack.extend((child, here) for child in reversed(enterable(node)))
    return found


def numbered(found: Iterable[Definition]) -> tuple[Definition, ...]:
    """Give each definition its place among those of the same qualname."""
    seen: Counter[str] = Counter()
    result = []
    for one in found:
        ordinal = seen[one.qualname]
        result.append(replace(one, ordinal=ordinal) if ordinal != one.ordinal else one)
        seen[one.qualname] += 1
    return tuple(result)


def enterable(node: Node) -> list[Node]:
    """Return the children of a node in which definitions can stand."""
    if node.type in syntax.DEFINITIONS:
        body = node.child_by_field_name("body")
        return [body] if body else []
    return [child for child in node.children if child.type in _ENTERED]


def inside(outer: Definition) -> Place:
    """Return the place of what is defined directly inside a definition."""
    is_class = outer.kind is DefinitionKind.CLASS
    owner = outer.qualname if is_class else outer.owner
    return Place(f"{outer.qualname}.", owner, is_class)


def module(source: SourceText, root: Node) -> Definition:
    """Return the module itself."""
    whole = Span(0, len(source.utf8))
    return Definition(
        kind=DefinitionKind.MODULE,
        name="",
        qualname="",
        ordinal=0,
        span=whole,
        header=Span(0, 0),
        body=whole,
        docstring=docstring(source, root),
        indent="",
        body_indent="",
        line=1,
        end_line=source.line(len(source.utf8)),
        broken=_own_error(root),
        node=root,
    )


def definition(source: SourceText, node: Node, place: Place) -> Definition | None:
    """Return the definition of one node; None when it lacks a name or a colon."""
    named = node.child_by_field_name("name")
    colon = next((c for c in reversed(node.children) if c.type == ":"), None)
    if named is None or colon is None or not named.end_byte > named.start_byte:
        return None
    name = syntax.text(source, named)
    body = node.child_by_field_name("body")
    first = syntax.first_statement(body) if body else None
    end = _last_end(body) if body and first else colon.end_byte
    start = first.start_byte if first else colon.end_byte
    parent = node.parent
    outer = parent if parent and parent.type == "decorated_definition" else node
    return Definition(
        kind=_kind(node, place),
        name=name,
        qualname=place.prefix + name,
        ordinal=0,
        span=Span(outer.start_byte, end),
        header=Span(node.start_byte, colon.end_byte),
        body=Span(start, end),
        docstring=docstring(source, body) if body else None,
        indent=_indent(source, node.start_byte),
        body_indent=_body_indent(source, colon.end_byte, start) if first else None,
        line=source.line(node.start_byte),
        end_line=source.line(max(end - 1, 0)),
        decorators=_decorators(source, outer),
        is_async=node.children[0].type == "async",
        owner=place.owner,
        broken=first is None or _own_error(node),
        node=node,
    )


def _kind(node: Node, place: Place) -> DefinitionKind:
    if node.type == syntax.CLASS:
        return DefinitionKind.CLASS
    return DefinitionKind.METHOD if place.in_class else DefinitionKind.FUNCTION


def _decorators(source: SourceText, outer: Node) -> tuple[str, ...]:
    if outer.type != "decorated_definition":
        return ()
    found = [child for child in outer.named_children if child.type == "decorator"]
    inner = [syntax.statements(decorator) for decorator in found]
    return tuple(syntax.folded(source, nodes[0]) for nodes in inner if nodes)


def docstring(source: SourceText, body: Node) -> Span | None:
    """Return the string expression that Python takes as the docstring of a block or a module."""
    first = syntax.first_statement(body)
    if first is None or first.type != "expression_statement" or first.has_error:
        return None
    expressions = [c for c in first.children if c.type != "comment"]
    if len(expressions) != 1:
        return None
    value = syntax.unwrapped(expressions[0])
    parts = value.named_children if value.type == "concatenated_string" else [value]
    strings = [p for p in parts if p.type != "comment"]
    if not all(p.type == "string" and _is_text(source, p) for p in strings):
        return None
    return syntax.span(expressions[0])


def _is_text(source: SourceText, string: Node) -> bool:
    opening = syntax.text(source, string.children[0])
    return _NOT_TEXT.isdisjoint(opening)


def _last_end(node: Node) -> int:
    while node.child_count and node.type != "string":
        last: Node | None = node.child(node.child_count - 1)
        while last is not None and last.type in _NO_END:
            last = last.prev_sibling
        if last is None:
            return node.end_byte
        node = last
    return node.end_byte


_NO_END = frozenset({"comment", "line_continuation"})


def _indent(source: SourceText, offset: int) -> str:
    data = source.utf8
    start = max(data.rfind(b"\n", 0, offset), data.rfind(b"\r", 0, offset)) + 1
    before = data[start:offset]
    blank = _BLANK.fullmatch(before)
    # Python starts counting anew after a form feed.
    return before.rpartition(b"\f")[2].decode() if blank else ""


def _body_indent(source: SourceText, colon: int, first: int) -> str | None:
    own_line = None
    for match in _BEFORE_BODY.finditer(source.utf8, colon, first):
        own_line = match.end() if match["newline"] else own_line
    if own_line is None:
        return None
    blank = _BLANK.match(source.utf8, own_line, first)
    return blank[0].rpartition(b"\f")[2].decode() if blank else ""


def _own_error(node: Node) -> bool:
    """Tell whether an error lies in a definition itself and not in one nested in it."""
    if not node.has_error:
        return False
    stack = list(node.children)
    while stack:
        child = stack.pop()
        if child.is_error or child.is_missing:
            return True
        if child.has_error and child.type not in syntax.DEFINITIONS:
            stack.extend(child.children)
    return False
