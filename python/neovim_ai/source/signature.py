"""Read a signature: the parameters in order, their kinds, annotations and defaults."""

from __future__ import annotations

from dataclasses import replace

from tree_sitter import Node

from neovim_ai.source import syntax
from neovim_ai.source.model import Definition, DefinitionKind, Parameter, ParameterKind
from neovim_ai.source.text import SourceText

_PLAIN = ParameterKind.POSITIONAL_OR_KEYWORD
_STARRED = {
    "list_splat_pattern": ParameterKind.VAR_POSITIONAL,
    "dictionary_splat_pattern": ParameterKind.VAR_KEYWORD,
}


def parameters(source: SourceText, definition: Definition) -> tuple[Parameter, ...]:
    """Return the parameters a caller passes: without the `self` or `cls` of a method."""
    if definition.node is None:
        return ()
    listed = definition.node.child_by_field_name("parameters")
    if listed is None:
        return ()
    found = _in_order(source, listed)
    return tuple(found[1:] if _is_bound(definition) and _takes_receiver(found) else found)


def receiver(source: SourceText, method: Definition) -> str | None:
    """Return the name a method gives its object or class (`self`), None for a static method."""
    if method.node is None or not _is_bound(method):
        return None
    listed = method.node.child_by_field_name("parameters")
    found = _in_order(source, listed) if listed else []
    return found[0].name if _takes_receiver(found) else None


def return_annotation(source: SourceText, definition: Definition) -> str | None:
    """Return what stands after `->`, folded."""
    node = definition.node and definition.node.child_by_field_name("return_type")
    return syntax.folded(source, node) if node else None


def _is_bound(definition: Definition) -> bool:
    if definition.kind is not DefinitionKind.METHOD:
        return False
    # Python itself makes __new__ static, yet it too is passed the class.
    return all(d.rpartition(".")[2] != "staticmethod" for d in definition.decorators)


def _takes_receiver(found: list[Parameter]) -> bool:
    passed_first = {_PLAIN, ParameterKind.POSITIONAL_ONLY}
    return bool(found) and found[0].kind in passed_first


def _in_order(source: SourceText, listed: Node) -> list[Parameter]:
    found: list[Parameter] = []
    after_star = False
    for node in listed.named_children:
        if node.type == "positional_separator":
            found = [replace(p, kind=ParameterKind.POSITIONAL_ONLY) for p in found]
        elif node.type == "keyword_separator":
            after_star = True
        else:
            one = _parameter(source, node, after_star)
            found += [one] if one else []
            after_star |= one is not None and one.kind is ParameterKind.VAR_POSITIONAL
    return found


def _parameter(source: SourceText, node: Node, after_star: bool) -> Parameter | None:
    named = _name(node)
    if named is None:
        return None
    kind = _STARRED.get(named.type, ParameterKind.KEYWORD_ONLY if after_star else _PLAIN)
    annotation = node.child_by_field_name("type")
    default = node.child_by_field_name("value")
    return Parameter(
        name=syntax.text(source, named).lstrip("* \t"),
        kind=kind,
        annotation=syntax.folded(source, annotation) if annotation else None,
        default=syntax.folded(source, default) if default else None,
        line=source.line(node.start_byte),
    )


def _name(node: Node) -> Node | None:
    if node.type == "identifier" or node.type in _STARRED:
        return node
    if node.type == "typed_parameter":
        return next(iter(syntax.statements(node)), None)
    return node.child_by_field_name("name")
