"""Ends texts where sentences end: never in a word, never on a comma."""

from __future__ import annotations

import re

from neovim_ai.docs.wording import lexicon

_END = re.compile(r"[.!?](?=[\"')\]]*\s+[^\sa-z])|[.!?][\"')\]]*$|[\u3002\uff01\uff1f]")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|resp|incl|excl|no|fig|dr|mr|ms|st|[A-Za-z])|\.\.)\.$", re.I
)
_CLAUSE = re.compile(r"[,;:]\s| - ")
_DANGLING = lexicon(
    "a an the and or if is are be that which when where while than then their its was were has "
    "have will can may must should whether but because using via per such"
)
# A short text may well end with one (`the path to write to`).
_PREPOSITIONS = lexicon("of to with for in by as from on at into no these")
_SHORT = 80
_LONG = 140
_TERMINAL = ".!?\u3002\uff01\uff1f"


def whole(text: str, most: int) -> str:
    """Keep whole sentences, at most `most` of them; a last one that was cut off goes.

    Args:
        text: One paragraph, perhaps cut in the middle of a word.
        most: The most sentences to keep.
    """
    ends = [m.end() for m in _END.finditer(text) if not _is_abbreviation(text, m)]
    if ends:
        kept = ends[min(most, len(ends)) - 1]
        return text[:kept].rstrip()
    return _without_broken_clause(text)


def _is_abbreviation(text: str, end: re.Match[str]) -> bool:
    if end.end() == len(text) and end.group()[0] == ".":
        return False
    return _ABBREVIATION.search(text[: end.start() + 1]) is not None


def _without_broken_clause(text: str) -> str:
    """Shorten a text without any sentence end to what is certainly whole."""
    broken = (
        _dangles(text.rstrip(" ,;:-")) or text[-1:] in ",;:-" or len(text) > _LONG or _open(text)
    )
    if not broken:
        return text
    if len(text) > _LONG:
        text = text.rpartition(" ")[0]
    clauses = [m.start() for m in _CLAUSE.finditer(text)]
    whole_clauses = [at for at in clauses if at > 15 and not _open(text[:at])]
    if whole_clauses:
        text = text[: whole_clauses[-1]]
    elif _open(text):
        text = text[: max(text.rfind("("), text.rfind("["), text.rfind('"'), 0)]
    return _without_dangling(text)


def _without_dangling(text: str) -> str:
    text = text.rstrip(" ,;:-")
    while text and _dangles(text):
        text = text.rpartition(" ")[0].rstrip(" ,;:-")
    return text


def _dangles(text: str) -> bool:
    last = text.rpartition(" ")[2].lower()
    return last in _DANGLING or (last in _PREPOSITIONS and len(text) > _SHORT)


def _open(text: str) -> bool:
    """Tell whether a bracket or a double quote is still open at the end."""
    return (
        text.count("(") > text.count(")")
        or text.count("[") > text.count("]")
        or text.count('"') % 2 == 1
    )


def finished(text: str, names: set[str]) -> str:
    """Start with a capital and end with a full stop.

    Args:
        text: One sentence or more.
        names: Identifiers; a sentence that starts with one keeps it as it is written.
    """
    text = text.strip().rstrip(",;:").rstrip()
    if not text:
        return ""
    first = re.split(r"[\s.,;:()'\[]", text, maxsplit=1)[0]
    if first.isalpha() and first.islower() and first not in names and _is_word(first):
        text = text[0].upper() + text[1:]
    if text[-1] in _TERMINAL or (text[-1] in "\"')]" and text[-2:-1] in set(".!?")):
        return text
    return text + "."


def _is_word(first: str) -> bool:
    return len(first) > 1 or first == "a"
