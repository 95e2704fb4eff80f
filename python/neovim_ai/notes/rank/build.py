"""Segments made: out of the words of sections, or out of older segments."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, count
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neovim_ai.notes import words as w
from neovim_ai.notes.rank import scores as s
from neovim_ai.notes.rank.scores import Floats
from neovim_ai.notes.rank.segment import WIDTH, Ints, Payloads, Segment
from neovim_ai.notes.words import Words

# BM25's saturation and how much of a section's length counts; a constant mean keeps segments alike.
_SATURATION = 1.2
_LENGTH_COUNTS = 0.6
_MEAN_LENGTH = 80.0
_OWN_WEIGHT = 4.0
_PATH_WEIGHT = 1.5
_CHAMPIONS = 256
_MANY = 4096


class Loose:
    """Words on their way into a segment: term numbers by order of appearance."""

    def __init__(self) -> None:
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._ids: list[int] = []
        self._files: list[int] = []
        self._lengths: list[int] = []
        self._extra_lengths: list[int] = []
        self._stream: list[int] = []
        self._flags: list[int] = []
        self._extras: list[int] = []
        self._extra_flags: list[int] = []
        self._numbers[w.GAP]

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, section: int, file: int, words: Words) -> None:
        """Add a section; ids come in ascending order."""
        number = self._numbers.__getitem__
        self._ids.append(section)
        self._files.append(file)
        self._lengths.append(len(words.stream))
        self._extra_lengths.append(len(words.extras))
        self._stream += map(number, words.stream)
        self._flags += words.flags
        self._extras += map(number, words.extras)
        self._extra_flags += words.extra_flags

    def segment(self) -> Segment:
        """Return the segment of all that was added."""
        names = list(self._numbers)
        order = sorted(range(len(names)), key=names.__getitem__)
        rank = np.empty(len(names), dtype=np.uint32)
        rank[order] = np.arange(len(names), dtype=np.uint32)
        stream = rank[np.array(self._stream, dtype=np.uint32)]
        extras = rank[np.array(self._extras, dtype=np.uint32)]
        lengths = np.array(self._lengths, dtype=np.int64)
        sections = np.arange(len(self._ids), dtype=np.uint32)
        bounds = np.zeros(len(self._ids) + 1, dtype=np.uint32)
        np.cumsum(lengths, out=bounds[1:], dtype=np.uint32)
        said = (
            np.concatenate([stream, extras]),
            np.concatenate(
                [
                    np.repeat(sections, lengths),
                    np.repeat(sections, np.array(self._extra_lengths, dtype=np.int64)),
                ]
            ),
            np.array(self._flags + self._extra_flags, dtype=np.uint16),
        )
        starts, postings, payloads = _postings(len(names), said, lengths)
        return _complete(
            [names[number] for number in order],
            np.array(self._ids, dtype=np.uint32),
            np.array(self._files, dtype=np.uint32),
            bounds, stream, starts, postings, payloads,
        )  # fmt: skip


def merged(segments: Sequence[Segment], kept: Sequence[NDArray[np.bool_]]) -> Segment:
    """Return one segment with the sections of several that are kept, by id."""
    names = sorted({term for segment in segments for term in segment.terms})
    number = {name: at for at, name in enumerate(names)}
    ids = np.concatenate([one.ids[k] for one, k in zip(segments, kept, strict=True)])
    order = np.argsort(ids, kind="stable")
    place = np.empty(len(ids), dtype=np.uint32)
    place[order] = np.arange(len(ids), dtype=np.uint32)
    files = np.concatenate([one.files[k] for one, k in zip(segments, kept, strict=True)])[order]
    streams, terms, sections, payloads, first = [], [], [], [], 0
    for segment, keep in zip(segments, kept, strict=True):
        renamed = np.array([number[term] for term in segment.terms], dtype=np.uint32)
        renumbered = np.full(len(segment), -1, dtype=np.int64)
        renumbered[keep] = place[first : first + int(keep.sum())]
        first += int(keep.sum())
        streams.append(_cut(segment, keep, renamed))
        alive = renumbered[segment.sections] >= 0
        terms.append(np.repeat(renamed, np.diff(segment.starts))[alive])
        sections.append(renumbered[segment.sections][alive].astype(np.uint32))
        payloads.append(segment.payloads[alive])
    lengths = np.concatenate([n for _, n in streams])
    stream = _reordered(np.concatenate([words for words, _ in streams]), lengths, order)
    bounds = np.zeros(len(ids) + 1, dtype=np.uint32)
    np.cumsum(lengths[order], out=bounds[1:], dtype=np.uint32)
    keys = np.concatenate(terms).astype(np.uint64) << np.uint64(32) | np.concatenate(sections)
    by_key = np.argsort(keys)
    keys, payload = keys[by_key], np.concatenate(payloads)[by_key]
    starts = _starts(len(names), (keys >> np.uint64(32)).astype(np.uint32))
    return _complete(
        names, ids[order], files, bounds, stream, starts, keys.astype(np.uint32), payload
    )


def _cut(segment: Segment, keep: NDArray[np.bool_], renamed: Ints) -> tuple[Ints, NDArray[Any]]:
    lengths = np.diff(segment.bounds).astype(np.int64)
    return renamed[segment.stream[np.repeat(keep, lengths)]], lengths[keep]


def _reordered(stream: Ints, lengths: NDArray[Any], order: NDArray[Any]) -> Ints:
    """Bring the sections' words into the order of their ids."""
    if len(order) == 0 or bool((np.diff(order) == 1).all()):
        return stream
    begins = np.cumsum(lengths) - lengths
    chosen = lengths[order]
    ends = np.cumsum(chosen)
    take = np.arange(int(ends[-1])) + np.repeat(begins[order] - (ends - chosen), chosen)
    reordered: Ints = stream[take]
    return reordered


