"""Another connection asks in a client's place, as an editor does past its host."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from neovim_ai.errors import AiError
from neovim_ai.notes.client import SharedNotes, open_notes
from neovim_ai.notes.process import wire
from neovim_ai.notes.process.connection import Connection, Gone
from neovim_ai.notes.process.server import Config

Work = Callable[[SharedNotes, Connection], Coroutine[Any, Any, None]]


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "v"
    folder.mkdir()
    (folder / "a.md").write_text("# Silver\n\nspoons\n")
    return folder


async def at_the_door(notes: SharedNotes) -> Connection:
    door = await notes.door()
    streams = await asyncio.open_unix_connection(door.socket, limit=wire.LONGEST_LINE)
    guest = Connection(*streams)
    await guest.call("join", {"invitation": door.invitation})
    return guest


def visited(vault: Path, work: Work) -> None:
    """Let a guest in to the notes of a vault."""

    async def opened() -> None:
        notes = await open_notes([str(vault)], config=Config(idle_seconds=1.0))
        await notes.refresh()
        guest = await at_the_door(notes)
        try:
            await work(notes, guest)
        finally:
            await guest.close()
            await notes.close()

    asyncio.run(opened())


async def headings(guest: Connection, query: str) -> list[str]:
    found = wire.found(await guest.call("find", {"query": query, "limit": 5}))
    return [row.heading_path[-1] for row in found.rows]


def test_a_guest_sees_the_vaults_and_the_buffers_of_who_let_it_in(vault: Path) -> None:
    async def work(notes: SharedNotes, guest: Connection) -> None:
        assert await headings(guest, "spoons") == ["Silver"]
        await notes.buffer(str(vault / "a.md"), "# Gold\n\nspoons\n")
        assert await headings(guest, "spoons") == ["Gold"]

    visited(vault, work)


def test_a_guest_leaves_with_who_let_it_in(vault: Path) -> None:
    async def work(notes: SharedNotes, guest: Connection) -> None:
        await notes.close()
        with pytest.raises(Gone):
            while True:
                await headings(guest, "spoons")

    visited(vault, work)


def test_nobody_is_let_in_without_an_invitation_that_is_good(vault: Path) -> None:
    async def work(notes: SharedNotes, guest: Connection) -> None:
        with pytest.raises(AiError, match="no longer good"):
            await guest.call("join", {"invitation": "mine"})
        before = await notes.door()
        await notes.close()
        again = await notes.door()
        assert again.invitation != before.invitation
        streams = await asyncio.open_unix_connection(again.socket)
        late = Connection(*streams)
        with pytest.raises(AiError, match="no longer good"):
            await late.call("join", {"invitation": before.invitation})
        await late.close()

    visited(vault, work)


def test_a_guest_is_told_the_names_of_what_comes_without_them(vault: Path) -> None:
    async def work(notes: SharedNotes, _: Connection) -> None:
        door = await notes.door()
        guest = Connection(*await asyncio.open_unix_connection(door.socket))
        names = await guest.call("join", {"invitation": door.invitation})
        message = await guest.call("find", {"query": "spoons", "limit": 5})
        named = dict(zip(names, message["rows"][0], strict=True))
        (row,) = wire.found(message).rows
        assert named["path"] == row.path == str(vault / "a.md")
        assert (named["row"], named["row_of_best"]) == (row.row, row.row_of_best) == (0, 2)
        await guest.close()

    visited(vault, work)
