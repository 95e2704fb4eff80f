"""Texts that a regular expression of the subject matches, or nearly."""

from __future__ import annotations

import random
import sys
from typing import Any, List, Sequence

MOST_REPEATS = 3
_LETTERS = "abcdeXYZ"


def matching(pattern: Any, chance: random.Random) -> str:
    """Return a text that a compiled pattern matches most of the time; look-arounds are ignored."""
    parser = _parser()
    text = pattern.pattern
    if isinstance(text, bytes):
        text = text.decode("latin-1")
    groups: List[str] = [""] * (pattern.groups + 1)
    return _sequence(parser.parse(text, pattern.flags & ~0x10000), chance, groups)


def _parser() -> Any:
    if sys.version_info >= (3, 11):
        import re._parser as parser  # type: ignore[import-not-found]

        return parser
    import sre_parse

    return sre_parse


def _sequence(parts: Any, chance: random.Random, groups: List[str]) -> str:
    return "".join(_one(str(op), argument, chance, groups) for op, argument in parts)


def _one(op: str, argument: Any, chance: random.Random, groups: List[str]) -> str:
    if op == "LITERAL":
        return chr(argument)
    if op == "NOT_LITERAL":
        return chance.choice([c for c in _LETTERS if ord(c) != argument])
    if op == "ANY":
        return chance.choice(_LETTERS)
    if op == "IN":
        return _among(argument, chance)
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        least, most, inner = argument
        times = chance.randint(least, max(least, min(int(most), least + MOST_REPEATS)))
        return "".join(_sequence(inner, chance, groups) for _ in range(min(times, 64)))
    if op == "BRANCH":
        return _sequence(chance.choice(argument[1]), chance, groups)
    if op == "SUBPATTERN":
        text = _sequence(argument[3], chance, groups)
        if argument[0] is not None and argument[0] < len(groups):
            groups[argument[0]] = text
        return text
    if op == "ATOMIC_GROUP":
        return _sequence(argument, chance, groups)
    if op == "GROUPREF":
        return groups[argument] if argument < len(groups) else ""
    if op == "GROUPREF_EXISTS":
        chosen = argument[1] if groups[argument[0]] else argument[2]
        return _sequence(chosen, chance, groups) if chosen else ""
    return ""


_CATEGORIES = {
    "CATEGORY_DIGIT": "0123456789",
    "CATEGORY_NOT_DIGIT": "aZ -",
    "CATEGORY_SPACE": " ",
    "CATEGORY_NOT_SPACE": "aZ1.",
    "CATEGORY_WORD": "abcXYZ019_",
    "CATEGORY_NOT_WORD": " -.!",
}


def _among(items: Sequence[Any], chance: random.Random) -> str:
    negated = bool(items) and str(items[0][0]) == "NEGATE"
    choices = [c for c in items if str(c[0]) != "NEGATE"]
    if negated:
        excluded = {c for kind, a in choices for c in _members(str(kind), a)}
        left = [c for c in "abcXYZ019 _-.,!" if c not in excluded]
        return chance.choice(left) if left else "\u00e9"
    kind, argument = chance.choice(choices)
    members = _members(str(kind), argument)
    return chance.choice(members) if members else ""


def _members(kind: str, argument: Any) -> str:
    if kind == "LITERAL":
        return chr(argument)
    if kind == "RANGE":
        first, last = argument
        return "".join(map(chr, range(first, min(last, first + 200) + 1)))
    return _CATEGORIES.get(str(argument), "")
