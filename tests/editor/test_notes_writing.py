"""What `:NotesFind` may change: a link where the user was, a new note in a buffer; nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editor.driver import Editor
from tests.editor.host_fakes import FakeMethod
from tests.editor.notes_fakes import NOTES, Picker, found, section

LINK = "[Images](notes.md#images)"


@pytest.fixture
def vault(editor: Editor, tmp_path: Path) -> Path:
    """A folder with one note, set up as the only vault."""
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "notes.md").write_text(NOTES, encoding="utf-8")
    editor.setup(notes={"vaults": [str(folder)], "picker": "float"})
    return folder


@pytest.fixture
def finds(editor: Editor, vault: Path) -> Iterator[FakeMethod]:
    fake = FakeMethod(editor, "notes_find")
    for other in ("notes_chosen", "notes_refresh", "notes_buffer"):
        FakeMethod(editor, other)
    yield fake
    fake.end()


def host_runs(editor: Editor) -> None:
    """Let the host run, which must know what it was told."""
    editor.lua("require('neovim_ai.client').request('ping', {}, { result = function() end })")


def picked(editor: Editor, finds: FakeMethod, vault: Path) -> Picker:
    """Open the picker with one row."""
    row = section(vault / "notes.md", "docker save", "Notes", "Docker", "Images")
    finds.answer(found(row), finds.count())
    picker = Picker(editor)
    picker.opened()
    picker.shows("docker save")
    return picker


def test_a_link_is_put_behind_the_cursor_as_one_undo_step(
    editor: Editor, finds: FakeMethod, vault: Path, tmp_path: Path
) -> None:
    links = FakeMethod(editor, "notes_link_to")
    editor.open(tmp_path / "text.md", "see  now\n")
    editor.at(1, 3)
    editor.nvim.command("NotesFind")
    picker = picked(editor, finds, vault)
    editor.nvim.input("<C-y>")
    picker.closed()
    asked = links.asked()
    assert asked["from_path"] == str(tmp_path / "text.md")
    assert asked["row"]["heading_path"] == ["Notes", "Docker", "Images"]
    links.answer({"text": LINK})
    editor.until(lambda: editor.lines() == [f"see {LINK} now"])
    editor.nvim.input("u")
    editor.until(lambda: editor.lines() == ["see  now"])


def test_whoever_was_typing_goes_on_behind_the_link(
    editor: Editor, finds: FakeMethod, vault: Path, tmp_path: Path
) -> None:
    links = FakeMethod(editor, "notes_link_to")
    editor.nvim.command("imap <buffer> <C-l> <Plug>(neovim-ai-notes-find)")
    editor.open(tmp_path / "text.md", "")
    editor.nvim.command("imap <buffer> <C-l> <Plug>(neovim-ai-notes-find)")
    editor.nvim.input("isee <C-l>")
    picker = picked(editor, finds, vault)
    editor.nvim.input("<C-y>")
    links.answer({"text": LINK})
    editor.until(lambda: editor.lines() == [f"see {LINK}"])
    editor.until(lambda: editor.mode() == "i")
    assert picker.panes() == {}
    editor.nvim.input(" and more<Esc>")
    editor.until(lambda: editor.lines() == [f"see {LINK} and more"])


def test_escape_brings_whoever_was_typing_back(
    editor: Editor, finds: FakeMethod, vault: Path, tmp_path: Path
) -> None:
    editor.open(tmp_path / "text.md", "")
    editor.nvim.command("imap <buffer> <C-l> <Plug>(neovim-ai-notes-find)")
    editor.nvim.input("iab<Left><C-l>")
    picked(editor, finds, vault)
    editor.nvim.input("<Esc>")
    editor.until(lambda: Picker(editor).panes() == {})
    editor.nvim.input("x<Esc>")
    editor.until(lambda: editor.lines() != ["ab"])
    assert editor.lines() == ["axb"]


@pytest.mark.parametrize(
    ("option", "message"), [("readonly", "is read-only"), ("nomodifiable", "cannot be changed")]
)
def test_no_link_is_put_where_nothing_may_be_written(
    editor: Editor, finds: FakeMethod, vault: Path, tmp_path: Path, option: str, message: str
) -> None:
    links = FakeMethod(editor, "notes_link_to")
    editor.open(tmp_path / "text.md", "see\n")
    editor.nvim.command(f"setlocal {option}")
    editor.nvim.command("NotesFind")
    picker = picked(editor, finds, vault)
    editor.nvim.input("<C-y>")
    picker.closed()
    editor.said(message)
    assert links.count() == 0
    assert editor.lines() == ["see"]


def test_no_link_is_put_into_a_text_that_changed_meanwhile(
    editor: Editor, finds: FakeMethod, vault: Path, tmp_path: Path
) -> None:
    links = FakeMethod(editor, "notes_link_to")
    editor.open(tmp_path / "text.md", "see\n")
    editor.nvim.command("NotesFind")
    picker = picked(editor, finds, vault)
    editor.nvim.input("<C-y>")
    picker.closed()
    links.asked()
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { 'above' })")
    links.answer({"text": LINK})
    editor.said("The text has changed meanwhile; nothing was written.")
    assert editor.lines() == ["above", "see"]


def test_where_nothing_is_found_enter_begins_a_note(
    editor: Editor, finds: FakeMethod, vault: Path
) -> None:
    news = FakeMethod(editor, "notes_new")
    editor.nvim.command("NotesFind")
    picker = picked(editor, finds, vault)
    editor.nvim.input("tea time")
    editor.until(lambda: finds.asked(finds.count())["query"] == "tea time")
    finds.answer(found(), finds.count())
    picker.shows("+ New note")
    assert "tea time" in picker.rows()[0]
    editor.nvim.input("<CR>")
    picker.closed()
    assert news.asked()["title"] == "tea time"
    path = vault / "drinks" / "tea-time.md"
    news.answer({"path": str(path), "lines": ["# tea time", ""]})
    editor.until(lambda: editor.nvim.current.buffer.name == str(path))
    assert editor.lines() == ["# tea time", ""]
    assert not path.parent.exists()
    editor.nvim.command("silent write")
    assert path.read_text(encoding="utf-8") == "# tea time\n\n"


def test_no_note_is_offered_while_the_index_still_grows(
    editor: Editor, finds: FakeMethod, vault: Path
) -> None:
    editor.nvim.command("NotesFind")
    picker = picked(editor, finds, vault)
    editor.nvim.input("t")
    finds.answer(found(indexing={"done": 1, "total": 9}), 2)
    editor.until(lambda: any("indexing 1 of 9" in row for row in editor.screen()))
    assert picker.rows() == []
    finds.answer(found(), 3)
    picker.shows("+ New note")


def test_a_note_that_was_begun_before_is_not_begun_twice(
    editor: Editor, finds: FakeMethod, vault: Path
) -> None:
    news = FakeMethod(editor, "notes_new")
    path = str(vault / "tea.md")
    for count in (1, 2):
        editor.nvim.command("NotesNew tea")
        news.answer({"path": path, "lines": ["# tea"]}, count)
        editor.until(lambda: editor.nvim.current.buffer.name == path)
        editor.lua("vim.api.nvim_buf_set_lines(0, -1, -1, false, { 'mine' })")
    assert editor.lines() == ["# tea", "mine", "mine"]


def test_a_title_is_asked_for_and_the_folder_where_there_are_several(
    editor: Editor, finds: FakeMethod, vault: Path, tmp_path: Path
) -> None:
    news = FakeMethod(editor, "notes_new")
    other = tmp_path / "other"
    other.mkdir()
    editor.setup(notes={"vaults": [str(vault), str(other)], "picker": "float"})
    editor.lua(
        """
        vim.ui.input = function(options, done) done(" tea ") end
        vim.ui.select = function(items, options, done) Offered = items; done(items[2], 2) end
        """
    )
    editor.nvim.command("NotesNew")
    assert news.asked() == {"title": "tea", "vault": str(other)}
    assert editor.lua("return Offered") == [str(vault), str(other)]


def test_an_unsaved_note_is_sent_once_and_again_when_it_changes_or_is_saved(
    editor: Editor, finds: FakeMethod, vault: Path
) -> None:
    path = vault / "notes.md"
    buffers = FakeMethod(editor, "notes_buffer")
    host_runs(editor)
    editor.nvim.command(f"edit {path}")
    editor.nvim.command("NotesFind")
    picked(editor, finds, vault)
    editor.nvim.input("<Esc>")
    editor.until(lambda: editor.mode() == "n")
    editor.nvim.input("ggOunsaved<Esc>")
    editor.until(lambda: editor.lines()[0] == "unsaved" and editor.mode() == "n")
    editor.nvim.command("NotesFind")
    finds.asked(2)
    sent = buffers.asked(1)
    assert sent["path"] == str(path)
    assert sent["lines"][:2] == ["unsaved", "# Notes"]
    picked(editor, finds, vault)
    editor.nvim.input("a")
    finds.asked(3)
    assert buffers.count() == 1
    editor.nvim.input("<Esc>")
    editor.until(lambda: editor.mode() == "n")
    editor.nvim.command("silent write")
    editor.nvim.command("NotesFind")
    assert "lines" not in buffers.asked(2)
    assert buffers.count() == 2
    editor.nvim.input("<Esc>")
    editor.until(lambda: editor.mode() == "n")


def test_another_host_is_told_of_unsaved_notes_anew(
    editor: Editor, finds: FakeMethod, vault: Path
) -> None:
    editor.nvim.command(f"edit {vault / 'notes.md'}")
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { 'unsaved' })")

    def told() -> list[str]:
        found = editor.lua("return require('neovim_ai.notes.buffers').changed()")
        return [one["lines"][0] for one in found if "lines" in one]

    host_runs(editor)
    assert told() == ["unsaved"]
    assert told() == []
    editor.lua("require('neovim_ai.host').stop()")
    host_runs(editor)
    assert told() == ["unsaved"]


def test_a_note_that_is_written_is_looked_at_again(
    editor: Editor, finds: FakeMethod, vault: Path, tmp_path: Path
) -> None:
    refreshes = FakeMethod(editor, "notes_refresh")
    editor.nvim.command("NotesFind")
    picked(editor, finds, vault)
    editor.nvim.input("<Esc>")
    editor.until(lambda: editor.mode() == "n")
    editor.open(tmp_path / "none.md", "text\n")
    editor.nvim.command("silent write")
    editor.nvim.command(f"edit {vault / 'notes.md'}")
    editor.nvim.command("silent write")
    assert not refreshes.asked(1)
    assert refreshes.asked(2)["paths"] == [str(vault / "notes.md")]
    editor.lua("vim.api.nvim_exec_autocmds('FocusGained', {})")
    assert not refreshes.asked(3)
    assert refreshes.count() == 3
