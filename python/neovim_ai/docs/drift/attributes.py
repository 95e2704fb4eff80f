"""Attributes that a class's docstring lists and its code does not even mention."""

from __future__ import annotations

import re
from collections.abc import Iterator

from neovim_ai.docs.drift.case import Case
from neovim_ai.docs.drift.model import Finding, FindingKind
from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.source.exceptions import base_names, last_name
from neovim_ai.source.text import Span

_CLOSED_BASES = frozenset({"object", "Generic", "Protocol", "ABC", "NamedTuple"})
_DYNAMIC = re.compile(r"setattr|__dict__|__getattr|vars\(|globals\(|locals\(")
_PLAIN_DECORATORS = frozenset({"dataclass", "final", "runtime_checkable"})


def attributes(case: Case) -> Iterator[Finding]:
    """Yield each listed attribute whose name the class's code never has."""
    entries = case.entries(SlotKind.ATTRIBUTE)
    if not case.is_class or not entries or not _is_closed(case):
        return
    code = _code(case)
    if _DYNAMIC.search(code):
        return
    for entry in entries:
        for name in entry.names:
            if name.isidentifier() and not re.search(rf"\b{re.escape(name)}\b", code):
                yield case.finding(
                    FindingKind.ATTRIBUTE_GONE,
                    Slot(SlotKind.ATTRIBUTE, name).key,
                    f"The docstring lists attribute '{name}', which the class does not have.",
                    entry,
                    was=name,
                )


def _is_closed(case: Case) -> bool:
    """Tell whether all attributes are set where we can see them."""
    bases = {last_name(b.partition("[")[0]) for b in base_names(case.source, case.definition)}
    names = {last_name(d.partition("(")[0]) for d in case.definition.decorators}
    return bases <= _CLOSED_BASES and names <= _PLAIN_DECORATORS


def _code(case: Case) -> str:
    span, docstring = case.definition.span, case.docstring.literal.span
    before = case.source.slice(Span(span.start, docstring.start))
    return before + case.source.slice(Span(docstring.end, span.end))
