"""The parts of a query's words in segments: how rare each is, and where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from neovim_ai.notes.query import Word
from neovim_ai.notes.rank.columns import (
    NOTHING,
    Numbers,
    Postings,
    held,
    of_longer,
    of_term,
    of_terms,
)
from neovim_ai.notes.rank.scores import rarity
from neovim_ai.notes.rank.segment import Segment


@dataclass(frozen=True)
class Shard:
    """A segment of a store with what of it may be found now.

    Attributes:
        segment: The words.
        store: The number of its store among those asked.
        allowed: One for each section, or None when all may be found.
        is_filtered: Whether the query's own filters took part in `allowed`.
        favourites: Section numbers that were often chosen, with what that adds.
    """

    segment: Segment
    store: int = 0
    allowed: NDArray[np.bool_] | None = None
    is_filtered: bool = False
    favourites: Mapping[int, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Atom:
    """One part of a word of the query.

    Attributes:
        text: As folded.
        goes_on: Longer words count, as prefix.
        flag: What its postings must carry.
        guesses: Other words that stand for it.
        weight: How rare it is.
    """

    text: str
    goes_on: bool
    flag: int
    guesses: tuple[str, ...] = ()
    weight: float = 1.0
    loose_weight: float = 1.0


@dataclass(frozen=True)
class Column:
    """An atom in a segment."""

    exact: Postings
    loose: Postings

    def __len__(self) -> int:
        return len(self.exact) + len(self.loose)

    def numbers(self, size: int) -> Numbers:
        """Return the sections that hold it, ascending, each once."""
        if not len(self.loose):
            return self.exact.numbers(size)
        if not len(self.exact):
            return self.loose.numbers(size)
        both = np.concatenate([self.exact.sections, self.loose.sections])
        return Postings(both, NOTHING.payloads, is_sorted=False).numbers(size)


def atoms_of(words: Sequence[Word]) -> list[Atom]:
    """Return the parts of words, each to be found by itself."""
    atoms = []
    for word in words:
        if not word.parts:
            atoms.append(Atom(word.whole, word.prefix, word.field))
        for number, part in enumerate(word.parts):
            goes_on = word.prefix and number == len(word.parts) - 1
            atoms.append(Atom(part, goes_on or _is_cjk_single(part), word.field))
    return atoms


def _is_cjk_single(part: str) -> bool:
    return len(part) == 1 and part > "\u2fff"


def weighed(
    shards: Sequence[Shard],
    atoms: Sequence[Atom],
    guesses: Mapping[str, tuple[str, ...]] | None,
) -> list[Atom]:
    """Return the atoms with how rare each is in all segments, and what may stand for it."""
    total = sum(len(shard.segment) for shard in shards)
    found = []
    for atom in atoms:
        exact = sum(held(shard.segment, atom.text) for shard in shards)
        loose = 0
        if atom.goes_on:
            loose = sum(len(of_longer(shard.segment, atom.text)) for shard in shards)
        standing = guesses.get(atom.text, ()) if guesses else ()
        for one in standing:
            loose += sum(held(shard.segment, one) for shard in shards)
        found.append(
            Atom(
                atom.text,
                atom.goes_on,
                atom.flag,
                standing,
                float(rarity(exact, max(total, exact))),
                float(rarity(min(loose, total), total)),
            )
        )
    return found


def column(segment: Segment, atom: Atom) -> Column:
    """Look an atom up in a segment."""
    exact = of_term(segment, atom.text).with_flag(atom.flag)
    loose = of_longer(segment, atom.text).with_flag(atom.flag) if atom.goes_on else NOTHING
    if atom.guesses:
        guessed = of_terms(segment, atom.guesses).with_flag(atom.flag)
        if len(loose) and len(guessed):
            loose = Postings(
                np.concatenate([loose.sections, guessed.sections]),
                np.concatenate([loose.payloads, guessed.payloads]),
                is_sorted=False,
            )
        elif len(guessed):
            loose = guessed
    return Column(exact, loose)
