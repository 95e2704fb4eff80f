"""Secrets without a shape of their own: random-looking text that is given a secret's name."""

from __future__ import annotations

import math
import re
import string
from collections import Counter
from collections.abc import Iterator

from neovim_ai.redaction.formats import Found, matches_at

SHORTEST = 10
_SMALL = {ord(letter): letter.lower() for letter in string.ascii_uppercase}
"""Not `str.lower`, by which some letters become two."""

LEAST_BITS = 3.0
"""Shannon entropy per character, in bits; English words have about 2.5 to 3 at this length, random
letters and digits above 3.3."""

_BEGINNINGS = ("pass", "pwd", "secret", "token", "credential", "api", "access", "private", "auth",
               "client", "encryption")  # fmt: skip
"""What the names below begin with, in small letters."""

_NAMES = (
    r"pass(?:word|wd|phrase|code)?|pwd|secret|token|credentials?|api[_-]?key|access[_-]?key"
    r"|private[_-]?key|secret[_-]?key|auth[_-]?key|client[_-]?secret|encryption[_-]?key"
)
# name = "value", "name": "value", name: str = "value", name="value" (a keyword argument)
_GIVEN = re.compile(
    rf"(?i:(?:{_NAMES})[\w-]{{0,20}})"
    r"[\"']?(?:\])?[ \t]*(?::[ \t]*[\w.\[\]| ]{1,40}=|=>|:=|=|:)[ \t]*"
    r"[rbuf]{0,2}(?P<quote>[\"'`])(?P<quoted>[^\"'`\s\\]{8,256})(?P=quote)"
)
# NAME=value in a shell, `name: value` in YAML: to the end of the word
_BARE = re.compile(
    rf"(?im:(?:{_NAMES})\w{{0,20}}[ \t]*[=:][ \t]*)"
    r"(?P<bare>[A-Za-z0-9+/_~.-]{16,256}={0,2})(?=[\s;]|$)"
)
_TAME = re.compile(
    r"(?i)example|sample|dummy|changeme|placeholder|redacted|your[_-]|xxx|\*\*\*|\.\.\.|test[_-]?"
    r"|<|>|\{|\}|\$|%\(|^[a-z]+(?:[_.-][a-z]+)*$|^[A-Z]+(?:_[A-Z]+)*$|^https?://|^/|^\d+$"
)


def named(text: str) -> Iterator[Found]:
    """Find texts that look random and are called a password, a token, a key."""
    folded = text.lower() if text.isascii() else text.translate(_SMALL)
    for part in _BEGINNINGS:
        for pattern, group in ((_GIVEN, "quoted"), (_BARE, "bare")):
            for match in matches_at(pattern, text, part, folded):
                value = match[group]
                if is_random(value):
                    start, end = match.span(group)
                    yield Found(start, end, "named secret")


def is_random(value: str) -> bool:
    """Tell whether a text looks like nobody made it up to be read."""
    if len(value) < SHORTEST or _TAME.search(value):
        return False
    kinds = sum(map(bool, (re.search(r"\d", value), re.search(r"[a-z]", value))))
    kinds += sum(map(bool, (re.search(r"[A-Z]", value), re.search(r"[^A-Za-z0-9]", value))))
    return kinds >= 2 and bool(re.search(r"\d", value)) and entropy(value) >= LEAST_BITS


def entropy(text: str) -> float:
    """Return Shannon's entropy of a text's characters, in bits per character."""
    counts = Counter(text)
    return -sum(n / len(text) * math.log2(n / len(text)) for n in counts.values())
