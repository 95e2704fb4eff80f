"""Notes in a folder, indexed and searched within the test's own process."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from neovim_ai.notes.buffers import open_buffer
from neovim_ai.notes.chosen import Favourites
from neovim_ai.notes.finder import Finder, View
from neovim_ai.notes.model import Found
from neovim_ai.notes.rank import ranker_named
from neovim_ai.notes.store import Store
from neovim_ai.notes.update import update
from neovim_ai.notes.vault import Vault, index_folder


class Notebook:
    """A vault with its index."""

    def __init__(self, root: Path, ranker: str = "impact") -> None:
        self.root = root
        self.ranker: Any = ranker_named(ranker)
        root.mkdir(parents=True, exist_ok=True)
        self.vault = Vault(root, self.ranker)
        self.view = View([self.vault])
        self.finder = Finder(self.ranker, Favourites())

    def write(self, name: str, text: str | bytes) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def update(self, *only: Path) -> int:
        """Bring the index up to date; return how many files had changed."""
        store = Store(index_folder(self.root), self.ranker.name)
        removed: list[int] = []
        try:
            changed = update(
                store,
                self.ranker.index(),
                self.root,
                lambda _, change: removed.extend(change.removed if change else ()),
                [str(path) for path in only] or None,
            )
        finally:
            store.close()
        self.vault.reader.reload()
        self.vault.reader.forget(removed)
        self.vault.version += 1
        return changed

    def read(self, name: str, text: str | bytes) -> None:
        """Write a note and index it."""
        path = self.write(name, text)
        # Two writes within a tick of the clock, of the same length, look alike to a stamp.
        os.utime(path, ns=(self._tick(), self._tick()))
        self.update()

    def _tick(self) -> int:
        self._ticks = getattr(self, "_ticks", 1_700_000_000_000_000_000) + 1_000
        return self._ticks

    def edit(self, name: str, text: str | None) -> None:
        """Let a buffer stand for a file, or no longer."""
        path = str(self.root / name)
        self.view.buffers.pop(path, None)
        if text is not None:
            self.view.buffers[path] = open_buffer(path, text, self.vault, self.ranker)

    def found(self, query: str, limit: int = 50) -> Found:
        return self.finder.find(self.view, query, limit)

    def find(self, query: str, limit: int = 50) -> list[str]:
        """Return the last heading of each section found, best first."""
        return [row.heading_path[-1] for row in self.found(query, limit).rows]
