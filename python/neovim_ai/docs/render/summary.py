"""Fits a summary on its one line without losing a word of it."""

from __future__ import annotations

import re

from neovim_ai.docs.model import House
from neovim_ai.docs.wrap import columns, wrapped

# What stands behind each of these is a sentence of its own; behind most an "and" it is not ("with a
# name, and optional headers"), so there it must go on with a verb.
_ACTS = (
    "add|apply|call|check|clear|close|convert|copy|count|create|delete|do|fill|fix|get|give|ignore|"
    "keep|leave|load|log|make|move|open|parse|print|put|raise|read|remove|replace|reset|return|run|"
    "save|send|set|skip|sort|start|stop|store|take|update|use|wait|write|yield"
)
_CLAUSE = re.compile(
    rf";\s+|,\s+and\s+(?=(?:{_ACTS})\s)|,\s+(?=(?:and\s+then|then)\s+(?:{_ACTS})\s)"
    r"|[.!?]\s+(?=[A-Z(])"
)
_ASIDE = re.compile(r"\s+\(([^()]{8,})\)([.!?]?)\Z")
_SHORTEST = 16
# One line somewhat too long is better than a summary on two, which nothing but prose expects.
MOST_OVER = 24


def said(text: str, house: House) -> str:
    """Return a summary as the house ends and begins it; identifiers keep their case."""
    text = " ".join(text.split())
    if not house.full_stop and text.endswith(".") and not text.endswith(".."):
        text = text[:-1]
    if not house.capital and re.match(r"[A-Z][a-z]+(?: |\Z)|A ", text):
        text = text[0].lower() + text[1:]
    return text


def paragraphs(text: str, house: House, *, opening: str, indent: str) -> list[list[str]]:
    """Return the lines of a summary and, where it is too long, of what follows it.

    PEP 257 and linters want one line and then a blank one (D205). A summary that does not fit is
    split where a clause ends; the rest becomes a paragraph. One that has no such place keeps its
    line while it is little too long, and wherever a linter insists; else it wraps.

    Args:
        text: One sentence or more, as the house says it.
        house: Its width and linters.
        opening: What stands before the first line, quotes included.
        indent: What stands before every other line.
    """
    room = house.width - columns(opening)
    strict = house.linters.rules.active("D205")
    if columns(text) > room:
        first, rest = _split(text, room)
        if rest:
            below = wrapped(said(rest, house), first=indent, rest=indent, width=house.width)
            return [[opening + first], below]
    if columns(text) > room and (strict or columns(text) <= room + MOST_OVER):
        return [[opening + text]]
    return [wrapped(text, first=opening, rest=indent, width=house.width)]


def _split(text: str, room: int) -> tuple[str, str]:
    """Return the longest beginning that fits and is a sentence, and the rest as one."""
    stop = text[-1] if text[-1] in ".!?" else ""
    fits = [
        found
        for found in _CLAUSE.finditer(text)
        if _SHORTEST <= found.start() < room and _balanced(text[: found.start()])
    ]
    if fits:
        at = fits[-1]
        end = at.group()[0] if at.group()[0] in ".!?" else stop
        rest = text[at.end() :]
        return text[: at.start()] + end, rest[0].upper() + rest[1:] if _is_word(rest) else rest
    aside = _ASIDE.search(text)
    if aside and _SHORTEST <= aside.start() < room:
        rest = aside[1][0].upper() + aside[1][1:] if _is_word(aside[1]) else aside[1]
        return text[: aside.start()] + (aside[2] or stop), f"({rest}{aside[2]})"
    return text, ""


def _is_word(text: str) -> bool:
    return re.match(r"[a-z]+(?:[ ,;]|\Z)", text) is not None


def _balanced(text: str) -> bool:
    pairs = (("(", ")"), ("[", "]"), ("{", "}"))
    return all(text.count(a) == text.count(b) for a, b in pairs) and not (
        text.count("`") % 2 or text.count('"') % 2
    )
