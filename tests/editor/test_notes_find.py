"""`:NotesFind` in our own picker: real keys in a real Neovim, the host played by the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editor.driver import Editor
from tests.editor.host_fakes import FakeMethod
from tests.editor.notes_fakes import NOTES, Picker, found, section


@pytest.fixture
def note(editor: Editor, tmp_path: Path) -> Path:
    """One note, set up as the only vault."""
    path = tmp_path / "notes.md"
    path.write_text(NOTES, encoding="utf-8")
    editor.setup(notes={"vaults": [str(path)], "picker": "float"})
    editor.nvim.command("enew!")
    return path


@pytest.fixture
def finds(editor: Editor, note: Path) -> Iterator[FakeMethod]:
    """The host's `notes_find`; what it is told otherwise is of no interest."""
    fake = FakeMethod(editor, "notes_find")
    for other in ("notes_chosen", "notes_refresh", "notes_buffer"):
        FakeMethod(editor, other)
    yield fake
    fake.end()


@pytest.fixture
def picker(editor: Editor, finds: FakeMethod, note: Path) -> Picker:
    """Our picker, open, with two rows."""
    editor.nvim.command("NotesFind")
    finds.answer(found(docker(note), address(note)))
    picker = Picker(editor)
    picker.opened()
    picker.shows("docker save", "Find the address")
    return picker


def docker(note: Path, **more: Any) -> dict[str, Any]:
    return section(note, "docker save", "Notes", "Docker", "Images", **more)


def address(note: Path, **more: Any) -> dict[str, Any]:
    return section(note, "ip addr", "Notes", "Networking", **more)


def words(note: Path, **more: Any) -> dict[str, Any]:
    return section(note, "schöner", "Notes", "Wörter", **more)


def test_each_key_asks_and_rows_show_breadcrumb_file_and_the_marked_line(
    editor: Editor, finds: FakeMethod, picker: Picker, note: Path
) -> None:
    assert finds.asked(1)["query"] == ""
    editor.nvim.input("do")
    editor.until(lambda: finds.asked(finds.count())["query"] == "do")
    finds.answer(found(docker(note), total=7), finds.count())
    picker.shows("Notes › Docker › Images  notes.md  Save an image to a file")
    assert picker.marked("list") == ["docker save"]
    assert any("1 of 7" in row for row in editor.screen())


def test_an_answer_to_an_older_query_is_dropped(
    editor: Editor, finds: FakeMethod, picker: Picker, note: Path
) -> None:
    editor.nvim.input("a")
    finds.asked(2)
    editor.nvim.input("b")
    finds.asked(3)
    finds.answer(found(address(note)), 2)
    picker.shows("docker save", "Find the address")
    finds.answer(found(words(note)), 3)
    picker.shows("schöner Satz")
    finds.answer(found(address(note)), 2)
    picker.shows("schöner Satz")


def test_what_stands_at_the_cursor_and_above_stays_when_more_is_found_for_the_same_query(
    editor: Editor, finds: FakeMethod, picker: Picker, note: Path
) -> None:
    editor.nvim.input("a")
    finds.answer(found(docker(note), address(note), indexing={"done": 1, "total": 2}), 2)
    editor.until(lambda: any("indexing 1 of 2" in row for row in editor.screen()))
    finds.asked(3)
    editor.nvim.input("<C-n>")
    editor.until(lambda: "Find the address" in picker.selected())
    finds.answer(found(words(note), address(note), docker(note)), 3)
    picker.shows("docker save", "Find the address", "schöner Satz")
    assert "Find the address" in picker.selected()


def test_the_first_rows_come_at_once_and_the_others_when_nobody_types(
    editor: Editor, finds: FakeMethod, picker: Picker, note: Path
) -> None:
    many = [section(note, "docker save", f"Part {number}") for number in range(30)]
    room = editor.lua("return vim.api.nvim_win_get_height(...)", picker.panes()["list"])
    editor.nvim.input("a")
    assert finds.asked(2)["limit"] == room < 20
    finds.answer(found(*many[:room], total=30), 2)
    assert finds.asked(3) == {**finds.asked(2), "limit": 50}
    editor.nvim.input("<C-n>")
    editor.until(lambda: "Part 1 " in picker.selected())
    finds.answer(found(*many), 3)
    editor.until(lambda: len(picker.rows()) == 30)
    assert "Part 1 " in picker.selected()
    editor.nvim.input("b")
    assert finds.asked(4)["limit"] == room


def test_notes_that_change_before_the_answer_is_there_are_asked_for_again(
    editor: Editor, finds: FakeMethod, picker: Picker, note: Path
) -> None:
    editor.nvim.input("a")
    finds.asked(2)
    editor.lua("require('neovim_ai.notes.search').refreshed()")
    assert finds.count() == 2
    finds.answer(found(docker(note)), 2)
    assert finds.asked(3) == finds.asked(2)
    finds.answer(found(docker(note), words(note)), 3)
    picker.shows("docker save", "schöner Satz")


