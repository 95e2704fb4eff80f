"""Keeping replies in bounds: reasoning left out, ramblings cut at a sentence's end."""

from __future__ import annotations

import re

CHARACTERS_PER_TOKEN = 4

_THINKING = re.compile(r"\s*<(think|thinking|reasoning)>", re.IGNORECASE)
_THOUGHT = re.compile(r"</(think|thinking|reasoning)>", re.IGNORECASE)
_SENTENCE = re.compile(r"[.!?\u3002](?=[\s)\"']|$)")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|etc|cf|vs|[A-Z]))\.$")
_REPEATED = re.compile(r"(.{3,80}?)\1{3,}$", re.DOTALL)
_DECLINED = re.compile(
    r"(I'm sorry|I am sorry|Sorry,|I can(?:no|')t (?:help|assist|comply|fulfil)|As an AI)", re.I
)


def answer(reply: str) -> str:
    """Return a reply without its reasoning, also when that never closes or never opened."""
    opened = _THINKING.match(reply)
    closed = _THOUGHT.search(reply)
    if opened:
        return reply[closed.end() :].lstrip() if closed else ""
    if closed and not re.search(r"<(think|thinking|reasoning)>", reply[: closed.start()], re.I):
        return reply[closed.end() :].lstrip()
    start = reply.lstrip()
    return "" if start and "<thinking>".startswith(start.lower()) else reply


def declined(reply: str) -> bool:
    """Tell whether a reply in free text is a refusal."""
    return bool(_DECLINED.match(reply.strip().replace("\u2019", "'")))


def within(text: str, max_tokens: int) -> tuple[str, bool]:
    """Return a text within its bound, and whether it had to be cut."""
    limit = max_tokens * CHARACTERS_PER_TOKEN
    loop = _REPEATED.search(text[-400:])
    if loop and loop[1].strip(" .-=*#_0"):
        start = max(len(text) - 400, 0) + loop.start()
        return at_sentence_end(text[: min(start + len(loop[1]), limit)]), True
    if len(text) > limit:
        return at_sentence_end(text[:limit]), True
    return text, False


def at_sentence_end(text: str) -> str:
    """Return a cut text up to the last whole sentence, else clause, else word."""
    ends = [m.end() for m in _SENTENCE.finditer(text) if not _ABBREVIATION.search(text[: m.end()])]
    if ends:
        return text[: ends[-1]]
    for mark in ("; ", ", "):
        place = text.rfind(mark)
        if place > len(text) // 2:
            return text[:place].rstrip()
    return text[: text.rfind(" ")].rstrip(" ,;:") if " " in text else ""
