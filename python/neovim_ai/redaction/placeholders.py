"""What stands for a secret outside of this machine, and how it comes back."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from neovim_ai.redaction.formats import Found, known
from neovim_ai.redaction.keywords import named


def found(text: str) -> list[Found]:
    """Return where secrets stand, in order, without overlaps: the longer of two wins."""
    spans = sorted([*known(text), *named(text)], key=lambda f: (f.start, -f.end))
    kept: list[Found] = []
    for span in spans:
        if kept and span.start < kept[-1].end:
            if span.end - span.start > kept[-1].end - kept[-1].start:
                kept[-1] = span
            continue
        kept.append(span)
    return kept


class Placeholders:
    """Secrets of one connection and the words that stand for them; the same for the same secret.

    The words hold a random part, so that no text of the user's can be taken for one.
    """

    def __init__(self) -> None:
        self._stem = f"SECRET_{secrets.token_hex(3)}_"
        self._by_secret: dict[str, str] = {}
        self._by_word: dict[str, str] = {}

    @property
    def hidden(self) -> int:
        """How many secrets have been kept back."""
        return len(self._by_secret)

    def hide(self, value: Any) -> Any:
        """Return plain data with a word in the place of every secret in its texts.

        A secret that was found once is replaced everywhere, also where nothing gives it away.
        """
        self._learn(value)
        return self._hidden(value)

    def restore(self, text: str) -> str:
        """Return a text with the secrets back in their places."""
        if self._stem not in text:
            return text
        for word, secret in self._by_word.items():
            text = text.replace(word, secret)
        return text

    def restoring(self) -> Restoring:
        """Begin to read a stream."""
        return Restoring(self, self._stem)

    def _learn(self, value: Any) -> None:
        if isinstance(value, str):
            for span in found(value):
                self._word(value[span.start : span.end])
        elif isinstance(value, dict):
            for inner in value.values():
                self._learn(inner)
        elif isinstance(value, list | tuple):
            for inner in value:
                self._learn(inner)

    def _word(self, secret: str) -> str:
        word = self._by_secret.get(secret)
        if word is None:
            # Its last character ends the number: no word is the beginning of another.
            word = f"{self._stem}{len(self._by_secret) + 1}_"
            self._by_secret[secret] = word
            # What spans lines cannot stand in a text of ours: its word stays.
            if "\n" not in secret:
                self._by_word[word] = secret
        return word

    def _hidden(self, value: Any) -> Any:
        if isinstance(value, str):
            return _replaced(value, self._by_secret.items())
        if isinstance(value, dict):
            return {self._hidden(name): self._hidden(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self._hidden(inner) for inner in value]
        return value


def _replaced(text: str, words: Iterable[tuple[str, str]]) -> str:
    # The longest first: a secret may be part of another.
    for secret, word in sorted(words, key=lambda pair: len(pair[0]), reverse=True):
        text = text.replace(secret, word)
    return text


class Restoring:
    """Puts secrets back into a stream whose pieces may end inside a word."""

    def __init__(self, placeholders: Placeholders, stem: str) -> None:
        self._placeholders = placeholders
        self._stem = stem
        self._held = ""

    def feed(self, piece: str) -> str:
        """Return what is certain after another piece."""
        text = self._held + piece
        cut = self._uncertain_from(text)
        self._held = text[cut:]
        return self._placeholders.restore(text[:cut])

    def end(self) -> str:
        """Return what was still held back when the stream ended."""
        text, self._held = self._held, ""
        return self._placeholders.restore(text)

    def _uncertain_from(self, text: str) -> int:
        """Return where a word begins that the text's end cuts off; its length if there is none."""
        last = text.rfind(self._stem)
        if last >= 0:
            number = text[last + len(self._stem) :]
            digits = number[: len(number) - len(number.lstrip("0123456789"))]
            if digits == number:
                return last
        for size in range(min(len(self._stem) - 1, len(text)), 0, -1):
            if self._stem.startswith(text[-size:]):
                return len(text) - size
        return len(text)
