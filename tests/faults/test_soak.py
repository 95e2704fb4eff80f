"""Many requests in one editor: what it and its host hold does not grow with their number."""

from __future__ import annotations

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


@pytest.fixture
def soaked(fresh_editor: Editor, tmp_path: Path) -> Editor:
    fresh_editor.lua("vim.o.undolevels = 1")
    fresh_editor.open(tmp_path / "code.py", CODE)
    fresh_editor.at(1)
    return fresh_editor


@pytest.mark.timeout(3600 if ALL else 300)
def test_nothing_grows_with_the_number_of_requests(
    soaked: Editor, fake_llm: FakeLLM, record_property: Callable[[str, object], None]
) -> None:
    samples = soak(soaked, fake_llm, lambda _: None)
    record_property("requests", REQUESTS)
    assert soaked.text() == CODE
    assert leaks(samples) == [], samples


LEAKS = {
    "marks": "vim.api.nvim_buf_set_extmark(0, vim.api.nvim_create_namespace('leak'), 0, 0, {})",
    "memory of nvim": "Leaked = Leaked or {} Leaked[#Leaked + 1] = ('x'):rep(65536) .. #Leaked",
    "descriptors of nvim": "Leaked = Leaked or {} Leaked[#Leaked + 1] = io.open('/dev/null')",
}


@pytest.mark.timeout(3600 if ALL else 300)
def test_a_leak_of_each_kind_is_found(soaked: Editor, fake_llm: FakeLLM) -> None:
    """The control: what is leaked on purpose is what the test above would name."""
    samples = soak(soaked, fake_llm, lambda _: [soaked.lua(code) for code in LEAKS.values()])
    assert set(leaks(samples)) == set(LEAKS), samples
