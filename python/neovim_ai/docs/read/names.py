"""How people write the names and types of what they describe."""

from __future__ import annotations

import re

# `x`, `*args`, `\*args`, ``x``, **x**, dotted names.
_MARK = r"(?:`{1,2}|\\?\*{1,2}(?:\\\*)?)?"
NAME = rf"{_MARK}[^\W\d][\w.]*(?:`{{1,2}}|\*{{1,2}})?"
NAMES = rf"{NAME}(?:\s*(?:,|/|\band\b|\bor\b)\s*{NAME})*"
_LEADING_EXCEPTIONS = re.compile(
    r"(?:[`~:]|exc:|class:)*((?:[a-z_]\w*\.)*_*[A-Z]\w*(?:\.[A-Za-z_]\w*)*)[`]*(?:\s*(?:,|\bor\b|\band\b|/|\|)\s*|(?=\W|$))"
)
_SENTENCE = re.compile(
    r"(?:An?|Any|All|As|At|By|For|From|If|In|It|May|No|None|On|Or|Otherwise|Raised|Raises|See|Some"
    r"|The|These|This|When|Whenever|Where)\Z"
)
_TYPE_ONLY = re.compile(
    r"[\w.`~:]+(?:\[.*\]|\(.*\))?`?(?:\s*(?:\||,|\bor\b)\s*[\w.`~]+(?:\[.*\])?)*\Z"
)


def bare(text: str) -> tuple[str, ...]:
    """Return the names of a list such as `x, *args`, without stars and markup."""
    found = re.split(r"\s*(?:,|/|\band\b|\bor\b)\s*", text.strip())
    cleaned = (re.sub(r"[\\*`]", "", name).strip() for name in found)
    return tuple(name for name in cleaned if name)


def exceptions(text: str) -> tuple[str, ...]:
    """Return the exception classes a text starts with."""
    names: list[str] = []
    at = 0
    while found := _LEADING_EXCEPTIONS.match(text, at):
        if _SENTENCE.match(found.group(1)):
            break
        names.append(found.group(1))
        if found.end() == at:
            break
        at = found.end()
    return tuple(names)


def is_type(text: str) -> bool:
    """Tell whether a text is a type and no description (`int`, `list of str`, `str | None`)."""
    text = text.strip().removesuffix(", optional")
    text = re.sub(
        r"\b(?:list|tuple|set|dict|sequence|iterable|iterator|array) of (\w+)s?\Z", r"\1", text
    )
    return bool(_TYPE_ONLY.match(text))
