"""Notes in other people's pickers, each played by a stand-in that keeps its documented contract."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editor.driver import Editor
from tests.editor.host_fakes import FakeMethod
from tests.editor.notes_fakes import NOTES, Picker, found, section

PICKERS = ("telescope", "fzf_lua", "snacks", "mini")
STAND_INS = Path(__file__).parent / "stand_ins"

FORGET = """
for name in pairs(package.loaded) do
  if name:find("^telescope") or name:find("^snacks") or name:find("^mini") or name:find("^fzf%-lua")
  then
    package.loaded[name] = nil
  end
end
MiniPick, StandIn = nil, nil
"""


class Other:
    """Another picker: what its user sees and does."""

    def __init__(self, editor: Editor, name: str) -> None:
        self._editor = editor
        editor.lua("dofile(...)", str(STAND_INS / f"{name}.lua"))

    def open(self) -> None:
        # As a key, since mini.pick returns only when it is closed.
        self._editor.nvim.input(":NotesFind<CR>")
        self._editor.wait("StandIn.is_open()")

    def type(self, query: str) -> None:
        self._editor.lua("StandIn.type(...)", query)

    def shows(self, *parts: str) -> None:
        def held() -> bool:
            rows = self._editor.lua("return StandIn.rows()")
            same = len(rows) == len(parts)
            return same and all(part in row for part, row in zip(parts, rows, strict=True))

        self._editor.until(held, what=f"rows {parts}")

    def press(self, key: str) -> None:
        self._editor.lua("StandIn.press(...)", key)
        self._editor.wait("not StandIn.is_open()")


@pytest.fixture
def note(editor: Editor, tmp_path: Path) -> Path:
    path = tmp_path / "notes.md"
    path.write_text(NOTES, encoding="utf-8")
    editor.setup(notes={"vaults": [str(path)]})
    editor.nvim.command("enew!")
    return path


@pytest.fixture
def finds(editor: Editor, note: Path) -> Iterator[FakeMethod]:
    fake = FakeMethod(editor, "notes_find")
    for other in ("notes_chosen", "notes_refresh", "notes_buffer"):
        FakeMethod(editor, other)
    yield fake
    fake.end()
    editor.lua(FORGET)


@pytest.fixture(params=PICKERS)
def other(
    request: pytest.FixtureRequest, editor: Editor, finds: FakeMethod, note: Path
) -> Iterator[Other]:
    """Another picker, found by itself, open with two rows."""
    other = Other(editor, request.param)
    other.open()
    assert finds.asked(1)["query"] == ""
    finds.answer(found(docker(note), address(note)))
    other.shows("Docker › Images", "Networking")
    yield other
    if editor.lua("return StandIn.is_open()"):
        editor.lua("StandIn.press('<C-q>')")
        editor.until(lambda: editor.mode() == "n")


def docker(note: Path) -> dict[str, Any]:
    return section(note, "docker save", "Notes", "Docker", "Images")


def address(note: Path) -> dict[str, Any]:
    return section(note, "ip addr", "Notes", "Networking")


def test_what_is_typed_is_asked_and_comes_in_the_hosts_order(
    finds: FakeMethod, other: Other, note: Path
) -> None:
    other.type("a")
    assert finds.asked(2)["query"] == "a"
    finds.answer(found(address(note), docker(note)), 2)
    other.shows("Networking", "Docker › Images")


def test_an_answer_to_an_older_query_is_dropped(
    finds: FakeMethod, other: Other, note: Path
) -> None:
    other.type("a")
    other.type("ab")
    finds.answer(found(address(note)), 3)
    finds.answer(found(docker(note), address(note)), 2)
    other.shows("Networking")


def test_enter_opens_the_section(editor: Editor, other: Other) -> None:
    other.press("<CR>")
    editor.until(lambda: "docker save" in editor.nvim.current.line)
    assert editor.mode() == "n"


@pytest.mark.parametrize(
    ("key", "windows", "tabs"), [("<C-s>", 2, 1), ("<C-v>", 2, 1), ("<C-t>", 1, 2)]
)
def test_the_same_keys_open_it_elsewhere(
    editor: Editor, other: Other, key: str, windows: int, tabs: int
) -> None:
    other.press(key)
    editor.until(lambda: "docker save" in editor.nvim.current.line)
    assert editor.lua("return vim.fn.winnr('$')") == windows
    assert editor.lua("return vim.fn.tabpagenr('$')") == tabs
    editor.nvim.command("silent! tabonly!")


def test_all_rows_go_into_the_quickfix_list(editor: Editor, other: Other) -> None:
    editor.lua("vim.fn.setqflist({}, 'f')")
    other.press("<C-q>")
    editor.until(lambda: editor.lua("return #vim.fn.getqflist()") == 2)


def test_a_link_is_put_where_the_user_was(editor: Editor, other: Other) -> None:
    links = FakeMethod(editor, "notes_link_to")
    other.press("<C-y>")
    links.answer({"text": "[Images](notes.md)"})
    editor.until(lambda: editor.lines() == ["[Images](notes.md)"])


def test_the_preview_is_the_section(editor: Editor, other: Other) -> None:
    lines = editor.lua("return StandIn.preview()")
    assert lines[0] == "### Images"
    assert not any("Wörter" in line for line in lines)


def test_where_nothing_is_found_a_note_is_offered(
    editor: Editor, finds: FakeMethod, other: Other
) -> None:
    news = FakeMethod(editor, "notes_new")
    other.type("tea")
    finds.answer(found(), 2)
    other.shows("New note")
    other.press("<CR>")
    assert news.asked()["title"] == "tea"


def test_a_problem_is_one_line(editor: Editor, finds: FakeMethod, other: Other) -> None:
    other.type("a")
    finds.fail({"kind": "usage", "message": "No vault can be read.", "hint": "Mount it."}, 2)
    editor.said("neovim-ai: No vault can be read. Mount it.")
    other.shows()


def test_without_another_picker_it_is_our_own(editor: Editor, finds: FakeMethod) -> None:
    editor.nvim.command("NotesFind")
    Picker(editor).opened()
    editor.nvim.input("<Esc>")
    Picker(editor).closed()


@pytest.mark.parametrize("name", PICKERS)
def test_one_that_is_not_installed_is_named_and_ours_opens(
    editor: Editor, finds: FakeMethod, note: Path, name: str
) -> None:
    editor.setup(notes={"vaults": [str(note)], "picker": name})
    editor.nvim.command("NotesFind")
    editor.said(f"The picker '{name}' is not installed; this is our own.")
    Picker(editor).opened()
    editor.nvim.input("<Esc>")
    Picker(editor).closed()


def test_more_rows_for_the_same_query_reach_telescope(
    editor: Editor, finds: FakeMethod, note: Path
) -> None:
    other = Other(editor, "telescope")
    other.open()
    finds.answer(found(docker(note), indexing={"done": 1, "total": 2}))
    other.shows("Docker › Images")
    finds.answer(found(docker(note), address(note)), 2)
    other.shows("Docker › Images", "Networking")


def test_the_plain_list_asks_once(editor: Editor, finds: FakeMethod, note: Path) -> None:
    editor.setup(notes={"vaults": [str(note)], "picker": "select"})
    editor.lua(
        """
        vim.ui.input = function(options, done) done("docker") end
        vim.ui.select = function(items, options, done)
          Offered = vim.tbl_map(options.format_item, items)
          done(items[1], 1)
        end
        """
    )
    editor.nvim.command("NotesFind")
    assert finds.asked()["query"] == "docker"
    finds.answer(found(docker(note), address(note)))
    editor.until(lambda: "docker save" in editor.nvim.current.line)
    assert "Find the address" in editor.lua("return Offered[2]")
