"""`:NotesAsk` while the host or the notes' own process dies or runs short: then it works again."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.editor.driver import Editor
from tests.editor.notes_fakes import NOTES
from tests.fake_llm import FakeLLM
from tests.faults.hosts import HOSTS, HostFault, tells
from tests.faults.moments import Moment
from tests.faults.notes_world import NotesWorld
from tests.faults.processes import home_of, notes_of, started_by
from tests.faults.sampling import cells
from tests.faults.test_notes_editors import on_its_way
from tests.faults.world import TYPED

NOTES_ENDS: dict[str, Callable[[int], None]] = {
    "killed": lambda pid: os.kill(pid, signal.SIGKILL),
    "ended": lambda pid: os.kill(pid, signal.SIGTERM),
    "crashed": lambda pid: os.kill(pid, signal.SIGSEGV),
}


@pytest.mark.parametrize(
    ("fault", "moment"),
    cells(HOSTS, tuple(Moment), shift=1),
    ids=lambda value: value.name if isinstance(value, HostFault) else str(value),
)
def test_a_question_is_on_its_way_and_the_host_fails(
    fresh_editor: Editor, fake_llm: FakeLLM, tmp_path: Path, fault: HostFault, moment: Moment
) -> None:
    world = NotesWorld(fresh_editor, fake_llm, tmp_path)
    on_its_way(world, moment)
    before = world.answers()
    pid = fresh_editor.host_pid()
    fault.strike(world)
    world.type_meanwhile()
    world.gate.open()
    world.ended()
    assert world.text() == NOTES + f"{TYPED}\n"
    said = world.said()
    if fault.ends:
        fresh_editor.said(fault.says)
        assert pid not in started_by(fresh_editor, tmp_path)
    elif not said:
        assert "docker save" in world.answers()
    else:
        assert fault.says and [fault.says in line for line in said] == [True], said
    if moment is Moment.APPLY:
        assert world.answers() == before
    tells(world, fault)
    world.works_again(tmp_path)
    assert len(started_by(fresh_editor)) == 1, started_by(fresh_editor)


@pytest.mark.parametrize(("end", "moment"), cells(tuple(NOTES_ENDS), tuple(Moment), shift=1))
def test_a_question_is_on_its_way_and_the_notes_process_ends(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, end: str, moment: Moment
) -> None:
    world = NotesWorld(editor, fake_llm, tmp_path)
    on_its_way(world, moment)
    pid = world.notes_pid()
    NOTES_ENDS[end](pid)
    editor.until(lambda: pid not in notes_of(home_of(editor)), what="an end of the notes' process")
    world.type_meanwhile()
    world.gate.open()
    world.ended()
    assert "docker save" in world.answers()
    assert world.text() == NOTES + f"{TYPED}\n"
    assert world.said() == []
    world.works_again(tmp_path)
    assert world.notes_pid() != pid
