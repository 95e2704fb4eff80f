"""Texts into the pieces of words that BERT reads: folded, cut at signs, then the longest known."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

_FIRST, _LAST, _UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_INSIDE = "##"
_LONGEST_WORD = 100
_CJK = (
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF), (0x2A700, 0x2CEAF), (0x2F800, 0x2FA1F),
)  # fmt: skip


class WordPieces:
    """A vocabulary, one piece a line; its line is its number."""

    def __init__(self, vocabulary: Path) -> None:
        """Read it."""
        lines = vocabulary.read_text("utf-8").splitlines()
        self._numbers = {piece: number for number, piece in enumerate(lines)}
        self._first, self._last, self._unknown = (
            self._numbers[mark] for mark in (_FIRST, _LAST, _UNKNOWN)
        )

    def numbers(self, text: str, most: int) -> list[int]:
        """Return a text's pieces by number between the marks of beginning and end.

        Args:
            text: What is read.
            most: How many numbers at most, marks included; the rest of the text is not read.
        """
        found = [self._first]
        for word in _words(text):
            if len(found) >= most:
                break
            found += self._pieces(word)
        return [*found[: most - 1], self._last]

    def _pieces(self, word: str) -> Sequence[int]:
        found, start = [], 0
        while start < len(word) <= _LONGEST_WORD:
            lead = _INSIDE if start else ""
            end = len(word)
            while end > start and lead + word[start:end] not in self._numbers:
                end -= 1
            if end == start:
                return (self._unknown,)
            found.append(self._numbers[lead + word[start:end]])
            start = end
        return found or (self._unknown,)


def _words(text: str) -> Iterator[str]:
    """Yield words without case and accents, and each sign and each Chinese character by itself."""
    apart = []
    for char in unicodedata.normalize("NFD", text.lower()):
        kind = unicodedata.category(char)
        if kind == "Mn" or char in "\0\ufffd" or (kind[0] == "C" and char not in "\t\n\r"):
            continue
        alone = kind[0] == "P" or (char.isascii() and not char.isalnum()) or _is_cjk(char)
        apart.append(f" {char} " if alone else char)
    yield from "".join(apart).split()


def _is_cjk(char: str) -> bool:
    return char > "\u33ff" and any(first <= ord(char) <= last for first, last in _CJK)
