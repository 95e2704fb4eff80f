"""Notes that another program writes are found in an open picker: no save, no focus comes."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from neovim_ai.notes import files, vaults
from tests.editor.conftest import sandbox
from tests.editor.driver import Editor
from tests.editor.notes_fakes import Picker
from tests.editor.test_notes_real import opened, stop


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = (tmp_path / "vault").resolve()
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "tea.md").write_text("# Tea\n\nassam\n", encoding="utf-8")
    return folder


@pytest.fixture
def editor(vault: Path, tmp_path: Path) -> Iterator[Editor]:
    with pytest.MonkeyPatch.context() as patch:
        sandbox(patch, tmp_path / "home")
        editor = Editor()
        editor.setup(provider="local", notes={"vaults": [str(vault)], "picker": "float"})
        yield editor
        editor.close()
        asyncio.run(stop(vault))


def watched(editor: Editor) -> set[str]:
    return set(editor.lua("return require('neovim_ai.notes.watch').folders()"))


def total(editor: Editor, query: str) -> int | None:
    """Ask how many sections there are; return what was answered last. Nothing is looked at anew."""
    code = """
    local show = function(found) Total = found.total end
    require("neovim_ai.client").request("notes_find", { query = ..., limit = 9 }, { result = show })
    return Total
    """
    found: int | None = editor.lua(code, query)
    return found


def asked(editor: Editor, vault: Path, query: str) -> Picker:
    """Ask for what is not there yet, and wait until it would be heard of."""
    picker = opened(editor, query)
    picker.shows("New note")
    editor.until(lambda: {str(vault), str(vault / "sub")} <= watched(editor), what="watching")
    return picker


def test_what_another_program_writes_is_found_and_found_no_more_when_it_is_gone(
    editor: Editor, vault: Path
) -> None:
    picker = asked(editor, vault, "zebra")
    path = vault / "sub" / "new.md"
    path.write_text("# Animals\n\nthe zebra\n", encoding="utf-8")
    picker.shows("Animals")
    path.rename(vault / "sub" / "new.txt")
    editor.until(lambda: total(editor, "zebra") == 0, what="a note that is gone")


def test_folders_that_come_are_watched_and_those_that_went_are_not(
    editor: Editor, vault: Path
) -> None:
    picker = asked(editor, vault, "zebra")
    (vault / "2026").mkdir()
    editor.until(lambda: str(vault / "2026") in watched(editor), what="a watched new folder")
    (vault / "2026" / "day.md").write_text("# Zoo\n\nthe zebra\n", encoding="utf-8")
    picker.shows("Zoo")
    shutil.rmtree(vault / "2026")
    editor.until(lambda: total(editor, "zebra") == 0, what="a note that is gone")
    editor.until(lambda: str(vault / "2026") not in watched(editor), what="a folder let go")


def test_a_vault_that_is_a_file_is_heard_of_when_another_takes_its_place(
    editor: Editor, vault: Path
) -> None:
    note = vault / "sub" / "tea.md"
    editor.setup(provider="local", notes={"vaults": [str(note)], "picker": "float"})
    picker = opened(editor, "zebra")
    picker.shows("New note")
    editor.until(lambda: watched(editor) == {str(vault / "sub")}, what="watching")
    fresh = vault / "fresh"
    fresh.write_text("# Zoo\n\nthe zebra\n", encoding="utf-8")
    fresh.rename(note)
    picker.shows("Zoo")


def test_where_nothing_can_be_watched_the_focus_brings_what_is_new(
    editor: Editor, vault: Path
) -> None:
    editor.lua("vim.uv.new_fs_event = function() return nil, 'ENOSPC' end")
    picker = opened(editor, "zebra")
    picker.shows("New note")
    assert watched(editor) == set()
    (vault / "new.md").write_text("# Animals\n\nthe zebra\n", encoding="utf-8")
    editor.nvim.command("doautocmd FocusGained")
    picker.shows("Animals")
    assert editor.messages() == ""


def test_the_command_line_knows_the_vaults_that_the_editor_looked_into(
    editor: Editor, vault: Path
) -> None:
    opened(editor, "tea").shows("Tea")
    assert vaults.chosen([]) == [str(vault)]


def test_both_sides_take_the_same_files_for_notes(editor: Editor) -> None:
    code = "return require('neovim_ai.notes.watch').SUFFIXES"
    assert tuple(editor.lua(code)) == files.SUFFIXES
