"""Which Neovim is taken: one on PATH that is new enough, else the wheel's, else a clear line."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from neovim_ai import neovim
from neovim_ai.errors import AiError, Kind


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def nvim_saying(folder: Path, first_line: str) -> Path:
    program = folder / "nvim"
    program.write_text(f"#!/bin/sh\necho '{first_line}'\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


@pytest.mark.parametrize("version", ["v0.10.0", "v0.12.1", "v1.0.0", "v0.11.0-dev-123+g1a2b3c"])
def test_new_enough_neovim_on_path_is_taken(path: Path, version: str) -> None:
    program = nvim_saying(path, f"NVIM {version}")
    assert neovim.find_neovim() == program


@pytest.mark.parametrize("line", ["NVIM v0.9.5", "Vi IMproved 9.1", "", "NVIM of somebody"])
def test_wheel_is_taken_where_path_has_an_old_one(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    nvim_saying(path, line)
    wheel = nvim_saying(tmp_path, "NVIM v0.11.4")
    monkeypatch.setattr(neovim, "_carried_by_wheel", lambda: [wheel])
    assert neovim.find_neovim() == wheel


def test_without_any_the_error_names_the_next_step(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = nvim_saying(path, "NVIM v0.9.5")
    monkeypatch.setattr(neovim, "_carried_by_wheel", list)
    with pytest.raises(AiError) as caught:
        neovim.find_neovim()
    assert caught.value.kind is Kind.SETUP
    assert str(old) in caught.value.message
    assert "make setup" in caught.value.hint


def test_program_that_cannot_run_is_no_neovim(tmp_path: Path) -> None:
    assert neovim.version_of(tmp_path / "absent") is None


def test_command_prints_the_path_alone() -> None:
    command = [sys.executable, "-I", "-m", "neovim_ai.neovim"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"{neovim.find_neovim()}\n"