def _postings(
    terms: int, said: tuple[Ints, Ints, Payloads], lengths: NDArray[Any]
) -> tuple[Ints, Ints, Payloads]:
    """Gather what was said into one posting for each term and section."""
    term, section, flags = said
    keys = term.astype(np.uint64) << np.uint64(32) | section
    order = np.argsort(keys)
    keys, flags = keys[order], flags[order]
    if not len(keys):
        return np.zeros(terms + 1, np.uint32), keys.astype(np.uint32), flags
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    weight = np.ones(len(keys), dtype=np.float32)
    weight[flags & w.PATH > 0] = _PATH_WEIGHT
    weight[flags & w.OWN > 0] = _OWN_WEIGHT
    counted = np.add.reduceat(weight, first)
    together: Payloads = np.bitwise_or.reduceat(flags, first)
    keys = keys[first]
    sections = keys.astype(np.uint32)
    relative = lengths[sections] / _MEAN_LENGTH
    room = _SATURATION * (1 - _LENGTH_COUNTS + _LENGTH_COUNTS * relative)
    impact = np.rint(255 * counted / (counted + room)).astype(np.uint16)
    starts = _starts(terms, (keys >> np.uint64(32)).astype(np.uint32))
    payloads: Payloads = np.bitwise_or(together, np.maximum(impact, 1), dtype=np.uint16)
    return starts, sections, payloads


def _starts(terms: int, sorted_terms: Ints) -> Ints:
    return np.searchsorted(sorted_terms, np.arange(terms + 1, dtype=np.uint32)).astype(np.uint32)


def _complete(
    names: list[str],
    ids: Ints,
    files: Ints,
    bounds: Ints,
    stream: Ints,
    starts: Ints,
    sections: Ints,
    payloads: Payloads,
) -> Segment:
    keys = np.sort(
        stream.astype(np.uint64) << np.uint64(32) | np.arange(len(stream), dtype=np.uint64)
    )
    position_starts = _starts(len(names), (keys >> np.uint64(32)).astype(np.uint32))
    prefixes, bests, totals = _champions(names, starts, sections, payloads, len(ids))
    champion_starts = np.zeros(len(prefixes) + 1, dtype=np.uint32)
    np.cumsum([len(best) for best, _ in bests], out=champion_starts[1:], dtype=np.uint32)
    return Segment(
        terms=names,
        ids=ids,
        files=files,
        bounds=bounds,
        stream=stream,
        starts=starts,
        sections=sections,
        payloads=payloads,
        position_starts=position_starts,
        positions=keys.astype(np.uint32),
        champion_prefixes=prefixes,
        champion_starts=champion_starts,
        champions=np.concatenate([np.zeros(0, np.uint32), *(best for best, _ in bests)]),
        champion_scores=np.concatenate([np.zeros(0, np.float32), *(worth for _, worth in bests)]),
        champion_totals=np.array(totals, dtype=np.uint32),
        **_spelt(names[bisect_left(names, " ") :]),
    )


def _spelt(words: Sequence[str]) -> dict[str, NDArray[Any]]:
    """Return words letter by letter, so that all can be compared with one at once."""
    cut = np.array([word[:WIDTH] for word in words], dtype=f"U{WIDTH}")
    letters = cut.view(np.uint32).reshape(len(words), WIDTH).T.astype(np.uint16)
    bits = np.left_shift(letters > 0, letters & 31, dtype=np.uint32)
    return {
        "letters": np.ascontiguousarray(letters),
        "lengths": np.array([min(len(word), 255) for word in words], dtype=np.uint8),
        "letter_sets": np.bitwise_or.reduce(bits, axis=0).astype(np.uint32),
    }


def _champions(
    names: list[str], starts: Ints, sections: Ints, payloads: Payloads, size: int
) -> tuple[list[str], list[tuple[Ints, Floats]], list[int]]:
    """Pick the best sections of short prefixes and of words, where too many to rank per key."""
    prefixes, bests, totals = [], [], []
    for prefix, first, last in chain(_short_prefixes(names), _common_words(names, starts)):
        here = slice(int(starts[first]), int(starts[last]))
        if here.stop - here.start < _MANY:
            continue
        worth = s.PREFIX + s.flat_scores(payloads[here])
        if names[first] == prefix.rstrip():
            exact = slice(int(starts[first + 1]) - here.start)
            worth[exact] += s.SECTION - s.PREFIX
            worth[exact][payloads[here][exact] & w.PATH > 0] += s.HEADING - s.SECTION
        dense = np.zeros(size, dtype=np.float32)
        np.maximum.at(dense, sections[here], worth)
        prefixes.append(prefix)
        best = s.best_of(dense, _CHAMPIONS)
        bests.append((best.astype(np.uint32), dense[best]))
        totals.append(int((dense > 0).sum()))
    return prefixes, bests, totals


def _common_words(names: list[str], starts: Ints) -> Iterable[tuple[str, int, int]]:
    """Yield the words that many sections hold, a space behind them as they are typed."""
    for at in np.flatnonzero(np.diff(starts) >= _MANY).tolist():
        if names[at] > " ":
            yield names[at] + " ", at, at + 1


def _short_prefixes(names: list[str]) -> Iterable[tuple[str, int, int]]:
    """Yield the prefixes of one and two letters with their ranges of terms."""
    for length in (1, 2):
        first, current = 0, ""
        for at, name in enumerate([*names, ""]):
            prefix = name[:length]
            if prefix != current:
                if len(current) == length and current > " ":
                    yield current, first, at
                first, current = at, prefix
