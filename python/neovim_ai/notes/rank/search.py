"""A query answered by segments: candidates by the rarest word, tiers, then scores within a tier."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from neovim_ai.notes import words as w
from neovim_ai.notes.query import Query
from neovim_ai.notes.rank import scores as s
from neovim_ai.notes.rank.atoms import Atom, Column, Shard, atoms_of, column, weighed
from neovim_ai.notes.rank.columns import Numbers, of_phrase, of_term
from neovim_ai.notes.rank.model import Hit, Ranking, Tier
from neovim_ai.notes.rank.scores import Floats, best_of, flat_scores, rarity
from neovim_ai.notes.rank.segment import Segment

_LONGER_IS_WORTH = np.float32(0.6)
_GUESSED_IS_WORTH = np.float32(0.4)
_PHRASE_BONUS = np.float32(400)
_TIERS = tuple(sorted(tier for tier in Tier if tier >= 0))
MOST_FACTOR = 3
"""How many times the limit is kept of each segment, since ties are broken later."""


def search(shards: Sequence[Shard], query: Query, limit: int) -> Ranking:
    """Return the best sections that hold all that is asked for, as it stands or going on."""
    atoms = weighed(shards, atoms_of(query.words), None)
    answers = [_answer(shard, query, atoms, limit, guessing=False) for shard in shards]
    return _ranking(shards, answers, limit)


def search_guesses(
    shards: Sequence[Shard], query: Query, guesses: Mapping[str, tuple[str, ...]], limit: int
) -> Ranking:
    """Return the best sections when other words may stand for some of the query's.

    Args:
        shards: Where.
        query: What.
        guesses: For a part of a word of the query, the words that may stand for it.
        limit: How many.
    """
    atoms = weighed(shards, atoms_of(query.words), guesses)
    answers = [_answer(shard, query, atoms, limit, guessing=True) for shard in shards]
    found = _ranking(shards, answers, limit)
    return Ranking(found.hits, found.total, tuple({g for one in guesses.values() for g in one}))


def search_some(
    shards: Sequence[Shard], query: Query, guesses: Mapping[str, tuple[str, ...]], limit: int
) -> Ranking:
    """Return the sections that hold the most telling of the words, if not all."""
    atoms = weighed(shards, atoms_of(query.words), guesses)
    answers = [_some(shard, query, atoms, limit) for shard in shards]
    return _ranking(shards, answers, limit)


Answer = tuple[Numbers, Floats, int]
"""Section numbers, best first, their scores, and how many there are in all."""


def _answer(
    shard: Shard, query: Query, atoms: Sequence[Atom], limit: int, guessing: bool
) -> Answer:
    if not guessing and (quick := _champions(shard, query, atoms, limit)):
        return quick
    segment, size = shard.segment, len(shard.segment)
    columns = [column(segment, atom) for atom in atoms]
    numbers = _candidates(shard, query, columns)
    exacts: list[NDArray[np.uint16]] = []
    looses: list[NDArray[np.uint16] | None] = []
    order = sorted(range(len(atoms)), key=lambda at: len(columns[at]))
    for at in order:
        exact = columns[at].exact.at(numbers, size)
        loose = columns[at].loose.at(numbers, size) if len(columns[at].loose) else None
        there = exact > 0 if loose is None else (exact > 0) | (loose > 0)
        if not there.all():
            kept = np.flatnonzero(there)
            numbers, exact = numbers[kept], exact[kept]
            loose = None if loose is None else loose[kept]
            exacts = [one[kept] for one in exacts]
            looses = [None if one is None else one[kept] for one in looses]
        exacts.append(exact)
        looses.append(loose)
    total = len(numbers)
    if not total:
        return numbers, np.zeros(0, np.float32), 0
    chosen = [atoms[at] for at in order]
    scores = _scored(shard, query, chosen, numbers, exacts, looses, guessing)
    return _best(shard, numbers, scores, total, limit)


def _best(shard: Shard, numbers: Numbers, scores: Floats, total: int, limit: int) -> Answer:
    for number, bonus in shard.favourites.items():
        at = int(np.searchsorted(numbers, number))
        if at < len(numbers) and numbers[at] == number:
            scores[at] += np.float32(bonus)
    best = best_of(scores, limit * MOST_FACTOR)
    return numbers[best], scores[best], total


def _candidates(shard: Shard, query: Query, columns: Sequence[Column]) -> Numbers:
    """Return the sections that may answer, by what is rarest, without those that may not."""
    segment, size = shard.segment, len(shard.segment)
    musts: list[Numbers] = [of_term(segment, mark).sections for mark in query.marks]
    musts += [of_phrase(segment, parts, False) for parts in query.phrases]
    smallest = min(columns, key=len, default=None)
    if smallest is not None:
        musts.append(smallest.numbers(size))
    musts.sort(key=len)
    numbers = musts[0] if musts else np.arange(size)
    for must in musts[1:]:
        numbers = numbers[_among(numbers, must)]
    if shard.allowed is not None:
        numbers = numbers[shard.allowed[numbers]]
    for parts in query.without:
        gone = of_phrase(segment, parts, False) if len(parts) > 1 else None
        gone = of_term(segment, parts[0]).sections if gone is None else gone
        numbers = numbers[~_among(numbers, gone)]
    for mark in query.without_marks:
        numbers = numbers[~_among(numbers, of_term(segment, mark).sections)]
    return numbers


def _among(numbers: Numbers, others: Numbers) -> NDArray[np.bool_]:
    if not len(others):
        return np.zeros(len(numbers), dtype=np.bool_)
    at = np.searchsorted(others, numbers)
    at[at == len(others)] = 0
    found: NDArray[np.bool_] = others[at] == numbers
    return found


def _scored(
    shard: Shard,
    query: Query,
    atoms: Sequence[Atom],
    numbers: Numbers,
    exacts: Sequence[NDArray[np.uint16]],
    looses: Sequence[NDArray[np.uint16] | None],
    guessing: bool,
) -> Floats:
    worth = _GUESSED_IS_WORTH if guessing else _LONGER_IS_WORTH
    scores = np.ones(len(numbers), dtype=np.float32)
    as_asked = np.ones(len(numbers), dtype=np.bool_)
    flags = np.full(len(numbers), 0xFFFF, dtype=np.uint16)
    for atom, exact, loose in zip(atoms, exacts, looses, strict=True):
        value = flat_scores(exact) * atom.weight
        if loose is not None:
            np.maximum(value, flat_scores(loose) * (worth * atom.loose_weight), out=value)
            as_asked &= exact > 0
        scores += value
        flags &= exact
    for whole in {word.whole for word in query.words if word.whole}:
        found = of_term(shard.segment, whole)
        if len(found):
            weight = rarity(len(found), len(shard.segment))
            scores += flat_scores(found.at(numbers, len(shard.segment))) * weight
    tiers = np.where(as_asked, s.SECTION, s.TYPO if guessing else s.PREFIX)
    if atoms:
        tiers[as_asked & (flags & w.PATH > 0)] = s.HEADING
    _lift_phrases(shard.segment, query, numbers, as_asked, scores, tiers)
    total: Floats = (scores + tiers).astype(np.float32)
    return total


def _lift_phrases(
    segment: Segment,
    query: Query,
    numbers: Numbers,
    as_asked: NDArray[np.bool_],
    scores: Floats,
    tiers: Floats,
) -> None:
    """Let sections that hold the words as they were typed, one after the other, stand first."""
    parts = tuple(part for word in query.words for part in word.parts)
    if query.phrases and not parts:
        tiers[:] = s.PHRASE
    if len(parts) < 2:
        return
    whole = _among(numbers, of_phrase(segment, parts, query.words[-1].prefix))
    tiers[whole & as_asked] = s.PHRASE
    scores[whole & ~as_asked] += _PHRASE_BONUS


def _champions(shard: Shard, query: Query, atoms: Sequence[Atom], limit: int) -> Answer | None:
    """Answer one or two letters, or a common word, by what was picked when the segment was made."""
    if len(atoms) != 1 or atoms[0].flag or shard.is_filtered:
        return None
    if query.marks or query.phrases or query.without or query.without_marks:
        return None
    if any(word.whole for word in query.words):
        return None
    segment, atom = shard.segment, atoms[0]
    number = segment.champion_numbers.get(atom.text if atom.goes_on else atom.text + " ")
    if number is None:
        return None
    here = slice(int(segment.champion_starts[number]), int(segment.champion_starts[number + 1]))
    numbers, scores = segment.champions[here], segment.champion_scores[here]
    if shard.allowed is not None:
        kept = shard.allowed[numbers]
        numbers, scores = numbers[kept], scores[kept]
        if len(numbers) < limit:
            return None
    total = int(segment.champion_totals[number])
    if not atom.goes_on:
        return _common(shard, query, atom, numbers, total, limit)
    by_number = np.argsort(numbers)
    return _best(shard, numbers[by_number], scores[by_number].copy(), total, limit)


def _common(
    shard: Shard, query: Query, atom: Atom, picked: Numbers, total: int, limit: int
) -> Answer:
    """Score what was picked for a word as all that hold it would be, and the favourites with it."""
    liked = [one for one in shard.favourites if shard.allowed is None or shard.allowed[one]]
    numbers = np.union1d(picked, np.array(liked, dtype=np.uint32))
    exact = of_term(shard.segment, atom.text).at(numbers, len(shard.segment))
    numbers, exact = numbers[exact > 0], exact[exact > 0]
    scores = _scored(shard, query, [atom], numbers, [exact], [None], guessing=False)
    return _best(shard, numbers, scores, total, limit)


def _some(shard: Shard, query: Query, atoms: Sequence[Atom], limit: int) -> Answer:
    segment, size = shard.segment, len(shard.segment)
    scores = np.zeros(size, dtype=np.float32)
    every = np.arange(size)
    for atom in atoms:
        here = column(segment, atom)
        value = flat_scores(here.exact.at(every, size)) * atom.weight
        if len(here.loose):
            loose = flat_scores(here.loose.at(every, size)) * (
                _GUESSED_IS_WORTH * atom.loose_weight
            )
            np.maximum(value, loose, out=value)
        scores += value
    numbers = _candidates(shard, Query(marks=query.marks, without=query.without), [])
    numbers = numbers[scores[numbers] > 0]
    return _best(shard, numbers, scores[numbers], len(numbers), limit)


def _ranking(shards: Sequence[Shard], answers: Sequence[Answer], limit: int) -> Ranking:
    """Bring the best of all segments into one order."""
    total = sum(found for _, _, found in answers)
    if not total:
        return Ranking((), 0)
    scores = np.concatenate([worth for _, worth, _ in answers])
    pairs = list(zip(shards, answers, strict=True))
    ids = np.concatenate([shard.segment.ids[numbers] for shard, (numbers, _, _) in pairs])
    stores = np.repeat([shard.store for shard in shards], [len(one[0]) for one in answers])
    best = np.argsort(-scores, kind="stable")[: limit * MOST_FACTOR]
    tiers, within = np.divmod(scores[best], s.TIER)
    return Ranking(
        tuple(
            Hit(store, section, _TIERS[min(int(tier), Tier.PHRASE)], score)
            for store, section, tier, score in zip(
                stores[best].tolist(),
                ids[best].tolist(),
                tiers.tolist(),
                within.tolist(),
                strict=True,
            )
        ),
        total,
    )
