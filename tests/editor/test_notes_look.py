"""How the notes picker looks: on any screen, with any text, which is shown and never run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editor.driver import Editor
from tests.editor.host_fakes import FakeMethod
from tests.editor.notes_fakes import NOTES, Picker, found, section


@pytest.fixture
def finds(editor: Editor, tmp_path: Path) -> Iterator[FakeMethod]:
    (tmp_path / "notes.md").write_text(NOTES, encoding="utf-8")
    editor.setup(notes={"vaults": [str(tmp_path)], "picker": "float"})
    editor.nvim.command("enew!")
    fake = FakeMethod(editor, "notes_find")
    for other in ("notes_chosen", "notes_refresh", "notes_buffer"):
        FakeMethod(editor, other)
    yield fake
    editor.nvim.input("<Esc>")
    editor.until(lambda: Picker(editor).panes() == {})
    editor.nvim.command("set columns=80 lines=24 ambiwidth=single")
    fake.end()


def shown(editor: Editor, finds: FakeMethod, *rows: dict[str, Any]) -> Picker:
    """Open the picker with some rows."""
    editor.nvim.command("NotesFind")
    finds.answer(found(*rows))
    picker = Picker(editor)
    picker.opened()
    picker.shows(*("" for _ in rows))
    return picker


def docker(folder: Path, name: str = "notes.md") -> dict[str, Any]:
    return section(folder / name, "docker save", "Notes", "Docker", "Images")


def sizes(editor: Editor, picker: Picker) -> dict[str, tuple[int, int]]:
    code = "return { vim.api.nvim_win_get_width(...), vim.api.nvim_win_get_height(...) }"
    return {what: tuple(editor.lua(code, win)) for what, win in picker.panes().items()}


def test_at_80_by_24_the_preview_stands_below_the_rows(
    editor: Editor, finds: FakeMethod, tmp_path: Path
) -> None:
    picker = shown(editor, finds, docker(tmp_path))
    editor.until(lambda: any("docker load" in line for line in picker.text("preview")))
    screen = editor.screen()
    assert "╭ Notes ─" in screen[0]
    assert "1 of 1" in screen[1]
    assert "Notes › Docker › Images  notes.md" in screen[3]
    (title,) = (row for row in screen if "├ Notes › Docker › Images " in row)
    assert screen.index(title) > 3
    assert any("⏎ edit  ^s split  ^v vsplit  ^t tab  ^q quickfix  ^y link" in row for row in screen)
    assert all(size[0] == 76 for size in sizes(editor, picker).values())


def test_on_a_wide_screen_it_stands_beside_them(
    editor: Editor, finds: FakeMethod, tmp_path: Path
) -> None:
    editor.nvim.command("set columns=140 lines=40")
    picker = shown(editor, finds, docker(tmp_path))
    editor.until(lambda: any("docker load" in line for line in picker.text("preview")))
    row = next(row for row in editor.screen() if "Save an image to a file" in row)
    assert row.count("│") == 4


def test_a_small_screen_has_rows_alone_and_resizing_brings_the_preview_back(
    editor: Editor, finds: FakeMethod, tmp_path: Path
) -> None:
    editor.nvim.command("set columns=40 lines=10")
    picker = shown(editor, finds, docker(tmp_path))
    assert set(picker.panes()) == {"prompt", "list"}
    assert all(len(row) <= 40 for row in editor.screen())
    editor.nvim.command("set columns=80 lines=24")
    editor.until(lambda: "preview" in picker.panes())
    assert finds.count() == 1
    assert picker.marked("list") == ["docker save"]
    editor.until(lambda: any("docker load" in line for line in picker.text("preview")))
    editor.nvim.command("set columns=30 lines=8")
    editor.until(lambda: set(picker.panes()) == {"prompt", "list"})


@pytest.mark.parametrize(("columns", "lines"), [(12, 3), (20, 5), (200, 4), (30, 60)])
def test_it_opens_on_any_screen(
    editor: Editor, finds: FakeMethod, tmp_path: Path, columns: int, lines: int
) -> None:
    editor.nvim.command(f"set columns={columns} lines={lines}")
    picker = shown(editor, finds, docker(tmp_path))
    assert editor.messages() == ""
    assert {"prompt", "list"} <= set(picker.panes())


def test_double_width_borders_are_avoided(
    editor: Editor, finds: FakeMethod, tmp_path: Path
) -> None:
    editor.nvim.command("set ambiwidth=double")
    shown(editor, finds, docker(tmp_path))
    assert "+ Notes -" in editor.screen()[0]


def test_wide_characters_keep_the_columns_straight(
    editor: Editor, finds: FakeMethod, tmp_path: Path
) -> None:
    wide = section(tmp_path / "notes.md", "日本語", "Notes", "日本語日本語日本語日本語日本語")
    picker = shown(editor, finds, docker(tmp_path), wide)
    width = "return vim.api.nvim_strwidth((...):sub(1, ((...):find('notes.md', 1, true)) - 1))"
    assert len({editor.lua(width, row) for row in picker.rows()}) == 1
    assert picker.marked("list") == ["docker save", "日本語"]


def test_a_match_far_to_the_right_is_in_sight(
    editor: Editor, finds: FakeMethod, tmp_path: Path
) -> None:
    (tmp_path / "long.md").write_text("# Long\n" + "wörd " * 60 + "needle here\n", "utf-8")
    picker = shown(editor, finds, section(tmp_path / "long.md", "needle", "Long"))
    assert picker.marked("list") == ["needle"]
    assert any("needle" in row for row in editor.screen()[:6])


def test_the_preview_marks_what_matched_everywhere_and_shows_the_section_alone(
    editor: Editor, finds: FakeMethod, tmp_path: Path
) -> None:
    row = docker(tmp_path)
    row["matches"] = [[row["matches"][0][0], row["matches"][0][0] + len("docker")]]
    picker = shown(editor, finds, row)
    editor.until(lambda: picker.marked("preview") == ["docker", "docker"])
    assert picker.text("preview")[0] == "### Images"
    assert not any("Wörter" in line for line in picker.text("preview"))


def test_line_ends_of_windows_are_not_shown(
    editor: Editor, finds: FakeMethod, tmp_path: Path
) -> None:
    (tmp_path / "dos.md").write_bytes(NOTES.replace("\n", "\r\n").encode())
    picker = shown(editor, finds, docker(tmp_path, "dos.md"))
    editor.until(lambda: any("docker load" in line for line in picker.text("preview")))
    assert not any("\r" in line for line in picker.text("preview"))
    editor.nvim.input("<CR>")
    picker.closed()
    editor.until(lambda: "docker save" in editor.nvim.current.line)
    assert not editor.nvim.current.line.endswith("\r")


def test_the_text_of_a_note_is_shown_and_never_run(
    editor: Editor, finds: FakeMethod, tmp_path: Path
) -> None:
    hostile = "# Bad\nvim: set fdm=expr fde=execute('let\\ g:ran=1'):\n\x1b[31mneedle\x00\u202e\n"
    (tmp_path / "bad.md").write_text(hostile, encoding="utf-8")
    editor.nvim.command("set modeline")
    editor.nvim.command("autocmd FileType markdown let g:ran = 1")
    picker = shown(editor, finds, section(tmp_path / "bad.md", "needle", "Bad\x1b[0m"))
    editor.until(lambda: any("needle" in line for line in picker.text("preview")))
    editor.screen()
    assert editor.lua("return vim.g.ran == nil")
    assert "\x1b" not in picker.rows()[0]
    win = picker.panes()["preview"]
    assert editor.lua("return vim.bo[vim.api.nvim_win_get_buf(...)].filetype", win) == ""
    assert editor.lua("return vim.wo[...].conceallevel", win) == 0


def test_the_preview_scrolls_without_moving_in_the_list(
    editor: Editor, finds: FakeMethod, tmp_path: Path
) -> None:
    text = "# Long\nneedle\n" + "".join(f"line {number}\n" for number in range(200))
    (tmp_path / "long.md").write_text(text, encoding="utf-8")
    picker = shown(editor, finds, section(tmp_path / "long.md", "needle", "Long"), docker(tmp_path))
    editor.until(lambda: any("line 9" in line for line in picker.text("preview")))
    top = "return vim.fn.getwininfo(...)[1].topline"
    editor.nvim.input("<C-d><C-d>")
    editor.until(lambda: editor.lua(top, picker.panes()["preview"]) > 1)
    editor.nvim.input("<C-u><C-u><C-u>")
    editor.until(lambda: editor.lua(top, picker.panes()["preview"]) == 1)
    assert "needle" in picker.selected()


def test_a_note_that_vanished_is_said_in_the_preview(
    editor: Editor, finds: FakeMethod, tmp_path: Path
) -> None:
    row = docker(tmp_path)
    (tmp_path / "notes.md").unlink()
    picker = shown(editor, finds, row)
    editor.until(lambda: picker.text("preview")[:1] == ["This note cannot be read any more:"])


@pytest.mark.parametrize(("kind", "sign"), [("typo", "~"), ("some", "~"), ("meaning", "≈")])
def test_what_is_less_than_was_asked_for_has_a_sign(
    editor: Editor, finds: FakeMethod, tmp_path: Path, kind: str, sign: str
) -> None:
    picker = shown(editor, finds, {**docker(tmp_path), "kind": kind})
    assert picker.rows()[0].startswith(f"{sign} Notes")
