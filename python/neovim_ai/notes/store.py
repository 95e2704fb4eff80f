"""The sections of one vault in SQLite: what is found in them is what the files say.

Everything here can be made again, so a damaged or older database is thrown away. Writers take turns
by SQLite's own lock, in short transactions; a process that is killed loses its last one.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neovim_ai.errors import AiError, Kind
from neovim_ai.notes import words as w
from neovim_ai.notes.files import Stamp

VERSION = 3
"""Of the tables and of all that goes into them; another one means that all is made again."""
PATH_SEPARATOR = "\x1f"
_PATIENCE_MS = 10_000
_LOG = logging.getLogger(__name__)

_TABLES = """
CREATE TABLE files(id INTEGER PRIMARY KEY AUTOINCREMENT, path TEXT NOT NULL UNIQUE,
    mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL, hash BLOB NOT NULL);
CREATE TABLE sections(id INTEGER PRIMARY KEY AUTOINCREMENT, file INTEGER NOT NULL,
    row INTEGER NOT NULL, end_row INTEGER NOT NULL, own INTEGER NOT NULL,
    heading_path TEXT NOT NULL, hash BLOB NOT NULL, text TEXT NOT NULL);
CREATE INDEX sections_of_file ON sections(file);
CREATE TABLE todos(file INTEGER NOT NULL, row INTEGER NOT NULL, state TEXT NOT NULL,
    text TEXT NOT NULL, heading_path TEXT NOT NULL);
CREATE INDEX todos_of_file ON todos(file);
CREATE TABLE links(file INTEGER NOT NULL, row INTEGER NOT NULL, col INTEGER NOT NULL,
    end_col INTEGER NOT NULL, target TEXT NOT NULL, name TEXT NOT NULL, text TEXT NOT NULL,
    heading_path TEXT NOT NULL);
CREATE INDEX links_of_file ON links(file);
CREATE INDEX links_by_name ON links(name);
CREATE TABLE segments(name TEXT PRIMARY KEY, sections INTEGER NOT NULL);
"""
_SELECT_STAMPS = """
SELECT f.path, f.id, f.mtime_ns, f.size
FROM json_each(?) asked JOIN files f ON f.path = asked.value
"""
_SELECT_SECTIONS = """
SELECT s.id, s.file, f.path, f.mtime_ns, s.row, s.end_row, s.own, s.heading_path, s.hash, s.text
FROM json_each(?) asked JOIN sections s ON s.id = asked.value JOIN files f ON f.id = s.file
"""
_SELECT_HEADINGS = """
SELECT s.id, f.path, s.row, f.mtime_ns, s.own, s.heading_path
FROM json_each(?) asked JOIN sections s ON s.id = asked.value JOIN files f ON f.id = s.file
"""


@dataclass(frozen=True, slots=True)
class Heading:
    """A section without its text: `words` are those of its own heading, none without one."""

    path: str
    row: int
    mtime_ns: int
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredSection:
    """A section as stored, with its file's path and time."""

    id: int
    file: int
    path: str
    mtime_ns: int
    row: int
    end_row: int
    own: int
    heading_path: tuple[str, ...]
    hash: bytes
    text: str


