"""The pictures of README.md: what is drawn is what Neovim shows, and each is made by a scene."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from doc.pictures.__main__ import SCENES, seen
from doc.pictures.screen import Screen
from doc.pictures.svg import svg

from tests.editor.driver import ROOT, Editor

CODE = [f'def f{n}(a: str) -> str:  # & < 漢字\n    return "{n}" * 2\n' for n in range(30)]


def drawn(editor: Editor) -> Screen:
    """Let Neovim draw code, a window over it and scrolling; return what came of it here."""
    screen = Screen(72, 20)
    editor.nvim.ui_attach(72, 20, rgb=True, ext_linegrid=True)
    editor.nvim.current.buffer[:] = "\n".join(CODE).split("\n")
    editor.nvim.command("syntax enable | set filetype=python number | normal! 5zt")
    seen(editor, screen)
    editor.lua(
        """
        local config = { relative = "editor", row = 3, col = 9, width = 20, height = 4 }
        config.border, config.title = "rounded", " t "
        vim.api.nvim_open_win(vim.api.nvim_create_buf(false, true), false, config)
        vim.cmd("exe \\"normal! 9\\\\<C-e>2\\\\<C-y>\\"")
        """
    )
    seen(editor, screen)
    return screen


def test_every_cell_is_what_neovim_shows(fresh_editor: Editor) -> None:
    screen = drawn(fresh_editor)
    ours = ["".join(text for text, _ in screen.row(row)).rstrip() for row in range(20)]
    assert ours == fresh_editor.screen()
    assert any("╭" in row for row in ours)
    colours = {look.text for row in range(20) for _, look in screen.row(row)}
    assert len(colours) > 2


def test_the_picture_is_xml_that_holds_the_text(fresh_editor: Editor) -> None:
    screen = drawn(fresh_editor)
    read = ET.fromstring(svg(screen, "code & a window"))
    texts = "".join(read.itertext()).replace("\xa0", " ")
    assert "# & < 漢字" in texts
    assert "code & a window" in texts


def test_each_picture_of_the_readme_is_made_by_a_scene() -> None:
    shown = re.findall(r"!\[[^]]+\]\((doc/[^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    assert shown
    assert sorted(shown) == sorted(f"doc/{name}.svg" for name in SCENES)
    assert all((ROOT / path).is_file() for path in shown)
