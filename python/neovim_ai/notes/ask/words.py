"""The words of a question that say what it is about, folded so that forms of one meet."""

from __future__ import annotations

import re

from neovim_ai.notes.words import fold

_WORD = re.compile(r"[^\W_]+")
_ENDINGS = ("ings", "ing", "edly", "ed", "ies", "es", "s", "ly")
_SHORTEST = 3


def words_of(text: str) -> frozenset[str]:
    """Return the words of a list that is written as a text."""
    return frozenset(text.split())


EMPTY = words_of(
    """a about all an and any are as at be been being but by can could did do does doing done else
    for from get gets getting give gives got had has have having how i if in instead into is it its
    kind let many may me might mine more most much must my need needs no not of off on one or our
    out over own please same shall she should so some such tell than that the their them then there
    these they thing things this those to too under until up use used uses using very was way we
    were what when where which while who whom whose why will with would you your"""
)
"""Words that stand in any question."""


def stem(word: str) -> str:
    """Return a folded word without its ending: `serving`, `serves` and `serve` meet."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            return word.removesuffix(ending).removesuffix("e")
    return word.removesuffix("e") if len(word) > _SHORTEST else word


def stems(text: str) -> frozenset[str]:
    """Return the stems of all words of a text."""
    return frozenset(stem(word) for word in _WORD.findall(fold(text)))


def content(text: str) -> tuple[str, ...]:
    """Return the words of a text that say something, folded, each once, in order."""
    words = (word for word in _WORD.findall(fold(text)) if word not in EMPTY)
    return tuple(dict.fromkeys(word for word in words if len(word) > 1 or word.isdigit()))


def shared(words: frozenset[str], text: str) -> int:
    """Count the stems that stand in a text."""
    return len(words & stems(text))