class Store:
    """One vault's database; used by one thread at a time."""

    def __init__(self, folder: Path, ranker: str) -> None:
        """Open or make the database, whose words are for that ranker.

        Raises:
            AiError: `disk` when neither can be done.
        """
        self.folder = folder
        self._ranker = ranker
        self._file = folder / f"{ranker}.db"
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.db = self._opened()
        except (OSError, sqlite3.OperationalError) as error:
            raise AiError(
                Kind.DISK, f"The notes index in {folder} cannot be opened: {error}.", "Make room."
            ) from error

    def discard(self) -> None:
        """Throw all away and begin anew; the files know all that was in it."""
        _LOG.warning("the index in %s is damaged and is made anew", self.folder)
        self.db.close()
        for leftover in self._leftovers():
            leftover.unlink(missing_ok=True)
        self.db = self._connected()

    def close(self) -> None:
        """Let go of the database."""
        self.db.close()

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give a transaction that is there as a whole or not at all.

        Raises:
            AiError: `disk` when it cannot be written.
        """
        try:
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            except BaseException:
                self.db.execute("ROLLBACK")
                raise
            self.db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise AiError(
                Kind.DISK, f"The notes index cannot be written: {error}.", "Make room on disk."
            ) from error

    def stamps(self, only: Sequence[str] | None = None) -> dict[str, tuple[int, Stamp]]:
        """Return the files that are known, or those of these that are, with their ids, by path."""
        if only is None:
            rows = self.db.execute("SELECT path, id, mtime_ns, size FROM files")
        else:
            rows = self.db.execute(_SELECT_STAMPS, (json.dumps(list(only)),))
        return {path: (file, Stamp(mtime, size)) for path, file, mtime, size in rows}

    def file(self, path: str) -> int | None:
        """Return a file's id."""
        row = self.db.execute("SELECT id FROM files WHERE path = ?", (path,)).fetchone()
        return int(row[0]) if row else None

    def section_ids(self, first: int = 0, last: int = 2**62) -> list[int]:
        """Return the ids of the sections between two, both included, ascending."""
        rows = self.db.execute(
            "SELECT id FROM sections WHERE id BETWEEN ? AND ? ORDER BY id", (first, last)
        )
        return [one for (one,) in rows]

    def sections(self, ids: Sequence[int]) -> dict[int, StoredSection]:
        """Return those of the sections that are there."""
        rows = self.db.execute(_SELECT_SECTIONS, (json.dumps([int(one) for one in ids]),))
        return {row[0]: _section(row) for row in rows}

    def headings(self, ids: Sequence[int]) -> dict[int, Heading]:
        """Return what tells sections apart at a glance, for those that are there."""
        rows = self.db.execute(_SELECT_HEADINGS, (json.dumps([int(one) for one in ids]),))
        return {
            number: Heading(path, row, mtime_ns, heading_words(own, heading_path))
            for number, path, row, mtime_ns, own, heading_path in rows
        }

    def counts(self) -> tuple[int, int]:
        """Return how many files and sections there are."""
        files = self.db.execute("SELECT count(*) FROM files").fetchone()[0]
        return int(files), int(self.db.execute("SELECT count(*) FROM sections").fetchone()[0])

    def segments(self) -> dict[str, int]:
        """Return the segments that hold the sections' words, with how many each holds."""
        return dict(self.db.execute("SELECT name, sections FROM segments"))

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._connected()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
                raise
            # Not a database, damaged, or older.
            _LOG.warning("the index in %s is made anew: %s", self.folder, error)
            for leftover in self._leftovers():
                leftover.unlink(missing_ok=True)
            return self._connected()

    def _connected(self) -> sqlite3.Connection:
        db = sqlite3.connect(
            self._file, isolation_level=None, check_same_thread=False, cached_statements=256
        )
        try:
            db.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA mmap_size = 1073741824")
            self._make_or_check(db)
        except BaseException:
            db.close()
            raise
        return db

    def _make_or_check(self, db: sqlite3.Connection) -> None:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version == VERSION:
            return
        if version:
            raise sqlite3.DatabaseError("of another version")
        db.execute("BEGIN IMMEDIATE")
        if db.execute("PRAGMA user_version").fetchone()[0] == 0:
            for statement in _TABLES.split(";"):
                db.execute(statement)
            db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")

    def _leftovers(self) -> Iterable[Path]:
        yield from self.folder.glob(f"{self._ranker}.db*")
        if self._ranker == "impact":
            yield from self.folder.glob("*.segment*")


def _section(row: tuple[Any, ...]) -> StoredSection:
    names = tuple(row[7].split(PATH_SEPARATOR))
    return StoredSection(
        row[0], row[1], row[2], row[3], row[4], row[5], row[6], names, row[8], row[9]
    )


def heading_words(own: int, heading_path: str) -> tuple[str, ...]:
    """Return the words of a section's own heading, folded."""
    if not own:
        return ()
    return tuple(w.parts(w.fold(heading_path.rpartition(PATH_SEPARATOR)[2])))
