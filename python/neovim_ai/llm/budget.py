"""Keeping a prompt within its budget: the least useful goes first, whole pieces only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from neovim_ai.llm.tokens import guess


@dataclass(frozen=True)
class Part:
    """A piece of a prompt.

    Attributes:
        text: What would be sent.
        use: How useful it is; higher stays longer.
        needed: It is never left out.
    """

    text: str
    use: float = 0.0
    needed: bool = False


def _guessed(text: str) -> int:
    return guess(text).tokens


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
