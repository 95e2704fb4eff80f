"""The whole way: key press, Lua, host, the notes' own process, and back into the picker."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from neovim_ai.notes.client import open_notes
from tests.editor.conftest import sandbox
from tests.editor.driver import Editor
from tests.editor.notes_fakes import NOTES, Picker

OTHER = "# Tea\n\nSee [images](notes.md#images) and [nothing](gone.md).\n\n- [ ] buy tea\n"


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("vault").resolve()
    (folder / "notes.md").write_text(NOTES, encoding="utf-8")
    (folder / "tea.md").write_text(OTHER, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, vault: Path) -> Iterator[Editor]:
    """An editor whose host asks the real process, which ends with the tests."""
    with pytest.MonkeyPatch.context() as patch:
        sandbox(patch, tmp_path_factory.mktemp("real"))
        editor = Editor()
        yield editor
        editor.close()
        asyncio.run(stop(vault))


async def stop(vault: Path) -> None:
    notes = await open_notes([str(vault)])
    await notes.stop()
    await notes.close()


@pytest.fixture
def editor(real: Editor, vault: Path) -> Iterator[Editor]:
    real.nvim.command("messages clear")
    real.setup(provider="local", notes={"vaults": [str(vault)], "picker": "float"})
    real.nvim.command("enew!")
    yield real
    real.nvim.input("<Esc><C-\\><C-n>")
    real.until(lambda: Picker(real).panes() == {})
    real.nvim.command("silent! only! | %bwipeout!")


def opened(editor: Editor, query: str) -> Picker:
    """Open the picker and type."""
    editor.nvim.command("NotesFind")
    picker = Picker(editor)
    picker.opened()
    editor.nvim.input(query)
    return picker


def test_what_is_typed_with_a_typo_is_found_and_opened(editor: Editor, vault: Path) -> None:
    picker = opened(editor, "save imgae fil")
    picker.shows("Images")
    editor.until(lambda: any("docker save" in line for line in picker.text("preview")))
    editor.nvim.input("<CR>")
    picker.closed()
    editor.until(lambda: editor.nvim.current.buffer.name == str(vault / "notes.md"))
    assert "docker save" in editor.nvim.current.line


def test_unsaved_text_is_found_and_gone_again_when_it_is_undone(
    editor: Editor, vault: Path
) -> None:
    editor.nvim.command(f"edit {vault / 'tea.md'}")
    editor.lua("vim.api.nvim_buf_set_lines(0, -1, -1, false, { '', 'zanzibar cloves' })")
    picker = opened(editor, "zanzibar")
    editor.until(lambda: any("zanzibar cloves" in row for row in picker.rows()))
    editor.nvim.input("<Esc>")
    picker.closed()
    editor.nvim.command("edit!")
    picker = opened(editor, "zanzibar")
    picker.shows("+ New note")


@contextmanager
def held_up(pid: int) -> Iterator[None]:
    """Let a process do nothing for a while."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def past_the_host(editor: Editor) -> Picker:
    """Open the picker with a query, and wait until the next one need not pass through the host."""
    picker = opened(editor, "docker save")
    picker.shows("Images")
    editor.wait("require('neovim_ai.notes.door').is_open()")
    return picker


def notes_pid(editor: Editor) -> int:
    """Return the notes' process, which runs in the editor's directories, not in the test's."""
    place = Path(str(editor.lua("return vim.env.XDG_RUNTIME_DIR")))
    (notice,) = place.rglob("notes.json")
    return int(json.loads(notice.read_text())["pid"])


OTHER_QUERY = "<BS>" * len("docker save") + "ip addr"


def test_a_host_that_is_busy_keeps_no_key_waiting(editor: Editor) -> None:
    picker = past_the_host(editor)
    with held_up(editor.host_pid()):
        editor.nvim.input(OTHER_QUERY)
        picker.shows("Find the address")


def test_a_notes_process_that_is_killed_costs_no_key(editor: Editor) -> None:
    picker = past_the_host(editor)
    pid = notes_pid(editor)
    with held_up(pid):
        editor.nvim.input(OTHER_QUERY)
        editor.until(lambda: picker.text("prompt") == ["ip addr"])
        os.kill(pid, signal.SIGKILL)
        picker.shows("Find the address")
    # The new process looks at all files: what the next test saves must not be found by that.
    editor.lua(
        """
        require("neovim_ai.client").request("notes_refresh", {}, {
          result = function() Looked = true end,
        })
        """
    )
    editor.wait("Looked")


def test_what_the_host_is_still_passing_on_is_found(editor: Editor, vault: Path) -> None:
    picker = past_the_host(editor)
    editor.nvim.input("<Esc>")
    picker.closed()
    editor.nvim.command(f"edit {vault / 'tea.md'}")
    with held_up(editor.host_pid()):
        editor.lua("vim.api.nvim_buf_set_lines(0, -1, -1, false, { '', 'zebra stripes' })")
        picker = opened(editor, "zebra")
        editor.until(lambda: picker.text("prompt") == ["zebra"])
    editor.until(lambda: any("zebra stripes" in row for row in picker.rows()))
    editor.nvim.input("<Esc>")
    picker.closed()
    editor.nvim.command("edit!")


