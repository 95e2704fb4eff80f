"""`:NotesAsk` while the server or the way to it fails, at each moment: nothing is lost or left."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from tests.editor.driver import Editor
from tests.editor.notes_fakes import NOTES
from tests.fake_llm import FakeLLM
from tests.faults.moments import Moment, at, well
from tests.faults.notes_world import ANSWER, ENDS, STREAMED, NotesWorld
from tests.faults.sampling import ALL, cells
from tests.faults.servers import CONTENT, SERVERS, ServerFault
from tests.faults.test_doc_servers import STREAMING, expected
from tests.faults.world import TYPED

LATER = cells(SERVERS, (Moment.APPLY,))[: None if ALL else 6]


@pytest.mark.parametrize(
    ("fault", "moment"),
    cells(SERVERS, STREAMING, shift=1),
    ids=lambda value: value.name if isinstance(value, ServerFault) else str(value),
)
def test_a_question_is_asked_and_the_server_fails(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, fault: ServerFault, moment: Moment
) -> None:
    world = NotesWorld(editor, fake_llm, tmp_path)
    world.patience(fault.timeout)
    fake_llm.default = at(moment, world.gate, fault.before, fault.inside, STREAMED)
    world.ask()
    world.gate.wait_reached()
    if not fault.timeout:
        world.type_meanwhile()
    world.gate.open()
    world.ended()
    assert world.text() == NOTES + ("" if fault.timeout else f"{TYPED}\n")
    said = world.said()
    assert len(said) <= 1, said
    if fault not in CONTENT:
        assert expected(fault, moment) in "|".join(said).lower(), (said, world.answers())
    assert said or any(end in world.answers() for end in ENDS)
    # A message of more than two lines is cut in its middle; the window has all of it.
    parts = [part for line in said for part in line.removeprefix("neovim-ai: ").split("…")]
    assert all(part in world.answers() for part in parts), (said, world.answers())
    assert is_plain(world.answers())
    world.works_again(tmp_path)


def is_plain(text: str) -> bool:
    """Tell whether a text holds no characters that hide or turn others, and has a usual size."""
    hidden = [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf")]
    return not hidden and len(text) < 4000


@pytest.mark.parametrize("fault", LATER, ids=lambda cell: cell[0].name)
def test_a_server_that_fails_later_does_not_keep_a_source_from_being_opened(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, fault: tuple[ServerFault, Moment]
) -> None:
    world = NotesWorld(editor, fake_llm, tmp_path)
    fake_llm.default = well(ANSWER)
    world.ask()
    world.ended()
    fake_llm.default = fault[0].before
    asked = len(fake_llm.requests)
    editor.nvim.command("wincmd p | /docker save")
    editor.nvim.input("gf")
    editor.until(lambda: editor.nvim.current.buffer.name == str(world.file), what="the source")
    assert "docker save" in editor.nvim.current.line
    assert (world.said(), len(fake_llm.requests), world.text()) == ([], asked, NOTES)
