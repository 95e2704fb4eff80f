"""The segments of one store on disk: written with the sections, joined when they become many.

A segment is listed in the store in the transaction that writes its sections, so the two agree
whatever happens to the process. Whoever may write the store may tidy; readers keep what they have
mapped until they look at the list again.
"""

from __future__ import annotations

import secrets
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from neovim_ai.notes.rank import segment as segments
from neovim_ai.notes.rank.build import Loose, merged
from neovim_ai.notes.rank.segment import Segment
from neovim_ai.notes.store import Store

LARGEST = 250_000
"""Sections; no segment is joined beyond that, since it would take long and gain little."""
_JOIN = 4
_SMALLEST_CLASS = 1000


def put(store: Store, loose: Loose) -> str:
    """Write a segment and list it; within a transaction of the store."""
    name = f"{secrets.token_hex(8)}.segment"
    segments.write(loose.segment(), store.folder / name)
    store.db.execute("INSERT INTO segments VALUES (?, ?)", (name, len(loose)))
    return name


def get(store: Store, name: str) -> Segment | None:
    """Return a segment, or None when it is damaged or gone."""
    try:
        return segments.read(store.folder / name)
    except (OSError, ValueError, KeyError):
        return None


def tidy(store: Store) -> bool:
    """Join segments of about the same size where there are several; tell whether any were."""
    joined = False
    while names := _to_join(store.segments()):
        parts = [part for name in names if (part := get(store, name)) is not None]
        whole = merged(parts, [kept(store, part) for part in parts]) if parts else None
        _replace(store, names, whole)
        joined = True
    return joined


def kept(store: Store, segment: Segment) -> NDArray[np.bool_]:
    """Return which sections of a segment the store still has."""
    if not len(segment):
        return np.zeros(0, dtype=np.bool_)
    ids = store.section_ids(int(segment.ids[0]), int(segment.ids[-1]))
    alive = np.array(ids, dtype=np.uint32)
    if not len(alive):
        return np.zeros(len(segment), dtype=np.bool_)
    at = np.searchsorted(alive, segment.ids)
    at[at == len(alive)] = 0
    found: NDArray[np.bool_] = alive[at] == segment.ids
    return found


def sweep(store: Store) -> None:
    """Remove the files of segments that are not listed; within a transaction of the store."""
    listed = store.segments()
    for file in store.folder.glob("*.segment*"):
        if file.name not in listed:
            file.unlink(missing_ok=True)


def _to_join(sizes: dict[str, int]) -> Sequence[str]:
    """Return segments of one class, the smallest class first, whose whole is not too large."""
    classes: dict[int, list[str]] = {}
    for name in sorted(sizes, key=sizes.__getitem__):
        if sizes[name] <= LARGEST:
            classes.setdefault(_size_class(sizes[name]), []).append(name)
    for _, names in sorted(classes.items()):
        sums = list(accumulate(sizes[name] for name in names))
        fitting = names[: bisect_right(sums, LARGEST)]
        if len(fitting) >= _JOIN:
            return fitting
    return ()


def _size_class(size: int) -> int:
    number, limit = 0, _SMALLEST_CLASS
    while size > limit:
        number, limit = number + 1, limit * _JOIN
    return number


def _replace(store: Store, names: Sequence[str], whole: Segment | None) -> None:
    with store.writing() as db:
        listed = store.segments()
        if not all(name in listed for name in names):
            # Someone else has joined them meanwhile.
            return
        for name in names:
            db.execute("DELETE FROM segments WHERE name = ?", (name,))
        if whole is not None and len(whole):
            fresh = f"{secrets.token_hex(8)}.segment"
            segments.write(whole, store.folder / fresh)
            db.execute("INSERT INTO segments VALUES (?, ?)", (fresh, len(whole)))
        sweep(store)


def segment_file(store: Store, name: str) -> Path:
    """Return where a segment lies."""
    return store.folder / name
