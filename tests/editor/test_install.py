"""`:AiInstall` beside someone who types, and as a plugin manager's build step."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pynvim
import pytest

from tests.editor.driver import Editor

Play = Callable[[str], None]


@pytest.fixture
def play(fresh_editor: Editor, tmp_path: Path) -> Play:
    """Let a script stand in for the Python that installs."""

    def written(body: str) -> None:
        program = tmp_path / "python"
        program.write_text(f"#!/bin/sh\necho 'neovim-ai: making it'\n{body}\n", "utf-8")
        program.chmod(0o700)
        fresh_editor.lua("vim.g.python3_host_prog = ...", str(program))

    return written


@pytest.fixture
def seen(fresh_editor: Editor) -> Editor:
    """An editor with a screen."""
    fresh_editor.nvim.ui_attach(160, 24, rgb=True)
    return fresh_editor


DONE = 'touch "$(dirname "$0")/done"; echo noise; echo \'neovim-ai: it is ready\''
FAILED = "echo 'neovim-ai: pip could not install it; run this again.' >&2; exit 1"


def test_without_a_screen_it_returns_when_it_is_done(
    fresh_editor: Editor, play: Play, tmp_path: Path
) -> None:
    play(DONE)
    out = fresh_editor.lua("return vim.api.nvim_cmd({ cmd = 'AiInstall' }, { output = true })")
    assert (tmp_path / "done").exists()
    assert out.split("\n") == ["neovim-ai: making it", "neovim-ai: it is ready"]


@pytest.mark.parametrize("bang", ["", "!"])
def test_a_build_step_that_fails_raises_one_line(
    fresh_editor: Editor, play: Play, bang: str
) -> None:
    play(FAILED)
    with pytest.raises(pynvim.NvimError) as caught:
        fresh_editor.nvim.command(f"AiInstall{bang}")
    assert "Installation failed: pip could not install it; run this again." in str(caught.value)
    assert "traceback" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_without_any_python_a_build_step_fails(fresh_editor: Editor) -> None:
    fresh_editor.lua("vim.env.PATH = ''; vim.g.python3_host_prog = nil")
    with pytest.raises(pynvim.NvimError, match=r"No Python was found\. Install Python 3\.11"):
        fresh_editor.nvim.command("AiInstall")


def test_beside_someone_who_types_it_runs_in_the_background(
    seen: Editor, play: Play, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "gate")
    play(f"read line < '{tmp_path}/gate'\n{DONE}")
    seen.nvim.command("AiInstall")
    assert not (tmp_path / "done").exists()
    seen.wait("require('neovim_ai').status():find('installing: making it', 1, true)")
    seen.nvim.command("AiInstall")
    seen.said("The installation is running already.")
    (tmp_path / "gate").write_text("go\n", "utf-8")
    seen.said("The Python environment is ready.")
    assert seen.lua("return require('neovim_ai').status()") == ""


def test_beside_someone_who_types_a_failure_is_a_message(seen: Editor, play: Play) -> None:
    play(FAILED)
    seen.nvim.command("AiInstall")
    seen.said("Installation failed: pip could not install it; run this again. See :AiLog.")


def test_with_a_bang_nothing_else_runs_before_it_is_done(
    seen: Editor, play: Play, tmp_path: Path
) -> None:
    play(DONE)
    ran = seen.lua(
        """
        vim.schedule(function() Ran = true end)
        vim.cmd("AiInstall!")
        return Ran
        """
    )
    assert ran is None
    assert (tmp_path / "done").exists()
    assert seen.nvim.api.get_mode() == {"mode": "n", "blocking": False}
