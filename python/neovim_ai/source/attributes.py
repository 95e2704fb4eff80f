"""The attributes of a class: set in its body, or on `self` in its methods."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from neovim_ai.source import signature, syntax
from neovim_ai.source.flow import VALUE_LIMIT
from neovim_ai.source.model import Attribute, Definition, DefinitionKind
from neovim_ai.source.own import Own
from neovim_ai.source.text import SourceText

_GROUPS = frozenset(
    {"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern", "as_pattern_target"}
)
_TARGETS = frozenset({"assignment", "for_statement", "as_pattern"})


def attributes(
    source: SourceText, definition: Definition, methods: tuple[Definition, ...]
) -> tuple[Attribute, ...]:
    """Return a class's attributes, each where it is first set.

    Args:
        source: The text.
        definition: The class.
        methods: The functions directly inside its body, in file order.
    """
    if definition.node is None:
        return ()
    found: dict[str, Attribute] = {}
    for one in _set_in(source, Own(definition.node), None):
        found.setdefault(one.name, one)
    for method in methods:
        name = signature.receiver(source, method)
        if name is None or method.node is None:
            continue
        for one in _set_in(source, Own(method.node), name):
            found.setdefault(one.name, one)
    # Setting a property calls its setter; the property has a docstring of its own.
    defined = {method.name for method in methods}
    return tuple(a for a in found.values() if a.name not in defined and not _is_dunder(a.name))


def methods_of(
    definition: Definition, everything: tuple[Definition, ...]
) -> tuple[Definition, ...]:
    """Return the methods of one class, told from those of an equal by where they stand."""
    return tuple(
        d
        for d in everything
        if d.kind is DefinitionKind.METHOD
        and d.owner == definition.qualname
        and definition.span.covers(d.span)
    )


def _is_dunder(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def _set_in(source: SourceText, own: Own, receiver: str | None) -> Iterator[Attribute]:
    for node in own.of(*_TARGETS):
        field = "alias" if node.type == "as_pattern" else "left"
        target = node.child_by_field_name(field)
        if target is None:
            continue
        plain = node if node.type == "assignment" and target.type not in _GROUPS else None
        for part in _parts(target):
            name = _name(source, part, receiver)
            # A loop variable or a `with … as` name of a class body is scaffolding.
            if name and (receiver or node.type == "assignment"):
                yield _attribute(source, name, part, plain)


def _attribute(source: SourceText, name: str, part: Node, plain: Node | None) -> Attribute:
    annotation = plain.child_by_field_name("type") if plain else None
    value = plain.child_by_field_name("right") if plain else None
    while value is not None and value.type == "assignment":
        value = value.child_by_field_name("right")
    return Attribute(
        name=name,
        line=source.line(part.start_byte),
        annotation=syntax.folded(source, annotation) if annotation else None,
        default=syntax.folded(source, value, VALUE_LIMIT) if value else None,
        public=not name.startswith("_"),
    )


def _parts(target: Node) -> Iterator[Node]:
    target = syntax.unwrapped(target)
    if target.type not in _GROUPS:
        yield target
        return
    for child in syntax.statements(target):
        yield from _parts(child)


def _name(source: SourceText, part: Node, receiver: str | None) -> str | None:
    if receiver is None:
        return syntax.text(source, part) if part.type == "identifier" else None
    holder = part.child_by_field_name("object") if part.type == "attribute" else None
    attribute = part.child_by_field_name("attribute")
    # The grammar reads `*self.x` in a target as `(*self).x`.
    if holder is None or attribute is None:
        return None
    if syntax.text(source, holder).lstrip("* ") != receiver:
        return None
    return syntax.text(source, attribute)
