"""`:AiDoc module` and `:AiDoc rewrite` in the editor."""

from __future__ import annotations

from pathlib import Path

from tests.editor.driver import Editor

CODE = '''\
import os


def cut(text):
    """Cut it in my words."""
    return text[:os.cpu_count()]
'''


def propose(editor: Editor, path: Path, command: str) -> None:
    editor.open(path, CODE)
    editor.at(4)
    editor.nvim.command(command)
    editor.offered()


def test_the_modules_docstring_goes_to_the_top_wherever_the_cursor_stands(
    editor: Editor, tmp_path: Path
) -> None:
    propose(editor, tmp_path / "module.py", "AiDoc module")
    editor.nvim.command("AiAccept")
    editor.offered(0)
    lines = editor.lines()
    assert lines[0].startswith('"""')
    assert "\n".join(lines).endswith(CODE.rstrip())
    editor.nvim.command("undo")
    assert editor.text() == CODE


def test_rewrite_asks_for_all_of_it_anew(editor: Editor, tmp_path: Path) -> None:
    propose(editor, tmp_path / "anew.py", "AiDoc rewrite")
    shown = "\n".join(editor.floats())
    assert '-     """Cut it in my words."""' in shown
    assert editor.text() == CODE
    editor.nvim.command("AiAccept")
    editor.offered(0)
    assert "in my words" not in editor.text()
