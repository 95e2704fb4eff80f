"""What of a note may be shown as it is: characters that hide or reorder text are written out."""

from __future__ import annotations

import unicodedata

_JOINERS = "\u200c\u200d"  # many scripts and emoji need them


def visible(text: str) -> str:
    """Return a text in which nothing is invisible: a U+202E becomes `<U+202E>`."""
    return "".join(_written(char) for char in text)


def _written(char: str) -> str:
    if char in "\n\t" or char in _JOINERS:
        return char
    if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"):
        return f"<U+{ord(char):04X}>"
    return char
