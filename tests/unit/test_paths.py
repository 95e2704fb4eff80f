"""Sockets below folders with long names."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from neovim_ai import paths
from neovim_ai.errors import AiError


@pytest.fixture
def long(tmp_path: Path) -> Path:
    folder = tmp_path / ("somebody.with.a.long.name" * 6)
    folder.mkdir()
    return folder


@pytest.fixture
def temporary(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Another folder for temporary files, with a short path of its own."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_a_socket_stands_in_its_folder_where_its_path_is_short() -> None:
    assert paths.socket_file(Path("/run/user/1"), "s") == Path("/run/user/1/s")


def test_a_socket_of_a_long_folder_can_be_bound_and_its_folder_is_private(long: Path) -> None:
    found = paths.socket_file(long, "s")
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(found))
        assert found.parent.stat().st_mode & 0o777 == 0o700
        assert paths.socket_file(long, "s") == found
        assert paths.socket_file(long / "other", "s") != found
    finally:
        found.unlink()
        found.parent.rmdir()


@pytest.mark.parametrize("how", ["open to others", "a link"])
def test_a_folder_that_somebody_else_made_is_refused(long: Path, temporary: Path, how: str) -> None:
    short = paths.socket_file(long, "s").parent
    if how == "a link":
        short.rmdir()
        elsewhere = temporary / "elsewhere"
        elsewhere.mkdir(mode=0o700)
        short.symlink_to(elsewhere)
    else:
        short.chmod(0o777)
    try:
        with pytest.raises(AiError, match="not yours alone"):
            paths.socket_file(long, "s")
    finally:
        if how == "a link":
            short.unlink()
        else:
            short.rmdir()
