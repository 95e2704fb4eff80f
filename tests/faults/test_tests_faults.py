"""`:AiTest` while the server, the sandbox, the host or the editor fails: nothing is lost or left.

A cell runs a whole search, so by default a few are played; with `make torture` all.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM
from tests.faults.hosts import HOSTS, HostFault
from tests.faults.moments import Moment, at
from tests.faults.sampling import ALL, cells
from tests.faults.servers import SERVERS, ServerFault
from tests.faults.test_doc_servers import STREAMING
from tests.faults.tests_world import CLIP, TestsWorld
from tests.faults.world import TYPED

FEW = None if ALL else 1
STREAMED = {Moment.FIRST: "t", Moment.MIDDLE: "test 1: a value above beco"}
Strike = Callable[[TestsWorld], None]

pytestmark = pytest.mark.timeout(300)


@pytest.mark.parametrize(
    ("fault", "moment"),
    cells(SERVERS, STREAMING)[:FEW],
    ids=lambda value: value.name if isinstance(value, ServerFault) else str(value),
)
def test_tests_are_named_and_the_server_fails(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, fault: ServerFault, moment: Moment
) -> None:
    world = TestsWorld(editor, fake_llm, tmp_path)
    world.patience(fault.timeout)
    world.gate.open()
    fake_llm.default = at(moment, world.gate, fault.before, fault.inside, STREAMED)
    world.ask()
    world.type_meanwhile()
    world.ended()
    assert world.text() == CLIP + f"{TYPED}\n"
    assert len(world.said()) == 1, world.said()
    world.nothing_runs()
    world.works_again(tmp_path)


@pytest.mark.parametrize("fault", HOSTS[:FEW], ids=lambda fault: fault.name)
def test_tests_are_searched_for_and_the_host_fails(
    fresh_editor: Editor, fake_llm: FakeLLM, tmp_path: Path, fault: HostFault
) -> None:
    world = TestsWorld(fresh_editor, fake_llm, tmp_path)
    world.ask()
    fresh_editor.until(world.workers, 60, "a sandbox")
    fault.strike(fresh_editor.host_pid())
    world.type_meanwhile()
    world.ended()
    assert world.text() == CLIP + f"{TYPED}\n"
    assert fault.says in "|".join(world.said()).lower()
    world.nothing_runs()
    world.works_again(tmp_path)


def _sandbox_killed(world: TestsWorld) -> None:
    for pid in world.workers():
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # the one above has taken it along


def _lua(code: str) -> Strike:
    return lambda world: world.editor.lua(code) and None


MEANWHILE: dict[str, tuple[Strike, Callable[[str], str] | None]] = {
    "sandbox killed": (_sandbox_killed, str),
    "buffer closed": (_lua("vim.cmd('bwipeout!')"), None),
    "window closed": (_lua("vim.cmd('new | wincmd p | close')"), str),
    "edited": (
        _lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# mine' })"),
        "# mine\n{}".format,
    ),
    "target deleted": (_lua("vim.api.nvim_buf_set_lines(0, 0, 4, false, { '' })"), lambda _: "\n"),
    "stopped": (_lua("vim.cmd.AiStop()"), str),
    "gone from disk": (lambda world: world.file.unlink(), str),
}


@pytest.mark.parametrize("what", list(MEANWHILE)[:FEW])
def test_tests_are_searched_for_and_something_happens(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, what: str
) -> None:
    world = TestsWorld(editor, fake_llm, tmp_path)
    strike, text = MEANWHILE[what]
    world.ask()
    editor.until(world.workers, 60, "a sandbox")
    strike(world)
    editor.wait("require('neovim_ai').status() == ''", 100)
    assert world.text() == (text(CLIP) if text else None)
    assert len(world.said()) <= 1, world.said()
    world.file.write_text(CLIP)
    world.nothing_runs()
    world.works_again(tmp_path)
