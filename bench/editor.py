"""What the editor pays for `:AiDoc`, in a real Neovim with the fake model on a real socket.

Times are taken with the monotonic clock that Neovim (`vim.uv.hrtime`) and Python share on Linux.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import subprocess
import tempfile
import time
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.editor.conftest import sandbox
from tests.editor.driver import ROOT, Editor, nvim_path
from tests.fake_llm import Asked, ClientGoneError, FakeLLM, Play, Wire, derived

from bench.table import Row, percentile, spread

STARTS, COLD, WARM, LARGE, CANCELS = 21, 7, 100, 40, 100
LARGE_LINES = 3000
PING_SECONDS = 5.0
MOST_MB = 200
RATES = (20, 1000)
"""Pieces a second that a model writes: a small one on a laptop, a fast one elsewhere."""

CODE = """\
def parse_size(text, unit="B", *, binary=False):
    if not text:
        raise ValueError("empty")
    return int(text) * (1024 if binary else 1000)
"""

# Returns when the key was pressed (ns), the command's own work and when the target stood on the
# screen (both ms after the key); the last is what a person waits for.
PRESS = """
local mark_in = vim.api.nvim_create_namespace("neovim_ai_preview")
local pressed = vim.uv.hrtime()
vim.cmd.AiDoc()
local worked = vim.uv.hrtime()
local function on_screen()
  return #vim.api.nvim_buf_get_extmarks(0, mark_in, 0, -1, {}) > 0
end
assert(vim.wait(60000, on_screen, 1), "no target came")
vim.cmd.redraw()
local shown = vim.uv.hrtime()
return { pressed, (worked - pressed) / 1e6, (shown - pressed) / 1e6 }
"""
STOP = "local at = vim.uv.hrtime() vim.cmd.AiStop() return at"


class Clocked:
    """A fake model that notes when requests arrive and when their clients go."""

    def __init__(self) -> None:
        self.arrived: list[int] = []
        self.gone: list[int] = []
        self.hold = False
        self.fake = FakeLLM(default=self._play)

    async def _play(self, wire: Wire, asked: Asked) -> None:
        self.arrived.append(time.monotonic_ns())
        if not self.hold:
            await derived(wire, asked, self.fake)
            return
        try:
            await wire.stream()
            await wire.text("summary: Return ")
            await wire.until_gone()
        except ClientGoneError:
            self.gone.append(time.monotonic_ns())
            raise


def measure(tell: Callable[[str], None]) -> list[Row]:
    """Take all measurements, telling what is done; minutes on a slow machine."""
    tell("start of Neovim")
    rows = [_sourcing()]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        sandbox(patch, Path(folder))
        model = Clocked()
        with model.fake:
            tell("cold :AiDoc")
            rows += _cold(Path(folder), model)
            with _editor(Path(folder), model) as editor:
                editor.lua(PRESS)
                editor.offered()
                tell("warm :AiDoc")
                rows += _warm(editor, model)
                tell("warm :AiDoc in a large file, edited each time")
                rows.append(_large(editor, Path(folder), model))
                for rate in RATES:
                    tell(f"round trips while {rate} pieces a second stream")
                    rows.append(_round_trips(editor, model, rate))
                tell("cancelling")
                rows.append(_cancelling(editor, model))
                rows.append(_memory(editor))
    return rows


@contextmanager
def _editor(folder: Path, model: Clocked) -> Iterator[Editor]:
    editor = Editor()
    try:
        editor.setup(provider="url", base_url=model.fake.base_url)
        editor.open(folder / "code.py", CODE)
        editor.at(1)
        yield editor
    finally:
        editor.close()


def _sourcing() -> Row:
    ours = [_startup_line() for _ in range(STARTS)]
    middle = statistics.median(line[0] for line in ours)
    whole = statistics.median(line[1] for line in ours)
    return Row(
        "sourcing `plugin/neovim_ai.lua`",
        "≤ 0.5 ms",
        f"median {middle:.2f} ms (n={STARTS})",
        f"{whole:.0f} ms for all of Neovim's start",
        middle <= 0.5,
    )


def _startup_line() -> tuple[float, float]:
    """Return the plugin's own milliseconds of one start, and those of all of it."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "startup"
        words = [nvim_path(), "--clean", "--headless", "--cmd", f"set rtp^={ROOT}"]
        subprocess.run([*words, "--startuptime", str(log), "+qall!"], check=True, timeout=60)
        text = log.read_text(encoding="utf-8")
    own = re.search(r"([\d.]+): sourcing \S*plugin/neovim_ai\.lua", text)
    assert own is not None, text
    return float(own[1]), float(re.findall(r"^([\d.]+)  ", text, re.MULTILINE)[-1])


