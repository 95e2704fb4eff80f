"""The seam between the notes and what ranks them: one kind of index, written and asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from neovim_ai.notes.query import Query
from neovim_ai.notes.rank.model import Ranking
from neovim_ai.notes.store import Store
from neovim_ai.notes.update import Index
from neovim_ai.notes.words import Words


class Reader(Protocol):
    """The index of one store as it is asked.

    Attributes:
        is_damaged: Something that the store lists cannot be read: all must be made again.
    """

    is_damaged: bool

    def reload(self) -> None:
        """Look at the store again: sections may have come."""

    def forget(self, ids: Sequence[int]) -> None:
        """Find these sections no more."""

    def knows(self, form: str) -> bool:
        """Tell whether a word stands in the notes."""


R = TypeVar("R", bound=Reader)


@dataclass(frozen=True)
class Asked(Generic[R]):
    """A store that is asked, and what of it may be found.

    Attributes:
        reader: Its index.
        only_files: Ids of the files that the query's filters let through, None for all.
        hidden_files: Ids of files that a buffer stands for.
        favourites: Sections often chosen, by id, with what that adds to their score.
    """

    reader: R
    only_files: frozenset[int] | None = None
    hidden_files: frozenset[int] = frozenset()
    favourites: Mapping[int, float] = field(default_factory=dict)


class Ranker(Protocol[R]):
    """One kind of index."""

    name: str

    def index(self) -> Index:
        """Return what writes words into a store."""

    def reader(self, store: Store) -> R:
        """Return what answers for a store."""

    def buffer_reader(self, entries: Sequence[tuple[int, int, Words]]) -> R:
        """Return what answers for an unsaved buffer's sections, (id, file, words)."""

    def rank(self, asked: Sequence[Asked[R]], query: Query, limit: int) -> Ranking:
        """Return the best sections for a query; `Hit.store` counts in `asked`."""

    def likely(self, asked: Sequence[Asked[R]], query: Query, limit: int) -> Ranking:
        """Return the sections that hold the most telling of a query's words."""
