"""`:AiDoc` while the user, another plugin or the disk gets in between: their text counts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editor.conftest import CODE
from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM
from tests.faults.editors import EDITORS, EditorFault
from tests.faults.moments import STREAMED, Moment, at, then_well, well
from tests.faults.sampling import cells
from tests.faults.world import World

ANSWER = "summary: Return the number of bytes.\ntext: Size with a unit.\nunit: Usual unit.\n"


@pytest.mark.parametrize(
    ("fault", "moment"),
    cells(EDITORS, tuple(Moment)),
    ids=lambda value: value.name if isinstance(value, EditorFault) else str(value),
)
def test_a_docstring_is_on_its_way_and_the_editor_changes(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, fault: EditorFault, moment: Moment
) -> None:
    world = World(editor, fake_llm, tmp_path)
    world.patience(0)
    if moment is Moment.APPLY:
        editor.nvim.command("AiDoc")
        editor.offered(1)
    else:
        fake_llm.default = at(moment, world.gate, well(ANSWER), then_well(rest(moment)))
        editor.nvim.command("AiDoc")
        world.gate.wait_reached()
    fault.strike(editor, world.file)
    world.gate.open()
    world.quiet()
    expected = fault.text(CODE) if fault.text else None
    assert world.text() == expected
    editor.nvim.command("messages clear")
    accept_here(world)
    if expected is None:
        assert world.offered() == 0
    elif fault.says:
        assert world.text() == expected
        assert fault.says in "|".join(world.said()).lower() or world.offered() == 0
    else:
        assert added_once(world.text() or "", expected)
    world.said()
    undo_all(world, expected)
    world.works_again(tmp_path)


def rest(moment: Moment) -> str:
    """Return what is left to send of the answer."""
    return ANSWER.removeprefix(STREAMED.get(moment, ""))


def accept_here(world: World) -> None:
    """Accept what is offered for the file, if anything is, and wait for what comes of it."""
    editor = world.editor
    if world.text() is None:
        return
    editor.lua("vim.api.nvim_set_current_buf(...)", world.buf)
    before = world.text()
    if not world.offered():
        return
    editor.nvim.command("AiAccept!")
    if editor.mode() == "i":
        editor.said("back in Normal mode")
        assert world.text() == before
        world.leave_insert()
    editor.until(lambda: world.text() != before or world.said(), what="an end of accepting")


def added_once(text: str, before: str) -> bool:
    """Tell whether a text is another and one docstring in it, in whole lines."""
    lines, old = text.splitlines(), before.splitlines()
    added = len(lines) - len(old)
    start = next((at for at, line in enumerate(lines) if line.strip().startswith('"""')), -1)
    return added > 0 and start > 0 and lines[:start] + lines[start + added :] == old


def undo_all(world: World, expected: str | None) -> None:
    """One undo takes the docstring away and nothing else."""
    if expected is not None and world.text() != expected:
        world.editor.lua(
            "vim.api.nvim_buf_call(..., function() vim.cmd('silent undo') end)", world.buf
        )
        assert world.text() == expected
    world.editor.lua(
        "if vim.api.nvim_buf_is_valid(...) then vim.bo[...].readonly = false end", world.buf
    )
