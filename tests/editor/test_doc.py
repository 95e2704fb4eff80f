from __future__ import annotations

from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM


def test_accepting_writes_the_docstring_and_nothing_else(editor: Editor, code: str) -> None:
    editor.nvim.command("AiDoc")
    editor.offered()
    assert editor.text() == code
    editor.nvim.command("AiAccept")
    editor.offered(0)
    lines = editor.lines()
    assert lines[1].startswith('    """')
    added = len(lines) - len(code.splitlines())
    assert lines[:1] + lines[1 + added :] == code.splitlines()
    assert editor.virtual_lines() == []