def test_what_is_near_in_meaning_is_asked_for_once_nobody_types(
    editor: Editor, finds: FakeMethod, picker: Picker, note: Path
) -> None:
    endpoint = {"base_url": "http://127.0.0.1:1/v1"}
    editor.setup(notes={"vaults": [str(note)], "picker": "float", "embeddings": endpoint})
    editor.nvim.input("a")
    assert "meaning" not in finds.asked(2)
    finds.answer(found(docker(note)), 2)
    assert finds.asked(3) == {**finds.asked(2), "limit": 50, "meaning": True}
    finds.answer(found(docker(note), words(note, kind="meaning")), 3)
    picker.shows("docker save", "schöner Satz")


def test_without_an_endpoint_nobody_asks_for_meaning(
    editor: Editor, finds: FakeMethod, picker: Picker, note: Path
) -> None:
    editor.nvim.input("a")
    finds.answer(found(docker(note)), 2)
    editor.lua("vim.wait(300, function() return false end)")
    assert finds.count() == 2


def test_a_new_query_begins_at_its_first_row(
    editor: Editor, finds: FakeMethod, picker: Picker, note: Path
) -> None:
    editor.nvim.input("<C-n>a")
    finds.answer(found(words(note), address(note)), 2)
    picker.shows("schöner Satz", "Find the address")
    assert "schöner Satz" in picker.selected()


def test_moving_goes_round(editor: Editor, picker: Picker) -> None:
    for key, row in (("<C-p>", "address"), ("<Down>", "docker"), ("<C-n>", "address")):
        editor.nvim.input(key)
        editor.until(lambda row=row: row in picker.selected())
    editor.nvim.input("<Up>")
    editor.until(lambda: "docker" in picker.selected())


def test_enter_opens_the_section_at_its_match(editor: Editor, picker: Picker, note: Path) -> None:
    editor.lua(
        """
        vim.api.nvim_create_autocmd("User", { pattern = "NeovimAiNotesOpened", once = true,
          callback = function(event) Opened = event.data end })
        """
    )
    editor.nvim.input("<CR>")
    picker.closed()
    editor.until(lambda: editor.nvim.current.buffer.name == str(note))
    row = next(n for n, line in enumerate(NOTES.splitlines(), 1) if "docker save" in line)
    editor.until(lambda: editor.nvim.current.window.cursor[0] == row)
    assert editor.lines()[row - 1][editor.nvim.current.window.cursor[1] :].startswith("docker save")
    assert editor.lua("return Opened.heading_path") == ["Notes", "Docker", "Images"]
    assert editor.lua("return FakeAsked.notes_chosen[1].params.path") == str(note)


@pytest.mark.parametrize(
    ("key", "windows", "tabs"), [("<C-s>", 2, 1), ("<C-v>", 2, 1), ("<C-t>", 1, 2)]
)
def test_it_opens_in_a_window_of_its_own(
    editor: Editor, picker: Picker, note: Path, key: str, windows: int, tabs: int
) -> None:
    editor.nvim.input(key)
    picker.closed()
    editor.until(lambda: editor.nvim.current.buffer.name == str(note))
    assert editor.lua("return vim.fn.winnr('$')") == windows
    assert editor.lua("return vim.fn.tabpagenr('$')") == tabs
    editor.nvim.command("silent! tabonly!")


def test_the_line_is_found_again_when_the_note_has_changed(
    editor: Editor, picker: Picker, note: Path
) -> None:
    note.write_text("new\n" * 30 + NOTES, encoding="utf-8")
    editor.nvim.input("<CR>")
    picker.closed()
    editor.until(lambda: "docker save" in editor.nvim.current.line)


def test_a_line_that_is_gone_leads_to_its_heading(
    editor: Editor, picker: Picker, note: Path
) -> None:
    changed = "new\n\n" + NOTES.replace("Save an image to a file: `docker save -o file image`.", "")
    note.write_text(changed, encoding="utf-8")
    editor.nvim.input("<CR>")
    picker.closed()
    editor.until(lambda: editor.nvim.current.line == "### Images")


def test_a_note_that_is_open_and_changed_is_gone_to_as_it_stands(
    editor: Editor, finds: FakeMethod, note: Path
) -> None:
    editor.nvim.command(f"edit {note}")
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { 'unsaved', 'lines' })")
    editor.nvim.command("NotesFind docker")
    finds.answer(found(docker(note)))
    picker = Picker(editor)
    picker.opened()
    picker.shows("docker save")
    editor.until(lambda: any("docker save" in line for line in picker.text("preview")))
    editor.nvim.input("<CR>")
    picker.closed()
    editor.until(lambda: "docker save" in editor.nvim.current.line)
    assert editor.lines()[0] == "unsaved"
    assert "E37" not in editor.messages()


