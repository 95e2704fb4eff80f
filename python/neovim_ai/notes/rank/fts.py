"""The ranker that needs nothing but SQLite: FTS5, asked tier by tier until there are enough rows.

Slower than arrays on short prefixes and common words, since bm25 scores every match; one and two
letters are therefore not scored, and the newest sections come first.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence

from neovim_ai.notes import words as w
from neovim_ai.notes.query import Query, Word
from neovim_ai.notes.rank.model import Hit, Ranking, Tier
from neovim_ai.notes.rank.ranker import Asked
from neovim_ai.notes.rank.spelling import edits_allowed, is_near, is_near_beginning
from neovim_ai.notes.store import Store
from neovim_ai.notes.words import Words

FEW = 20
_SIGNS = "".join(
    chr(code) for code in range(33, 127) if not chr(code).isalnum() and chr(code) != "'"
)
_TABLE = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(own, path, body, code, math, link, todo, marks,
    tokenize = "unicode61 remove_diacritics 0 tokenchars '{_SIGNS.replace('"', '""')}'")
"""
_VOCABULARY = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.known USING fts5vocab(main, words, row)"
_OF_FILES = """
FROM words WHERE words MATCH ?1
AND (?3 IS NULL OR (SELECT file FROM sections WHERE id = words.rowid)
    IN (SELECT value FROM json_each(?3)))
AND (?4 IS NULL OR (SELECT file FROM sections WHERE id = words.rowid)
    NOT IN (SELECT value FROM json_each(?4)))
"""
_ALL = "FROM words WHERE words MATCH ?1 "
_WEIGHED = "SELECT rowid, bm25(words, 6.0, 3.0, 1.0, 1.0, 1.0, 0.5, 0.5, 0.0) "
# By whether the reader knows files: the filter costs a look at `sections` for each match.
_SCORED = {
    has: _WEIGHED + one + "ORDER BY 2 LIMIT ?2" for has, one in ((True, _OF_FILES), (False, _ALL))
}
_NEWEST = {
    has: "SELECT rowid, 0.0 " + one + "ORDER BY rowid DESC LIMIT ?2"
    for has, one in ((True, _OF_FILES), (False, _ALL))
}
_COUNTED = {
    True: "SELECT count(*) " + _OF_FILES + "AND ?2 IS NULL",
    False: "SELECT count(*) " + _ALL + "AND ?2 IS NULL",
}
_COLUMNS = {w.CODE: "code", w.MATH: "math", w.LINK: "link", w.TODO: "todo"}
_SHORT = 2
_GUESSES = 20
_MARKS = {w.HAS: "has=", w.LANG: "lang=", w.TAG: "tag="}


class FtsIndex:
    """Writes a row of words for each section."""

    def add(self, store: Store, entries: Sequence[tuple[int, int, Words]]) -> None:
        """Take sections as (id, file, words), ascending."""
        _add(store.db, entries)

    def remove(self, store: Store, ids: Sequence[int]) -> None:
        """Forget sections."""
        store.db.execute(_TABLE)
        store.db.executemany("DELETE FROM words WHERE rowid = ?", [(one,) for one in ids])

    def tidy(self, store: Store) -> None:
        """Do nothing: SQLite joins its own segments."""


class FtsReader:
    """The words of one store, or of a buffer."""

    def __init__(self, db: sqlite3.Connection, has_files: bool) -> None:
        self.db = db
        self.has_files = has_files
        self.is_damaged = False
        self.reload()

    def reload(self) -> None:
        """Make sure that there is something to ask."""
        self.db.execute(_TABLE)
        self.db.execute(_VOCABULARY)

    def forget(self, ids: Sequence[int]) -> None:
        """Do nothing: what is deleted is not found."""

    def knows(self, form: str) -> bool:
        """Tell whether a word stands in the notes."""
        rows = self.db.execute("SELECT 1 FROM words WHERE words MATCH ? LIMIT 1", (_quoted(form),))
        return rows.fetchone() is not None

    def near(self, word: str, goes_on: bool) -> tuple[str, ...]:
        """Return words of the notes that someone may have meant, or may be about to type."""
        edits = edits_allowed(word)
        if not edits:
            return ()
        rows = self.db.execute(
            "SELECT term FROM temp.known WHERE length(term) BETWEEN ? AND ?",
            (len(word) - edits, w.LONGEST if goes_on else len(word) + edits),
        )
        if goes_on:
            # What goes on from it is found as that already.
            others = (term for (term,) in rows if not term.startswith(word))
            return tuple(term for term in others if is_near_beginning(word, term, edits))
        return tuple(term for (term,) in rows if term != word and is_near(word, term, edits))


