"""The one process that serves every editor and the command line, through its socket."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from neovim_ai.errors import AiError
from neovim_ai.notes.client import SharedNotes, open_notes
from neovim_ai.notes.process import address
from neovim_ai.notes.process.server import Config
from neovim_ai.notes.rank import shelf
from neovim_ai.notes.store import Store
from neovim_ai.notes.vault import index_folder

DEADLINE = 60.0
SHORT = Config(idle_seconds=1.0)


async def eventually(condition: Callable[[], object]) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + DEADLINE
    while not condition():
        assert loop.time() < deadline, "it never happened"
        await asyncio.wait({loop.create_future()}, timeout=0.02)


def write(root: Path, count: int) -> None:
    root.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (root / f"{number:04}.md").write_text(f"# n{number}\n\nsilver word{number} text\n")


def run(
    work: Callable[[SharedNotes], Coroutine[Any, Any, None]],
    *vaults: Path,
    config: Config = SHORT,
) -> None:
    async def opened() -> None:
        notes = await open_notes([str(vault) for vault in vaults], config=config)
        try:
            await work(notes)
        finally:
            await notes.close()

    asyncio.run(opened())


def pid() -> int:
    where = address.published()
    assert where
    return int(where["pid"])


async def names(notes: SharedNotes, query: str) -> list[str]:
    return [row.heading_path[-1] for row in (await notes.find(query)).rows]


def test_no_vault_is_one_line() -> None:
    with pytest.raises(AiError, match=r"No notes are set. .*notes.vaults"):
        asyncio.run(open_notes([]))


def test_all_clients_share_one_process(tmp_path: Path) -> None:
    write(tmp_path / "v", 3)

    async def work(notes: SharedNotes) -> None:
        await notes.refresh()
        others = await asyncio.gather(*(open_notes([str(tmp_path / "v")]) for _ in range(4)))
        statuses = [await one.status() for one in (notes, *others)]
        assert {status["pid"] for status in statuses} == {pid()}
        assert await names(others[0], "word1 ") == ["n1"]
        for one in others:
            await one.close()

    run(work, tmp_path / "v")


def test_the_process_leaves_when_nobody_is_there(tmp_path: Path) -> None:
    write(tmp_path / "v", 1)

    async def work(notes: SharedNotes) -> None:
        await notes.refresh()

    run(work, tmp_path / "v")
    asyncio.run(eventually(lambda: not address.lock().is_held()))
    assert address.published() is None


def test_a_killed_process_is_started_anew_unseen(tmp_path: Path) -> None:
    write(tmp_path / "v", 3)

    async def work(notes: SharedNotes) -> None:
        await notes.refresh()
        await notes.buffer(str(tmp_path / "v" / "0001.md"), "# edited\n\nunsaved\n")
        before = pid()
        os.kill(before, signal.SIGKILL)
        assert await names(notes, "unsaved") == ["edited"]
        assert await names(notes, "word2") == ["n2"]
        assert pid() != before

    run(work, tmp_path / "v")


def test_a_save_and_a_removal_are_seen(tmp_path: Path) -> None:
    write(tmp_path / "v", 3)
    path = tmp_path / "v" / "0001.md"

    async def work(notes: SharedNotes) -> None:
        await notes.refresh()
        path.write_text("# fresh\n\ngolden\n")
        done = await notes.refresh([str(path)])
        assert (done.changed, await names(notes, "golden")) == (1, ["fresh"])
        path.unlink()
        await notes.refresh()
        assert await names(notes, "golden") == []

    run(work, tmp_path / "v")


def test_buffers_are_seen_by_their_own_client_only(tmp_path: Path) -> None:
    write(tmp_path / "v", 2)

    async def work(notes: SharedNotes) -> None:
        await notes.refresh()
        other = await open_notes([str(tmp_path / "v")])
        await notes.buffer(str(tmp_path / "v" / "0000.md"), "# mine\n\nsilver\n")
        assert "mine" in await names(notes, "silver")
        assert "mine" not in await names(other, "silver")
        await other.close()

    run(work, tmp_path / "v")


def test_a_find_that_is_overtaken_is_not_answered_with_rows(tmp_path: Path) -> None:
    write(tmp_path / "v", 50)

    async def work(notes: SharedNotes) -> None:
        await notes.refresh()
        found = await asyncio.gather(*(notes.find(query) for query in ("s", "si", "sil", "silv")))
        assert found[-1].total == 50
        assert all(one.total in (-1, 50) for one in found)
        assert any(one.total == -1 for one in found)

    run(work, tmp_path / "v")


def test_several_vaults_are_one_list_and_can_be_told_apart(tmp_path: Path) -> None:
    write(tmp_path / "work", 1)
    (tmp_path / "home.md").write_text("# at home\n\nsilver\n")

    async def work(notes: SharedNotes) -> None:
        await notes.refresh()
        assert sorted(await names(notes, "silver")) == ["at home", "n0"]
        assert await names(notes, "silver in:work") == ["n0"]
        rows = (await notes.find("silver")).rows
        sections = await notes.sections([row.section for row in rows])
        assert [section.path for section in sections] == [row.path for row in rows]

    run(work, tmp_path / "work", tmp_path / "home.md")


def test_a_vault_that_is_not_there_does_not_hide_the_others(tmp_path: Path) -> None:
    write(tmp_path / "v", 1)

    async def work(notes: SharedNotes) -> None:
        with pytest.raises(AiError, match="cannot be read"):
            await notes.refresh()
        found = await notes.find("silver")
        assert [row.heading_path[-1] for row in found.rows] == ["n0"]
        assert str(tmp_path / "gone") in found.problem

    run(work, tmp_path / "v", tmp_path / "gone")


def test_what_is_indexed_can_be_found_before_the_rest(tmp_path: Path) -> None:
    write(tmp_path / "v", 2500)

    async def work(notes: SharedNotes) -> None:
        seen: list[tuple[int, int]] = []

        async def look() -> None:
            found = await notes.find("silver")
            if found.indexing and found.total:
                seen.append((found.total, found.indexing.total))

        refresh = asyncio.create_task(notes.refresh())
        while not refresh.done():
            await look()
            await asyncio.wait({refresh}, timeout=0.05)
        assert (await refresh).sections == 2500
        assert any(total < 2500 for total, _ in seen)
        assert {total for _, total in seen} <= {0, 2500}
        assert (await notes.find("silver")).total == 2500

    run(work, tmp_path / "v", config=Config(idle_seconds=1.0, batch_seconds=0.02))


def whole(root: Path) -> None:
    """Assert that the database is sound, and each of its sections in exactly one segment."""
    store = Store(index_folder(root), "impact")
    assert store.db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    segments = [shelf.get(store, name) for name in store.segments()]
    held = [int(one) for segment in segments if segment for one in segment.ids]
    assert None not in segments
    assert len(held) == len(set(held))
    assert set(store.section_ids()) <= set(held)
    store.close()


def test_killed_twenty_times_while_indexing_nothing_is_lost(tmp_path: Path) -> None:
    root, count = tmp_path / "v", 1200
    write(root, count)
    argv = [sys.executable, "-I", "-m", "neovim_ai.notes.process.indexing"]
    asked = {"root": str(root), "ranker": "impact", "batch_seconds": 0.004}
    stopped_early = 0
    for kill in range(20):
        with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            assert process.stdin and process.stdout
            process.stdin.write(json.dumps(asked).encode() + b"\n")
            process.stdin.flush()
            # Each line is a batch written; after the last of these it is in the midst of the next.
            told = [process.stdout.readline() for _ in range(1 + kill % 4)]
            process.send_signal(signal.SIGKILL)
        stopped_early += all(b"changed" not in line for line in told)
        whole(root)
        (root / f"{kill:04}.md").write_text(f"# n{kill}\n\nsilver once more\n")
    assert stopped_early == 20

    async def work(notes: SharedNotes) -> None:
        await notes.refresh()
        found = await notes.find("silver", count)
        assert found.total == count
        assert {row.heading_path[-1] for row in found.rows} == {f"n{n}" for n in range(count)}

    run(work, root)
    whole(root)
    assert not list(index_folder(root).glob("*.new"))
