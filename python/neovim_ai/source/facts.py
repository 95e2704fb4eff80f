"""Collect what the code of one definition says, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from tree_sitter import Node

from neovim_ai.source import (
    attributes,
    decorated,
    effects,
    exceptions,
    flow,
    signature,
    syntax,
    target,
)
from neovim_ai.source.model import Definition, DefinitionKind, Facts
from neovim_ai.source.own import Own
from neovim_ai.source.raised import Namer
from neovim_ai.source.raises import raises
from neovim_ai.source.text import SourceText

_ABSTRACT = frozenset(
    {"abstractmethod", "abstractproperty", "abstractclassmethod", "abstractstaticmethod"}
)
_SETTERS = (".setter", ".deleter")
_UNWRITTEN = frozenset({"...", "pass"})


def collect(
    source: SourceText, definition: Definition, everything: Sequence[Definition] | None = None
) -> Facts:
    """Return the facts of a definition.

    Args:
        source: The text the definition was found in.
        definition: What to look at.
        everything: All definitions of the text, when the caller has them: it saves a walk.
    """
    node = definition.node
    if node is None or definition.kind is DefinitionKind.MODULE:
        return Facts()
    if definition.kind is DefinitionKind.CLASS:
        return _of_class(source, definition, everything)
    return _of_function(source, definition, node, everything)


def _of_class(
    source: SourceText, definition: Definition, everything: Sequence[Definition] | None
) -> Facts:
    found = tuple(target.definitions(source) if everything is None else everything)
    methods = attributes.methods_of(definition, found)
    made_by = [m for m in methods if m.name == "__init__" and not is_overload(m)]
    made = made_by[-1].node if made_by else None
    return Facts(
        parameters=signature.parameters(source, made_by[-1]) if made_by else (),
        raises=raises(source, Own(made), Namer(source, made_by[-1], found)) if made else (),
        attributes=attributes.attributes(source, definition, methods),
        bases=exceptions.base_names(source, definition),
    )


def _of_function(
    source: SourceText, definition: Definition, node: Node, everything: Sequence[Definition] | None
) -> Facts:
    own = Own(node)
    parameters = signature.parameters(source, definition)
    yields = flow.yields(source, own)
    # What a generator returns goes to `yield from`, not to a caller.
    returns = () if yields else flow.returns(source, own)
    return Facts(
        parameters=parameters,
        return_annotation=signature.return_annotation(source, definition),
        returns=returns,
        returns_none=bool(returns) and flow.returns_none(source, own),
        yields=yields,
        is_generator=bool(yields),
        raises=raises(source, own, Namer(source, definition, everything)),
        is_property=is_property(definition),
        is_setter=any(d.endswith(_SETTERS) for d in definition.decorators),
        is_overload=is_overload(definition),
        is_abstract=_is_abstract(source, definition, node),
        side_effects=(
            *decorated.deprecations(source, own),
            *effects.side_effects(source, own, parameters),
        ),
        awaits=flow.awaits(source, own),
        in_use=(
            *decorated.context_manager(source, own),
            *_doubts(source, definition, own, everything),
        ),
    )


def _doubts(
    source: SourceText, definition: Definition, own: Own, everything: Sequence[Definition] | None
) -> tuple[str, ...]:
    if not definition.decorators:
        return ()
    found = target.definitions(source) if everything is None else everything
    return tuple(decorated.uncertain(source, own, found))


def is_overload(definition: Definition) -> bool:
    """Tell whether a function is one signature of several (`@typing.overload`)."""
    return "overload" in _decorator_names(definition)


def is_property(definition: Definition) -> bool:
    """Tell whether callers read it as an attribute: any decorator named `…property`, a getter."""
    names = _decorator_names(definition)
    if definition.kind is not DefinitionKind.METHOD:
        return False
    return any(n.lower().endswith("property") or n == "getter" for n in names)


def _decorator_names(definition: Definition) -> set[str]:
    return {exceptions.last_name(d.partition("(")[0].strip()) for d in definition.decorators}


def _is_abstract(source: SourceText, definition: Definition, node: Node) -> bool:
    if _decorator_names(definition) & _ABSTRACT:
        return True
    body = node.child_by_field_name("body")
    written = syntax.statements(body) if body else []
    if definition.docstring is not None:
        written = written[1:]
    if len(written) != 1:
        return False
    text = syntax.text(source, written[0])
    return text in _UNWRITTEN or text.startswith("raise NotImplementedError")
