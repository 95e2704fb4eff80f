"""Examples as the lines of a doctest, and which answers can be shown as one."""

from __future__ import annotations

import doctest
import re
from collections.abc import Sequence
from dataclasses import dataclass

from neovim_ai.docs.examples.running import Answer, Answers

PROMPT = ">>> "
MOST_LINES = 4
"""Lines of output that an example may have."""

_UNREADABLE = re.compile(
    r" at 0x[0-9a-fA-F]+|0x[0-9a-fA-F]{8,}|[^\n\x20-\x7e\u00a0-\uffff]|\"\"\"|'''"
)
_PATHS = re.compile(r"(?:^|[\s'\"(])/(?:tmp|home|root|Users|usr|var|work)\b")


@dataclass(frozen=True)
class Shown:
    """A call with what it printed each time."""

    call: str
    output: str


def agreed(call: str, first: Answers, second: Answers, width: int) -> Shown | str:
    """Return the example that two runs of a call make, or why they make none.

    Args:
        call: The call.
        first: What one run answered.
        second: What the other did.
        width: Columns that a line of output may take.
    """
    one, other = (answers[0] if answers else None for answers in (first, second))
    if one is None or other is None:
        return "came to no end"
    if problem := _problem(one) or _problem(other):
        return problem
    if problem := _unreadable(one.printed, width):
        return problem
    if one.printed != other.printed:
        return "differed between two runs"
    return Shown(call, one.printed.rstrip("\n"))


def _problem(answer: Answer) -> str:
    if answer.raised:
        return f"raised {answer.raised.strip().splitlines()[-1].split(':')[0]}"
    return "went outside" if answer.outside else ""


def _unreadable(output: str, width: int) -> str:
    lines = output.rstrip("\n").split("\n")
    if not output.strip():
        return "showed nothing"
    if len(lines) > MOST_LINES or any(len(line) > width for line in lines):
        return "was too long"
    blank = any(not line.strip() or line != line.rstrip() for line in lines)
    strange = _UNREADABLE.search(output) or _PATHS.search(output) or "\\" in output
    confusing = any(line.lstrip().startswith((">>>", "...", "Traceback")) for line in lines)
    return "was not readable" if blank or strange or confusing else ""


def written(examples: Sequence[Shown]) -> str:
    """Return the lines of a doctest, without indent."""
    return "\n".join(f"{PROMPT}{one.call}\n{one.output}" for one in examples)


def read(text: str) -> list[Shown]:
    """Return the examples of a text, whatever stands around them.

    Raises:
        ValueError: If it holds a doctest that is not well formed.
    """
    found = doctest.DocTestParser().get_examples(text)
    return [Shown(one.source.rstrip("\n"), one.want.rstrip("\n")) for one in found]
