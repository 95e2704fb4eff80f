"""Defaults that a docstring states and the signature contradicts."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from neovim_ai.docs.drift.case import Case
from neovim_ai.docs.drift.model import Finding, FindingKind
from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.docs.read.model import Range
from neovim_ai.docs.reader import Entry
from neovim_ai.source.model import Parameter

_STATED = re.compile(
    r"(?<![\w-])(?:(?:defaults?(?:\s+value)?)\s*(?:\s(?:is|are|to|of|being)\s+|[:=]\s*|\s(?!to\b|is\b)))"
    r"(?P<mark>``|`)?(?P<value>"
    r"'[^'\n\\`]*'|\"[^\"\n\\`]*\"|True\b|False\b|None\b"
    r"|[-+]?(?:\d[\d_]*(?:\.\d+|\.(?=[,;)\]]))?|\.\d+)(?:[eE][-+]?\d+)?|[\[({][^\[\](){}\n`]*[\])}])"
    r"(?(mark)(?P=mark))(?=[\s,;:)\]]|\.(?!\d)|$)",
    re.IGNORECASE,
)
_DEPENDS = re.compile(
    r"\W{0,3}\s*(?:for|when|on|in|if|unless|or|and|otherwise|but|except|depending|to|\*|/|\+|x)(?!\w)",
    re.IGNORECASE,
)
_WHEN_LEFT_OUT = re.compile(
    r"\W{0,3}\s*(?:if|when|unless)\s+(?:not\s|none\b|omitted|unset|unspecified|otherwise\s|it\s+is\s+not"
    r"|specified|given|provided|left)",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"(?:\bno|\bnot|\bold|\bprevious|\bthe\s+old|\bformer)\s+\Z", re.IGNORECASE)
_NOTHING = object()


@dataclass(frozen=True)
class Stated:
    """A default as a docstring states it: the literal, where it stands in the value, its value."""

    text: str
    span: Range
    value: Any


def defaults(case: Case) -> Iterator[Finding]:
    """Yield each documented default that differs from the literal in the signature."""
    known = {p.name: p for p in case.parameters}
    for entry in case.entries(SlotKind.PARAMETER):
        # In a group nobody can tell whose default it is.
        one = known.get(entry.names[0]) if len(entry.names) == 1 else None
        told = stated(case, entry) if one else None
        if one is not None and told is not None and _differs(told.value, one):
            yield _finding(case, entry, one, told)


def stated(case: Case, entry: Entry) -> Stated | None:
    """Return the one default an entry states; None when there is none or it depends."""
    text = case.text(entry)
    found = [m for m in _STATED.finditer(text) if not _NEGATED.search(text[: m.start()])]
    if not found or any(_depends(text, m) for m in found):
        return None
    if len({m["value"] for m in found}) > 1:
        return None
    first = found[0]
    value = _literal(first["value"])
    if value is _NOTHING:
        return None
    at = entry.span.start
    return Stated(first["value"], Range(at + first.start("value"), at + first.end("value")), value)


def _depends(text: str, match: re.Match[str]) -> bool:
    rest = text[match.end() :]
    return bool(_DEPENDS.match(rest)) and not _WHEN_LEFT_OUT.match(rest)


def _literal(text: str) -> Any:
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return _NOTHING


def _differs(told: Any, one: Parameter) -> bool:
    real = _literal(one.default) if one.default is not None else _NOTHING
    if real is _NOTHING or told == real:
        return False
    # None is how a signature says: see inside.
    if real is None or real is Ellipsis:
        return False
    return str(told).strip() != str(real).strip() and not (
        _is_plain(told) != _is_plain(real) and told is not None
    )


def _is_plain(value: Any) -> bool:
    return isinstance(value, int | float | str | bytes)


def _finding(case: Case, entry: Entry, one: Parameter, told: Stated) -> Finding:
    return case.finding(
        FindingKind.DEFAULT_CHANGED,
        Slot(SlotKind.PARAMETER, one.starred).key,
        f"The docstring says that '{one.name}' defaults to {told.text}; in the code {one.default}.",
        entry,
        was=told.text,
        now=one.default or "",
    )
