"""How the index of notes follows the files: made, saved to, looked at again, and what that takes.

Each is a row with the limit of the design; `bench/notes.py` prints them and ends with 1 where one
is missed.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import statistics
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from tests.editor.driver import Editor
from tests.editor.notes_fakes import Picker

from bench.notes_corpus import Corpus
from bench.table import Row, percentile, spread
from neovim_ai.notes.client import SharedNotes, open_notes
from neovim_ai.notes.model import Progress

FEW_FILES, FEW_SECONDS = 10_000, 15.0
SAVE_MS, SAVES = 200.0, 10
LOOK_SECONDS, LOOK_FILES = 1.0, 100_000
MOST_MB = 300
LARGEST_SECTIONS = 100_000
"""Of an index whose memory has a limit."""
IDLE_SECONDS, MOST_SECONDS = 2.0, 60.0
_BETWEEN = 0.005
_INDEX = """
require("neovim_ai.client").request("notes_refresh", {}, {
  result = function() BenchIndexed = true end,
  error = function(err) BenchIndexed = err.message end,
})
"""


async def indexing(notes: SharedNotes, files: int) -> Row:
    """Make the index while it is searched without a break."""
    began = time.perf_counter()
    first, few = 0.0, 0.0
    taken: list[float] = []

    def watch(progress: Progress) -> None:
        nonlocal few
        if progress.done >= FEW_FILES and not few:
            few = time.perf_counter() - began

    refresh = asyncio.create_task(notes.refresh(progress=watch))
    while not refresh.done():
        at = time.perf_counter()
        found = await notes.find("the")
        taken.append((time.perf_counter() - at) * 1e3)
        if found.total and not first:
            first = time.perf_counter() - began
        await asyncio.wait({refresh}, timeout=0.1)
    done = await refresh
    seconds = time.perf_counter() - began
    few = few or seconds
    return Row(
        f"the first {min(files, FEW_FILES):,} files indexed, while it is searched",
        f"≤ {FEW_SECONDS:.0f} s",
        f"{few:.1f} s; the first section found after {first:.1f} s",
        f"all {done.sections:,} sections: {seconds:.1f} s; a query meanwhile: {spread(taken)}",
        few <= FEW_SECONDS and 0 < first < seconds,
    )


async def looking(notes: SharedNotes, files: int) -> Row:
    """Look at files of which none has changed."""
    pid = int((await notes.status())["pid"])
    worked, began = _work(pid), time.perf_counter()
    await notes.refresh()
    seconds = time.perf_counter() - began
    worked = _work(pid) - worked
    limit = LOOK_SECONDS * max(1.0, files / LOOK_FILES)
    return Row(
        f"looking at {files:,} unchanged files",
        f"≤ {limit:.0f} s of work",
        f"{worked:.2f} s of work in {seconds:.2f} s",
        "",
        worked <= limit,
    )


def _work(pid: int) -> float:
    """Return the processor seconds of a process and of its children that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


async def saving(notes: SharedNotes, files: Sequence[Path]) -> Row:
    """Time saves: a file changed, looked at, and found by its new word."""
    taken = []
    for number, path in enumerate(random.Random(2).sample(list(files), SAVES)):
        before = path.read_bytes()
        try:
            path.write_bytes(before + f"\n\nsaved as zyxw{number}\n".encode())
            at = time.perf_counter()
            await notes.refresh([str(path)])
            found = await notes.find(f"zyxw{number} ")
            taken.append((time.perf_counter() - at) * 1e3)
            if not found.total:
                raise SystemExit("a saved word was not found")
        finally:
            path.write_bytes(before)
            await notes.refresh([str(path)])
    said = f"median {statistics.median(taken):.0f}, worst {max(taken):.0f} ms (n={SAVES})"
    return Row("a save until it is found", f"≤ {SAVE_MS:.0f} ms", said, "", max(taken) <= SAVE_MS)


def memory(status: Mapping[str, object], sections: int) -> Iterator[Row]:
    """Take the memory of the process that has answered, where the system tells it."""
    rollup = Path(f"/proc/{status['pid']}/smaps_rollup")
    if not rollup.exists():
        return
    kept = {
        name: int(kb) / 1024
        for name, kb in re.findall(r"^(\w+):\s+(\d+) kB", rollup.read_text(), re.MULTILINE)
    }
    own = kept["Rss"] - kept["Shared_Clean"] - kept["Private_Clean"]
    vault = status["vaults"][0]  # type: ignore[index]
    limited = sections <= LARGEST_SECTIONS
    yield Row(
        "memory of the process",
        f"≤ {MOST_MB} MB" if limited else "",
        f"{kept['Rss']:.0f} MB, of which {own:.0f} are not pages of the index",
        f"{vault['bytes'] / 1e6:.0f} MB on disk",
        kept["Rss"] <= MOST_MB or not limited,
    )


def round_trips(corpus: Corpus) -> Row:
    """Ask a Neovim for its answer, over and over, while the notes are indexed and searched."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("NVIM", raising=False)
        editor = Editor()
    try:
        editor.setup(notes={"vaults": [str(corpus.folder)], "picker": "float"})
        idle = list(_pings(editor, IDLE_SECONDS))
        editor.nvim.command("NotesFind")
        Picker(editor).opened()
        editor.nvim.input("the")
        editor.lua(_INDEX)
        busy = list(_pings(editor, MOST_SECONDS))
        if isinstance(said := editor.lua("return BenchIndexed"), str):
            raise SystemExit(said)
    finally:
        editor.close()
        asyncio.run(_stopped(corpus))
    return Row(
        "editor round trip while the notes are indexed",
        "p99 ≤ 20 ms, never above 50",
        f"{spread(busy)}, worst {max(busy):.1f}",
        f"idle: {spread(idle)}, worst {max(idle):.1f}",
        percentile(busy, 99) <= 20 and max(busy) <= 50,
    )


def _pings(editor: Editor, most: float) -> Iterator[float]:
    """Yield round trips in milliseconds until all is indexed, at most for some seconds."""
    end, indexed = time.monotonic() + most, None
    while time.monotonic() < end and not indexed:
        began = time.monotonic()
        indexed = editor.lua("return BenchIndexed")
        yield (time.monotonic() - began) * 1e3
        threading.Event().wait(_BETWEEN)


async def _stopped(corpus: Corpus) -> None:
    notes = await open_notes([str(corpus.folder)])
    await notes.stop()
    await notes.close()
