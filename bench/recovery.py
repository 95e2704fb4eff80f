"""How fast a killed host is back, and how fast a request is cancelled, beside the usual ways.

    python -m bench.recovery [--count N]

Taken in turns, so that the machine's other load falls on all alike.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import openai
import pytest
from tests.editor.conftest import CODE, sandbox
from tests.editor.driver import ROOT, Editor
from tests.fake_llm import Asked, ClientGoneError, FakeLLM, Wire

from bench.table import Row, machine, markdown, percentile, spread

COUNT, SDK_COUNT = 100, 5
SDK_SECONDS = 5.0
RECOVERED_MS, CANCELLED_MS = 2000, 100
# Returns the milliseconds from the host's death, as seen from here, to its answer to a ping.
PING = """
local began, answered = vim.uv.hrtime(), false
require("neovim_ai.client").request("ping", {}, {
  result = function() answered = true end,
  error = function() end,
})
assert(vim.wait(60000, function() return answered end, 1), "no answer")
return (vim.uv.hrtime() - began) / 1e6
"""
STOP = "local at = vim.uv.hrtime() vim.cmd.AiStop() return at"


class Silent:
    """A server that begins an answer and says no more; it notes when clients come and go."""

    def __init__(self) -> None:
        self.arrived: list[int] = []
        self.gone: list[int] = []
        self.fake = FakeLLM(default=self._play)

    async def _play(self, wire: Wire, _: Asked) -> None:
        self.arrived.append(time.monotonic_ns())
        try:
            await wire.stream()
            await wire.text("summary: Return ")
            await wire.until_gone()
        except ClientGoneError:
            self.gone.append(time.monotonic_ns())
            raise


def main(words: list[str] | None = None) -> int:
    """Print the table; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=COUNT, help=f"of each ({COUNT})")
    rows = measure(parser.parse_args(words).count)
    print(machine(), "\n")
    print(markdown(rows))
    return 0 if all(row.met for row in rows) else 1


def measure(count: int) -> list[Row]:
    """Kill and cancel so many times."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        sandbox(patch, Path(folder))
        silent = Silent()
        with silent.fake, _editor(Path(folder), silent) as editor:
            return [_recovering(editor, count), _cancelling(editor, silent, count)]


@contextmanager
def _editor(folder: Path, silent: Silent) -> Iterator[Editor]:
    editor = Editor()
    try:
        editor.setup(provider="url", base_url=silent.fake.base_url)
        editor.open(folder / "code.py", CODE)
        editor.at(1)
        yield editor
    finally:
        editor.close()


def _recovering(editor: Editor, count: int) -> Row:
    """Kill the host and ask it for a sign of life; in turns start a bare host and import openai."""
    editor.lua(PING)
    waits, bare = [], []
    for _ in range(count):
        editor.nvim.command("messages clear")
        os.kill(editor.host_pid(), signal.SIGKILL)
        editor.said("ended unexpectedly")
        waits.append(editor.lua(PING))
        bare.append(_bare_start())
    return Row(
        "host killed: next request answered",
        f"p99 < {RECOVERED_MS} ms",
        spread(waits),
        f"{spread(bare)} for Python to start and import pynvim; "
        "a remote plugin of Neovim's own stays dead",
        percentile(waits, 99) < RECOVERED_MS,
    )


def _bare_start() -> float:
    python = ROOT / ".venv" / "bin" / "python"
    began = time.monotonic()
    subprocess.run([str(python), "-I", "-c", "import pynvim"], check=True, timeout=120)
    return (time.monotonic() - began) * 1e3


def _cancelling(editor: Editor, silent: Silent, count: int) -> Row:
    """Stop a request that a silent server holds; the server sees when the connection is closed."""
    ours, task, sync = [], [], []
    for number in range(count):
        seen, left = len(silent.arrived), len(silent.gone)
        editor.nvim.command("AiDoc")
        editor.until(lambda seen=seen: len(silent.arrived) > seen)
        stopped = editor.lua(STOP)
        editor.until(lambda left=left: len(silent.gone) > left)
        ours.append((silent.gone[left] - stopped) / 1e6)
        task.append(asyncio.run(_cancelled_task(silent)))
        if number < SDK_COUNT:
            sync.append(_closed_stream(silent))
    return Row(
        "`:AiStop` to a silent server's connection closed",
        f"p99 < {CANCELLED_MS} ms",
        spread(ours),
        f"{spread(task)} for a bare task of AsyncOpenAI; {spread(sync)} for the synchronous client "
        f"closed from another thread, its read timeout set to {SDK_SECONDS:.0f} s (600 by default)",
        percentile(ours, 99) < CANCELLED_MS,
    )


async def _cancelled_task(silent: Silent) -> float:
    async with openai.AsyncOpenAI(base_url=silent.fake.base_url, api_key="x") as client:

        async def read() -> None:
            async for _ in await client.chat.completions.create(**_asked()):
                begun.set()

        begun, left = asyncio.Event(), len(silent.gone)
        task = asyncio.create_task(read())
        await begun.wait()
        at = time.monotonic_ns()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return await asyncio.to_thread(_gone_after, silent, left, at)


def _closed_stream(silent: Silent) -> float:
    left = len(silent.gone)
    client = openai.OpenAI(
        base_url=silent.fake.base_url, api_key="x", timeout=SDK_SECONDS, max_retries=0
    )
    stream = client.chat.completions.create(**_asked())
    next(iter(stream))
    reading = threading.Thread(target=_read_on, args=(stream,), daemon=True)
    reading.start()
    at = time.monotonic_ns()
    stream.close()
    reading.join()
    client.close()
    return _gone_after(silent, left, at)


def _read_on(stream: openai.Stream[object]) -> None:
    # How it ends is the client's affair.
    with suppress(openai.APIError):
        for _ in stream:
            continue


def _asked() -> dict[str, object]:
    message = {"role": "user", "content": "x"}
    return {"model": "m", "messages": [message], "stream": True}


def _gone_after(silent: Silent, left: int, at: int) -> float:
    """Return the milliseconds until the server saw its client go."""
    pause = threading.Event()
    while len(silent.gone) <= left:
        pause.wait(0.0005)
    return (silent.gone[left] - at) / 1e6


if __name__ == "__main__":
    raise SystemExit(main())