def _cold(folder: Path, model: Clocked) -> list[Row]:
    """Compare first commands of fresh editors with bare imports, taken in turns."""
    imports, works, shown, sent = [], [], [], []
    with _editor(folder, model) as editor:  # what the server can do is asked once and remembered
        editor.lua(PRESS)
        editor.offered()
    for _ in range(COLD):
        imports.append(_bare_import())
        with _editor(folder, model) as editor:
            seen = len(model.arrived)
            pressed, work, screen = editor.lua(PRESS)
            editor.offered()
            works.append(work)
            shown.append(screen)
            sent.append((model.arrived[seen] - pressed) / 1e6)
    bare, request = statistics.median(imports), statistics.median(sent)
    return [
        Row(
            "first `:AiDoc` of a session: Lua work before it returns",
            "≤ 10 ms",
            spread(works),
            "",
            statistics.median(works) <= 10,
        ),
        Row(
            "first `:AiDoc`: target and facts on screen",
            "≤ 500 ms",
            spread(shown),
            f"{bare:.0f} ms for a bare import of pynvim and openai",
            statistics.median(shown) <= 500,
        ),
        Row(
            "first `:AiDoc`: request sent",
            "≤ 1.2 × bare import",
            f"{request / bare:.2f} × ({spread(sent)})",
            f"{bare:.0f} ms for a bare import of pynvim and openai",
            request <= 1.2 * bare,
        ),
    ]


def _bare_import() -> float:
    python = ROOT / ".venv" / "bin" / "python"
    began = time.monotonic()
    subprocess.run([str(python), "-I", "-c", "import pynvim, openai"], check=True, timeout=120)
    return (time.monotonic() - began) * 1e3


def _warm(editor: Editor, model: Clocked) -> list[Row]:
    works, sent = [], []
    for _ in range(WARM):
        editor.nvim.command("AiReject!")
        seen = len(model.arrived)
        pressed, work, _ = editor.lua(PRESS)
        editor.offered()
        works.append(work)
        sent.append((model.arrived[seen] - pressed) / 1e6)
    editor.nvim.command("AiReject!")
    return [
        Row(
            "`:AiDoc`, warm: Lua work before it returns",
            "≤ 10 ms",
            spread(works),
            "",
            percentile(works, 99) <= 10,
        ),
        Row(
            "`:AiDoc`, warm: key press to request sent",
            "≤ 30 ms",
            spread(sent),
            "",
            statistics.median(sent) <= 30,
        ),
    ]


def _large(editor: Editor, folder: Path, model: Clocked) -> Row:
    """Press the key in a real file of thousands of lines, each time after an edit above."""
    text = Path(typing.__file__).read_text("utf-8")
    lines = text.count("\n")
    assert lines >= LARGE_LINES
    editor.open(folder / "large.py", text)
    row = text[: text.index("    def __init__(self, arg, is_argument=True")].count("\n") + 1
    sent = []
    for _ in range(LARGE + 1):
        editor.nvim.command("AiReject!")
        editor.at(1)
        editor.lua("vim.api.nvim_buf_set_text(0, 3, 0, 3, 0, { ' ' })")
        editor.at(row)
        seen = len(model.arrived)
        pressed, _, _ = editor.lua(PRESS)
        editor.offered()
        sent.append((model.arrived[seen] - pressed) / 1e6)
    editor.nvim.command("AiReject!")
    editor.open(folder / "code.py", CODE)
    editor.at(1)
    # The first look at the file reads all of it.
    first, sent = sent[0], sent[1:]
    return Row(
        f"the same in a file of {lines:,} lines, edited before each",
        "≤ 30 ms",
        spread(sent),
        f"{first:.0f} ms the first time, when all of it is parsed",
        statistics.median(sent) <= 30,
    )


