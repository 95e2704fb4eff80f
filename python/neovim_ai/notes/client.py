"""`Notes` for the editor's host and the command line, over the socket of the shared process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from neovim_ai.errors import AiError, Kind
from neovim_ai.notes.model import (
    Backlink,
    BrokenLink,
    Door,
    Embeddings,
    Found,
    Links,
    NewNote,
    Progress,
    Refreshed,
    Section,
    Todo,
)
from neovim_ai.notes.process import address, wire
from neovim_ai.notes.process.connection import Connection, Gone, connect
from neovim_ai.notes.process.server import Config

_TRIES = 3


async def open_notes(
    vaults: Sequence[str],
    embeddings: Embeddings | None = None,
    config: Config | None = None,
) -> SharedNotes:
    """Return the notes of some vaults; their files are looked at in the background.

    Args:
        vaults: Files or folders; `~` is the home directory.
        embeddings: What gives meaning to texts, if anything does.
        config: How the process is started if none runs; tests make it leave sooner.

    Raises:
        AiError: `usage` when no vault is named, `server` or `setup` when no process can be had.
    """
    if not vaults:
        raise AiError(
            Kind.USAGE, "No notes are set.", 'Set notes.vaults, as in { vaults = { "~/notes" } }.'
        )
    roots = list(dict.fromkeys(_root(vault) for vault in vaults))
    notes = SharedNotes(roots, embeddings or Embeddings(), config or Config())
    await notes.start()
    return notes


def _root(vault: str) -> str:
    path = Path(vault).expanduser()
    try:
        return str(path.resolve())
    except (OSError, RuntimeError):
        return str(path.absolute())


class SharedNotes:
    """Keeps a connection; when the process was killed the next call goes to a new one."""

    def __init__(self, roots: Sequence[str], embeddings: Embeddings, config: Config) -> None:
        self._roots = list(roots)
        self._embeddings = embeddings
        self._config = config
        self._buffers: dict[str, str] = {}
        self._connection: Connection | None = None
        self._connecting = asyncio.Lock()

    async def start(self) -> None:
        """Find the process, or start it."""
        await self._connected()

    async def find(self, query: str, limit: int = 50, meaning: bool = False) -> Found:
        """Return the best sections; see `contract.Notes`."""
        params = {"query": query, "limit": limit, "meaning": meaning}
        return wire.found(await self._call("find", params))

    async def chosen(self, path: str, heading_path: Sequence[str]) -> None:
        """Remember that the user went there."""
        await self._call("chosen", {"path": path, "heading_path": list(heading_path)})

    async def refresh(
        self,
        paths: Sequence[str] | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Refreshed:
        """Look at the files again."""
        named = None if paths is None else [_root(path) for path in paths]
        told = await self._call("refresh", {"paths": named}, progress)
        return Refreshed(**{**told, "folders": tuple(told["folders"])})

    async def buffer(self, path: str, text: str | None) -> None:
        """Search a file as it stands in a buffer, until that is None."""
        where = _root(path)
        if text is None:
            self._buffers.pop(where, None)
        else:
            self._buffers[where] = text
        await self._call("buffer", {"path": where, "text": text})

    async def todos(self) -> tuple[Todo, ...]:
        """Return the open TODOs, by file and row."""
        return tuple(Todo(**_with_path(one)) for one in await self._call("todos", {}))

    async def links(self, path: str, row: int) -> Links:
        """Return what links to the note or heading, and the note's broken links."""
        found = await self._call("links", {"path": _root(path), "row": row})
        return Links(
            tuple(Backlink(**_with_path(one)) for one in found["backlinks"]),
            tuple(BrokenLink(**one) for one in found["broken"]),
        )

    async def new(self, title: str, vault: str = "") -> NewNote:
        """Return a note to be written."""
        made = await self._call("new", {"title": title, "vault": vault})
        return NewNote(made["path"], tuple(made["lines"]))

    async def sections(self, ids: Sequence[int]) -> tuple[Section, ...]:
        """Return sections by `NotesRow.section`."""
        found = await self._call("sections", {"ids": list(ids)})
        return tuple(Section(**_with_path(one)) for one in found)

    async def passages(self, question: str, limit: int = 8) -> tuple[Section, ...]:
        """Return the sections likeliest to answer a question."""
        found = await self._call("passages", {"question": question, "limit": limit})
        return tuple(Section(**_with_path(one)) for one in found)

    async def status(self) -> dict[str, Any]:
        """Return `{pid, ranker, vaults: [{root, files, sections, bytes}]}`."""
        status: dict[str, Any] = await self._call("status", {})
        return status

    async def door(self) -> Door:
        """Return where another program may ask in our place, seeing our vaults and buffers."""
        invitation = await self._call("invite", {})
        return Door(str(address.socket_file()), str(invitation))

    async def stop(self) -> None:
        """End the shared process; the next call starts another."""
        await self._call("stop", {})

    async def close(self) -> None:
        """Leave."""
        if self._connection:
            await self._connection.close()
            self._connection = None

    async def _call(
        self,
        name: str,
        params: Mapping[str, Any],
        progress: Callable[[Progress], None] | None = None,
    ) -> Any:
        for _ in range(_TRIES):
            connection = await self._connected()
            try:
                return await connection.call(name, params, progress)
            except Gone:
                # Killed: what was asked changes nothing, so it is asked again.
                continue
        raise AiError(Kind.SERVER, "The notes' process ends again and again.", "See :AiLog.")

    async def _connected(self) -> Connection:
        async with self._connecting:
            if self._connection is None or not self._connection.alive:
                self._connection = await connect(self._config)
                try:
                    await self._introduce(self._connection)
                except Gone:
                    # The call itself finds that out and comes again.
                    return self._connection
            return self._connection

    async def _introduce(self, connection: Connection) -> None:
        await connection.call(
            "open", {"vaults": self._roots, "embeddings": asdict(self._embeddings)}
        )
        for path, text in self._buffers.items():
            await connection.call("buffer", {"path": path, "text": text})


def _with_path(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "heading_path": tuple(values["heading_path"])}
