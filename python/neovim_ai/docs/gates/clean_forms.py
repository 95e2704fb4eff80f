"""Finds out whether a linter's finding could be avoided by any complete docstring."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from neovim_ai.docs import render, slots
from neovim_ai.docs.fallback import fallback
from neovim_ai.docs.gates.located import Holder, Pair, docstring_of
from neovim_ai.docs.gates.pydoclinted import parent_of, violations
from neovim_ai.docs.model import Filled, House, Slot, SlotKind, Style
from neovim_ai.source import facts as source_facts
from neovim_ai.source.model import Facts

_BARE = "the signature has no annotations"
_WHY = {
    "DOC106": _BARE,
    "DOC107": _BARE,
    "DOC109": _BARE,
    "DOC110": _BARE,
    "DOC301": "the project describes constructors in their class",
    "DOC203": "the return has no annotation to agree with",
    "DOC402": "the generator has no annotation",
    "DOC403": "the generator has no annotation",
    "DOC404": "the generator has no annotation",
    "DOC405": "it both returns and yields",
    "DOC103": "the names cannot be written as pydoclint reads them",
}


def unavoidable(pair: Pair, codes: Sequence[str], house: House) -> Mapping[str, str]:
    """Return those of pydoclint's codes that every complete docstring would have, with why.

    The docstrings tried describe every parameter, result and escaping exception, with and without
    types, and with the exceptions pydoclint sees.

    Args:
        pair: The edit.
        codes: What it newly finds.
        house: Its linters; the style is the one pydoclint is told.
    """
    told, holder, tree = house.linters.pydoclint, pair.after.holder, pair.after.tree
    if told is None or holder is None or tree is None or isinstance(holder, ast.Module):
        return {}
    facts = source_facts.collect(pair.before.source, pair.definition)
    style = Style(told.options.get("style", "numpy"))
    parent, left = parent_of(tree, holder), set(codes)
    forms: list[set[str]] = []
    for form in _forms(pair, facts, holder, replace(house, style=style)):
        found = {v.fullErrorCode for v in violations(_with(holder, form), parent, told.options)}
        left &= found
        forms.append(found)
        if not found:
            return {}
    # Where each form has a finding of its own, one of those with the fewest is as good as any.
    if set(codes) in forms and len(set(codes)) == min(map(len, forms)):
        left = set(codes)
    return {code: _WHY.get(code, "no complete docstring is without it") for code in sorted(left)}


def _forms(pair: Pair, facts: Facts, holder: Holder, house: House) -> Iterator[str]:
    """Yield complete docstrings, the likeliest to be clean first."""
    wanted = slots.wanted(pair.definition, facts, house)
    needed = [one for one in wanted if not one.optional]
    shown = [one for one in wanted if one.kind is SlotKind.ATTRIBUTE]
    seen = _raised(holder)
    for types, returned in product((house.types, not house.types), (True, False)):
        styled = replace(house, types=types, return_types=returned)
        for chosen in ([], shown):
            for raises in ([], seen):
                extra = [one for one in (*chosen, *raises) if _is_new(one, needed)]
                filled = [
                    Filled(one, fallback(one, facts, pair.definition)) for one in (*needed, *extra)
                ]
                yield render.docstring(filled, styled, indent="    ")


def _is_new(slot: Slot, needed: Iterable[Slot]) -> bool:
    return all(slot.key != one.key for one in needed)


def _raised(holder: Holder) -> list[Slot]:
    from pydoclint.utils.return_yield_raise import getRaisedExceptions

    if not isinstance(holder, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    return [Slot(SlotKind.RAISES, name) for name in getRaisedExceptions(holder)]


def _with(holder: Holder, value: str) -> Holder:
    """Return the definition with another docstring."""
    shown = copy.copy(holder)
    old = docstring_of(holder)
    statement = ast.Expr(ast.Constant(value))
    shown.body = [statement, *(one for one in holder.body if one is not old)]
    return shown
