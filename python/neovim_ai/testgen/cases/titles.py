"""Ask a model for the names of tests, once for all of them; ours stay where its are no use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from neovim_ai.llm.model import Field, Prompt, Usage
from neovim_ai.testgen.cases.adviser import Fills
from neovim_ai.testgen.cases.asked import Tell, asked
from neovim_ai.testgen.model import Ending, TestText
from neovim_ai.testgen.scaffold import naming

SYSTEM = """\
You name Python tests. For each test you write three to six plain words that say what it shows:
what is given and what comes out. No code, no quotes, not the word test.

For `assert clip(11, high=10) == 10` a good answer is: a value above becomes the highest
For `with pytest.raises(ValueError): clip(1, high=-1)` a good one is: an empty range is refused"""
_MOST = 16
_LONGEST = 400
_TOKENS = 16
_FEWEST_WORDS = 2
_OF_ERRORS = frozenset({"error", "raises", "refused", "rejected", "invalid", "exception", "fails"})


async def titles(
    model: Fills, tests: Sequence[TestText], tell: Tell, seconds: float
) -> tuple[Mapping[str, str], Usage]:
    """Return words for tests by their present names, those left out that are no use.

    Args:
        model: Who is asked.
        tests: The tests as they will stand: what they show is known by now.
        tell: Told what is waited for.
        seconds: How long it may take.
    """
    meant = {f"test {n}": test for n, test in enumerate(tests[:_MOST], 1)}
    shown = [f"{label}:\n{test.text[:_LONGEST]}" for label, test in meant.items()]
    fields = [Field(label, max_tokens=_TOKENS) for label in meant]
    prompt = Prompt(SYSTEM, "", "\n\n".join(shown))
    texts, usage = await asked(model, prompt, fields, tell, seconds)
    found = {
        meant[label].name: words
        for label, text in texts.items()
        if (words := usable(text, meant[label]))
    }
    return found, usage


def usable(text: str, test: TestText) -> str:
    """Return a model's words for a test in snake case; empty where they say nothing, or wrongly."""
    words = naming.words(text).split("_")
    subject = naming.subject_words(test.cases[0].call.target).split("_") if test.cases else []
    while words and words[0] in (*subject, "a", "an", "the"):
        words.pop(0)
    while words and words[-1] in ("a", "an", "the", "is", "of", "to", "and", "becomes", "with"):
        words.pop()
    said = set(words)
    raises = any(case.expectation.ending is Ending.RAISED for case in test.cases)
    wrong = bool(said & _OF_ERRORS) != raises if said & _OF_ERRORS or raises else False
    plain = all(re.fullmatch(r"[a-z0-9]+", word) for word in words)
    enough = len(said - {"true", "false", "none", "returns"}) >= _FEWEST_WORDS
    return "_".join(words) if plain and enough and not wrong else ""
