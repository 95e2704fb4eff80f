"""One word of a query in one segment: which sections hold it, as it stands or going on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neovim_ai.notes import words as w
from neovim_ai.notes.rank.segment import Ints, Payloads, Segment

_FEW = 2048
# A search costs about as much as writing and reading this many elements of a dense array.
_SEARCH_COST = 6

Numbers = NDArray[Any]


@dataclass(frozen=True)
class Postings:
    """Sections with payloads; sorted and without repetition only where `is_sorted`."""

    sections: Ints
    payloads: Payloads
    is_sorted: bool

    def __len__(self) -> int:
        return len(self.sections)

    def with_flag(self, flag: int) -> Postings:
        """Return those that carry a flag."""
        if not flag:
            return self
        chosen = (self.payloads & flag) > 0
        return Postings(self.sections[chosen], self.payloads[chosen], self.is_sorted)

    def numbers(self, size: int) -> Numbers:
        """Return the sections, ascending, each once."""
        if self.is_sorted:
            return self.sections
        if len(self) < _FEW:
            return np.unique(self.sections)
        there = np.zeros(size, dtype=np.bool_)
        there[self.sections] = True
        return np.flatnonzero(there)

    def at(self, numbers: Numbers, size: int) -> Payloads:
        """Return the payload of each of the numbers, ascending ones, 0 where there is none."""
        if not len(self):
            return np.zeros(len(numbers), dtype=np.uint16)
        if self.is_sorted and len(numbers) * _SEARCH_COST < len(self):
            return self._searched(numbers)
        dense = np.zeros(size, dtype=np.uint16)
        dense[self.sections] = self.payloads
        if not self.is_sorted:
            # The last one written stays: let it be one of a heading where there is any.
            for flag in (w.PATH, w.OWN):
                chosen = np.flatnonzero(self.payloads & flag)
                dense[self.sections[chosen]] = self.payloads[chosen]
        found: Payloads = dense[numbers]
        return found

    def _searched(self, numbers: Numbers) -> Payloads:
        at = np.searchsorted(self.sections, numbers)
        at[at == len(self)] = 0
        found: Payloads = np.where(self.sections[at] == numbers, self.payloads[at], 0)
        return found.astype(np.uint16)


NOTHING = Postings(np.zeros(0, np.uint32), np.zeros(0, np.uint16), True)


def of_term(segment: Segment, text: str) -> Postings:
    """Return the postings of a term."""
    term = segment.term(text)
    return NOTHING if term < 0 else Postings(*segment.postings(term, term + 1), is_sorted=True)


def held(segment: Segment, text: str) -> int:
    """Return how many sections hold a term."""
    term = segment.term(text)
    return 0 if term < 0 else segment.held(term, term + 1)


def of_longer(segment: Segment, prefix: str) -> Postings:
    """Return the postings of the terms that begin with a prefix and are longer."""
    first, last = segment.terms_from(prefix)
    if first < last and segment.terms[first] == prefix:
        first += 1
    if first >= last:
        return NOTHING
    return Postings(*segment.postings(first, last), is_sorted=last - first == 1)


def of_terms(segment: Segment, texts: tuple[str, ...]) -> Postings:
    """Return the postings of several terms."""
    found = [one for text in texts if len(one := of_term(segment, text))]
    if len(found) < 2:
        return found[0] if found else NOTHING
    return Postings(
        np.concatenate([one.sections for one in found]),
        np.concatenate([one.payloads for one in found]),
        is_sorted=False,
    )


def of_phrase(segment: Segment, parts: tuple[str, ...], goes_on: bool) -> Numbers:
    """Return the sections that hold words one after the other, ascending; the last may go on."""
    ranges = [_range(segment, part, goes_on and part is parts[-1]) for part in parts]
    if any(first >= last for first, last in ranges):
        return np.zeros(0, dtype=np.int64)
    sizes = [int(segment.position_starts[b]) - int(segment.position_starts[a]) for a, b in ranges]
    rarest = int(np.argmin(sizes))
    first, last = ranges[rarest]
    here = slice(int(segment.position_starts[first]), int(segment.position_starts[last]))
    places = segment.positions[here].astype(np.int64) - rarest
    for offset in sorted(range(len(parts)), key=sizes.__getitem__):
        if offset == rarest:
            continue
        first, last = ranges[offset]
        there = places + offset
        if last - first == 1:
            fits = segment.stream.take(there, mode="clip") == first
        else:
            terms = segment.stream.take(there, mode="clip")
            fits = (terms >= first) & (terms < last)
        places = places[fits & (places >= 0) & (there < len(segment.stream))]
    return np.unique(segment.section_of(places))


def _range(segment: Segment, text: str, goes_on: bool) -> tuple[int, int]:
    if goes_on:
        return segment.terms_from(text)
    term = segment.term(text)
    return (term, term + 1) if term >= 0 else (0, 0)
