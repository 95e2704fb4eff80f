"""What really stands on the screen, which is not always what Neovim would draw anew."""

from __future__ import annotations

from pathlib import Path

from doc.pictures.__main__ import seen
from doc.pictures.screen import Screen

from tests.editor.driver import Editor

ROW, HEIGHT = 41, 18
CODE = "\n" * (ROW - 1) + "def f(a):\n    return a + 1\n" + "\n" * HEIGHT


def drawn(editor: Editor, screen: Screen) -> list[str]:
    """Return the rows of the window as they stand there."""
    seen(editor, screen)
    return ["".join(text for text, _ in screen.row(row)).rstrip() for row in range(HEIGHT)]


def test_of_a_proposal_at_the_end_of_the_window_nothing_is_left(
    fresh_editor: Editor, tmp_path: Path
) -> None:
    screen = Screen(80, HEIGHT + 2)
    fresh_editor.nvim.ui_attach(80, HEIGHT + 2, rgb=True, ext_linegrid=True)
    fresh_editor.open(tmp_path / "low.py", CODE)
    fresh_editor.at(ROW)
    fresh_editor.nvim.command("set laststatus=2 | normal! zt")
    fresh_editor.nvim.command("AiDoc")
    fresh_editor.offered()
    proposal = fresh_editor.virtual_lines()
    top = ROW - HEIGHT + len(proposal) + 1
    fresh_editor.lua("vim.fn.winrestview({ topline = ... })", top)
    assert drawn(fresh_editor, screen)[-len(proposal) :] == proposal
    fresh_editor.nvim.command("AiReject")
    after = drawn(fresh_editor, screen)
    assert after == fresh_editor.screen()[:HEIGHT]
    assert "    return a + 1" in after
