"""The whole line: a real Neovim, the real supervisor, real weights."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from tests.editor.conftest import CODE
from tests.editor.driver import Editor

pytestmark = [pytest.mark.model, pytest.mark.timeout(300)]


def test_a_real_model_documents_a_function_and_nothing_else_changes(
    weights: str, sandboxed_home: Path, tmp_path: Path
) -> None:
    editor = Editor()
    try:
        editor.setup(provider="local", model=weights)
        editor.open(tmp_path / "code.py", CODE)
        editor.at(1)
        editor.nvim.command("AiDoc style=google")
        editor.wait("#require('neovim_ai.proposal').offered() == 1", seconds=240)
        assert editor.text() == CODE
        gates = editor.lua("return require('neovim_ai.proposal').offered()[1].message.gates")
        assert gates
        assert all(gate["held"] for gate in gates), gates
        editor.nvim.command("AiAccept")
        editor.until(lambda: editor.text() != CODE)
        _is_documented(editor.text())
        editor.nvim.command("undo")
        assert editor.text() == CODE
    finally:
        editor.close()


def _is_documented(text: str) -> None:
    tree, before = ast.parse(text), ast.parse(CODE)
    function = tree.body[0]
    assert isinstance(function, ast.FunctionDef)
    docstring = ast.get_docstring(function) or ""
    for name in ("text:", "unit:", "Returns:", "ValueError:"):
        assert name in docstring
    function.body = function.body[1:]
    assert ast.dump(tree) == ast.dump(before)
