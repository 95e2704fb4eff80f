"""Sections near to a question in meaning: vectors kept by the hash of a section, compared at once.

An optional extra: without a server of embeddings, or without numpy, nothing here runs.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neovim_ai.errors import AiError
from neovim_ai.llm.privacy import is_private
from neovim_ai.llm.transport import is_loopback
from neovim_ai.notes.model import Embeddings
from neovim_ai.notes.store import PATH_SEPARATOR
from neovim_ai.notes.vault import Vault

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from neovim_ai.llm.embeddings import Embedder
    from neovim_ai.llm.local.encoder import Encoder

_BATCH = 16
_LONGEST = 2000
_PIECE = 400
"""Characters after which a paragraph begins a piece of its own: one vector says little of much."""
_IN_PIECES = " in pieces"
_TARGET = re.compile(r"\]\([^()\s]*\)")
_TABLE = """
CREATE TABLE IF NOT EXISTS vectors(model TEXT NOT NULL, hash BLOB NOT NULL, vector BLOB NOT NULL,
    PRIMARY KEY (model, hash)) WITHOUT ROWID
"""
_MISSING = """
SELECT s.id, s.hash, s.heading_path, substr(s.text, 1, ?), f.path
FROM sections s JOIN files f ON f.id = s.file WHERE s.id > ? ORDER BY s.id LIMIT ?
"""
_LOG = logging.getLogger(__name__)


class Meaning:
    """The vectors of the vaults for one model."""

    def __init__(self, asked: Embeddings) -> None:
        """Name the model.

        Raises:
            AiError: `usage` or `tls` for an address that cannot be used.
        """
        self._embedder = _embedder(asked)
        here = not asked.base_url or is_loopback(asked.base_url)
        self._kept_here = () if here else asked.private
        self._name = f"{asked.base_url} {asked.model}{_IN_PIECES}"
        self._vaults: dict[str, _Vectors] = {}
        self._turn = asyncio.Lock()

    async def learn(self, vault: Vault) -> None:
        """Fetch the vectors that a vault's sections still lack; what fails is tried next time."""
        async with self._turn:
            known = self._of(vault)
            try:
                while batch := known.lacking(_BATCH):
                    texts = [piece for _, pieces in batch for piece in pieces]
                    vectors = iter(await self._embedder.vectors(texts, "document"))
                    known.keep([(one, [next(vectors) for _ in pieces]) for one, pieces in batch])
            except AiError as error:
                _LOG.info("no vectors for %s: %s", vault.root, error)

    async def near(self, vaults: Sequence[Vault], text: str, limit: int) -> list[list[int]]:
        """Return, for each vault, the ids of the sections nearest to a text, nearest first.

        Raises:
            AiError: What a server or the network can do wrong.
        """
        (vector,) = await self._embedder.vectors([text], "query")
        scored = [(score, number, one)
                  for number, vault in enumerate(vaults)
                  for score, one in self._of(vault).near(vector, limit)]  # fmt: skip
        chosen = sorted(scored, reverse=True)[:limit]
        return [[one for _, at, one in chosen if at == number] for number in range(len(vaults))]

    def lacks(self, vault: Vault) -> bool:
        """Tell whether some of a vault's sections have no vector yet."""
        return bool(self._of(vault).lacking(1))

    async def close(self) -> None:
        """Let go of the server and the vectors."""
        await self._embedder.close()
        for one in self._vaults.values():
            one.close()

    def _of(self, vault: Vault) -> _Vectors:
        key = str(vault.root)
        if key not in self._vaults:
            self._vaults[key] = _Vectors(vault, self._name, self._kept_here)
        return self._vaults[key]


def _embedder(asked: Embeddings) -> Embedder | Encoder:
    """Return the server that is named, else the model of this machine."""
    if not asked.base_url:
        from neovim_ai.llm.local.encoder import Encoder

        return Encoder(asked.model)
    from neovim_ai.llm.embeddings import Embedder

    return Embedder(
        asked.base_url,
        asked.model,
        asked.api_key,
        asked.proxy,
        asked.ca_bundle,
        asked.budget,
    )