class FtsRanker:
    """SQLite's own full-text index."""

    name = "fts"

    def index(self) -> FtsIndex:
        """Return what writes words into a store."""
        return FtsIndex()

    def reader(self, store: Store) -> FtsReader:
        """Return what answers for a store."""
        return FtsReader(store.db, has_files=True)

    def buffer_reader(self, entries: Sequence[tuple[int, int, Words]]) -> FtsReader:
        """Return what answers for an unsaved buffer's sections."""
        db = sqlite3.connect(":memory:", isolation_level=None)
        _add(db, entries)
        return FtsReader(db, has_files=False)

    def rank(self, asked: Sequence[Asked[FtsReader]], query: Query, limit: int) -> Ranking:
        """Return the best sections: exact ones, then those a typo away, then some of the words."""
        hits: dict[tuple[int, int], Hit] = {}
        total = 0
        for number, one in enumerate(asked):
            total += _tiers(one, number, query, limit, hits)
        expansions: tuple[str, ...] = ()
        if total < FEW and query.words:
            near = _near(asked, query)
            expansions = tuple({guess for guesses in near.values() for guess in guesses})
            for number, one in enumerate(asked):
                _take(one, number, Tier.TYPO, _guessed(query, near), limit, hits)
            if not hits and len(query.words) > 1:
                return self.likely(asked, query, limit)
        ordered = sorted(hits.values(), key=lambda hit: (-hit.tier, -hit.score))
        return Ranking(tuple(ordered), max(total, len(hits)), expansions)

    def likely(self, asked: Sequence[Asked[FtsReader]], query: Query, limit: int) -> Ranking:
        """Return the sections that hold the most telling of a query's words."""
        hits: dict[tuple[int, int], Hit] = {}
        near = _near(asked, query)
        atoms = [_atom(word, near) for word in query.words]
        some = _and([f"({' OR '.join(atoms)})", *_conditions(query)]) + _without(query)
        for number, one in enumerate(asked):
            _take(one, number, Tier.SOME, some, limit, hits)
        ordered = sorted(hits.values(), key=lambda hit: -hit.score)
        return Ranking(tuple(ordered), len(ordered))


def _add(db: sqlite3.Connection, entries: Sequence[tuple[int, int, Words]]) -> None:
    db.execute(_TABLE)
    db.executemany(
        "INSERT INTO words(rowid, own, path, body, code, math, link, todo, marks)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(section, *_columns(words)) for section, _, words in entries],
    )


def _columns(words: Words) -> Iterator[str]:
    stream = list(zip(words.stream, words.flags, strict=True))
    extras = list(zip(words.extras, words.extra_flags, strict=True))
    both = stream + extras
    yield " ".join(word for word, flag in both if flag & w.OWN)
    yield " ".join(word for word, flag in both if flag & w.PATH)
    yield " ".join(
        [word for word, flag in stream if not flag & w.PATH]
        + [word for word, flag in extras if not flag and word[:1] not in _MARKS]
    )
    for flag in _COLUMNS:
        yield " ".join(word for word, has in both if has & flag)
    yield " ".join(_mark(word) for word, _ in extras if word[:1] in _MARKS)


def _mark(word: str) -> str:
    return _MARKS[word[0]] + word[1:].replace(" ", "_")


