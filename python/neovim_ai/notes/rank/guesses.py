"""Words of the notes that someone may have meant: one edit away from four letters, two from eight.

All words of a segment are looked at once: which letters they have, then where these are; the edit
distance is left to the few that remain, a column of it at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neovim_ai.notes.query import Query
from neovim_ai.notes.rank.atoms import Shard
from neovim_ai.notes.rank.segment import WIDTH, Segment
from neovim_ai.notes.rank.spelling import edits_allowed

MOST = 40
"""Guesses for one word; the nearest are kept."""
_FAR = 9
_REMEMBERED = 64


def near(shards: Sequence[Shard], query: Query) -> Mapping[str, tuple[str, ...]]:
    """Return, for each part of a word that is long enough, the words near to it."""
    found: dict[str, tuple[str, ...]] = {}
    for word in query.words:
        for number, part in enumerate(word.parts):
            goes_on = word.prefix and number == len(word.parts) - 1
            candidates: dict[str, int] = {}
            for segment in {id(s.segment): s.segment for s in shards}.values():
                candidates.update(_near(segment, part, goes_on))
            if candidates:
                ranked = sorted(candidates, key=lambda one: (candidates[one], len(one), one))
                found[part] = tuple(ranked[:MOST])
    return found


def _near(segment: Segment, word: str, goes_on: bool) -> Mapping[str, int]:
    """Return the words near to one, with their edits; most words are the same at the next key."""
    known = segment.guessed
    if (word, goes_on) not in known:
        if len(known) >= _REMEMBERED:
            known.clear()
        known[word, goes_on] = _looked_for(segment, word, goes_on)
    return known[word, goes_on]


def _looked_for(segment: Segment, word: str, goes_on: bool) -> dict[str, int]:
    allowed = edits_allowed(word)
    if not allowed or len(word) > WIDTH:
        return {} if goes_on else _longer(segment, word)
    rows = _may_be(segment, word, allowed, goes_on)
    rows = _much_in_place(segment.letters, word, allowed, rows)
    letters, lengths = segment.letters[:, rows], segment.lengths[rows]
    distances = _distances(word, letters, lengths, allowed, goes_on)
    close = np.flatnonzero(distances <= allowed)
    first = segment.first_word
    found = {segment.terms[first + int(rows[at])]: int(distances[at]) for at in close}
    if goes_on:
        # What goes on from it is found as that already.
        found = {one: edits for one, edits in found.items() if not one.startswith(word)}
    else:
        found.pop(word, None)
        found = {**_longer(segment, word), **found}
    return found


def _longer(segment: Segment, word: str) -> dict[str, int]:
    """Return the words that go on from one that was not the last to be typed."""
    if len(word) < 3:
        return {}
    first, last = segment.terms_from(word)
    return {one: 1 for one in segment.terms[first : min(last, first + MOST)] if one != word}


def _may_be(segment: Segment, word: str, allowed: int, goes_on: bool) -> NDArray[Any]:
    """Return the words that letters and lengths do not rule out: one edit changes one letter."""
    mine = np.uint32(0)
    for char in word:
        mine |= np.uint32(1) << np.uint32(ord(char) & 31)
    shared = np.bitwise_count(segment.letter_sets & mine)
    rows = np.flatnonzero(shared >= int(mine).bit_count() - allowed)
    lengths = segment.lengths[rows]
    fits = lengths >= len(word) - allowed
    if not goes_on:
        fits &= lengths <= len(word) + allowed
        fits &= np.bitwise_count(segment.letter_sets[rows] & ~mine) <= allowed
    return rows[fits]


def _much_in_place(
    letters: NDArray[np.uint16], word: str, allowed: int, rows: NDArray[Any]
) -> NDArray[Any]:
    """Return those of the words that have all letters but the allowed ones about where they belong.

    An edit takes or changes one letter at most and moves the others by one place; two letters that
    swapped places are where they belong but for one. A few letters rule out most words.
    """
    codes = [ord(char) & 0xFFFF for char in word]
    few = allowed + 2
    for count in (few, len(word)) if len(word) > few else (len(word),):
        here = letters[: count + allowed].take(rows, axis=1)
        missed = np.zeros(len(rows), dtype=np.uint8)
        for at, code in enumerate(codes[:count]):
            around = here[max(0, at - allowed) : at + allowed + 1]
            missed += ~(around == code).any(axis=0)
        rows = rows[missed <= allowed]
    return rows


def _distances(
    word: str,
    letters: NDArray[np.uint16],
    lengths: NDArray[np.uint8],
    allowed: int,
    goes_on: bool,
) -> NDArray[np.uint8]:
    """Return the edits between a word and many, two neighbours that swap places being one edit.

    With `goes_on` the word may be near to the beginning of another. Cells further from the diagonal
    than the edits allowed are not looked at.
    """
    size, length, band = letters.shape[1], len(word), 2 * allowed + 1
    codes = [ord(char) & 0xFFFF for char in word]
    width = min(length + allowed, WIDTH)
    # Row `j + allowed` has letter j, counted from 1, so that none before the first is missing.
    placed = np.zeros((length + band, size), dtype=np.uint16)
    placed[allowed + 1 : allowed + 1 + width] = letters[:width]
    # Of each row of the distance only the cells from `i - allowed` to `i + allowed` are kept.
    last = np.full((band, size), _FAR, dtype=np.uint8)
    for j in range(allowed + 1):
        last[allowed + j] = j
    before = last
    for i, code in enumerate(codes, 1):
        now = last + (placed[i : i + band] != code)
        np.minimum(now[:-1], last[1:] + np.uint8(1), out=now[:-1])
        if i > 1:
            swapped = placed[i : i + band] == codes[i - 2]
            swapped &= placed[i - 1 : i - 1 + band] == code
            np.minimum(now, np.where(swapped, before + np.uint8(1), _FAR), out=now)
        if i <= allowed:
            now[: allowed - i], now[allowed - i] = _FAR, i
        now[width - i + allowed + 1 :] = _FAR
        for j in range(1, band):
            np.minimum(now[j], now[j - 1] + np.uint8(1), out=now[j])
        before, last = last, now
    first = length - allowed
    ends = {first + at: last[at] for at in range(band) if 0 <= first + at <= width}
    return _ends(ends, lengths, size, goes_on)


def _ends(
    last: Mapping[int, NDArray[np.uint8]],
    lengths: NDArray[np.uint8],
    size: int,
    goes_on: bool,
) -> NDArray[np.uint8]:
    result = np.full(size, _FAR, dtype=np.uint8)
    for j, column in last.items():
        fits = lengths >= j if goes_on else lengths == j
        np.minimum(result, np.where(fits, column, _FAR), out=result, casting="unsafe")
    return result
