"""What a posting is worth, and the best of many scores."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neovim_ai.notes import words as w
from neovim_ai.notes.rank.segment import Payloads

Floats = NDArray[np.float32]

TIER = np.float32(1000)
"""Between two tiers; the scores of a query's words never add up to it."""
PHRASE, HEADING, SECTION, PREFIX, TYPO, SOME = (np.float32(n) * TIER for n in (5, 4, 3, 2, 1, 0))
"""The order of the design: what is in a higher tier stands first, whatever its score."""

_OWN_BONUS = 0.9
_PATH_BONUS = 0.3


def flat_scores(payloads: Payloads) -> Floats:
    """Return what postings are worth when all terms are equally rare, between 0 and 2.2."""
    scores: Floats = _table()[payloads]
    return scores


@lru_cache(maxsize=1)
def _table() -> Floats:
    every = np.arange(1 << 14)
    bonus = _OWN_BONUS * (every & w.OWN > 0) + _PATH_BONUS * (every & w.PATH > 0)
    table: Floats = ((every & 0xFF) / 255 * (1 + bonus)).astype(np.float32)
    return table


def rarity(holding: int, total: int) -> np.float32:
    """Return how much a term says that `holding` of `total` sections hold."""
    return np.float32(math.log(1 + (total - holding + 0.5) / (holding + 0.5)))


def best_of(scores: Floats, count: int) -> NDArray[Any]:
    """Return where the highest scores above 0 are, highest first; of equals the first ones."""
    if len(scores) <= 4 * count:
        there = np.flatnonzero(scores > 0)
    else:
        least = np.partition(scores, len(scores) - count)[len(scores) - count]
        there = np.flatnonzero(scores > max(least, np.float32(0)))
        if least > 0:
            # Most may be equal, as are all that hold a phrase.
            there = np.concatenate([there, np.flatnonzero(scores == least)[:count]])
    return there[np.argsort(-scores[there], kind="stable")][:count]
