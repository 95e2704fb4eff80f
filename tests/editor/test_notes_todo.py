"""`:NotesTodo` and `:NotesLinks`: lists of places, marked done in buffers, shown as diagnostics."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editor.driver import Editor
from tests.editor.host_fakes import FakeMethod
from tests.editor.notes_fakes import Picker

TODOS = "# Tasks\n\n- [ ] buy tea\n- [ ] write letter\n"


@pytest.fixture
def note(editor: Editor, tmp_path: Path) -> Path:
    path = tmp_path / "notes.md"
    path.write_text(TODOS, encoding="utf-8")
    editor.setup(notes={"vaults": [str(tmp_path)], "picker": "float"})
    editor.nvim.command("enew!")
    return path


@pytest.fixture
def fakes(editor: Editor, note: Path) -> Iterator[dict[str, FakeMethod]]:
    names = ("todos", "todo_done", "links", "chosen", "refresh", "buffer")
    fakes = {name: FakeMethod(editor, f"notes_{name}") for name in names}
    fakes["refresh"].answers({})
    yield fakes
    fakes["links"].end()


def todo(note: Path, row: int, text: str, state: str = "open") -> dict[str, Any]:
    return {
        "path": str(note),
        "row": row,
        "state": state,
        "text": text,
        "heading_path": ["Tasks"],
    }


def done_at(row: int) -> dict[str, Any]:
    edit = {"start_row": row, "start_col": 3, "end_row": row, "end_col": 4, "lines": ["x"]}
    return {"edit": edit}


@pytest.fixture
def picker(editor: Editor, fakes: dict[str, FakeMethod], note: Path) -> Picker:
    """The open tasks in the picker."""
    editor.nvim.command("NotesTodo")
    todos = [todo(note, 2, "buy tea"), todo(note, 3, "write letter"), todo(note, 0, "x", "done")]
    fakes["todos"].answer({"todos": todos})
    picker = Picker(editor)
    picker.opened()
    picker.shows("buy tea", "write letter")
    return picker


def test_a_task_is_marked_done_in_its_buffer_and_leaves_the_list(
    editor: Editor, fakes: dict[str, FakeMethod], picker: Picker, note: Path
) -> None:
    editor.nvim.input("<C-x>")
    asked = fakes["todo_done"].asked()
    assert (asked["row"], asked["buffer"]["lines"]) == (2, TODOS.splitlines())
    fakes["todo_done"].answer(done_at(2))
    picker.shows("write letter")
    editor.said("Marked done in notes.md; :w writes it.")
    assert note.read_text(encoding="utf-8") == TODOS
    editor.nvim.input("<C-x>")
    assert fakes["todo_done"].asked(2)["row"] == 3
    fakes["todo_done"].answer(done_at(3), 2)
    editor.until(lambda: picker.rows() == [])
    editor.nvim.input("<Esc>")
    picker.closed()
    editor.nvim.command(f"buffer {note}")
    assert editor.lines()[2:] == ["- [x] buy tea", "- [x] write letter"]
    editor.nvim.input("u")
    editor.until(lambda: editor.lines()[2:] == ["- [x] buy tea", "- [ ] write letter"])


def test_a_task_that_moved_is_found_by_its_text(
    editor: Editor, fakes: dict[str, FakeMethod], picker: Picker, note: Path
) -> None:
    note.write_text("# New\n\n" + TODOS, encoding="utf-8")
    editor.nvim.input("<C-x>")
    assert fakes["todo_done"].asked()["row"] == 4
    editor.nvim.input("<Esc>")
    picker.closed()


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("# Tasks\n\n- [ ] buy tea for two\n- [ ] buy tea\n", 3),
        ("- [ ] not to buy tea\n\n\n\n* TODO(me): buy tea\n", 4),
    ],
)
def test_no_task_is_taken_for_one_whose_words_it_holds(
    editor: Editor,
    fakes: dict[str, FakeMethod],
    picker: Picker,
    note: Path,
    text: str,
    row: int,
) -> None:
    note.write_text(text, encoding="utf-8")
    editor.nvim.input("<C-x>")
    assert fakes["todo_done"].asked()["row"] == row
    editor.nvim.input("<Esc>")
    picker.closed()


def test_a_note_that_is_open_is_read_anew_before_a_task_is_marked(
    editor: Editor, fakes: dict[str, FakeMethod], picker: Picker, note: Path
) -> None:
    editor.lua("vim.fn.bufload(vim.fn.bufadd(...))", str(note))
    changed = "# By somebody else\n\n\n" + TODOS
    note.write_text(changed, encoding="utf-8")
    editor.nvim.input("<C-x>")
    asked = fakes["todo_done"].asked()
    assert (asked["row"], asked["buffer"]["lines"]) == (5, changed.splitlines())
    editor.nvim.input("<Esc>")
    picker.closed()


def test_a_task_that_is_gone_marks_no_other(
    editor: Editor, fakes: dict[str, FakeMethod], picker: Picker, note: Path
) -> None:
    note.write_text("# Tasks\n\n- [ ] buy tea for two\n- [ ] buy milk\n", encoding="utf-8")
    editor.nvim.input("<C-x>")
    editor.said("The task is no longer there as it was read; nothing was changed.")
    assert fakes["todo_done"].count() == 0
    editor.nvim.input("<Esc>")
    picker.closed()


def test_a_task_of_a_read_only_note_is_one_line(
    editor: Editor, fakes: dict[str, FakeMethod], picker: Picker, note: Path
) -> None:
    editor.nvim.input("<Esc>")
    picker.closed()
    editor.nvim.command(f"edit {note} | setlocal readonly | enew")
    editor.nvim.command("NotesTodo")
    fakes["todos"].answer({"todos": [todo(note, 2, "buy tea")]}, 2)
    picker.opened()
    editor.nvim.input("<C-x>")
    editor.said("This buffer is read-only.")
    assert fakes["todo_done"].count() == 0
    editor.nvim.input("<Esc>")
    picker.closed()


def test_typing_filters_and_enter_goes_there(
    editor: Editor, fakes: dict[str, FakeMethod], picker: Picker
) -> None:
    editor.nvim.input("LETTER")
    picker.shows("write letter")
    assert picker.marked("list") == ["letter"]
    editor.nvim.input("<CR>")
    picker.closed()
    editor.until(lambda: editor.nvim.current.line == "- [ ] write letter")


def test_with_a_bang_they_go_into_the_quickfix_list(
    editor: Editor, fakes: dict[str, FakeMethod], note: Path
) -> None:
    editor.nvim.command("NotesTodo!")
    fakes["todos"].answer({"todos": [todo(note, 2, "buy tea"), todo(note, 3, "write letter")]})
    editor.until(lambda: editor.lua("return #vim.fn.getqflist()") == 2)
    entries = editor.lua("return vim.fn.getqflist()")
    assert [(one["lnum"], one["text"]) for one in entries] == [
        (3, "Tasks: buy tea"),
        (4, "Tasks: write letter"),
    ]
    editor.nvim.command("cclose")


def test_nothing_open_is_one_line(editor: Editor, fakes: dict[str, FakeMethod]) -> None:
    editor.nvim.command("NotesTodo")
    fakes["todos"].answer({"todos": []})
    editor.said("No task is open in your notes.")
    assert Picker(editor).panes() == {}


def test_the_task_at_the_cursor_is_marked_by_a_map(
    editor: Editor, fakes: dict[str, FakeMethod], note: Path
) -> None:
    editor.nvim.command(f"edit {note} | 4")
    editor.nvim.command('execute "normal \\<Plug>(neovim-ai-notes-done)"')
    assert fakes["todo_done"].asked()["row"] == 3
    fakes["todo_done"].fail({"kind": "no_target", "message": "No open task is here.", "hint": ""})
    editor.said("No open task is here.")


def test_another_picker_opens_again_without_the_task(
    editor: Editor, fakes: dict[str, FakeMethod], note: Path
) -> None:
    stand_in = Path(__file__).parent / "stand_ins" / "telescope.lua"
    editor.lua("dofile(...)", str(stand_in))
    editor.setup(notes={"vaults": [str(note)], "picker": "telescope"})
    editor.nvim.command("NotesTodo")
    fakes["todos"].answer({"todos": [todo(note, 2, "buy tea"), todo(note, 3, "write letter")]})
    editor.wait("StandIn.is_open() and #StandIn.rows() == 2")
    editor.lua("StandIn.press('<C-x>')")
    fakes["todo_done"].answer(done_at(2))
    editor.wait("StandIn.is_open() and #StandIn.rows() == 1")
    assert "write letter" in editor.lua("return StandIn.rows()[1]")
    editor.lua("StandIn.press('<CR>')")
    editor.lua(
        "for n in pairs(package.loaded) do if n:find('^telescope') then "
        "package.loaded[n] = nil end end StandIn = nil"
    )


def test_what_links_here_is_listed_and_broken_links_are_diagnostics(
    editor: Editor, fakes: dict[str, FakeMethod], note: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.md"
    other.write_text("# Other\n\nSee [tasks](notes.md).\n", encoding="utf-8")
    editor.nvim.command(f"edit {note} | 3")
    editor.nvim.command("NotesLinks")
    assert fakes["links"].asked() == {"path": str(note), "row": 2}
    text = "See [tasks](notes.md)."
    back = {"path": str(other), "row": 2, "text": text, "heading_path": ["Other"]}
    broken = {"row": 2, "col": 2, "end_col": 5, "target": "gone.md"}
    fakes["links"].answer({"backlinks": [back], "broken": [broken]})
    editor.said("1 link of this note leads nowhere.")
    picker = Picker(editor)
    picker.opened()
    picker.shows("See [tasks]")
    editor.until(lambda: "See [tasks](notes.md)." in picker.text("preview"))
    (found,) = editor.lua("return vim.diagnostic.get(vim.fn.bufnr(...))", str(note))
    assert (found["lnum"], found["col"], found["end_col"]) == (2, 2, 5)
    assert found["message"] == "This link leads nowhere: gone.md"
    editor.nvim.input("<CR>")
    picker.closed()
    editor.until(lambda: editor.nvim.current.line == "See [tasks](notes.md).")


def test_no_link_is_one_line_and_takes_old_diagnostics_away(
    editor: Editor, fakes: dict[str, FakeMethod], note: Path
) -> None:
    editor.nvim.command(f"edit {note}")
    broken = {"row": 0, "col": 0, "end_col": 1, "target": "gone.md"}
    editor.nvim.command("NotesLinks")
    fakes["links"].answer({"backlinks": [], "broken": [broken, broken]})
    editor.said("Nothing links here. 2 links of this note lead nowhere.")
    editor.nvim.command("NotesLinks")
    fakes["links"].answer({"backlinks": [], "broken": []}, 2)
    editor.until(lambda: editor.lua("return #vim.diagnostic.get(0)") == 0)


def test_a_buffer_that_is_no_note_has_no_links(
    editor: Editor, fakes: dict[str, FakeMethod]
) -> None:
    editor.nvim.command("enew! | NotesLinks")
    editor.said("This buffer is none of your notes.")
    assert fakes["links"].count() == 0
