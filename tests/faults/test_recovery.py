"""The host is killed, again and again: each time it is back, and nothing of it is left behind."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.editor.conftest import CODE
from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM, Gate, pausing
from tests.faults.processes import home_of, of, started_by
from tests.faults.sampling import ALL

KILLS = 200 if ALL else 10
PING = """
Answered = nil
require("neovim_ai.client").request("ping", {}, {
  result = function() Answered = true end,
  error = function() end,
})
"""


def answered(editor: Editor) -> None:
    """Ask for a sign of life and wait for it."""
    editor.lua(PING)
    editor.wait("Answered")


@pytest.mark.timeout(1200 if ALL else 300)
def test_a_host_that_is_killed_is_back_with_the_next_request(
    fresh_editor: Editor, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    editor = fresh_editor
    editor.open(tmp_path / "code.py", CODE)
    answered(editor)
    pids = set()
    for _ in range(KILLS):
        pid = editor.host_pid()
        pids.add(pid)
        editor.nvim.command("messages clear")
        os.kill(pid, signal.SIGKILL)
        editor.said("ended unexpectedly")
        answered(editor)
        assert set(started_by(editor)) == {editor.host_pid()}
    record_property("kills", len(pids))
    assert len(pids) == KILLS
    assert editor.text() == CODE


ENDINGS: dict[str, Callable[[Editor], None]] = {
    ":qa!": Editor.close,
    "killed": lambda editor: kill_editor(editor, signal.SIGKILL),
    "hung up": lambda editor: kill_editor(editor, signal.SIGHUP),
}


def kill_editor(editor: Editor, how: signal.Signals) -> None:
    os.kill(int(editor.lua("return vim.fn.getpid()")), how)


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_editor_that_ends_while_an_answer_streams_leaves_nothing(
    fresh_editor: Editor, fake_llm: FakeLLM, tmp_path: Path, ending: str
) -> None:
    editor, gate, home = fresh_editor, Gate(), home_of(fresh_editor)
    fake_llm.default = pausing("summary: Return the number of", gate, " bytes.\n")
    editor.open(tmp_path / "code.py", CODE)
    editor.at(1)
    editor.nvim.command("AiDoc")
    gate.wait_reached()
    assert of(home)
    ENDINGS[ending](editor)
    until_gone(home)
    assert fake_llm.chats[-1].gone.wait(20)
    assert (tmp_path / "code.py").read_text() == CODE


def until_gone(home: Path) -> None:
    """Wait until nothing runs any more that this home's editor has started."""
    pause, deadline = threading.Event(), time.monotonic() + 30
    while left := of(home):
        assert time.monotonic() < deadline, left
        pause.wait(0.05)
