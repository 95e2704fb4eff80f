"""`:NotesAsk` while the user, another program or the disk changes notes: their text counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editor.driver import Editor
from tests.editor.notes_fakes import NOTES
from tests.fake_llm import FakeLLM
from tests.faults.moments import Moment, at, then_well, well
from tests.faults.note_editors import NOTE_EDITORS, NoteFault
from tests.faults.notes_world import ANSWER, STREAMED, NotesWorld
from tests.faults.sampling import cells


@pytest.mark.parametrize(
    ("fault", "moment"),
    cells(NOTE_EDITORS, tuple(Moment)),
    ids=lambda value: value.name if isinstance(value, NoteFault) else str(value),
)
def test_a_question_is_on_its_way_and_the_notes_change(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, fault: NoteFault, moment: Moment
) -> None:
    world = NotesWorld(editor, fake_llm, tmp_path)
    on_its_way(world, moment)
    fault.strike(world)
    mode = editor.mode()
    world.gate.open()
    world.quiet()
    if fault.asking:
        editor.until(lambda: "docker save" in world.answers(), what="the answer")
    else:
        assert world.answers() == ""
    assert world.text() == (fault.text(NOTES) if fault.text else None)
    assert editor.mode() == mode
    assert world.said() == []
    world.works_again(tmp_path)


def on_its_way(world: NotesWorld, moment: Moment) -> None:
    """Ask, and come to a moment of the answer."""
    rest = ANSWER.removeprefix(STREAMED.get(moment, ""))
    world.fake.default = at(moment, world.gate, well(ANSWER), then_well(rest), STREAMED)
    if moment is Moment.APPLY:
        world.fake.default = well(ANSWER)
        world.ask()
        world.ended()
    else:
        world.ask()
        world.gate.wait_reached()
