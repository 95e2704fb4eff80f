""":AiTest on a system without a sandbox: what a docstring says is shown, labelled, and accepted."""

from __future__ import annotations

import re
from pathlib import Path

from tests.editor.driver import Editor
from tests.editor.played_tests import QUESTION, Played
from tests.editor.test_tests_lacking import environment, setup
from tests.editor.test_tests_real import asked, still_running, written

CODE = '''\
from pathlib import Path

Path(__file__).with_name("ran").touch()


def clip(value, high=10):
    """Limit a number.

    >>> clip(11)
    10

    Raises:
        ValueError: If high is negative.
    """
    if high < 0:
        raise ValueError("empty range")
    return min(value, high)
'''
LABEL = "not run: no sandbox on this machine"


def test_what_a_docstring_says_is_shown_and_never_run(fresh_editor: Editor, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "small.py").write_text(CODE)
    setup(fresh_editor, environment(tmp_path / "host", first="sys.platform = 'freebsd14'"))
    before = written(folder)
    asked(fresh_editor, folder / "small.py", 6)
    assert "2 tests are proposed, not run for clip:" in fresh_editor.messages()
    shown = fresh_editor.shown()
    assert shown.startswith(LABEL)
    assert shown.count(f"# {LABEL} · spec: ") == 2
    assert "mutants" not in shown
    assert "% →" not in shown
    assert "╭ not run: clip → " in "\n".join(fresh_editor.screen())
    fresh_editor.nvim.command("AiAccept!")
    fresh_editor.said("(not saved): not run, no sandbox on this machine")
    fresh_editor.lua("vim.cmd.buffer(...)", str(folder / "test_small.py"))
    assert "assert clip(11) == 10" in fresh_editor.text()
    assert written(folder) == before
    assert still_running(folder) == []


def test_status_lists_tests_that_wait_and_their_state(tests: Played) -> None:
    tests.propose(disputes=[QUESTION])
    name = tests.code.name
    assert status(tests.editor, "tests of code.py") == (
        f"Proposed: tests of code.py ({name}, line 1): 2 tests, 1 possible bug"
    )
    tests.into_window()
    tests.editor.nvim.input("d")
    tests.editor.until(lambda: "possible bug" not in tests.editor.shown())
    assert status(tests.editor, "tests of code.py").endswith("line 1): 2 tests")
    tests.propose(not_run="no sandbox")
    assert status(tests.editor, "tests of code.py").endswith("2 tests, not run: no sandbox")
    tests.editor.nvim.command("AiReject!")
    assert status(tests.editor, "tests of code.py") == ""


def status(editor: Editor, part: str) -> str:
    """Return the line of `:AiStatus` that holds a text, its folder left out."""
    editor.lua("vim.api.nvim_set_current_win(vim.fn.win_getid(1))")
    editor.nvim.command("AiStatus")
    editor.wait("vim.api.nvim_buf_get_name(0):find('neovim-ai://status', 1, true)")
    found = [line for line in editor.lines() if part in line]
    editor.nvim.command("close")
    assert len(found) < 2
    return re.sub(r"\(.*/", "(", found[0]) if found else ""
