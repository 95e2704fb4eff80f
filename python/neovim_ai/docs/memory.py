"""What was accepted, as hashes, and how a project's docstrings were last wanted.

It lives in the user's state, never in a project, and is shared by all editors. Losing it is safe:
what is unknown counts as a person's words and is never replaced.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from neovim_ai import log
from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.paths import state_dir
from neovim_ai.source.model import Facts

if TYPE_CHECKING:
    from sqlite3 import Connection

MOST_TEXTS = 50_000
MOST_PROJECTS = 500

# Seconds that other editors' writes are waited for; each takes milliseconds.
_PATIENCE = 5.0
_VERSION = 1
_SCHEMA = """
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS texts (
    text TEXT NOT NULL, owner TEXT NOT NULL, facts TEXT NOT NULL, age INTEGER PRIMARY KEY,
    UNIQUE (text, owner, facts) ON CONFLICT REPLACE
);
CREATE TABLE IF NOT EXISTS projects (
    path TEXT NOT NULL UNIQUE ON CONFLICT REPLACE, detail INTEGER, audience INTEGER, style TEXT,
    age INTEGER PRIMARY KEY
);
COMMIT;
"""
T = TypeVar("T")


class Memory:
    """The hashes of accepted texts, and each project's last accepted wishes."""

    def __init__(self, path: Path | None = None) -> None:
        """Remember in a file; `docs.sqlite3` in the user's state when none is named."""
        self._path = path

    def record(
        self, path: Path | None, qualname: str, facts: Facts, texts: Mapping[Slot, str]
    ) -> None:
        """Remember texts that were accepted, with what the code said of each then.

        Args:
            path: The file they stand in; without one they are known as ours, and never replaced.
            qualname: What they document there.
            facts: What its code says.
            texts: The accepted texts.
        """
        rows = [
            (_hash(_folded(text)), _owner(path, qualname, slot), said(slot, facts))
            for slot, text in texts.items()
        ]

        def write(file: Connection) -> None:
            file.execute("BEGIN IMMEDIATE")
            file.executemany("INSERT INTO texts (text, owner, facts) VALUES (?, ?, ?)", rows)
            _forget(file, "texts", MOST_TEXTS)

        self._attempt(write, None)

    def written_by_us(self, text: str) -> bool:
        """Tell whether a text was proposed here and accepted, wherever it was."""

        def look(file: Connection) -> bool:
            found = file.execute("SELECT 1 FROM texts WHERE text = ?", (_hash(_folded(text)),))
            return found.fetchone() is not None

        return self._attempt(look, False)

    def outdated(
        self, path: Path | None, qualname: str, facts: Facts, texts: Iterable[tuple[Slot, str]]
    ) -> tuple[Slot, ...]:
        """Return the slots whose text is ours and was written of a code that said otherwise.

        The same words at the same name of another file are a person's.

        Args:
            path: The file the texts stand in.
            qualname: What they document there.
            facts: What its code says now.
            texts: Slots with their texts in the docstring.
        """
        if path is None:
            return ()
        asked = [
            (s, _hash(_folded(t)), _owner(path, qualname, s), said(s, facts)) for s, t in texts
        ]

        def look(file: Connection) -> tuple[Slot, ...]:
            query = "SELECT facts FROM texts WHERE text = ? AND owner = ?"
            known = [
                (slot, now, {row[0] for row in file.execute(query, (text, owner))})
                for slot, text, owner, now in asked
            ]
            return tuple(slot for slot, now, then in known if then and now not in then)

        return self._attempt(look, ()) if asked else ()

    def remember_options(self, project: Path, options: Mapping[str, Any]) -> None:
        """Remember how a project's docstrings were wanted when one was accepted."""
        row = (str(project), options.get("detail"), options.get("audience"), options.get("style"))

        def write(file: Connection) -> None:
            file.execute(
                "INSERT INTO projects (path, detail, audience, style) VALUES (?, ?, ?, ?)", row
            )
            _forget(file, "projects", MOST_PROJECTS)

        self._attempt(write, None)

    def options(self, project: Path) -> dict[str, Any]:
        """Return how a project's docstrings were wanted last; empty when nothing was accepted."""

        def look(file: Connection) -> dict[str, Any]:
            query = "SELECT detail, audience, style FROM projects WHERE path = ?"
            row = file.execute(query, (str(project),)).fetchone() or (None, None, None)
            named = zip(("detail", "audience", "style"), row, strict=True)
            return {name: value for name, value in named if value is not None}

        return self._attempt(look, {})

    def _attempt(self, action: Callable[[Connection], T], otherwise: T) -> T:
        """Do something with the file; a file that cannot be used is said and counts as empty."""
        import sqlite3

        try:
            with self._opened() as file:
                return action(file)
        except (sqlite3.Error, OSError) as error:
            log.warn(f"what was accepted before is not known: {error}")
            return otherwise

    @contextmanager
    def _opened(self) -> Iterator[Connection]:
        import sqlite3

        path = self._path or state_dir() / "docs.sqlite3"
        with closing(sqlite3.connect(path, timeout=_PATIENCE)) as file, file:
            if file.execute("PRAGMA user_version").fetchone()[0] < _VERSION:
                file.executescript(f"{_SCHEMA} PRAGMA user_version = {_VERSION};")
            yield file


def said(slot: Slot, facts: Facts) -> str:
    """Return a hash of what the code says of one slot; empty where nothing can be told apart."""
    return _hash(repr(_told(slot, facts)))


def _told(slot: Slot, facts: Facts) -> object:
    if slot.kind is SlotKind.PARAMETER:
        found = [p for p in facts.parameters if p.starred == slot.name]
        return [(p.kind.value, p.annotation, p.default) for p in found]
    if slot.kind is SlotKind.RAISES:
        found_raises = [r for r in facts.raises if r.exception == slot.name and r.escapes]
        return sorted({r.condition or "" for r in found_raises})
    if slot.kind is SlotKind.ATTRIBUTE:
        return [(a.annotation, a.default) for a in facts.attributes if a.name == slot.name]
    if slot.kind in (SlotKind.RETURNS, SlotKind.YIELDS):
        return facts.return_annotation, facts.returns_none, facts.is_generator
    return None


def _owner(path: Path | None, qualname: str, slot: Slot) -> str:
    return _hash(f"{path.resolve() if path else ''}\n{qualname}\n{slot.key}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _folded(text: str) -> str:
    return " ".join(text.split())


def _forget(file: Connection, table: str, most: int) -> None:
    newest = f"SELECT max(age) FROM {table}"  # noqa: S608 - the name is one of ours
    file.execute(f"DELETE FROM {table} WHERE age <= ({newest}) - ?", (most,))  # noqa: S608
