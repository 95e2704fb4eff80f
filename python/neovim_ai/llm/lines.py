"""Fields as lines, `name: text`: how they are asked for and how they are read back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from neovim_ai.llm.grammar import one_line
from neovim_ai.llm.model import Field, FieldText

# no placeholder stands after the colons: small models copy it
ASK = "Answer with exactly these lines, in this order, each with one sentence after its colon:"
ASK_CHOICES = (
    "Answer with exactly these lines, in this order, each with one choice after its colon:"
)

_OTHER = re.compile(
    r"\s*(?:[-*]\s+)?[*`]{0,2}[A-Za-z_*][\w.*]{0,40}[*`]{0,2}\s*(\([^)]*\))?:(\s|$)"
)
_BULLET = r"\s*(?:[-*\u2022]\s+|\d+[.)]\s+)?(?:\*\*|`)?"
_AFTER = r"(?:\*\*|`)?\s*(?:\([^:\n]*\))?\s*(?:\*\*|`)?:(?:\*\*)?(?!\w)\s*(?P<rest>.*)"


def ask(fields: Sequence[Field]) -> str:
    """Return the part of a prompt that asks for lines."""
    opening = ASK_CHOICES if all(f.choices for f in fields) else ASK
    return "\n".join([opening, *(f"{one_line(f.label)}:" for f in fields)])


def folded(text: str) -> str:
    """Return a text as one paragraph on one line."""
    return " ".join(text.split())


def says_something(text: str) -> bool:
    """Tell whether a text is more than marks, such as a placeholder copied from the question."""
    return any(c.isalnum() for c in text)


def is_labelled(text: str) -> bool:
    """Tell whether a line of a text begins with a name and a colon, as an answer by lines does."""
    return any(_OTHER.match(line) for line in text.split("\n"))


class LineReader:
    """Reads lines as they arrive.

    Attributes:
        wrapped: A text may go on in the next line, as no grammar forbids it.
    """

    def __init__(self, fields: Sequence[Field], *, wrapped: bool) -> None:
        self.wrapped = wrapped
        self._exact = [(f.name, _opening(f)) for f in fields]
        self._loose = [(f.name, _opening(f, re.IGNORECASE)) for f in fields]

    def read(self, reply: str, *, final: bool) -> list[FieldText]:
        """Return the fields found in a reply so far, in the order they were found.

        Args:
            reply: All of the reply that has arrived.
            final: Nothing more will come.
        """
        found: dict[str, str] = {}
        done: set[str] = set()
        current: str | None = None
        lines = reply.split("\n")
        for number, line in enumerate(lines):
            ended = final or number < len(lines) - 1
            name, rest = self._opened(line)
            if name is not None and name not in found:
                done |= {current} if current else set()
                current, found[name] = name, rest
            elif current and self._goes_on(line, name) and ended:
                found[current] += " " + line
            elif current and ended:
                done.add(current)
                current = None
            if current and ended and not self.wrapped:
                done.add(current)
                current = None
        if final and current:
            done.add(current)
        return [FieldText(n, folded(t), n in done) for n, t in found.items() if says_something(t)]

    def _goes_on(self, line: str, name: str | None) -> bool:
        stops = not line.strip() or line.lstrip().startswith("```") or _OTHER.match(line)
        return self.wrapped and name is None and not stops

    def _opened(self, line: str) -> tuple[str | None, str]:
        for table in (self._exact, self._loose):
            for name, pattern in table:
                match = pattern.match(line)
                if match:
                    return name, match["rest"]
        return None, ""


def _opening(field: Field, flags: int = 0) -> re.Pattern[str]:
    label, name = re.escape(one_line(field.label)), re.escape(one_line(field.name))
    return re.compile(f"{_BULLET}(?:{label}|{name}){_AFTER}", flags)
