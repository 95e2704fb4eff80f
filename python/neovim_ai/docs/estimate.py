"""What many docstrings will take, before any of them is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from neovim_ai.docs import ask
from neovim_ai.docs.compose import Subject
from neovim_ai.docs.engine import to_ask
from neovim_ai.docs.wishes import Wishes
from neovim_ai.llm import tokens
from neovim_ai.llm.model import Model
from neovim_ai.source import target
from neovim_ai.source.context import gather

# What a sentence takes, as measured over functions of the standard library.
_TOKENS_A_SLOT = 14


def estimate(subjects: Iterable[Subject], wishes: Wishes) -> tuple[int, int]:
    """Return about how many tokens will be read and written, for one question each."""
    read = written = 0
    for subject in subjects:
        named = ask.fields(to_ask(subject))
        context = gather(subject.source, subject.definition, target.definitions(subject.source))
        prompt = ask.prompt(subject.definition, context, named, wishes=wishes)
        labels = "".join(f"{field.label}:\n" for field in ask.as_fields(named))
        beside = "".join(part.text for part in prompt.around)
        read += tokens.guess(prompt.system + beside + prompt.task + labels).tokens
        written += _TOKENS_A_SLOT * len(named)
    return read, written


def said(read: int, written: int, model: Model) -> str:
    """Say an estimate in tokens, and what is left of the day's budget where there is one.

    Raises:
        AiError: `disk` when a budget is set and what was spent cannot be read.
    """
    left = model.left_today()
    rest = "" if left is None else f"; {left} of today's budget are left"
    return f"about {read} tokens in, {written} out{rest}"
