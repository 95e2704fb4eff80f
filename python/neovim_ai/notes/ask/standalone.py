"""A follow-up made to stand alone, from the words of its thread: no model is trusted with that."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from neovim_ai.notes.ask.model import Turn
from neovim_ai.notes.ask.words import content, stem, words_of

_POINTS_BACK = words_of(
    """it its they them their theirs this that these those he she him her former latter same one
    ones there then else instead another other others"""
)
_GOES_ON = re.compile(r"\s*(?:and|but|or|so|also|then|what about|how about|why|how so)\b", re.I)
_NAME = re.compile(r"`([^`\n]+)`|\b([A-Z][\w.-]*[A-Z0-9][\w.-]*|[A-Z][a-z]{2,}\w*)")
_WORD = re.compile(r"[^\W_]+")
_NAMES = 5


@dataclass(frozen=True, slots=True)
class Question:
    """A question that needs no thread.

    Attributes:
        asked: As the user asked it.
        about: Earlier questions and names that it leans on, oldest first; empty for most.
    """

    asked: str
    about: tuple[str, ...] = ()

    @property
    def search(self) -> str:
        """The words to look for."""
        return " ".join((self.asked, *self.about))

    @property
    def told(self) -> str:
        """The question as a model is told it."""
        asked = " ".join(self.asked.split())
        return f"{asked} (this is about: {' / '.join(self.about)})" if self.about else asked


def standalone(question: str, thread: Sequence[Turn]) -> Question:
    """Return a question with what it leans on.

    A question that points back ("and how much does it cost?") or says little of its own takes the
    content of the questions before it, up to one that stands alone, and the names in the last
    answer. Any other question starts anew.
    """
    if not thread or not leans(question):
        return Question(question)
    own = {stem(word) for word in content(question)}
    earlier: list[str] = []
    for turn in reversed(thread):
        words = [word for word in content(turn.question) if stem(word) not in own]
        own |= {stem(word) for word in words}
        earlier.insert(0, " ".join(words))
        if not leans(turn.question):
            break
    names = [n for n in _names(thread[-1].answer) if not {stem(w) for w in content(n)} <= own]
    return Question(question, tuple(part for part in (*earlier, " ".join(names[:_NAMES])) if part))


def leans(question: str) -> bool:
    """Tell whether a question cannot be understood without those before it."""
    words = [word.lower() for word in _WORD.findall(question)]
    points = any(word in _POINTS_BACK for word in words)
    return points or bool(_GOES_ON.match(question)) or len(content(question)) < 2


def _names(answer: str) -> list[str]:
    return list(dict.fromkeys(" ".join(content(a or b)) for a, b in _NAME.findall(answer)))
