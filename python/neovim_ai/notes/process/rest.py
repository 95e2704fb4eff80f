"""When to look for garbage: not while somebody types.

Reference counts free nearly all at once; what is left are cycles. Looking for them means to look at
every word of the index: 11 ms for 100,000 sections, in the midst of a key press.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

LOOKS = 8
"""Looks in a row without a new answer after which nobody is typing."""
NOW_AND_THEN = 240
"""Quiet looks after which it is done all the same: files are read and texts learned meanwhile."""


def collect() -> None:
    """Free cycles; what is alive now is not looked at again."""
    gc.collect()
    gc.freeze()


class Rest:
    """Collects garbage after each while of answers, when they have ended, and now and then."""

    def __init__(self, collected: Callable[[], None] = collect) -> None:
        self._collected = collected
        self._answered = 0
        self._quiet = LOOKS

    def look(self, answered: int) -> None:
        """Be told from time to time how many answers were given so far."""
        if answered != self._answered:
            self._answered, self._quiet = answered, 0
        else:
            self._quiet += 1
            if self._quiet == LOOKS or self._quiet % NOW_AND_THEN == 0:
                self._collected()
