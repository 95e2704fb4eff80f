"""Which sections answer a query best: one question, answered by an index that is kept in memory."""

from __future__ import annotations

from typing import Any

from neovim_ai.notes.rank.ranker import Ranker


def best_ranker() -> Ranker[Any]:
    """Return the fastest ranker that can be had here."""
    from importlib.util import find_spec

    return ranker_named("impact" if find_spec("numpy") else "fts")


def ranker_named(name: str) -> Ranker[Any]:
    """Return a ranker by its name."""
    if name == "fts":
        from neovim_ai.notes.rank.fts import FtsRanker

        return FtsRanker()
    from neovim_ai.notes.rank.impact import ImpactRanker

    return ImpactRanker()
