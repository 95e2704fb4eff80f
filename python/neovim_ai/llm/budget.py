"""Keeping a prompt within its budget: the least useful goes first, whole pieces only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.model import Field, Part, Prompt
from neovim_ai.llm.tokens import guess

_AROUND = "Around it:\n"


def _guessed(text: str) -> int:
    return guess(text).tokens


def _as_line(text: str) -> int:
    return guess(f"{text}\n").tokens


def fit(
    parts: Sequence[Part], limit: int, count: Callable[[str], int] = _guessed
) -> tuple[Part, ...]:
    """Return the most useful parts that fit together, in their own order.

    A part that does not fit makes room for smaller, less useful ones behind it. Needed parts stay
    even when they alone are over the limit: the server then says so.

    Args:
        parts: In the order they would be sent.
        limit: Tokens.
        count: Tokens of a text.
    """
    kept = {i for i, part in enumerate(parts) if part.needed}
    left = limit - sum(count(parts[i].text) for i in kept)
    others = [i for i in range(len(parts)) if i not in kept]
    for i in sorted(others, key=lambda i: (-parts[i].use, i)):
        cost = count(parts[i].text)
        if cost <= left:
            kept.add(i)
            left -= cost
    return tuple(part for i, part in enumerate(parts) if i in kept)


def within(prompt: Prompt, fields: Sequence[Field], limit: int) -> Prompt:
    """Return a prompt with as much around its task as it has room for.

    Args:
        prompt: What is asked.
        fields: The lines that are asked for; their labels are sent too.
        limit: `max_prompt_tokens`; 0 is no limit. Counted at four characters a token.

    Raises:
        AiError: `context` when what cannot be left out is longer already; nothing was sent.
    """
    labels = "\n".join(field.label for field in fields)
    opening = _AROUND if prompt.around else ""
    sent = (prompt.system, prompt.stable, prompt.task, labels)
    needed = _guessed("\n".join(sent))
    if limit and needed > limit:
        raise AiError(
            Kind.CONTEXT,
            f"This takes a prompt of about {needed} tokens; max_prompt_tokens allows {limit}.",
            "Raise max_prompt_tokens, or ask about less.",
        )
    left = limit - needed - _guessed(opening)
    kept = fit(prompt.around, left, _as_line) if limit else prompt.around
    if not kept:
        return replace(prompt, around=())
    around = opening + "\n".join(part.text for part in kept)
    return replace(prompt, task=f"{around}\n\n{prompt.task}", around=())
