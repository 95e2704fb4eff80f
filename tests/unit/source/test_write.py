"""Writing back: all of it or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from neovim_ai.errors import AiError, Kind
from neovim_ai.source.text import SourceText
from neovim_ai.source.write import write_back


def test_a_file_keeps_its_encoding_mark_and_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"\xef\xbb\xbfx = 1\r\n")
    path.chmod(0o750)
    source = SourceText.from_bytes(path.read_bytes(), path)
    write_back(path, path.read_bytes(), SourceText("y = 2\r\n", path, source.encoding, source.bom))
    assert path.read_bytes() == b"\xef\xbb\xbfy = 2\r\n"
    assert path.stat().st_mode & 0o777 == 0o750


def test_a_link_is_followed_not_replaced(tmp_path: Path) -> None:
    real, link = tmp_path / "real.py", tmp_path / "link.py"
    real.write_text("x = 1\n")
    link.symlink_to(real)
    write_back(link, b"x = 1\n", SourceText("x = 2\n", link))
    assert link.is_symlink()
    assert real.read_text() == "x = 2\n"


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("theirs\n")
    with pytest.raises(AiError) as caught:
        write_back(path, b"ours\n", SourceText("new\n", path))
    assert caught.value.kind is Kind.STALE
    assert path.read_text() == "theirs\n"


def test_a_text_that_does_not_fit_the_encoding_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"x = 1\n")
    with pytest.raises(AiError) as caught:
        write_back(path, b"x = 1\n", SourceText("x = '→'\n", path, "iso-8859-1"))
    assert caught.value.kind is Kind.GATE
    assert path.read_bytes() == b"x = 1\n"


def test_a_failed_write_leaves_the_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "only" / "a.py"
    path.parent.mkdir()
    path.write_text("x = 1\n")

    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(AiError) as caught:
        write_back(path, b"x = 1\n", SourceText("x = 2\n", path))
    assert caught.value.kind is Kind.DISK
    assert list(path.parent.iterdir()) == [path]
    assert path.read_text() == "x = 1\n"
