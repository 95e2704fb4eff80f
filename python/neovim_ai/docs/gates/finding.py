"""What a linter newly finds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class New:
    """Findings after an edit that were not there before.

    Attributes:
        codes: Their codes, each once, in order.
        label: What has to be said beside them: why a linter did not look.
    """

    codes: tuple[str, ...] = ()
    label: str = ""

    @classmethod
    def between(cls, before: Iterable[str], after: Iterable[str]) -> New:
        """Return the codes that are found more often after the edit."""
        return cls(tuple(dict.fromkeys((Counter(after) - Counter(before)).elements())))
