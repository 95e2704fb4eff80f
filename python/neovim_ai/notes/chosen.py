"""Where the user went: what was chosen often and lately stands first among equals."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Mapping, Sequence

from neovim_ai import paths
from neovim_ai.notes.store import PATH_SEPARATOR
from neovim_ai.notes.vault import Vault

MOST = 500
_HALF_LIFE = 14 * 86_400.0
_IS_WORTH = 1.5
_TABLE = """
CREATE TABLE IF NOT EXISTS chosen(path TEXT NOT NULL, heading_path TEXT NOT NULL,
    weight REAL NOT NULL, last REAL NOT NULL, PRIMARY KEY (path, heading_path))
"""


class Favourites:
    """What was chosen, remembered for the user, not for a vault's index."""

    def __init__(self) -> None:
        self._file = paths.state_dir() / "notes-chosen.db"
        self._db = self._opened()
        self._known: dict[object, tuple[int, Mapping[int, float]]] = {}

    def remember(self, path: str, heading_path: Sequence[str]) -> None:
        """Count a choice; older ones fade."""
        now = time.time()
        key = (path, PATH_SEPARATOR.join(heading_path))
        row = self._db.execute(
            "SELECT weight, last FROM chosen WHERE path = ? AND heading_path = ?", key
        ).fetchone()
        weight = 1.0 + (_faded(row[0], row[1], now) if row else 0.0)
        self._db.execute("INSERT OR REPLACE INTO chosen VALUES (?, ?, ?, ?)", (*key, weight, now))
        self._db.execute(
            "DELETE FROM chosen WHERE rowid NOT IN"
            " (SELECT rowid FROM chosen ORDER BY last DESC LIMIT ?)",
            (MOST,),
        )
        self._known.clear()

    def of(self, vault: Vault) -> Mapping[int, float]:
        """Return a vault's chosen sections by id, with what that adds to their score."""
        known = self._known.get(vault.root)
        if known is None or known[0] != vault.version:
            known = (vault.version, self._looked_up(vault))
            self._known[vault.root] = known
        return known[1]

    def _looked_up(self, vault: Vault) -> Mapping[int, float]:
        now = time.time()
        found: dict[int, float] = {}
        rows = self._db.execute("SELECT path, heading_path, weight, last FROM chosen").fetchall()
        for path, heading_path, weight, last in rows:
            for (number,) in vault.store.db.execute(
                "SELECT s.id FROM files f JOIN sections s ON s.file = f.id"
                " WHERE f.path = ? AND s.heading_path = ?",
                (path, heading_path),
            ):
                found[number] = _IS_WORTH * math.log1p(_faded(weight, last, now))
        return found

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._connected()
        except sqlite3.DatabaseError:
            # Damaged: what was chosen is forgotten, which costs a tie now and then.
            self._file.unlink(missing_ok=True)
            return self._connected()

    def _connected(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._file, isolation_level=None)
        db.execute("PRAGMA busy_timeout = 2000")
        db.execute(_TABLE)
        return db


def _faded(weight: float, last: float, now: float) -> float:
    return weight * math.pow(0.5, max(0.0, now - last) / _HALF_LIFE)
