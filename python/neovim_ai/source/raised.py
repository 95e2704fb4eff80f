"""Name the class behind a `raise`: written there, caught before, assigned before or returned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from neovim_ai.source import signature, syntax, target
from neovim_ai.source.exceptions import Hierarchy, is_builtin_exception, last_name
from neovim_ai.source.model import Definition
from neovim_ai.source.own import Own
from neovim_ai.source.text import SourceText

_DOTTED = re.compile(r"[^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*")
_SAME_EXCEPTION = frozenset({"with_traceback"})
_NAMING = frozenset({"identifier", "attribute", "tuple", "parenthesized_expression"})
_LOWER_CASE_CLASSES = frozenset({"error", "timeout", "gaierror", "herror"})
_EXCEPTION_LIKE = ("Error", "Exception", "Warning")
# A factory may call a factory; a cycle of them must end.
_DEEPEST = 4


@dataclass(frozen=True)
class Named:
    """A class that a `raise` raises; `reraise` when a handler had caught it."""

    exception: str
    reraise: bool = False


def _is_constant(name: str) -> bool:
    """Tell whether an `except` names a constant, most often a tuple of classes."""
    bare = name.lstrip("_")
    return bare.isupper() and len(bare) > 1


def raised_value(node: Node) -> Node | None:
    """Return what a `raise` raises, `.with_traceback(…)` and parentheses taken off."""
    value = next((c for c in syntax.statements(node)), None)
    if value is None or value == node.child_by_field_name("cause"):
        return None
    return _plain(value)


def _plain(value: Node) -> Node:
    value = syntax.unwrapped(value)
    if value.type == "expression_list":
        return _plain(value.named_children[0])
    called = value.child_by_field_name("function") if value.type == "call" else None
    if called is not None and called.type == "attribute":
        name, holder = called.child_by_field_name("attribute"), called.child_by_field_name("object")
        if name and holder and (name.text or b"").decode() in _SAME_EXCEPTION:
            return _plain(holder)
    return value


def _dotted_names(source: SourceText, value: Node) -> list[str]:
    """Return the names in `X`, `m.X` or `(X, m.Y)`."""
    inner = syntax.unwrapped(value)
    listed = syntax.statements(inner) if inner.type == "tuple" else [inner]
    texts = (syntax.folded(source, node) for node in listed)
    return [text for text in texts if _DOTTED.fullmatch(text)]


def handler_alias(source: SourceText, handler: Node) -> str | None:
    """Return the name after `as` of an `except` clause."""
    for value in handler.children_by_field_name("value"):
        alias = value.child_by_field_name("alias") if value.type == "as_pattern" else None
        if alias is not None:
            return syntax.text(source, alias)
    return None


class Namer:
    """Names what is raised in the functions of one file."""

    def __init__(
        self, source: SourceText, definition: Definition, siblings: Sequence[Definition] | None
    ) -> None:
        """Remember the file; `siblings` are all its definitions, found anew when not given."""
        self.source = source
        self._definition = definition
        self._siblings = siblings

    @cached_property
    def _all(self) -> dict[str, Definition]:
        # The last of equals wins, as at run time.
        found = target.definitions(self.source) if self._siblings is None else self._siblings
        return {d.qualname: d for d in found}

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The file's exception classes."""
        return Hierarchy.of(self.source, self._all.values())

    def names(self, own: Own, node: Node) -> Iterator[Named]:
        """Yield the classes of one `raise`; none where the code does not tell."""
        value = raised_value(node)
        if value is not None:
            yield from self._named(own, value, 0)
            return
        handler = next((p for _, p in own.way_up(node) if p.type == "except_clause"), None)
        if handler is not None:
            yield from self._caught(handler)

    @cached_property
    def _constants(self) -> dict[str, list[str]]:
        """What module-level names such as `_ERRORS = (KeyError, OSError)` stand for."""
        module = self._all.get("")
        found: dict[str, list[str]] = {}
        for line in syntax.statements(module.node) if module and module.node else []:
            assigned = line.named_children[0] if line.type == "expression_statement" else line
            left, right = (assigned.child_by_field_name(name) for name in ("left", "right"))
            if assigned.type == "assignment" and left and right and right.type in _NAMING:
                found[syntax.text(self.source, left)] = _dotted_names(self.source, right)
        return found

    def caught(self, handler: Node) -> tuple[str, ...]:
        """Return the classes an `except` clause names, as written; none for a variable."""
        found: list[str] = []
        for value in handler.children_by_field_name("value"):
            first = value.named_children[0] if value.type == "as_pattern" else value
            for name in _dotted_names(self.source, first):
                is_class = "." in name or (self._is_class(name) and not _is_constant(name))
                found += [name] if is_class else self._constants.get(name, [])
        return tuple(found)

    def _caught(self, handler: Node) -> Iterator[Named]:
        yield from (Named(name, reraise=True) for name in self.caught(handler))

    def _named(self, own: Own, value: Node, depth: int) -> Iterator[Named]:
        value = _plain(value)
        if depth > _DEEPEST:
            return
        if value.type == "conditional_expression":
            chosen = syntax.statements(value)
            for branch in (chosen[0], chosen[-1]):
                yield from self._named(own, branch, depth + 1)
        elif value.type == "boolean_operator":
            for branch in syntax.statements(value):
                yield from self._named(own, branch, depth + 1)
        elif value.type == "call":
            yield from self._called(own, value, depth)
        elif value.type in {"identifier", "attribute"}:
            yield from self._variable(own, value, depth)

    def _called(self, own: Own, call: Node, depth: int) -> Iterator[Named]:
        called = call.child_by_field_name("function")
        called = syntax.unwrapped(called) if called else None
        if called is None:
            return
        if called.type == "conditional_expression":
            yield from self._named(own, called, depth + 1)
            return
        name = self._class_name(called) or self._built_by_class(called)
        if name and not self._is_attribute_of_variable(own, name):
            yield Named(name)
            return
        maker = self.function(called)
        if maker is not None and maker.node is not None:
            yield from self._made(maker, maker.node, depth + 1)

    def _made(self, maker: Definition, node: Node, depth: int) -> Iterator[Named]:
        annotation = signature.return_annotation(self.source, maker)
        names = [part.strip(" '\"") for part in (annotation or "").split("|")]
        if all(_DOTTED.fullmatch(n) and self._is_class(n) for n in names):
            yield from (Named(n) for n in names if n not in {"NoReturn", "Never", "None"})
            return
        inner = Own(node)
        for given in inner.of("return_statement"):
            for value in syntax.statements(given)[:1]:
                yield from self._named(inner, value, depth)

    def _variable(self, own: Own, value: Node, depth: int) -> Iterator[Named]:
        text = syntax.text(self.source, value)
        handler = next((h for h in self._handlers(own, value) if h[0] == text), None)
        if handler is not None:
            yield from self._caught(handler[1])
            return
        name = self._class_name(value)
        if name and not self._is_attribute_of_variable(own, name):
            yield Named(name)
            return
        for assigned in own.of("assignment"):
            left = assigned.child_by_field_name("left")
            right = assigned.child_by_field_name("right")
            if left and right and syntax.text(self.source, left) == text:
                yield from self._named(own, right, depth + 1)

    def _is_attribute_of_variable(self, own: Own, name: str) -> bool:
        """Tell a variable's `reply.error` from a module's `struct.error`."""
        first, dotted, _ = name.partition(".")
        if not dotted or last_name(name) not in _LOWER_CASE_CLASSES:
            return False
        bound = {one.name for one in signature.parameters(self.source, self._definition)}
        for node in own.of("assignment", "for_statement"):
            left = node.child_by_field_name("left")
            bound |= {syntax.text(self.source, left)} if left else set()
        return first in bound

    def _handlers(self, own: Own, node: Node) -> Iterator[tuple[str | None, Node]]:
        for _, parent in own.way_up(node):
            if parent.type == "except_clause":
                yield handler_alias(self.source, parent), parent

    def _class_name(self, node: Node) -> str | None:
        name = "".join(syntax.text(self.source, node).split())
        if not _DOTTED.fullmatch(name):
            return None
        if name.split(".")[0] in {"self", "cls"}:
            name = name.partition(".")[2]
            return name if name and last_name(name).lstrip("_")[:1].isupper() else None
        return name if self._is_class(name) else None

    def _is_class(self, name: str) -> bool:
        last = last_name(name)
        if last in self.hierarchy.bases:
            return True
        return last.lstrip("_")[:1].isupper() or last in _LOWER_CASE_CLASSES

    def _built_by_class(self, called: Node) -> str | None:
        """`ConfigError.from_path(…)`: an exception's own constructor."""
        holder = called.child_by_field_name("object") if called.type == "attribute" else None
        name = self._class_name(holder) if holder else None
        if name is None:
            return None
        last = last_name(name)
        sure = is_builtin_exception(last) or last in self.hierarchy.bases
        return name if sure or last.endswith(_EXCEPTION_LIKE) else None

    def function(self, called: Node) -> Definition | None:
        """Return what of this file a name, or a method of `self`, calls; None for anything else."""
        name = syntax.text(self.source, called)
        first, _, rest = name.partition(".")
        if first in {"self", "cls"} and rest.isidentifier():
            return self._method(self._definition.owner or "", rest)
        if not name.isidentifier():
            return None
        outer = self._definition.qualname.split(".")
        scopes = (".".join([*outer[:i], name]) for i in range(len(outer), -1, -1))
        return next((self._all[q] for q in scopes if q in self._all), None)

    def _method(self, owner: str, name: str) -> Definition | None:
        seen: set[str] = set()
        while owner and owner not in seen:
            seen.add(owner)
            if f"{owner}.{name}" in self._all:
                return self._all[f"{owner}.{name}"]
            owner = next((b for b in self.hierarchy.bases.get(last_name(owner), ())), "")
        return None
