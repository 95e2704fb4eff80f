"""`:AiDoc` while the server or the way to it fails, at each moment: nothing is lost or left."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from tests.editor.conftest import CODE
from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM
from tests.faults.moments import STREAMED, Moment, at
from tests.faults.sampling import cells
from tests.faults.servers import SERVERS, ServerFault
from tests.faults.world import TYPED, World

STREAMING = (Moment.BEFORE, Moment.FIRST, Moment.MIDDLE)
HARMLESS = ("Cc", "Cf", "Lo")
"""Unicode categories that no docstring takes from a reply: controls, formats, other scripts."""


def expected(fault: ServerFault, moment: Moment) -> str:
    inside = moment is not Moment.BEFORE and fault.says_inside is not None
    return str(fault.says_inside) if inside else fault.says


@pytest.mark.parametrize(
    ("fault", "moment"),
    cells(SERVERS, STREAMING),
    ids=lambda value: value.name if isinstance(value, ServerFault) else str(value),
)
def test_a_docstring_is_asked_for_and_the_server_fails(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, fault: ServerFault, moment: Moment
) -> None:
    played(World(editor, fake_llm, tmp_path), fault, moment)


def played(world: World, fault: ServerFault, moment: Moment) -> None:
    """Ask for a docstring, let a fault happen, and see that nothing is lost or left."""
    editor = world.editor
    world.patience(fault.timeout)
    world.fake.default = at(moment, world.gate, fault.before, fault.inside)
    editor.nvim.command("AiDoc")
    world.gate.wait_reached()
    if not fault.timeout:
        world.type_meanwhile()
    world.gate.open()
    world.ended()
    typed = "" if fault.timeout else f"{TYPED}\n"
    assert world.text() == CODE + typed
    says = expected(fault, moment)
    if world.offered():
        assert not says, f"offered in spite of: {says}"
        editor.at(1)
        editor.nvim.command("AiAccept")
        editor.offered(0)
        assert is_code_with_docstring(world.text() or "", CODE + typed)
    else:
        said = "|".join(world.said())
        assert said.count("neovim-ai: ") == 1, said
        assert says in said.lower(), said
    assert world.leftovers() == []
    world.works_again(world.file.parent)


HARM = {
    "it edits the buffer": "vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# harm' })",
    "it shows a traceback": "vim.notify('neovim-ai: stack traceback:\\n one\\n two\\n three')",
    "it says three lines": "vim.notify('neovim-ai: one\\ntwo\\nthree')",
    "it says too much": "vim.notify('neovim-ai: ' .. ('and more '):rep(20))",
    "it says nothing of itself": "vim.notify('Failed.')",
    "it leaves a mark": (
        "vim.api.nvim_buf_set_extmark(0, vim.api.nvim_create_namespace('neovim_ai_preview'), 0, 0,"
        " { virt_lines = { { { 'harm' } } } })"
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_a_plugin_that_does_harm_when_a_server_fails_is_found(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, harm: str
) -> None:
    """The control of the matrix."""
    world = World(editor, fake_llm, tmp_path)
    editor.lua(
        """
        local code = ...
        vim.api.nvim_create_autocmd("User", {
          pattern = "NeovimAiError",
          callback = function() loadstring(code)() end,
        })
        """,
        HARM[harm],
    )
    fault = next(one for one in SERVERS if one.name.startswith("500"))
    with pytest.raises(AssertionError):
        played(world, fault, Moment.BEFORE)
    editor.nvim.command("autocmd! User NeovimAiError")


def is_code_with_docstring(text: str, before: str) -> bool:
    """Tell whether a text is another with one clean docstring of a usual size more."""
    lines, old = text.splitlines(), before.splitlines()
    added = len(lines) - len(old)
    docstring = "\n".join(lines[1 : 1 + added])
    clean = all(c == "\n" or unicodedata.category(c) not in HARMLESS for c in docstring)
    kept = lines[:1] + lines[1 + added :] == old
    return kept and clean and docstring.count('"""') == 2 and len(docstring) < 2000


@pytest.mark.parametrize("fault", cells(SERVERS, (Moment.APPLY,)), ids=lambda cell: cell[0].name)
def test_a_server_that_fails_later_does_not_keep_a_docstring_from_being_accepted(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, fault: tuple[ServerFault, Moment]
) -> None:
    world = World(editor, fake_llm, tmp_path)
    editor.nvim.command("AiDoc")
    editor.offered(1)
    fake_llm.default = fault[0].before
    asked = len(fake_llm.requests)
    editor.nvim.command("AiAccept")
    editor.offered(0)
    assert is_code_with_docstring(world.text() or "", CODE)
    assert (world.said(), len(fake_llm.requests)) == ([], asked)


def test_the_matrix_is_as_large_as_it_should_be() -> None:
    from tests.faults.editors import EDITORS
    from tests.faults.hosts import HOSTS

    names = [fault.name for fault in (*SERVERS, *EDITORS, *HOSTS)]
    assert len(names) == len(set(names)) >= 40
    assert set(STREAMED) == {Moment.FIRST, Moment.MIDDLE}
