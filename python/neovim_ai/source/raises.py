"""Which exceptions start in a function's own body, when, and whether they leave it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from tree_sitter import Node

from neovim_ai.source import flow, syntax
from neovim_ai.source.condition import condition
from neovim_ai.source.model import Raise
from neovim_ai.source.own import Own
from neovim_ai.source.raised import Named, Namer, handler_alias, raised_value
from neovim_ai.source.text import SourceText

_ESCAPES = re.compile(r"\\(?:[nrt]|\r?\n)")
_FORMATTERS = frozenset({"format", "format_map"})


def raises(source: SourceText, own: Own, namer: Namer) -> tuple[Raise, ...]:
    """Return every exception of the body that can be named, in file order."""
    found: list[Raise] = []
    statements = own.of("raise_statement")
    ends = flow.dead_ends(source, own) if statements else {}
    for node in statements:
        dead = flow.is_dead(own, node, ends)
        for named in dict.fromkeys(namer.names(own, node)):
            one = _raise(source, own, namer, node, named)
            found.append(replace(one, escapes=False, dead=True) if dead else one)
    return tuple(found)


def nameless_reraises(source: SourceText, own: Own) -> tuple[int, ...]:
    """Return the lines where a bare `except:` raises on whatever it caught, which has no name."""
    lines = []
    for node in own.of("raise_statement"):
        handler = next((p for _, p in own.way_up(node) if p.type == "except_clause"), None)
        if handler is not None and not syntax.statements(node) and not _has_class(handler):
            lines.append(source.line(node.start_byte))
    return tuple(lines)


def _has_class(handler: Node) -> bool:
    return bool(handler.children_by_field_name("value"))


def _raise(source: SourceText, own: Own, namer: Namer, node: Node, named: Named) -> Raise:
    return Raise(
        exception=named.exception,
        line=source.line(node.start_byte),
        condition=condition(source, own, node),
        message=None if named.reraise else _message(source, raised_value(node)),
        escapes=escapes(own, namer, node, named.exception),
        reraise=named.reraise,
    )


def escapes(own: Own, namer: Namer, node: Node, exception: str) -> bool:
    """Tell whether an exception that starts at a node of a body leaves the function."""
    for child, parent in own.way_up(node):
        if parent.type == "with_statement" and _is_suppressed(namer, parent, exception):
            return False
        if parent.type != "try_statement" or child != parent.child_by_field_name("body"):
            continue
        handler = _catching(namer, parent, exception)
        if handler is not None and not _raises_on(namer, handler):
            return False
    return True


def _catching(namer: Namer, attempt: Node, exception: str) -> Node | None:
    for handler in attempt.children:
        if handler.type != "except_clause":
            continue
        if not _has_class(handler) or _any_catches(namer, namer.caught(handler), exception):
            return handler
    return None


def _any_catches(namer: Namer, handlers: Iterator[str] | tuple[str, ...], exception: str) -> bool:
    return any(namer.hierarchy.catches(name, exception) for name in handlers)


def _raises_on(namer: Namer, handler: Node) -> bool:
    """Tell whether a handler can raise again what it caught, so that it escapes after all."""
    deeper = syntax.SCOPES | {"except_clause"}
    for node in syntax.descendants(handler, deeper):
        if node.type == "raise_statement" and not syntax.statements(node):
            return True
    alias = handler_alias(namer.source, handler)
    raised = (n for n in syntax.descendants(handler) if n.type == "raise_statement")
    return alias is not None and any(_is_named(namer.source, n, alias) for n in raised)


def _is_named(source: SourceText, node: Node, alias: str) -> bool:
    value = raised_value(node)
    return value is not None and syntax.text(source, value) == alias


def _is_suppressed(namer: Namer, statement: Node, exception: str) -> bool:
    heads = [c for c in statement.children if c.type == "with_clause"]
    for call in (n for head in heads for n in syntax.descendants(head) if n.type == "call"):
        called, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        name = syntax.text(namer.source, called) if called else ""
        if name.rpartition(".")[2] == "suppress" and given:
            classes = (syntax.text(namer.source, n) for n in syntax.statements(given))
            return _any_catches(namer, classes, exception)
    return False


def _message(source: SourceText, value: Node | None) -> str | None:
    given = value.child_by_field_name("arguments") if value and value.type == "call" else None
    first = next(iter(syntax.statements(given)), None) if given else None
    literal = _literal(first) if first else None
    if literal is None:
        return None
    parts = [p for p in literal.named_children if p.type == "string"] or [literal]
    return " ".join("".join(_content(source, part) for part in parts).split())


def _literal(node: Node) -> Node | None:
    """Find the string in `"…"`, `"…" % x` and `"…".format(x)`."""
    node = syntax.unwrapped(node)
    if node.type == "binary_operator" and any(c.type == "%" for c in node.children):
        left = node.child_by_field_name("left")
        return _literal(left) if left else None
    called = node.child_by_field_name("function") if node.type == "call" else None
    if called is not None and called.type == "attribute":
        attribute, holder = called.named_children[-1], called.child_by_field_name("object")
        formats = attribute.text is not None and attribute.text.decode() in _FORMATTERS
        return _literal(holder) if formats and holder else None
    return node if node.type in syntax.STRINGS else None


def _content(source: SourceText, string: Node) -> str:
    opening, closing = string.children[0], string.children[-1]
    raw = source.utf8[opening.end_byte : max(closing.start_byte, opening.end_byte)]
    text = raw.decode("utf-8", "surrogatepass")
    if "r" in syntax.text(source, opening).lower():
        return text
    return _ESCAPES.sub(" ", text).replace("\\'", "'").replace('\\"', '"')
