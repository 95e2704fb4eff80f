"""What users and their other plugins do to the editor while an answer is on its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.editor.driver import Editor


@dataclass(frozen=True)
class EditorFault:
    """One thing that happens.

    Attributes:
        name: For people.
        strike: Makes it happen; takes the editor and the file that is open in it.
        text: What the buffer holds afterwards, as a function of what it held; None where there is
            no buffer any more.
        says: A part of the message where nothing can come of the request; empty where it goes on.
    """

    name: str
    strike: Callable[[Editor, Path], None]
    text: Callable[[str], str] | None
    says: str = ""


def _lua(code: str) -> Callable[[Editor, Path], None]:
    return lambda editor, file: editor.lua(code, str(file)) and None


def _same(text: str) -> str:
    return text


def _on_disk(editor: Editor, file: Path) -> None:
    file.write_text("# somebody else was here\n" + file.read_text())
    editor.nvim.command("silent! checktime")


def _format_on_save(editor: Editor, file: Path) -> None:
    editor.lua(
        """
        local lines = vim.api.nvim_buf_get_lines(0, 0, -1, false)
        for row, line in ipairs(lines) do
          lines[row] = line:gsub('"', "'")
        end
        vim.api.nvim_buf_set_lines(0, 0, -1, false, lines)
        vim.cmd("silent write")
        """
    )


def _typing(editor: Editor, file: Path) -> None:
    """Be in the middle of a word below the code."""
    editor.nvim.input("Go# typed")
    editor.until(lambda: "# typed" in editor.lines(), what="what was typed")


EDITORS: tuple[EditorFault, ...] = (
    EditorFault("buffer closed", _lua("vim.cmd('bwipeout!')"), None),
    EditorFault(
        "target deleted",
        _lua("vim.api.nvim_buf_set_lines(0, 0, 4, false, {})"),
        lambda text: "\n".join(text.split("\n")[4:]),
        says="gone",
    ),
    EditorFault(
        "edited above",
        _lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# mine', '' })"),
        lambda text: "# mine\n\n" + text,
    ),
    EditorFault(
        "edited inside",
        _lua("vim.api.nvim_buf_set_lines(0, 3, 4, false, { '    return int(text) * 2' })"),
        lambda text: text.replace("return int(text)", "return int(text) * 2", 1),
    ),
    EditorFault(
        "signature changed",
        _lua("vim.api.nvim_buf_set_lines(0, 0, 1, false, { 'def parse_size(text, scale=1):' })"),
        lambda text: text.replace('unit="B"', "scale=1", 1),
        says="changed",
    ),
    EditorFault(
        "edited and undone",
        _lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# oops' }) vim.cmd('silent undo')"),
        _same,
    ),
    EditorFault("reloaded", _lua("vim.cmd('silent edit!')"), _same),
    EditorFault("formatted on save", _format_on_save, lambda text: text.replace('"', "'")),
    EditorFault("changed on disk", _on_disk, lambda text: "# somebody else was here\n" + text),
    EditorFault("read-only", _lua("vim.bo.readonly = true"), _same, says="read-only"),
    EditorFault(
        "not modifiable", _lua("vim.bo.modifiable = false"), _same, says="cannot be changed"
    ),
    EditorFault("in the middle of typing", _typing, "{}# typed\n".format),
    EditorFault("window closed", _lua("vim.cmd('new | wincmd p | close')"), _same),
)
