"""How sure a model was of a choice, from the odds that servers tell beside their tokens."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

_MARKS = " \t\n\"'`*[]().:,"


@dataclass(frozen=True)
class Token:
    """A token of a reply.

    Attributes:
        text: What it adds.
        others: The tokens that could have stood there, it among them, with their probabilities.
    """

    text: str
    others: tuple[tuple[str, float], ...]


def tokens(told: Any) -> tuple[Token, ...]:
    """Read what an event tells of its tokens; nothing when it has another shape."""
    content = told.get("content") if isinstance(told, dict) else None
    try:
        return tuple(
            Token(str(one["token"]), tuple(_other(o) for o in one.get("top_logprobs") or ()))
            for one in content or ()
        )
    except (TypeError, KeyError, ValueError, OverflowError):
        return ()


def _other(told: Any) -> tuple[str, float]:
    # some servers write an impossible token as -9999 or null
    return str(told["token"]), math.exp(min(float(told["logprob"] or -math.inf), 0.0))


def chosen(text: str, choices: Sequence[str]) -> str:
    """Return the choice that a text is or begins with; empty when it is none."""
    bare = text.strip(_MARKS).casefold()
    for choice in sorted(choices, key=len, reverse=True):
        name = choice.casefold()
        if bare.startswith(name) and not bare[len(name) : len(name) + 1].isalnum():
            return choice
    return ""


def of_choices(
    told: Sequence[Token], label: str, text: str, choices: Sequence[str]
) -> tuple[tuple[str, float], ...]:
    """Return the odds of each choice where a reply decided for one; empty when not told.

    Args:
        told: The reply's tokens.
        label: What stands before the choice; empty when the reply begins with it.
        text: The choice that was made.
        choices: All of them.
    """
    whole = "".join(token.text for token in told)
    start = max(whole.find(label), 0) + len(label) if label else 0
    place = whole.casefold().find(text.casefold(), start)
    token = _at(told, place) if place >= 0 else None
    if token is None or not token.others:
        return ()
    odds: defaultdict[str, float] = defaultdict(float)
    for other, probability in token.others:
        choice = _meant(other, text, choices)
        odds[choice] += probability if choice else 0.0
    total = sum(odds.values())
    return tuple((choice, odds[choice] / total) for choice in choices) if total > 0 else ()


def _at(told: Sequence[Token], place: int) -> Token | None:
    end = 0
    for token in told:
        end += len(token.text)
        if end > place:
            return token
    return None


def _meant(token: str, made: str, choices: Sequence[str]) -> str:
    """Return the choice that a token begins; of several the one that was made, else the first."""
    bare = token.strip(_MARKS).casefold()
    if not bare:
        return ""
    begun = [choice for choice in choices if choice.casefold().startswith(bare)]
    same = [choice for choice in begun if choice.casefold() == bare]
    if made in begun and not same:
        return made
    return (same or begun or [""])[0]
