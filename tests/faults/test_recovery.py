"""The host is killed, again and again: each time it is back, and nothing of it is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.editor.conftest import CODE
from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM
from tests.faults.moments import Moment, at, then_well, well
from tests.faults.notes_world import NotesWorld
from tests.faults.processes import home_of, is_notes, of, started_by
from tests.faults.sampling import ALL, cells
from tests.faults.test_doc_editors import ANSWER, rest
from tests.faults.test_notes_editors import on_its_way
from tests.faults.tests_world import TestsWorld, When
from tests.faults.world import World

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


Going = Callable[[Editor, FakeLLM, Path], World]


def of_docstring(moment: Moment) -> Going:
    """Return how a docstring comes to a moment."""

    def go(editor: Editor, fake: FakeLLM, folder: Path) -> World:
        world = World(editor, fake, folder)
        if moment is Moment.APPLY:
            world.ask()
            editor.offered(1)
        else:
            fake.default = at(moment, world.gate, well(ANSWER), then_well(rest(moment)))
            world.ask()
            world.gate.wait_reached()
        return world

    return go


def of_question(moment: Moment) -> Going:
    """Return how a question to the notes comes to a moment."""

    def go(editor: Editor, fake: FakeLLM, folder: Path) -> World:
        world = NotesWorld(editor, fake, folder)
        on_its_way(world, moment)
        return world

    return go


def of_tests(when: When) -> Going:
    """Return how tests come to a moment."""

    def go(editor: Editor, fake: FakeLLM, folder: Path) -> World:
        world = TestsWorld(editor, fake, folder)
        world.come_to(when)
        return world

    return go


GOING: dict[str, Going] = {
    "docstring, middle": of_docstring(Moment.MIDDLE),
    "tests, searching": of_tests(When.SEARCHING),
    "question, middle": of_question(Moment.MIDDLE),
    "docstring, before": of_docstring(Moment.BEFORE),
    "docstring, first token": of_docstring(Moment.FIRST),
    "docstring, offered": of_docstring(Moment.APPLY),
    "question, before": of_question(Moment.BEFORE),
    "question, first token": of_question(Moment.FIRST),
    "question, answered": of_question(Moment.APPLY),
    "tests, asking": of_tests(When.ASKING),
    "tests, offered": of_tests(When.OFFERED),
    "tests, applying": of_tests(When.APPLYING),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("ending", "going"), cells(tuple(ENDINGS), tuple(GOING)))
def test_an_editor_that_ends_in_the_middle_leaves_nothing(
    fresh_editor: Editor, fake_llm: FakeLLM, tmp_path: Path, ending: str, going: str
) -> None:
    home = home_of(fresh_editor)
    world = GOING[going](fresh_editor, fake_llm, tmp_path)
    before = world.file.read_text()
    assert at_work(home, world.file.parent)
    ENDINGS[ending](fresh_editor)
    until_gone(home, world.file.parent)
    if world.gate.reached.is_set():
        assert fake_llm.chats[-1].gone.wait(20)
    assert world.file.read_text() == before
    assert [file.name for file in world.file.parent.glob("*.py")] in ([], [world.file.name])


def at_work(*folders: Path) -> dict[int, str]:
    """Return what runs for an editor of these folders; the notes' process stays for others."""
    return {pid: line for pid, line in of(*folders).items() if not is_notes(line)}


def until_gone(*folders: Path) -> None:
    """Wait until nothing runs any more that an editor has started."""
    pause, deadline = threading.Event(), time.monotonic() + 30
    while left := at_work(*folders):
        assert time.monotonic() < deadline, left
        pause.wait(0.05)


def test_a_process_that_stays_behind_is_found(tmp_path: Path) -> None:
    """The control: something in a folder of its own that nobody ends."""
    sleeper = [sys.executable, "-c", "input()", str(tmp_path / "project")]
    with subprocess.Popen(sleeper, stdin=subprocess.PIPE) as left:
        assert left.pid in at_work(tmp_path / "project")
