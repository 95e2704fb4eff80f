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

_VALUE = (
    r"(?P<mark>``|`)?(?P<value>"
    r"'[^'\n\\`]*'|\"[^\"\n\\`]*\"|True\b|False\b|None\b"
    r"|[-+]?(?:\d[\d_]*(?:\.\d+|\.(?=[,;)\]]))?|\.\d+)(?:[eE][-+]?\d+)?|[\[({][^\[\](){}\n`]*[\])}])"
    r"(?(mark)(?P=mark))"
)
# `defaults to 5`, `default: 5`, `default 5`
_TOLD_BEFORE = re.compile(
    r"(?<![\w-])(?:(?:defaults?(?:\s+value)?)\s*(?:\s(?:is|are|to|of|being)\s+|[:=]\s*|\s(?!to\b|is\b)))"
    rf"{_VALUE}(?=[\s,;:)\]]|\.(?!\d)|$)",
    re.IGNORECASE,
)
# `True by default`, `if True (the default)`, `5 (default)`; but not `if true, by default it is`
_TOLD_AFTER = re.compile(
    rf"(?<![\w.'\"`(\[{{=<>+*/-]){_VALUE}\s*(?:\(\s*(?:the\s+)?default\s*\)"
    r"|,?\s+by\s+default(?=\s*(?:[.;)]|$|\s(?:for|when|on|in|if|unless)\b)))",
    re.IGNORECASE,
)
_BOOLEANS = {"true": True, "false": False}
_DEPENDS = re.compile(
    r"\W{0,3}\s*(?:for|when|on|in|if|unless|or|and|otherwise|but|except|depending|to|\*|/|\+|x)(?!\w)",
    re.IGNORECASE,
)
WHEN_LEFT_OUT = re.compile(
    r"\W{0,3}\s*(?:if|when|unless)\s+(?:not\s|none\b|omitted|unset|unspecified|otherwise\s|it\s+is\s+not"
    r"|specified|given|provided|left)",
    re.IGNORECASE,
)
_NEGATED = re.compile(r"(?:\bno|\bnot|\bold|\bprevious|\bthe\s+old|\bformer)\s+\Z", re.IGNORECASE)
_CONDITION = re.compile(r"\b(?:if|when|while|unless|with)\s+(?:\S+\s+){0,2}\Z", re.IGNORECASE)
_NOTHING = object()


@dataclass(frozen=True)
class Stated:
    """A default as a docstring states it.

    Attributes:
        text: The literal.
        spans: Where it stands in the docstring's value; said twice (in a NumPy header and in a
            sentence) it has two places, in order.
        value: What the literal stands for.
        conditional: What happens then is said beside it, `Sorts if True by default`: of another
            value that would be untrue.
    """

    text: str
    spans: tuple[Range, ...]
    value: Any
    conditional: bool = False


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
    said = [*_TOLD_BEFORE.finditer(text), *_TOLD_AFTER.finditer(text)]
    found = [m for m in said if not _NEGATED.search(text[: m.start()])]
    if not found or any(_depends(text, m) for m in found):
        return None
    values = [_literal(m["value"]) for m in found]
    if _NOTHING in values or len({repr(value) for value in values}) > 1:
        return None
    at = entry.span.start
    places = {Range(at + m.start("value"), at + m.end("value")) for m in found}
    conditional = any(_CONDITION.search(text[: m.start()]) for m in found)
    return Stated(found[0]["value"], tuple(sorted(places)), values[0], conditional)


def _depends(text: str, match: re.Match[str]) -> bool:
    rest = text[match.end() :]
    return bool(_DEPENDS.match(rest)) and not WHEN_LEFT_OUT.match(rest)


def _literal(text: str) -> Any:
    if text.casefold() in _BOOLEANS:
        return _BOOLEANS[text.casefold()]
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
