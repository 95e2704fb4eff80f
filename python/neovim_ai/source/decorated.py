"""What decorators and warnings say of a function: that it is deprecated, that it is for `with`."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from neovim_ai.source import syntax
from neovim_ai.source.exceptions import last_name
from neovim_ai.source.own import Own
from neovim_ai.source.text import SourceText

_DEPRECATIONS = frozenset({"DeprecationWarning", "PendingDeprecationWarning"})
_CONTEXT_MANAGERS = frozenset({"contextmanager", "asynccontextmanager"})
_LONGEST = 60


def deprecations(source: SourceText, own: Own) -> Iterator[str]:
    """Yield where a function says that it is deprecated, with the words when they are short."""
    for decorator in _decorators(own.root):
        called = decorator.named_children[0] if decorator.named_children else None
        if called is not None and _name(source, called).startswith("deprecated"):
            yield f"is deprecated{_words(source, called)} (line {_line(source, decorator)})"
    for call in own.of("call"):
        listed = call.child_by_field_name("arguments")
        if _name(source, call) == "warn" and listed is not None:
            given = {_name(source, one) for one in syntax.descendants(listed)}
            if given & _DEPRECATIONS:
                yield f"warns that it is deprecated (line {_line(source, call)})"


def context_manager(source: SourceText, own: Own) -> Iterator[str]:
    """Yield that callers use a function in a `with` statement, and what `as` then binds."""
    for decorator in _decorators(own.root):
        named = decorator.named_children[0] if decorator.named_children else None
        if named is not None and _name(source, named) in _CONTEXT_MANAGERS:
            yield f"a context manager: `as` binds what it yields (line {_line(source, decorator)})"


def _decorators(function: Node) -> list[Node]:
    outer = function.parent
    if outer is None or outer.type != "decorated_definition":
        return []
    return [child for child in outer.named_children if child.type == "decorator"]


def _name(source: SourceText, node: Node) -> str:
    called = node.child_by_field_name("function") if node.type == "call" else node
    return last_name(syntax.text(source, called)) if called is not None else ""


def _words(source: SourceText, node: Node) -> str:
    listed = node.child_by_field_name("arguments") if node.type == "call" else None
    first = next(iter(syntax.statements(listed)), None) if listed is not None else None
    if first is None or first.type != "string":
        return ""
    said = syntax.text(source, first).strip("'\"")
    return f": {said}" if len(said) <= _LONGEST and "\n" not in said else ""


def _line(source: SourceText, node: Node) -> int:
    return source.line(node.start_byte)
