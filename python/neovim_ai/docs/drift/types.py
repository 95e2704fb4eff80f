"""Types that a docstring states and an annotation contradicts, where both are plain names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from neovim_ai.docs.drift.case import Case
from neovim_ai.docs.drift.model import Finding, FindingKind
from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.source.model import ParameterKind

# Other names may be aliases, protocols or base classes of one another; nothing sure can be said.
_SPELLINGS = {
    "int": "int", "integer": "int", "float": "float", "str": "str", "string": "str",
    "bool": "bool", "boolean": "bool", "bytes": "bytes", "bytearray": "bytearray",
    "complex": "complex", "list": "list", "tuple": "tuple", "dict": "dict", "dictionary": "dict",
    "set": "set", "frozenset": "frozenset", "none": "None", "type": "type", "range": "range",
}  # fmt: skip
_ALIKE = (
    frozenset({"int", "bool", "float", "complex"}),
    frozenset({"set", "frozenset"}),
    frozenset({"bytes", "bytearray"}),
)
_PREFIX = re.compile(r"\A(?:typing|t|builtins|collections\.abc)\.")
_OPTIONAL = re.compile(r"\A(?:typing\.|t\.)?Optional\[(.*)\]\Z", re.DOTALL)
_PARAMETERS = re.compile(r"\A([\w.]+)\[.*\]\Z", re.DOTALL)
_DEFAULT = re.compile(r",?\s*\(?\bdefaults?\b.*\Z", re.DOTALL | re.IGNORECASE)
_MARKUP = re.compile(r":(?:class|obj|py:\w+):|[`~'\"]")
_TAIL = re.compile(r"\s*[,;(]?\s*\b(?:optional|defaults?)\b.*\Z", re.DOTALL | re.IGNORECASE)
_MARKED = re.compile(
    r"(?P<mark>(?P<role>:(?:class|obj|py:\w+):)?(?P<ticks>`{0,2})~?)[^`~'\":]+`{0,2}"
)
_LONGEST = 60


def types(case: Case) -> Iterator[Finding]:
    """Yield each documented type that cannot be what the annotation says."""
    known = {p.name: p for p in case.parameters}
    for entry in case.entries(SlotKind.PARAMETER):
        if entry.type is None or len(entry.names) != 1:
            continue
        one = known.get(entry.names[0])
        if one is None or one.annotation is None or one.kind in _STARRED:
            continue
        told = entry.type.of(case.docstring.value)
        if contradicts(told, one.annotation):
            said = f"The docstring says that '{one.name}' is {_folded(told)}"
            yield case.finding(
                FindingKind.TYPE_CHANGED,
                Slot(SlotKind.PARAMETER, one.starred).key,
                f"{said}; the code says {one.annotation}.",
                entry,
                was=_folded(told),
                now=one.annotation,
            )


def contradicts(told: str, annotation: str) -> bool:
    """Tell whether a documented type cannot be what an annotation says."""
    return _contradict(_names(told), _names(annotation))


@dataclass(frozen=True)
class Respelled:
    """Which characters of a documented type are to become what."""

    start: int
    end: int
    text: str


def respelled(told: str, annotation: str) -> Respelled | None:
    """Return how a documented type becomes what an annotation says; None where it cannot.

    Markup around it and what follows it (`, optional`) stay.
    """
    core = _TAIL.sub("", told)
    marked = _MARKED.fullmatch(core)
    text = annotation.strip("'\"") if annotation[:1] in ("'", '"') else annotation
    if marked is None or len(text) > _LONGEST or re.search(r"[`'\"\\\n:]", text):
        return None
    if marked["role"] and not text.replace(".", "").isidentifier():
        return None
    if " or " in core and " | " in text:
        text = text.replace(" | ", " or ")
    return Respelled(len(marked["mark"]), len(core) - len(marked["ticks"]), text)


_STARRED = frozenset({ParameterKind.VAR_POSITIONAL, ParameterKind.VAR_KEYWORD})


def _folded(text: str) -> str:
    return " ".join(text.split())


def _names(text: str) -> frozenset[str] | None:
    """Return the plain names of a type, None aside; None when one of them is not plain."""
    text = _MARKUP.sub("", _DEFAULT.sub("", _folded(text)))
    text = re.sub(r",?\s*\boptional\b", "", text, flags=re.IGNORECASE).strip()
    inner = _OPTIONAL.match(text)
    text = inner[1] if inner else text
    if inner is None and "[" in text and not _PARAMETERS.match(text):
        return None
    parts = [text] if "[" in text else re.split(r"\s*(?:\||\bor\b)\s*", text)
    found = {_name(part) for part in parts}
    if None in found:
        return None
    return frozenset(n for n in found if n and n != "None")


def _name(text: str) -> str | None:
    plain = _PREFIX.sub("", text.strip())
    listed = _PARAMETERS.match(plain)
    return _SPELLINGS.get((listed[1] if listed else plain).casefold())


def _contradict(told: frozenset[str] | None, real: frozenset[str] | None) -> bool:
    if not told or not real or told & real:
        return False
    return not any(told & group and real & group for group in _ALIKE)
