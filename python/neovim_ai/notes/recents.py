"""What is shown before anything is typed: sections often chosen, then those that changed last."""

from __future__ import annotations

from collections.abc import Mapping, Set

from neovim_ai.notes.store import Store

_CHOSEN_IS_WORTH = 10.0


def recents(
    store: Store, chosen: Mapping[int, float], hidden: Set[int], limit: int
) -> dict[int, float]:
    """Return sections with their scores: what was chosen comes before what is new.

    Args:
        store: A vault's.
        chosen: Sections often chosen, by id, with what that is worth.
        hidden: Ids of files that a buffer stands for.
        limit: How many.
    """
    found = {one: _CHOSEN_IS_WORTH + worth for one, worth in chosen.items()}
    rows = store.db.execute(
        "SELECT s.id, s.file FROM (SELECT id, mtime_ns FROM files ORDER BY mtime_ns DESC LIMIT ?) f"
        " JOIN sections s ON s.file = f.id ORDER BY f.mtime_ns DESC, s.row LIMIT ?",
        (limit + len(hidden), limit),
    ).fetchall()
    for rank, (section, file) in enumerate(rows):
        if file not in hidden:
            found.setdefault(section, 1.0 / (1 + rank))
    return found
