"""How fast `:AiStop` lets go of a server, whatever the server does, beside the usual ways.

    python -m bench.cancelling [--count N]

Taken in turns, so that the machine's other load falls on all alike. A connection is held until the
kernel no longer lists it as established at our end: a server that does not read cannot tell.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import openai
import pytest
from tests.editor.conftest import CODE, sandbox
from tests.editor.driver import Editor
from tests.fake_llm import Asked, FakeLLM, Play, Wire

from bench.table import Row, machine, markdown, percentile, spread

COUNT, SDK_COUNT = 100, 3
SDK_SECONDS = 5.0
LIMIT_MS = 100
ESTABLISHED = "01"
STOP = """
local running = require("neovim_ai").status() ~= ""
local at = vim.uv.hrtime()
vim.cmd.AiStop()
return { running, at, require("neovim_ai").status() == "" }
"""


async def _no_head(wire: Wire, _: Asked) -> None:
    await wire.until_gone()


async def _no_token(wire: Wire, _: Asked) -> None:
    await wire.stream()
    await wire.until_gone()


async def _only_pings(wire: Wire, _: Asked) -> None:
    await wire.stream()
    await wire.until_gone(ping=True)


async def _stalled(wire: Wire, _: Asked) -> None:
    await wire.stream()
    await wire.text("summary: Return ")
    await wire.until_gone()


async def _fast(wire: Wire, _: Asked) -> None:
    await wire.stream()
    await wire.text("summary: Return ")
    while True:
        await wire.raw(_FAST)


async def _endless_line(wire: Wire, _: Asked) -> None:
    await wire.stream()
    await wire.raw(b'data: {"choices":[{"delta":{"content":"')
    while True:
        await wire.raw(b"more " * 2000)
        await asyncio.sleep(0.001)


_FAST = b'data: {"choices":[{"index":0,"delta":{"content":"on "},"finish_reason":null}]}\n\n' * 20
BEHAVIOURS: dict[str, Play | None] = {
    "does not read": None,
    "reads and says nothing": _no_head,
    "begins no answer": _no_token,
    "begins no answer, with pings": _only_pings,
    "falls silent in the middle": _stalled,
    "streams as fast as it can": _fast,
    "sends a line without an end": _endless_line,
}


class Server(FakeLLM):
    """Behaves as told; it answers nothing else but what the first connection asks.

    Attributes:
        arrived: Set when the request in question is there.
        deaf: It reads nothing of what comes.
    """

    def __init__(self) -> None:
        super().__init__()
        self.arrived = threading.Event()
        self.deaf = False

    def behave(self, play: Play | None) -> None:
        """Take the next requests in a manner; None does not read them."""
        self.arrived.clear()
        self.deaf = play is None

        async def noted(wire: Wire, asked: Asked) -> None:
            self.arrived.set()
            await (play or _no_head)(wire, asked)

        self.default = noted

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.deaf:
            await super()._connected(reader, writer)
            return
        writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport that reads
        self.arrived.set()
        while _held(self.port):
            await asyncio.sleep(0.005)
        writer.close()


def _held(port: int) -> int:
    """Return how many connections to a port of this machine are open at the client's end."""
    there, found = f":{port:04X}", 0
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        _, _, remote, state = line.split()[:4]
        found += remote.endswith(there) and state == ESTABLISHED
    return found


def _let_go_after(server: Server, at: int) -> float:
    """Return the milliseconds from a moment until nothing is connected any more."""
    pause, deadline = threading.Event(), time.monotonic() + 60
    while _held(server.port):
        assert time.monotonic() < deadline, "a connection stays"
        pause.wait(0.0005)
    return (time.monotonic_ns() - at) / 1e6


def main(words: list[str] | None = None) -> int:
    """Print the table; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=COUNT, help=f"of each behaviour ({COUNT})")
    rows = measure(parser.parse_args(words).count)
    print(machine(), "\n")
    print(markdown(rows))
    return 0 if all(row.met for row in rows) else 1


def measure(count: int) -> list[Row]:
    """Cancel so many requests of each behaviour."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        sandbox(patch, Path(folder))
        with Server() as server, _editor(Path(folder), server) as editor:
            rows = [_row(editor, server, name, count) for name in BEHAVIOURS]
            return [*rows, _synchronous(server)]


@contextmanager
def _editor(folder: Path, server: Server) -> Iterator[Editor]:
    """Open an editor whose host knows the server already."""
    editor = Editor()
    try:
        editor.setup(provider="url", base_url=server.base_url)
        editor.open(folder / "code.py", CODE)
        editor.at(1)
        editor.nvim.command("AiDoc")
        editor.offered(1)
        editor.nvim.command("AiReject")
        yield editor
    finally:
        editor.close()


def _row(editor: Editor, server: Server, name: str, count: int) -> Row:
    ours, task, shown = [], [], 0
    while len(ours) < count:
        server.behave(BEHAVIOURS[name])
        editor.nvim.command("AiDoc")
        assert server.arrived.wait(60)
        running, at, stopped = editor.lua(STOP)
        let_go = _let_go_after(server, int(at))
        editor.nvim.command("silent! AiReject!")
        if not running:
            continue  # it had ended by itself, which is no cancelling
        ours.append(let_go)
        shown += bool(stopped)
        server.behave(BEHAVIOURS[name])
        task.append(asyncio.run(_cancelled_task(server)))
    return Row(
        f"`:AiStop` while the server {name}: connection let go",
        f"p99 < {LIMIT_MS} ms",
        f"{spread(ours)}; {shown} of {count} ended in the editor at once",
        f"{spread(task)} for a bare task of AsyncOpenAI",
        percentile(ours, 99) < LIMIT_MS and shown == count,
    )


async def _cancelled_task(server: Server) -> float:
    async with openai.AsyncOpenAI(base_url=server.base_url, api_key="x") as client:

        async def read() -> None:
            async for _ in await client.chat.completions.create(**_asked()):
                continue

        task = asyncio.create_task(read())
        await asyncio.to_thread(server.arrived.wait, 60)
        at = time.monotonic_ns()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return await asyncio.to_thread(_let_go_after, server, at)


def _synchronous(server: Server) -> Row:
    """Close a synchronous stream from another thread, as a plugin without a loop would."""
    waits = [_closed_stream(server) for _ in range(SDK_COUNT)]
    return Row(
        "the synchronous client, closed from another thread while the server falls silent",
        "-",
        spread(waits),
        f"its read timeout set to {SDK_SECONDS:.0f} s (600 by default)",
        True,
    )


def _closed_stream(server: Server) -> float:
    server.behave(_stalled)
    client = openai.OpenAI(
        base_url=server.base_url, api_key="x", timeout=SDK_SECONDS, max_retries=0
    )
    stream = client.chat.completions.create(**_asked())
    next(iter(stream))
    reading = threading.Thread(target=_read_on, args=(stream,), daemon=True)
    reading.start()
    at = time.monotonic_ns()
    stream.close()
    reading.join()
    client.close()
    return _let_go_after(server, at)


def _read_on(stream: openai.Stream[object]) -> None:
    # How it ends is the client's affair.
    with suppress(openai.APIError):
        for _ in stream:
            continue


def _asked() -> dict[str, object]:
    message = {"role": "user", "content": "x"}
    return {"model": "m", "messages": [message], "stream": True}


if __name__ == "__main__":
    raise SystemExit(main())
