"""Whether a sentence may be shown: what it cites stands there, and holds what it claims.

A true quote is not yet a true sentence, so numbers, flags and names must stand in the quote, a
negation must stand in both or in none, and most of the words must come from somewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from neovim_ai.notes.ask.model import Citation
from neovim_ai.notes.ask.shown import visible
from neovim_ai.notes.ask.words import EMPTY, content, stem, stems, words_of
from neovim_ai.notes.words import fold

NUMBER_MARK = re.compile(r"\s*\[(\d{1,3})\]")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_FLAG = re.compile(r"(?<![\w-])--?[A-Za-z][\w-]*")
_CODE = re.compile(r"`([^`\n]+)`")
_ODD_NAME = re.compile(r"\b(?:\w+[._/:]\w[\w./:]*|[A-Za-z]+[A-Z]\w*|[A-Za-z]+\d\w*|\w+_\w*)")
_CAPITAL = re.compile(r"(?<![.!?:]\s)(?<!^)\b[A-Z]\w+")
_FIRST = re.compile(r"[\"'(*_]*([A-Za-z]\w*)")
_NEGATION = re.compile(r"\b(?:not|no|never|none|nor|without|cannot|neither)\b|n['\u2019]t\b", re.I)
_SPELLED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|fifty|hundred|"
    r"thousand|million|billion|half|twice|double|triple|third|quarter)\b",
    re.I,
)
_OPENERS = frozenset(map(stem, words_of("yes run call set type start open install add")))
_SUPPORTED = 0.5


def problem(
    sentence: str, citations: Sequence[Citation], sections: Mapping[int, str], question: str = ""
) -> str:
    """Say why a sentence may not be shown; empty when it may.

    Args:
        sentence: What would be shown, with or without its `[n]`.
        citations: What it cites.
        sections: The text of the section behind each number.
        question: What was asked; its words need no source, its numbers and names do.
    """
    if not citations:
        return "it cites nothing"
    for citation in citations:
        if citation.number not in sections:
            return f"[{citation.number}] was not shown"
        if not stands(citation.quote, sections[citation.number]):
            return f"its quote is not in [{citation.number}]"
    said = NUMBER_MARK.sub("", sentence)
    quotes = " ".join(citation.quote for citation in citations)
    if stands(said, quotes):
        return ""
    headings = " ".join(" ".join(citation.heading_path) for citation in citations)
    return _unfounded(said, quotes, headings) or _unlike(said, quotes, f"{headings} {question}")


def stands(quote: str, text: str) -> bool:
    """Tell whether a quote stands in a text, word for word, white space folded."""
    folded = " ".join(quote.split())
    return bool(folded) and folded in " ".join(visible(text).split())


def _unfounded(said: str, quotes: str, headings: str) -> str:
    """Name the first number, flag or name that the quotes do not hold."""
    numbers = set(_numbers(quotes))
    for number in _numbers(said):
        if number not in numbers:
            return f"{number} is not in its quote"
    flags = set(_FLAG.findall(quotes))
    for flag in _FLAG.findall(said):
        if flag not in flags:
            return f"{flag} is not in its quote"
    spelled = {word.lower() for word in _SPELLED.findall(quotes)}
    for word in _SPELLED.findall(said):
        if word.lower() not in spelled:
            return f"'{word}' is not in its quote"
    source = fold(" ".join(f"{quotes} {headings}".split()))
    for name in _names(said):
        if fold(" ".join(name.split())) not in source:
            return f"{name} is not in its quote"
    return ""


def _numbers(text: str) -> list[str]:
    return [number.replace(",", "") for number in _NUMBER.findall(text)]


def _names(said: str) -> list[str]:
    code = _CODE.findall(said)
    bare = _CODE.sub(" ", said).strip()
    first = _FIRST.match(bare)
    opens = [first[1]] if first and first[1][1:] != first[1][1:].lower() else []
    return [*code, *opens, *_ODD_NAME.findall(bare), *_CAPITAL.findall(bare)]


def _unlike(said: str, quotes: str, around: str) -> str:
    """Say in what a sentence departs from its quotes: a negation, a subject, most of its words."""
    if bool(_NEGATION.search(said)) != bool(_NEGATION.search(quotes)):
        return "it and its quote do not agree on a 'not'"
    known = stems(quotes) | stems(around)
    first = _FIRST.match(said.strip())
    opens = fold(first[1]) if first else ""
    if opens and opens not in EMPTY and stem(opens) not in known | _OPENERS:
        return f"'{first[1] if first else ''}' is not in its quote"
    words = [stem(word) for word in content(said)]
    held = sum(word in known for word in words)
    if held < _SUPPORTED * len(words):
        return "most of its words are not in its quote"
    return ""
