"""What a ranker is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Tier(IntEnum):
    """How well a section answers; a higher one stands first, whatever the scores."""

    MEANING = -1
    SOME = 0
    TYPO = 1
    PREFIX = 2
    SECTION = 3
    HEADING = 4
    PHRASE = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """A section that answers, by its id in the store numbered `store` of those asked."""

    store: int
    section: int
    tier: Tier
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Hits, best first, and how many sections match in all.

    Attributes:
        hits: Best first.
        total: How many there are without the limit.
        expansions: Words of the notes that stand for words of the query which they do not equal.
    """

    hits: tuple[Hit, ...]
    total: int
    expansions: tuple[str, ...] = ()
