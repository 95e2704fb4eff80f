"""Find the definitions of a source: all of them, the one around a row, the one of a name."""

from __future__ import annotations

import difflib
import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace

from tree_sitter import Node, Tree

from neovim_ai.errors import AiError, Kind
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


@dataclass(frozen=True)
class _Place:
    """Where the walk stands: the definition around it and the class around that."""

    prefix: str = ""
    owner: str | None = None
    in_class: bool = False


def definitions(source: SourceText, tree: Tree | None = None) -> tuple[Definition, ...]:
    """Return every definition in file order, the module first."""
    root = (tree or syntax.parse(source)).root_node
    found = [_module(source, root)]
    seen: Counter[str] = Counter()
    stack: list[tuple[Node, _Place]] = [(root, _Place())]
    while stack:
        node, place = stack.pop()
        if node.type in syntax.DEFINITIONS:
            one = _definition(source, node, place)
            if one is None:
                continue
            found.append(replace(one, ordinal=seen[one.qualname]))
            seen[one.qualname] += 1
            place = _inside(one)
        stack.extend((child, place) for child in reversed(_enterable(node)))
    return tuple(found)


def at(source: SourceText, row: int, col: int = 0) -> Definition | None:
    """Return the innermost function or class whose lines, decorators included, hold a position.

    Args:
        source: The text.
        row: 0-based row.
        col: 0-based column in UTF-8 bytes; decides only between definitions that share the row.
    """
    held = [d for d in definitions(source)[1:] if _holds_row(source, d, row)]
    if not held:
        return None
    offset = source.row_start(row) + col
    exact = [d for d in held if d.span.start <= offset <= d.span.end]
    alone = all(outer.span.covers(inner.span) for outer, inner in itertools.pairwise(held))
    return held[-1] if alone or not exact else exact[-1]


def by_qualname(source: SourceText, qualname: str, ordinal: int | None = None) -> Definition:
    """Return the definition of a name.

    Args:
        source: The text.
        qualname: `Class.method`, `outer.inner`; empty for the module.
        ordinal: Which of several equals; None for the first that is no `@overload`.

    Raises:
        AiError: `no_target` when there is none, with the nearest names.
    """
    everything = definitions(source)
    equals = [d for d in everything if d.qualname == qualname]
    if ordinal is not None:
        equals = [d for d in equals if d.ordinal == ordinal]
    if not equals:
        hint = _near(qualname, everything)
        raise AiError(Kind.NO_TARGET, f"There is no '{qualname}' here.", hint)
    return next((d for d in equals if not _is_overload(d)), equals[0])


def near(
    source: SourceText, qualname: str, ordinal: int, row: int, equals: int | None = None
) -> Definition | None:
    """Find a definition again after edits; None when it cannot be told from its equals.

    Args:
        source: The text as it stands now.
        qualname: The name it had.
        ordinal: Its place among equals when it was asked for.
        row: 0-based row where its `def` or `class` is believed to stand now.
        equals: How many of that name there were then; None when that is not known.
    """
    now = [d for d in definitions(source) if d.qualname == qualname]
    if len(now) == 1:
        return now[0]
    there = next((d for d in now if d.line == row + 1), None)
    return there or (now[ordinal] if equals == len(now) and ordinal < len(now) else None)


def _near(qualname: str, everything: tuple[Definition, ...]) -> str:
    names = list(dict.fromkeys(d.qualname for d in everything[1:]))
    close = difflib.get_close_matches(qualname, names, n=3, cutoff=0.5)
    last = qualname.rpartition(".")[2]
    close += [n for n in names if n.rpartition(".")[2] == last and n not in close]
    return f"Did you mean {' or '.join(close[:3])}?" if close else ""


def _is_overload(definition: Definition) -> bool:
    return any(d.rpartition(".")[2] == "overload" for d in definition.decorators)


def _holds_row(source: SourceText, definition: Definition, row: int) -> bool:
    # A comment that ends the body is no statement, yet a cursor on it is inside the function.
    end = max(definition.span.end, definition.node.end_byte if definition.node else 0)
    return source.row(definition.span.start) <= row <= source.row(max(end - 1, 0))


def _enterable(node: Node) -> list[Node]:
    if node.type in syntax.DEFINITIONS:
        body = node.child_by_field_name("body")
        return [body] if body else []
    wanted = _HOLDERS | syntax.DEFINITIONS
    return [child for child in node.named_children if child.type in wanted]


def _inside(outer: Definition) -> _Place:
    is_class = outer.kind is DefinitionKind.CLASS
    owner = outer.qualname if is_class else outer.owner
    return _Place(f"{outer.qualname}.", owner, is_class)


def _module(source: SourceText, root: Node) -> Definition:
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


def _definition(source: SourceText, node: Node, place: _Place) -> Definition | None:
    named = node.child_by_field_name("name")
    colon = next((c for c in reversed(node.children) if c.type == ":"), None)
    if named is None or colon is None or not named.end_byte > named.start_byte:
        return None
    name = syntax.text(source, named)
    body = node.child_by_field_name("body")
    inner = syntax.statements(body) if body else []
    end = _last_end(inner[-1]) if inner else colon.end_byte
    start = inner[0].start_byte if inner else colon.end_byte
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
        body_indent=_body_indent(source, colon.end_byte, start) if inner else None,
        line=source.line(node.start_byte),
        end_line=source.line(max(end - 1, 0)),
        decorators=_decorators(source, outer),
        is_async=node.children[0].type == "async",
        owner=place.owner,
        broken=not inner or _own_error(node),
        node=node,
    )


def _kind(node: Node, place: _Place) -> DefinitionKind:
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
    first = next(iter(syntax.statements(body)), None)
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
    while True:
        inner = [c for c in node.children if c.type not in {"comment", ";"}]
        if not inner or node.type == "string":
            return node.end_byte
        node = inner[-1]


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