def _tiers(
    one: Asked[FtsReader],
    number: int,
    query: Query,
    limit: int,
    hits: dict[tuple[int, int], Hit],
) -> int:
    """Ask from the best tier down until there are enough; return how many match in all."""
    parts = tuple(part for word in query.words for part in word.parts)
    conditions, gone = _conditions(query), _without(query)
    exact = [_atom(word) for word in query.words]
    opened = [_atom(word, goes_on=True) for word in query.words]
    loosest = _and([*opened, *conditions]) + gone
    asks: list[tuple[Tier, str]] = []
    if len(parts) > 1:
        asks.append((Tier.PHRASE, _and([_quoted(" ".join(parts)), *exact, *conditions]) + gone))
    elif query.phrases and not parts:
        asks.append((Tier.PHRASE, loosest))
    if exact:
        in_path = [f"{{own path}} : ({atom})" for atom in exact]
        asks.append((Tier.HEADING, _and([*in_path, *conditions]) + gone))
    asks.append((Tier.SECTION, _and([*exact, *conditions]) + gone))
    if opened != exact:
        asks.append((Tier.PREFIX, loosest))
    for tier, match in asks:
        if match and len(hits) < limit * 2:
            _take(one, number, tier, match, limit, hits, scored=_is_scored(tier, query))
    return _count(one, loosest)


def _is_scored(tier: Tier, query: Query) -> bool:
    last = query.words[-1].parts[-1:] if query.words else ()
    return not (tier is Tier.PREFIX and len(query.words) == 1 and len("".join(last)) <= _SHORT)


def _take(
    one: Asked[FtsReader],
    number: int,
    tier: Tier,
    match: str,
    limit: int,
    hits: dict[tuple[int, int], Hit],
    scored: bool = True,
) -> None:
    if not match:
        return
    ask = _SCORED if scored else _NEWEST
    rows = one.reader.db.execute(ask[one.reader.has_files], (match, limit * 2, *_files(one)))
    for section, rank in rows:
        if (number, section) not in hits:
            liked = one.favourites.get(section, 0.0)
            hits[number, section] = Hit(number, section, tier, liked - float(rank))


def _count(one: Asked[FtsReader], match: str) -> int:
    if not match:
        return 0
    ask = _COUNTED[one.reader.has_files]
    return int(one.reader.db.execute(ask, (match, None, *_files(one))).fetchone()[0])


def _files(one: Asked[FtsReader]) -> tuple[str | None, ...]:
    """Return the files that may be found and those that may not, for what has files."""
    if not one.reader.has_files:
        return ()
    only = None if one.only_files is None else json.dumps(sorted(one.only_files))
    return only, json.dumps(sorted(one.hidden_files)) if one.hidden_files else None


def _atom(
    word: Word, near: Mapping[str, Sequence[str]] | None = None, goes_on: bool = False
) -> str:
    """Return what finds a word: its parts side by side, or anything near to it."""
    column = f"{_COLUMNS[word.field]} : " if word.field else ""
    if not word.parts:
        return column + _quoted(word.whole)
    if near is not None:
        alternatives = [_quoted(part) + " *" for part in word.parts]
        alternatives += [_quoted(guess) for part in word.parts for guess in near.get(part, ())]
        return f"{column}({' OR '.join(alternatives)})"
    return column + _quoted(" ".join(word.parts)) + (" *" if goes_on and word.prefix else "")


def _conditions(query: Query) -> list[str]:
    phrases = [_quoted(" ".join(phrase)) for phrase in query.phrases]
    return phrases + [f"marks : {_quoted(_mark(mark))}" for mark in query.marks]


def _without(query: Query) -> str:
    gone = [_quoted(" ".join(parts)) for parts in query.without]
    gone += [f"marks : {_quoted(_mark(mark))}" for mark in query.without_marks]
    return "".join(f" NOT ({one})" for one in gone)


def _guessed(query: Query, near: Mapping[str, Sequence[str]]) -> str:
    atoms = [_atom(word, near) for word in query.words]
    return _and([*atoms, *_conditions(query)]) + _without(query)


def _near(asked: Sequence[Asked[FtsReader]], query: Query) -> dict[str, tuple[str, ...]]:
    parts = {part: False for word in query.words for part in word.parts}
    for word in query.words:
        parts.update(dict.fromkeys(word.parts[-1:], word.prefix))
    return {
        part: tuple({g for one in asked for g in one.reader.near(part, goes_on)})[:_GUESSES]
        for part, goes_on in parts.items()
    }


def _and(terms: Sequence[str]) -> str:
    # In brackets, so that NOT takes away from all of it.
    return f"({' AND '.join(terms)})" if terms else ""


def _quoted(text: str) -> str:
    escaped = text.replace('"', '""')
    return f'"{escaped}"'
