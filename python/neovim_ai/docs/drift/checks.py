"""All checks of a file, definition by definition."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from tree_sitter import Node

from neovim_ai.docs.drift.attributes import attributes
from neovim_ai.docs.drift.case import Case, Surroundings, case, may_list
from neovim_ai.docs.drift.defaults import defaults
from neovim_ai.docs.drift.model import Finding
from neovim_ai.docs.drift.offers import Offers, marked, offers
from neovim_ai.docs.drift.parameters import parameters
from neovim_ai.docs.drift.raising import exceptions
from neovim_ai.docs.drift.results import results
from neovim_ai.docs.drift.types import types
from neovim_ai.docs.model import House
from neovim_ai.source import syntax, target
from neovim_ai.source.exceptions import base_names
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText

_CHECKS: tuple[Callable[[Case], Iterator[Finding]], ...] = (
    parameters,
    defaults,
    types,
    results,
    exceptions,
    attributes,
)
_NAMING = frozenset({"identifier", "attribute", "tuple", "parenthesized_expression"})


def findings(
    source: SourceText,
    definitions: Sequence[Definition] | None = None,
    house: House | None = None,
) -> tuple[Finding, ...]:
    """Return what the docstrings of a text say that its code does not, in order of line.

    Args:
        source: The text.
        definitions: All its definitions, when the caller has them.
        house: Decides between two styles that a docstring mixes equally.
    """
    if not may_list(source.text):
        return ()
    everything = target.definitions(source) if definitions is None else definitions
    around = surroundings(source, everything)
    found: list[Finding] = []
    for unit in units(everything):
        found += of_unit(source, unit, around, house or House())
    return tuple(sorted(found, key=lambda f: f.line))


def units(definitions: Sequence[Definition]) -> Iterator[list[Definition]]:
    """Yield each outermost definition with all that is inside it."""
    unit: list[Definition] = []
    for one in definitions:
        if one.kind is DefinitionKind.MODULE:
            continue
        if unit and not unit[0].span.covers(one.span):
            yield unit
            unit = []
        unit.append(one)
    if unit:
        yield unit


def of_unit(
    source: SourceText, unit: Sequence[Definition], around: Surroundings, house: House
) -> list[Finding]:
    """Check an outermost definition and all that is inside it."""
    found: list[Finding] = []
    for one in unit:
        found += of_definition(source, one, unit, around, house)
    return found


def of_definition(
    source: SourceText,
    definition: Definition,
    others: Sequence[Definition],
    around: Surroundings,
    house: House,
) -> list[Finding]:
    """Check one definition, given at least those that stand inside it."""
    if definition.docstring is None:
        return []
    read = case(source, definition, inside(definition, others), around, house)
    return list(marked(read, _said(read))) if read else []


def offered(source: SourceText, definition: Definition, house: House) -> Offers:
    """Find out what can be done about one definition's docstring without a word of a model."""
    span = definition.docstring
    if span is None or not may_list(source.slice(span)):
        return Offers()
    everything = target.definitions(source)
    inner, around = inside(definition, everything), _around(source)
    read = case(source, definition, inner, around, house)
    return offers(read, _said(read)) if read else Offers()


def _said(read: Case) -> list[Finding]:
    return [found for check in _CHECKS for found in check(read)]


@lru_cache(maxsize=2)
def _around(source: SourceText) -> Surroundings:
    """Keep what a file says while its definitions are looked at one after the other."""
    return surroundings(source, target.definitions(source))


def surroundings(source: SourceText, definitions: Sequence[Definition]) -> Surroundings:
    """Return what a file says of exception classes."""
    bases = {d.name: base_names(source, d) for d in definitions if d.kind is DefinitionKind.CLASS}
    module = next((d for d in definitions if d.kind is DefinitionKind.MODULE), None)
    constants: dict[str, tuple[str, ...]] = {}
    for node in module.node.named_children if module and module.node else ():
        constants |= constant(source, node)
    return Surroundings(bases, constants)


def constant(source: SourceText, node: Node) -> dict[str, tuple[str, ...]]:
    """Return what a module-level `ERRORS = (KeyError, OSError)` names; empty for other lines."""
    inner = node.named_children if node.type == "expression_statement" else []
    if not inner or inner[0].type != "assignment":
        return {}
    left, right = (inner[0].child_by_field_name(name) for name in ("left", "right"))
    if left is None or right is None or right.type not in _NAMING:
        return {}
    plain = syntax.unwrapped(right)
    named = syntax.statements(plain) if plain.type == "tuple" else [plain]
    texts = tuple(syntax.folded(source, one) for one in named)
    return {syntax.text(source, left): tuple(t for t in texts if t.replace(".", "").isidentifier())}


def inside(outer: Definition, others: Sequence[Definition]) -> list[Definition]:
    """Return the definitions that stand inside another."""
    return [d for d in others if d is not outer and outer.span.covers(d.span)]