def _round_trips(editor: Editor, model: Clocked, rate: int) -> Row:
    idle = list(_pings(editor))
    busy: list[float] = []
    end = time.monotonic() + PING_SECONDS
    while time.monotonic() < end:
        # Asked again and again: a text that goes on and on is cut off.
        model.fake.script(_endless(rate))
        editor.lua("vim.cmd.AiDoc()")
        busy += _pings_while_running(editor, end)
        editor.nvim.command("silent! AiStop! | silent! AiReject!")
    return Row(
        f"editor round trip while a docstring streams ({rate:,} pieces a second)",
        "p99 ≤ 20 ms, never above 50",
        f"{spread(busy)}, worst {max(busy):.1f}",
        f"idle: {spread(idle)}, worst {max(idle):.1f}",
        percentile(busy, 99) <= 20 and max(busy) <= 50,
    )


def _pings(editor: Editor) -> Iterator[float]:
    """Yield round trips in milliseconds, one after the other, for some seconds."""
    end = time.monotonic() + PING_SECONDS
    while (began := time.monotonic()) < end:
        editor.nvim.eval("1")
        yield (time.monotonic() - began) * 1e3


def _pings_while_running(editor: Editor, end: float) -> list[float]:
    taken: list[float] = []
    running = True
    while running and (began := time.monotonic()) < end:
        running = bool(editor.lua("return require('neovim_ai').status() ~= ''"))
        taken.append((time.monotonic() - began) * 1e3)
    return taken


def _endless(rate: int) -> Play:
    async def play(wire: Wire, _: Asked) -> None:
        await wire.stream()
        await wire.text("summary: Return how many bytes a size means.\ntext: ")
        began, sent = time.monotonic(), 0
        while True:
            # By the clock: a sleep of a millisecond takes longer than that.
            due = int((time.monotonic() - began) * rate)
            for number in range(sent, due):
                # Another word each time: what repeats itself is cut off as a model that is stuck.
                await wire.delta(f"word{number} ")
            sent = max(sent, due)
            await asyncio.sleep(min(1 / rate, 0.05))

    return play


def _memory(editor: Editor) -> Row:
    """Take the memory that the host does not share with others, after all of the above."""
    rollup = Path(f"/proc/{editor.host_pid()}/smaps_rollup")
    found = re.search(r"^Pss:\s+(\d+) kB", rollup.read_text(), re.MULTILINE)
    assert found is not None
    megabytes = int(found[1]) / 1024
    bare = _bare_memory()
    return Row(
        "memory of the Python process",
        f"≤ {MOST_MB} MB",
        f"{megabytes:.0f} MB",
        f"{bare:.0f} MB after a bare import of pynvim and openai",
        megabytes <= MOST_MB,
    )


def _bare_memory() -> float:
    python = ROOT / ".venv" / "bin" / "python"
    code = "import pynvim, openai; print(open('/proc/self/smaps_rollup').read())"
    words = [str(python), "-I", "-c", code]
    told = subprocess.run(words, check=True, timeout=120, capture_output=True, text=True).stdout
    return int(re.findall(r"^Pss:\s+(\d+) kB", told, re.MULTILINE)[0]) / 1024


def _cancelling(editor: Editor, model: Clocked) -> Row:
    model.hold, waits = True, []
    for _ in range(CANCELS):
        seen, left = len(model.arrived), len(model.gone)
        editor.lua(PRESS)
        editor.until(lambda seen=seen: len(model.arrived) > seen)
        stopped = editor.lua(STOP)
        editor.until(lambda left=left: len(model.gone) > left)
        waits.append((model.gone[left] - stopped) / 1e6)
    return Row(
        "`:AiStop` to the connection closed, as the server sees it",
        "p99 < 100 ms",
        spread(waits),
        "",
        percentile(waits, 99) < 100,
    )
