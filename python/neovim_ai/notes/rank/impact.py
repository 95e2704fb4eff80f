"""The ranker that keeps words in arrays; needs numpy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neovim_ai.notes.query import Query
from neovim_ai.notes.rank import guesses, search, shelf
from neovim_ai.notes.rank.atoms import Shard
from neovim_ai.notes.rank.build import Loose
from neovim_ai.notes.rank.model import Ranking
from neovim_ai.notes.rank.ranker import Asked
from neovim_ai.notes.rank.segment import Segment
from neovim_ai.notes.store import Store
from neovim_ai.notes.words import Words

FEW = 20
"""With fewer exact answers than this, words with a typo are looked for too."""


class ImpactIndex:
    """Writes a segment for each batch."""

    def add(self, store: Store, entries: Sequence[tuple[int, int, Words]]) -> None:
        """Take sections as (id, file, words), ascending."""
        loose = Loose()
        for section, file, words in entries:
            loose.add(section, file, words)
        shelf.put(store, loose)

    def remove(self, store: Store, ids: Sequence[int]) -> None:
        """Do nothing: readers leave out what the store no longer has."""

    def tidy(self, store: Store) -> None:
        """Join small segments."""
        shelf.tidy(store)


class _Mapped:
    """A segment with what of it is alive."""

    def __init__(self, segment: Segment, alive: NDArray[np.bool_]) -> None:
        self.segment = segment
        self.alive: NDArray[np.bool_] | None = None if alive.all() else alive
        self._masks: dict[Any, NDArray[np.bool_]] = {}

    def forget(self, ids: Sequence[int]) -> None:
        gone = self.segment.numbers_of(ids)
        if len(gone):
            alive = (
                np.ones(len(self.segment), np.bool_) if self.alive is None else self.alive.copy()
            )
            alive[gone] = False
            self.alive = alive
            self._masks.clear()

    def shard(self, number: int, asked: Asked[ImpactReader]) -> Shard:
        allowed = self.alive
        if asked.only_files is not None or asked.hidden_files:
            key = (asked.only_files, asked.hidden_files)
            if key not in self._masks:
                if len(self._masks) > 8:
                    self._masks.clear()
                self._masks[key] = self._masked(asked)
            allowed = self._masks[key]
        favourites = {
            int(at): asked.favourites[int(self.segment.ids[at])]
            for at in self.segment.numbers_of(sorted(asked.favourites))
        }
        return Shard(self.segment, number, allowed, asked.only_files is not None, favourites)

    def _masked(self, asked: Asked[ImpactReader]) -> NDArray[np.bool_]:
        files = self.segment.files
        mask = np.ones(len(files), np.bool_) if self.alive is None else self.alive.copy()
        table = np.zeros(int(files.max(initial=0)) + 1, dtype=np.bool_)
        if asked.only_files is not None:
            table[[one for one in asked.only_files if one < len(table)]] = True
        else:
            table[:] = True
        table[[one for one in asked.hidden_files if one < len(table)]] = False
        masked: NDArray[np.bool_] = mask & table[files]
        return masked


class ImpactReader:
    """The segments of one store, mapped."""

    def __init__(self, store: Store | None, segments: Sequence[Segment] = ()) -> None:
        self._store = store
        self.is_damaged = False
        self._mapped = {
            str(number): _Mapped(segment, np.ones(len(segment), np.bool_))
            for number, segment in enumerate(segments)
        }
        self.reload()

    def reload(self) -> None:
        """Map what is new and let go of what is no longer listed."""
        if self._store is None:
            return
        listed = self._store.segments()
        fresh = [name for name in listed if name not in self._mapped]
        mapped = {name: one for name, one in self._mapped.items() if name in listed}
        for name in fresh:
            segment = shelf.get(self._store, name)
            if segment is None:
                # Listed a moment ago: joined with others meanwhile, or damaged.
                self.is_damaged = name in self._store.segments()
            else:
                mapped[name] = _Mapped(segment, shelf.kept(self._store, segment))
        self._mapped = mapped

    def forget(self, ids: Sequence[int]) -> None:
        """Find these sections no more."""
        for one in self._mapped.values():
            one.forget(ids)

    def knows(self, form: str) -> bool:
        """Tell whether a word stands in the notes."""
        return any(one.segment.term(form) >= 0 for one in self._mapped.values())

    def shards(self, number: int, asked: Asked[ImpactReader]) -> list[Shard]:
        """Return the segments as they may be searched."""
        return [one.shard(number, asked) for one in self._mapped.values()]


class ImpactRanker:
    """Arrays of words, ordered so that a key press is answered in milliseconds."""

    name = "impact"

    def index(self) -> ImpactIndex:
        """Return what writes words into a store."""
        return ImpactIndex()

    def reader(self, store: Store) -> ImpactReader:
        """Return what answers for a store."""
        return ImpactReader(store)

    def buffer_reader(self, entries: Sequence[tuple[int, int, Words]]) -> ImpactReader:
        """Return what answers for an unsaved buffer's sections."""
        loose = Loose()
        for section, file, words in entries:
            loose.add(section, file, words)
        return ImpactReader(None, [loose.segment()])

    def rank(self, asked: Sequence[Asked[ImpactReader]], query: Query, limit: int) -> Ranking:
        """Return the best sections: exact ones, then those a typo away, then some of the words."""
        shards = _shards(asked)
        found = search.search(shards, query, limit)
        if found.total >= FEW or not query.words:
            return found
        near = guesses.near(shards, query)
        if near:
            found = _joined(found, search.search_guesses(shards, query, near, limit), limit)
        if not found.total and len(query.words) > 1:
            found = search.search_some(shards, query, near, limit)
        return found

    def likely(self, asked: Sequence[Asked[ImpactReader]], query: Query, limit: int) -> Ranking:
        """Return the sections that hold the most telling of a query's words."""
        shards = _shards(asked)
        near: Mapping[str, tuple[str, ...]] = guesses.near(shards, query)
        return search.search_some(shards, query, near, limit)


def _shards(asked: Sequence[Asked[ImpactReader]]) -> list[Shard]:
    return [shard for number, one in enumerate(asked) for shard in one.reader.shards(number, one)]


def _joined(found: Ranking, more: Ranking, limit: int) -> Ranking:
    known = {(hit.store, hit.section) for hit in found.hits}
    new = [hit for hit in more.hits if (hit.store, hit.section) not in known]
    hits = (*found.hits, *new)[: limit * search.MOST_FACTOR]
    return Ranking(hits, found.total + max(0, more.total - found.total), more.expansions)