def test_a_save_is_found_without_being_asked_for(editor: Editor, vault: Path) -> None:
    path = vault / "saved.md"
    editor.nvim.command(f"edit {path}")
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, { '# Saved', 'quokka facts' })")
    opened(editor, "x<Esc>").closed()
    editor.nvim.command("silent write | enew")
    picker = opened(editor, "quokka")
    editor.until(lambda: any("quokka facts" in row for row in picker.rows()))


def test_a_task_is_done_in_the_buffer_alone_until_it_is_written(
    editor: Editor, vault: Path
) -> None:
    editor.nvim.command("NotesTodo")
    picker = Picker(editor)
    picker.opened()
    editor.nvim.input("tea")
    picker.shows("buy tea")
    editor.nvim.input("<C-x>")
    editor.said("Marked done in tea.md")
    editor.until(lambda: picker.rows() == [])
    editor.nvim.input("<Esc>")
    picker.closed()
    assert (vault / "tea.md").read_text(encoding="utf-8") == OTHER
    editor.nvim.command(f"buffer {vault / 'tea.md'} | silent write")
    assert "- [x] buy tea" in (vault / "tea.md").read_text(encoding="utf-8")
    (vault / "tea.md").write_text(OTHER, encoding="utf-8")


def test_a_link_to_a_section_is_put_as_markdown(editor: Editor, vault: Path) -> None:
    editor.nvim.command(f"edit {vault / 'new.md'}")
    picker = opened(editor, "docker save")
    picker.shows("Images")
    editor.nvim.input("<C-y>")
    picker.closed()
    editor.until(lambda: editor.lines() == ["[Images](notes.md#images)"])
    assert not (vault / "new.md").exists()


def test_links_to_here_and_links_to_nowhere(editor: Editor, vault: Path) -> None:
    editor.nvim.command(f"edit {vault / 'notes.md'}")
    editor.nvim.command("/### Images")
    editor.nvim.command("NotesLinks")
    picker = Picker(editor)
    picker.opened()
    picker.shows("See [images]")
    editor.nvim.input("<CR>")
    picker.closed()
    editor.until(lambda: "See [images]" in editor.nvim.current.line)
    editor.nvim.command("NotesLinks")
    editor.until(lambda: editor.lua("return #vim.diagnostic.get(0)") == 1)
    assert "gone.md" in editor.lua("return vim.diagnostic.get(0)[1].message")


def test_a_new_note_is_on_the_disk_when_it_is_written(editor: Editor, vault: Path) -> None:
    before = set(vault.iterdir())
    editor.nvim.command("NotesNew Growing tea")
    editor.until(lambda: "Growing tea" in editor.text())
    assert set(vault.iterdir()) == before
    editor.nvim.command("silent write")
    (path,) = set(vault.iterdir()) - before
    assert "# Growing tea" in path.read_text(encoding="utf-8")


def test_a_question_without_a_model_lists_sections(editor: Editor) -> None:
    editor.nvim.command("NotesAsk how is a docker image saved?")
    editor.until(lambda: "No model is there to answer" in editor.text())
    assert "Docker › Images" in editor.text()


def test_a_host_that_is_killed_is_started_by_the_next_key(editor: Editor) -> None:
    picker = opened(editor, "docker sav")
    picker.shows("Images")
    os.kill(editor.host_pid(), signal.SIGKILL)
    editor.said("The Python host ended unexpectedly")
    editor.nvim.input("e")
    picker.shows("Images")
    assert picker.text("prompt") == ["docker save"]


def test_a_vault_that_vanished_is_one_line(editor: Editor, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    editor.setup(notes={"vaults": [str(gone)], "picker": "float"})
    picker = opened(editor, "docker")
    editor.until(lambda: any("cannot be read" in row for row in picker.rows()), what="the line")
    (row,) = picker.rows()
    assert str(gone) in row
    assert len(editor.messages().splitlines()) <= 1
    assert picker.panes()


def test_a_vault_that_cannot_be_written_is_searched(editor: Editor, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    (folder / "a.md").write_text("# Locked\n\nxylophone\n", encoding="utf-8")
    (folder / "a.md").chmod(0o444)
    folder.chmod(0o555)
    editor.setup(notes={"vaults": [str(folder)], "picker": "float"})
    picker = opened(editor, "xylophone")
    picker.shows("Locked")
    editor.nvim.input("<Esc>")
    picker.closed()
    folder.chmod(0o755)
    assert [path.name for path in folder.iterdir()] == ["a.md"]
