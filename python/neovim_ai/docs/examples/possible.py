"""Which definitions one expression can call."""

from __future__ import annotations

from neovim_ai.source.model import Definition, DefinitionKind, Facts


def possible(definition: Definition, facts: Facts) -> bool:
    """Whether one expression can call it: no module, property, nested or `async` function."""
    called = (DefinitionKind.FUNCTION, DefinitionKind.METHOD, DefinitionKind.CLASS)
    if definition.kind not in called or definition.is_async or facts.is_overload:
        return False
    special = definition.name.startswith("__") and definition.name != "__init__"
    return not (facts.is_property or facts.is_abstract or special or _is_nested(definition))


def _is_nested(definition: Definition) -> bool:
    outer = definition.qualname.count(".")
    return outer > (1 if definition.kind is DefinitionKind.METHOD else 0)
