"""Tells texts that only restate a name or a type from texts that say something."""

from __future__ import annotations

import re

from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.docs.wording import lexicon, words
from neovim_ai.source.model import Facts

_WORD = re.compile(r"[^\W_]+")
_EMPTY = lexicon(
    "a an the of to and or for in by as with on at from is are be that this it its which will used "
    "value values parameter parameters argument arguments arg args param object instance variable "
    "input given specified provided passed name type none optional required some any given "
    "function method class module use"
)
_EMPTY_OF_KIND = {
    SlotKind.RETURNS: lexicon("return returns returned returning result results output what self"),
    SlotKind.YIELDS: lexicon("yield yields yielded next each item items result results"),
    SlotKind.RAISES: lexicon(
        "raise raises raised throw thrown if when error errors exception exceptions occurs occur "
        "happens there an fails failure something goes wrong case any"
    ),
    SlotKind.PARAMETER: frozenset({"default", "defaults", "default."}),
    SlotKind.ATTRIBUTE: frozenset({"default", "defaults", "attribute"}),
    SlotKind.SUMMARY: lexicon("do does perform performs implement implements handle"),
}
_OF_THE_WHOLE = frozenset(
    {SlotKind.SUMMARY, SlotKind.DESCRIPTION, SlotKind.RETURNS, SlotKind.YIELDS}
)
_TYPE_WORDS = lexicon(
    "str string int integer float number bool boolean list dict dictionary tuple set bytes path "
    "callable sequence iterable mapping"
)


def is_hollow(slot: Slot, text: str, facts: Facts, name: str = "") -> bool:
    """Tell whether a text says nothing beyond its name, its type, its default and filler.

    Args:
        slot: What the text is about.
        text: The text.
        facts: What the code says; defaults are repeated from there.
        name: The definition's own name, which a summary or a result may not merely repeat; what a
            parameter has to do with it ("the host to connect to") is worth saying.
    """
    name = name if slot.kind in _OF_THE_WHOLE else ""
    known = set(_EMPTY | _EMPTY_OF_KIND.get(slot.kind, frozenset()))
    if slot.kind not in (SlotKind.SUMMARY, SlotKind.DESCRIPTION, SlotKind.RAISES):
        known |= _TYPE_WORDS
    known |= _parts(f"{slot.name} {slot.type or ''} {name} {_default(slot, facts)}")
    said = _WORD.findall(text.lower())
    return {_stem(word) for word in said} <= {_stem(word) for word in known}


def _default(slot: Slot, facts: Facts) -> str:
    return next((p.default or "" for p in facts.parameters if p.starred == slot.name), "")


def _parts(names: str) -> set[str]:
    return {*(part.lower() for part in words(names)), *_WORD.findall(names.lower())}


def _stem(word: str) -> str:
    """Cut the commonest endings, alike on both sides of a comparison."""
    for ending in ("ing", "ed", "es", "s", "e"):
        if len(word) - len(ending) >= 3 and word.endswith(ending):
            return _stem(word[: -len(ending)])
    return word