def test_a_note_that_is_gone_is_one_line(editor: Editor, picker: Picker, note: Path) -> None:
    note.unlink()
    editor.nvim.input("<CR>")
    picker.closed()
    editor.said("is gone. Search again.")


def test_all_rows_go_into_the_quickfix_list(
    editor: Editor, finds: FakeMethod, picker: Picker, note: Path
) -> None:
    editor.nvim.input("a")
    finds.answer(found(docker(note), address(note)), 2)
    picker.shows("docker save", "Find the address")
    editor.nvim.input("<C-q>")
    picker.closed()
    editor.until(lambda: editor.lua("return #vim.fn.getqflist()") == 2)
    items = editor.lua("return vim.fn.getqflist()")
    lines = NOTES.splitlines()
    assert "docker save" in lines[items[0]["lnum"] - 1]
    assert items[0]["text"].startswith("Notes › Docker › Images: Save an image")
    title = editor.lua("return vim.fn.getqflist({ title = 1 }).title")
    assert title == "neovim-ai: notes: a"
    editor.nvim.command("cclose")


def test_enter_waits_for_the_answer_to_what_was_typed(
    editor: Editor, finds: FakeMethod, picker: Picker, note: Path
) -> None:
    editor.nvim.input("satz<CR>")
    editor.until(lambda: finds.asked(finds.count())["query"] == "satz")
    assert picker.panes()
    finds.answer(found(words(note)), finds.count())
    picker.closed()
    editor.until(lambda: "schöner Satz" in editor.nvim.current.line)


def test_escape_leaves_everything_as_it_was(editor: Editor, picker: Picker) -> None:
    editor.nvim.input("x<Esc>")
    picker.closed()
    assert editor.lines() == [""]
    assert editor.nvim.current.buffer.name == ""
    assert editor.lua("return vim.fn.winnr('$')") == 1
    assert editor.lua("return vim.fn.exists('#neovim_ai_picker')") == 0


def test_leaving_the_prompt_closes_it(editor: Editor, picker: Picker) -> None:
    editor.nvim.input("<C-\\><C-n>")
    editor.until(lambda: editor.mode() == "n")
    editor.nvim.command("wincmd w")
    picker.closed()


def test_the_first_screen_resumes_when_wanted(
    editor: Editor, finds: FakeMethod, note: Path
) -> None:
    editor.setup(notes={"vaults": [str(note)], "picker": "float", "resume": True})
    editor.nvim.command("NotesFind docker")
    finds.answer(found(docker(note)))
    picker = Picker(editor)
    picker.opened()
    editor.nvim.input("s")
    finds.answer(found(docker(note)), 2)
    editor.nvim.input("<Esc>")
    picker.closed()
    editor.nvim.command("NotesFind")
    assert finds.asked(3)["query"] == "dockers"
    picker.opened()
    assert picker.text("prompt") == ["dockers"]
    editor.nvim.input("<Esc>")
    picker.closed()
    editor.setup(notes={"vaults": [str(note)], "picker": "float"})
    editor.nvim.command("NotesFind")
    assert finds.asked(4)["query"] == ""
    editor.nvim.input("<Esc>")
    picker.closed()


def test_without_vaults_one_line_says_how_to_set_them(editor: Editor) -> None:
    editor.setup(notes={"picker": "float"})
    editor.nvim.command("NotesFind")
    editor.said('No notes are set up. Set notes = { vaults = { "~/notes.md" } } in setup()')
    assert Picker(editor).panes() == {}


def test_a_problem_stands_below_the_rows(
    editor: Editor, finds: FakeMethod, picker: Picker, note: Path
) -> None:
    editor.nvim.input("a")
    finds.answer(found(docker(note), problem="The vault ~/gone is not there."), 2)
    picker.shows("docker save", "The vault ~/gone is not there.")
    editor.nvim.input("<C-n>b")
    finds.fail({"kind": "usage", "message": "No vault can be read.", "hint": "Mount it."}, 3)
    picker.shows("No vault can be read. Mount it.")
    editor.nvim.input("<CR>")
    assert picker.panes()


def test_times_are_kept_for_measuring(
    editor: Editor, finds: FakeMethod, picker: Picker, note: Path
) -> None:
    editor.nvim.input("q")
    finds.answer(found(docker(note)), 2)
    picker.shows("docker save")
    last = editor.lua("local all = require('neovim_ai.notes').timings() return all[#all]")
    assert (last["query"], last["rows"]) == ("q", 1)
    assert last["shown"] > last["asked"] > 0


@pytest.mark.parametrize(
    ("line", "candidates"), [("NotesFind to", ["todo:"]), ("NotesFind docker la", ["lang:"])]
)
def test_filters_are_completed(editor: Editor, line: str, candidates: list[str]) -> None:
    assert editor.lua("return vim.fn.getcompletion(..., 'cmdline')", line) == candidates
