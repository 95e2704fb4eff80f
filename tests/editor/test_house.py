"""What a project's settings, its linters and its calls make of a docstring, seen in the editor."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM

CODE = """\
def load(path: str, *rest: str) -> str:
    if not path:
        raise ValueError(path)
    return _read(path)


def _read(path: str) -> str:
    raise IsADirectoryError(path)
"""
TOLD = '''\
def load(path):
    """Old summary.

    Args:
        path: Old words.

    Note:
        Keep  me as I stand.

    Examples:
        >>> load("a")
        'b'
    """
    if not path:
        raise ValueError(path)
    return path
'''
PYDOCLINT = '[tool.pydoclint]\nstyle = "numpy"\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("[project]\nname = 'x'\n", encoding="utf-8")
    return tmp_path


def propose(editor: Editor, path: Path, text: str = CODE, command: str = "AiDoc") -> None:
    editor.open(path, text)
    editor.at(1)
    editor.nvim.command(command)
    editor.offered()


def accepted(editor: Editor) -> str:
    editor.nvim.command("AiAccept!")
    editor.offered(0)
    return editor.text()


def test_an_exception_of_a_callee_is_shown_with_its_way_and_described(
    editor: Editor, project: Path
) -> None:
    propose(editor, project / "code.py")
    assert "may raise IsADirectoryError (via _read:8)" in editor.shown()
    assert "        IsADirectoryError: " in accepted(editor)


def test_docs_callees_never_leaves_it_to_the_evidence(
    editor: Editor, fake_llm: FakeLLM, project: Path
) -> None:
    editor.setup(provider="url", base_url=fake_llm.base_url, docs={"callees": "never"})
    propose(editor, project / "code.py")
    assert "may raise IsADirectoryError (via _read:8)" in editor.shown()
    assert "        IsADirectoryError: " not in accepted(editor)


def test_pydoclint_decides_the_style_and_forbids_exceptions_of_callees(
    editor: Editor, project: Path
) -> None:
    (project / "pyproject.toml").write_text(PYDOCLINT, encoding="utf-8")
    propose(editor, project / "linted.py")
    text = accepted(editor)
    assert "    Parameters\n    ----------\n    path : str\n" in text
    assert "    *rest : str\n" in text
    assert "IsADirectoryError\n" not in text


def test_a_rewrite_keeps_examples_and_notes(editor: Editor, project: Path) -> None:
    propose(editor, project / "anew.py", TOLD, "AiDoc rewrite")
    text = accepted(editor)
    assert "Old" not in text
    assert "    Note:\n        Keep  me as I stand.\n" in text
    assert "    Examples:\n        >>> load(\"a\")\n        'b'\n" in text


def test_a_stale_proposal_says_what_a_caller_meets_otherwise(editor: Editor, project: Path) -> None:
    propose(editor, project / "stale.py")
    editor.nvim.command("2substitute/not path/len(path) < 2/")
    editor.nvim.command("AiAccept")
    editor.said("`load` has changed since it was asked for: exceptions")
    assert '"""' not in editor.text()
