"""Ask a model for what it expects of calls, the body hidden, and for inputs where search stalls."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from neovim_ai.llm.model import Field, Prompt, Usage
from neovim_ai.testgen.cases.adviser import Fills
from neovim_ai.testgen.cases.asked import Tell, asked
from neovim_ai.testgen.model import Call, Case, Ending
from neovim_ai.testgen.scaffold import values
from neovim_ai.testgen.specification.model import Specification

SYSTEM = """\
You know what a Python function returns from its documentation alone.
After each call you write only the value it returns, as a Python literal: no words, no code.
Where the documentation says that it raises, you write the name of the exception.

For `def initials(name, dots=False)` with "Return the first letters of all words, in upper case, \
each with a dot if asked." good answers are:
initials('ada lovelace'): 'AL'
initials('ada', dots=True): 'A.'
initials(''): ''"""
_OTHER = (
    "Be careful: work each call out word by word from the documentation before you answer.",
    "These are doctests of the function. Write what Python prints below each of them.",
)
_LONGEST_CALL = 90
_LONGEST_TEXT = 1600
_VALUE_TOKENS = 40
_MOST_VALUES = 8


@dataclass(frozen=True)
class Opinions:
    """What a model said of one function's calls.

    Attributes:
        values: By call, the value it expects, as source; the name of an exception stands bare.
        usage: What it cost.
    """

    values: Mapping[Call, str] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)


def shown(call: Call) -> str:
    """Write a call as a model is asked about it; empty for one that cannot be asked on one line."""
    inner = ", ".join(f"{a.name}={a.source}" if a.name else a.source for a in call.arguments)
    text = f"{call.callee}({inner})"
    plain = not call.arrange and not call.fixtures and len(text) <= _LONGEST_CALL
    literal = all(values.is_literal(a.source) for a in call.arguments)
    # the way to the model folds white space
    return text if plain and literal and not re.search(r"\s\s", text) else ""


def askable(cases: Sequence[Case]) -> list[Case]:
    """Return the cases whose value can be predicted: literal in, literal out, both short."""
    found = []
    for case in cases:
        outcome = case.outcome
        if outcome is None or not shown(case.call):
            continue
        short = values.is_literal(outcome.value) and len(outcome.value) <= _LONGEST_CALL
        if (outcome.ending is Ending.RETURNED and short) or outcome.ending is Ending.RAISED:
            found.append(case)
    return found[:_MOST_VALUES]


async def opinions(
    model: Fills,
    said: Specification,
    cases: Sequence[Case],
    tell: Tell,
    seconds: float,
    way: int = 0,
) -> Opinions:
    """Ask once about a function, its body hidden.

    Args:
        model: Who is asked.
        said: What people said of the function.
        cases: Whose values are asked for.
        tell: Told what is waited for.
        seconds: How long it may take.
        way: Which of three ways of asking.
    """
    calls = {shown(case.call): case.call for case in cases}
    # two sentences, since one would end at a full stop inside of a string
    fields = [Field(text, max_tokens=_VALUE_TOKENS, sentences=2) for text in calls]
    texts, usage = await asked(model, _prompt(said, way), fields, tell, seconds)
    values_ = {calls[name]: value for name, text in texts.items() if (value := answered(text))}
    return Opinions(values_, usage)


def answered(text: str) -> str:
    """Return the value a line says, as Python writes it; an exception's bare name; else empty."""
    text = text.strip().strip("`").strip()
    raised = re.match(r"(?:raises?\s+)?([A-Z]\w*(?:Error|Exception))\b", text)
    if raised:
        return raised[1]
    for end in (len(text), len(text.rstrip(".,; "))):
        try:
            return repr(ast.literal_eval(text[:end]))
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
    return ""


def _prompt(said: Specification, way: int) -> Prompt:
    text = said.text[:_LONGEST_TEXT]
    task = f"```python\n{said.signature}\n    ...\n```\n\nIts documentation:\n{text}"
    if way:
        task = f"{task}\n\n{_OTHER[(way - 1) % len(_OTHER)]}"
    return Prompt(SYSTEM, "", task)


GAPS = """\
You write calls of a Python function that make it run certain lines. Each answer is one call with
literal arguments, on one line, and nothing else."""


async def gap_calls(
    model: Fills, excerpt: str, name: str, missing: Sequence[int], tell: Tell, seconds: float
) -> tuple[list[str], Usage]:
    """Ask for calls that reach lines no call has reached; only inputs come from it.

    Args:
        model: Who is asked.
        excerpt: The function's source, its lines numbered.
        name: The function.
        missing: Lines that are missing.
        tell: Told what is waited for.
        seconds: How long it may take.
    """
    lines = ", ".join(map(str, missing[:12]))
    task = f"```python\n{excerpt}\n```\n\nNo call of `{name}` has run lines {lines} yet."
    fields = [Field(f"call {n}", max_tokens=60, lead=f"{name}(", sentences=2) for n in (1, 2, 3)]
    texts, usage = await asked(model, Prompt(GAPS, "", task), fields, tell, seconds)
    return list(texts.values()), usage