def pieces(heading_path: Sequence[str], text: str) -> list[str]:
    """Return the texts of a section that get vectors: paragraphs below the headings' words.

    Targets of links are left out: they say less than they are long.
    """
    head = " > ".join(heading_path)
    body = text.partition("\n")[2] if text.startswith("#") else text
    found = [""]
    for paragraph in _TARGET.sub("]", body).split("\n\n"):
        if found[-1] and len(found[-1]) + len(paragraph) > _PIECE:
            found.append("")
        found[-1] = f"{found[-1]}\n{paragraph.strip()}".strip()
    return [f"{head}\n{one}" for one in found if one or len(found) == 1]


class _Vectors:
    """One vault's vectors: on disk by hash, in memory as one array."""

    def __init__(self, vault: Vault, model: str, private: Sequence[str]) -> None:
        self._vault = vault
        self._private = private
        self._model = model
        self._db = sqlite3.connect(vault.store.folder / "meaning.db", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(_TABLE)
        self._version = (-1, -1, -1)
        self._kept = 0
        self._ids: list[int] = []
        self._owners: NDArray[np.int64]
        self._array: NDArray[np.float32] | None = None

    def close(self) -> None:
        self._db.close()

    def lacking(self, count: int) -> list[tuple[bytes, list[str]]]:
        """Return some sections without vectors, as hash and the texts that want one."""
        found: dict[bytes, list[str]] = {}
        last = 0
        while len(found) < count:
            rows = self._vault.store.db.execute(_MISSING, (_LONGEST, last, 256)).fetchall()
            if not rows:
                break
            last = rows[-1][0]
            known = self._known([row[1] for row in rows])
            for _, digest, path, text, file in rows:
                if is_private(Path(file), self._private):
                    continue
                # A heading alone, with its parts below it, answers nothing.
                has_body = text.partition("\n")[2].strip() or not text.startswith("#")
                if has_body and digest not in known and len(found) < count:
                    found[digest] = pieces(path.split(PATH_SEPARATOR), text)
        return list(found.items())

    def _known(self, hashes: Sequence[bytes]) -> set[bytes]:
        rows = self._db.execute(
            "SELECT hash FROM vectors WHERE model = ? AND hex(hash) IN"
            " (SELECT value FROM json_each(?))",
            (self._model, json.dumps([one.hex().upper() for one in hashes])),
        )
        return {digest for (digest,) in rows}

    def keep(self, told: Sequence[tuple[bytes, Sequence[Sequence[float]]]]) -> None:
        """Keep the vectors of sections, by hash."""
        import numpy as np

        self._db.executemany(
            "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
            [
                (self._model, digest, np.asarray(vectors, dtype=np.float32).tobytes())
                for digest, vectors in told
            ],
        )
        self._kept += 1

    def near(self, vector: Sequence[float], limit: int) -> list[tuple[float, int]]:
        import numpy as np

        self._load(len(vector))
        if self._array is None:
            return []
        asked = np.asarray(vector, dtype=np.float32)
        scores = self._array @ (asked / max(float(np.linalg.norm(asked)), 1e-9))
        # Of a section the piece that is nearest counts.
        best = np.full(len(self._ids), -np.inf, dtype=np.float32)
        np.maximum.at(best, self._owners, scores)
        nearest = np.argsort(-best)[:limit]
        return [(float(best[at]), self._ids[at]) for at in nearest]

    def _load(self, length: int) -> None:
        version = (self._vault.version, self._kept, length)
        if version == self._version:
            return
        import numpy as np

        rows: dict[bytes, Any] = dict(
            self._db.execute("SELECT hash, vector FROM vectors WHERE model = ?", (self._model,))
        )
        sections = self._vault.store.db.execute("SELECT id, hash FROM sections").fetchall()
        there = [(one, rows[digest]) for one, digest in sections if digest in rows]
        fitting = [(one, blob) for one, blob in there if blob and len(blob) % (4 * length) == 0]
        self._version, self._ids = version, [one for one, _ in fitting]
        counts = [len(blob) // (4 * length) for _, blob in fitting]
        self._owners = np.repeat(np.arange(len(fitting)), counts)
        if not fitting:
            self._array = None
            return
        array = np.frombuffer(b"".join(blob for _, blob in fitting), dtype=np.float32)
        array = array.reshape(-1, length)
        norms = np.linalg.norm(array, axis=1, keepdims=True)
        self._array = array / np.maximum(norms, 1e-9)
