"""Many requests in one editor: what it and its host hold does not grow with their number."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.editor.conftest import CODE
from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM
from tests.faults.processes import descriptors, memory_kib, threads
from tests.faults.sampling import ALL

REQUESTS = 1000 if ALL else 50
EVERY = 50 if ALL else 5
WARM_UP = 100
"""Requests before the first look: until then caches and Neovim's own tables fill."""
MOST_KIB = 8.0
"""Growth for each request, fitted: what a request leaves in undo history and logs is far less."""
FLAT = ("descriptors of nvim", "threads of nvim", "descriptors of host", "threads of host", "marks")
MARKS = "#vim.api.nvim_buf_get_extmarks(0, -1, 0, -1, {})"

Sample = dict[str, int]


def sample(editor: Editor) -> Sample:
    """Return what the editor and its host hold now, garbage of Lua collected."""
    editor.lua("collectgarbage() collectgarbage()")
    found = {"marks": int(editor.lua(f"return {MARKS}"))}
    pids = {"nvim": int(editor.lua("return vim.fn.getpid()")), "host": editor.host_pid()}
    for name, pid in pids.items():
        found[f"memory of {name}"] = memory_kib(pid)
        found[f"descriptors of {name}"] = descriptors(pid)
        found[f"threads of {name}"] = threads(pid)
    return found


def one_request(editor: Editor) -> None:
    """Ask, accept, and take it back, as a user who is never content."""
    editor.nvim.command("AiDoc")
    editor.offered(1)
    editor.nvim.command("AiAccept")
    editor.offered(0)
    editor.nvim.command("silent undo")


def growth(samples: list[Sample], name: str) -> float:
    """Return by how much a quantity grows with each request, by least squares."""
    xs = [EVERY * number for number in range(len(samples))]
    ys = [one[name] for one in samples]
    middle, level = sum(xs) / len(xs), sum(ys) / len(ys)
    over = sum((x - middle) * (y - level) for x, y in zip(xs, ys, strict=True))
    return over / sum((x - middle) ** 2 for x in xs)


def leaks(samples: list[Sample]) -> list[str]:
    """Return what grows: memory by its slope, everything else by a single one more."""
    found = [name for name in FLAT if samples[-1][name] > samples[0][name]]
    grown = [f"memory of {name}" for name in ("nvim", "host")]
    return found + [name for name in grown if growth(samples, name) > MOST_KIB]


def soak(editor: Editor, fake: FakeLLM, and_then: Callable[[int], object]) -> list[Sample]:
    samples = []
    for _ in range(WARM_UP):
        one_request(editor)
    for number in range(1, REQUESTS + 1):
        one_request(editor)
        and_then(number)
        if number % EVERY == 0:
            fake.requests.clear()
            samples.append(sample(editor))
    return samples


def ready(editor: Editor, folder: Path) -> Editor:
    """Open a file in an editor that keeps little of what is undone."""
    editor.lua("vim.o.undolevels = 1")
    editor.open(folder / "code.py", CODE)
    editor.at(1)
    return editor


@pytest.mark.timeout(3600 if ALL else 300)
def test_nothing_grows_with_the_number_of_requests(
    fresh_editor: Editor,
    fake_llm: FakeLLM,
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    soaked = ready(fresh_editor, tmp_path)
    samples = soak(soaked, fake_llm, lambda _: None)
    record_property("requests", REQUESTS)
    assert soaked.text() == CODE
    assert leaks(samples) == [], samples


LEAKS = {
    "marks": "vim.api.nvim_buf_set_extmark(0, vim.api.nvim_create_namespace('leak'), 0, 0, {})",
    "memory of nvim": "Leaked = Leaked or {} Leaked[#Leaked + 1] = ('x'):rep(65536) .. #Leaked",
    "descriptors of nvim": "Leaked = Leaked or {} Leaked[#Leaked + 1] = io.open('/dev/null')",
    "threads of nvim": """
        Threads = Threads or {}
        if #Threads < 100 then
          Threads[#Threads + 1] = vim.uv.new_thread(function() vim.uv.sleep(1e8) end)
        end
    """,
}
HOST_LEAKS = {"memory of host", "descriptors of host", "threads of host"}
LEAKING = """
import threading
held = []
def leak():
    while not threading.Event().wait(0.5):
        held.append((open("/dev/null"), bytearray(1 << 19)))
        threading.Thread(target=threading.Event().wait, daemon=True).start()
threading.Thread(target=leak, daemon=True).start()
"""


def leaking_python(folder: Path) -> str:
    """Return an interpreter that runs a host in which something leaks twice a second."""
    code, python = folder / "leaking.py", folder / "python"
    code.write_text(LEAKING, encoding="ascii")
    python.write_text(
        f'#!/bin/sh\nexec {sys.executable} -I -c "$(cat {code})\n$3" "$4"\n', encoding="ascii"
    )
    python.chmod(0o755)
    return str(python)


@pytest.mark.timeout(3600 if ALL else 300)
def test_a_leak_of_each_kind_is_found(
    fresh_editor: Editor, fake_llm: FakeLLM, tmp_path: Path
) -> None:
    """The control: what is leaked on purpose is what the test above would name."""
    python = leaking_python(tmp_path)
    fresh_editor.setup(provider="url", base_url=fake_llm.base_url, python=python)
    editor = ready(fresh_editor, tmp_path)
    samples = soak(editor, fake_llm, lambda _: [editor.lua(code) for code in LEAKS.values()])
    assert set(leaks(samples)) == LEAKS.keys() | HOST_LEAKS, samples
