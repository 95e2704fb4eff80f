"""One vault in the indexing process: its store, its index, and how both follow the files."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Sequence
from pathlib import Path

from neovim_ai import paths
from neovim_ai.errors import AiError, Kind
from neovim_ai.notes import files, folders
from neovim_ai.notes.model import Progress, Refreshed
from neovim_ai.notes.process import wire
from neovim_ai.notes.rank.ranker import Ranker, Reader
from neovim_ai.notes.store import Heading, Store
from neovim_ai.notes.update import BATCH_SECONDS, Change, update

_IN_THREAD = 64
"""Files; more of them are read by a process of its own, so that queries never wait for Python."""
_REMEMBERED = 8192
"""Sections whose headings are kept, a few megabytes."""
Watcher = Callable[[Progress], None]


def index_folder(root: Path) -> Path:
    """Return where the index of a vault lies."""
    name = hashlib.blake2b(os.fsencode(root), digest_size=10).hexdigest()
    return paths.cache_dir() / "notes" / name


class Vault:
    """A file or a folder of notes, searchable from the first batch on.

    Attributes:
        root: Absolute, resolved.
        store: Read by the process's main thread only; writers open their own.
        reader: The index as it is asked.
        progress: How far indexing is, None when it is not going on.
        problem: One line when the last look at the files failed.
        version: Grows with every change.
    """

    def __init__(
        self, root: Path, ranker: Ranker[Reader], batch_seconds: float = BATCH_SECONDS
    ) -> None:
        self.root = root
        self._batch_seconds = batch_seconds
        self._ranker = ranker
        self._folder = index_folder(root)
        self.store = Store(self._folder, ranker.name)
        self.reader = ranker.reader(self.store)
        if self.reader.is_damaged:
            self.store.discard()
            self.reader = ranker.reader(self.store)
        self.progress: Progress | None = None
        self.problem = ""
        self.version = 0
        self._headings: dict[int, Heading] = {}
        self._headings_version = 0
        self._turn = asyncio.Lock()
        self._waiting: asyncio.Task[Refreshed] | None = None
        self._watchers: set[Watcher] = set()
        self._folders: tuple[str, ...] = ()
        self._folders_of = -1

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    async def refresh(
        self, only: Sequence[str] | None = None, watcher: Watcher | None = None
    ) -> Refreshed:
        """Look at the files; callers that come while one look waits for its turn share it.

        Raises:
            AiError: `usage` when the vault is not there, `disk`, or `server` when the process
                that reads many files was stopped.
        """
        if watcher:
            self._watchers.add(watcher)
        try:
            if only is not None:
                return await self._look(only)
            if self._waiting is None:
                self._waiting = asyncio.create_task(self._look(None))
            return await asyncio.shield(self._waiting)
        finally:
            if watcher:
                self._watchers.discard(watcher)

    async def _look(self, only: Sequence[str] | None) -> Refreshed:
        async with self._turn:
            if only is None:
                self._waiting = None
            began = time.monotonic()
            try:
                changed = await self._read(only)
                self.problem = ""
            except AiError as error:
                self.problem = str(error)
                raise
            finally:
                self.progress = None
            number, sections = self.store.counts()
            seconds = time.monotonic() - began
            watched = await self._worth_watching() if only is None else ()
            return Refreshed(sections, number, changed, seconds, watched)

    async def _worth_watching(self) -> tuple[str, ...]:
        """Return the folders of the notes, looked up beside the queries, which must not wait."""
        version = self.version
        if version != self._folders_of:
            self._folders = await asyncio.to_thread(self._looked_up)
            self._folders_of = version
        return self._folders

    def _looked_up(self) -> tuple[str, ...]:
        store = Store(self._folder, self._ranker.name)
        try:
            return folders.of_vault(store, self.root)
        finally:
            store.close()

    async def _read(self, only: Sequence[str] | None) -> int:
        few = only if only is not None else [self.root] if not self.root.is_dir() else None
        if few is not None and len(few) <= _IN_THREAD:
            return await asyncio.to_thread(self._in_thread, only, asyncio.get_running_loop())
        return await self._in_process()

    def _in_thread(self, only: Sequence[str] | None, loop: asyncio.AbstractEventLoop) -> int:
        store = Store(self._folder, self._ranker.name)

        def told(progress: Progress, change: Change | None) -> None:
            removed = change.removed if change else ()
            asyncio.run_coroutine_threadsafe(self._told(progress, removed), loop).result()

        try:
            return update(store, self._ranker.index(), self.root, told, only)
        finally:
            store.close()

    async def _in_process(self) -> int:
        argv = [sys.executable, "-I", "-m", "neovim_ai.notes.process.indexing"]
        process = await asyncio.create_subprocess_exec(
            *argv, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=wire.LONGEST_LINE
        )
        assert process.stdin and process.stdout  # noqa: S101 - both are pipes
        try:
            asked = {"root": str(self.root), "ranker": self._ranker.name}
            process.stdin.write(wire.line({**asked, "batch_seconds": self._batch_seconds}))
            changed: int | None = None
            async for line in process.stdout:
                told = json.loads(line)
                if "failed" in told:
                    raise wire.failure(told["failed"])
                if "changed" in told:
                    changed = int(told["changed"])
                else:
                    await self._told(Progress(told["done"], told["total"]), told["removed"])
        finally:
            if process.returncode is None:
                process.stdin.close()
            await process.wait()
        if changed is None:
            raise AiError(Kind.SERVER, "Indexing the notes was stopped.", "Search again.")
        self.reader.reload()
        self.version += 1
        return changed

    async def _told(self, progress: Progress, removed: Sequence[int]) -> None:
        self.progress = progress
        if progress.total:
            self.reader.reload()
            self.reader.forget(removed)
            self.version += 1
        for watcher in list(self._watchers):
            watcher(progress)

    def headings(self, ids: Sequence[int]) -> dict[int, Heading]:
        """Return what tells sections apart at a glance; many of them come again at the next key."""
        if self._headings_version != self.version or len(self._headings) > _REMEMBERED:
            self._headings_version = self.version
            self._headings.clear()
        known = self._headings
        if fresh := [one for one in ids if one not in known]:
            known.update(self.store.headings(fresh))
        return {one: known[one] for one in ids if one in known}

    def holds(self, path: str) -> bool:
        """Tell whether a path, there or not, belongs to the vault."""
        return files.is_note(self.root, Path(path))
