"""A project's copy: what is in it, what is not, and that nothing of it is left."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.sandbox.tiers import rooms_left

from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox import copies, rooms
from neovim_ai.sandbox.copies import Bounds


@pytest.fixture(autouse=True, params=["disk", "memory"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have rooms on the disk, and in memory where this machine has enough of it."""
    if request.param == "disk":
        monkeypatch.setattr(rooms, "in_memory", lambda: None)
    elif rooms.in_memory() is None:
        pytest.skip("too little memory")


@pytest.fixture(autouse=True)
def cleared() -> Iterator[None]:
    yield
    for room in rooms_left():
        rooms.throw_away(room)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "work" / "shop"
    (root / "src").mkdir(parents=True)
    (root / "src" / "a.py").write_text("x = 1\n", encoding="utf-8")
    return root


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_copy_holds_files_with_their_times_and_rights(project: Path) -> None:
    script = project / "run.sh"
    script.write_text("#!/bin/sh\n", encoding="utf-8")
    script.chmod(0o755)
    os.utime(script, (1_000_000, 1_000_000))
    room = copies.make_room(project)
    assert names(room.copy) == {"src", "src/a.py", "run.sh"}
    copied = (room.copy / "run.sh").stat()
    assert (copied.st_mtime, copied.st_mode & 0o777) == (1_000_000, 0o755)
    assert copied.st_ino != script.stat().st_ino
    rooms.throw_away(room.path)


def test_history_environments_caches_and_keys_are_left_out(project: Path) -> None:
    for name in (".git/config", "node_modules/a.js", "src/__pycache__/a.pyc", "env/pyvenv.cfg"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).touch()
    for name in (".env", ".env.local", ".netrc", "id_ed25519", ".env.example", "env.py"):
        (project / name).touch()
    room = copies.make_room(project)
    assert names(room.copy) == {"src", "src/a.py", ".env.example", "env.py"}


def test_links_stay_links_and_what_is_no_file_is_left_out(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("secret", encoding="utf-8")
    (project / "out").symlink_to(tmp_path / "secret")
    (project / "in").symlink_to("src/a.py")
    os.mkfifo(project / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(project)
        server.bind("socket")
        room = copies.make_room(project)
    assert names(room.copy) == {"src", "src/a.py", "out", "in"}
    assert (room.copy / "out").is_symlink()
    assert (room.copy / "in").read_text(encoding="utf-8") == "x = 1\n"


def test_long_file_is_left_out_and_a_large_project_refused(project: Path) -> None:
    (project / "weights.bin").write_bytes(b"x" * 2 * 2**20)
    room = copies.make_room(project, Bounds(file_mib=1))
    assert "weights.bin" not in names(room.copy)
    for bounds in (Bounds(files=1), Bounds(mib=1)):
        with pytest.raises(AiError) as caught:
            copies.make_room(project, bounds)
        assert caught.value.kind is Kind.SANDBOX
        assert "too large" in caught.value.message
    assert rooms_left() == [room.path]


def test_home_gives_its_own_files_alone(sandboxed_home: Path) -> None:
    (sandboxed_home / "script.py").touch()
    (sandboxed_home / "documents").mkdir()
    (sandboxed_home / "documents" / "letter").touch()
    room = copies.make_room(sandboxed_home)
    assert names(room.copy) == {"script.py"}


def test_room_is_private(project: Path) -> None:
    room = copies.make_room(project)
    assert room.path.stat().st_mode & 0o077 == 0
    if rooms.in_memory() is None:
        assert room.path.parent.stat().st_mode & 0o077 == 0


def test_nothing_is_left_of_a_room_whatever_a_job_did_there(project: Path) -> None:
    room = copies.make_room(project)
    deep = room.copy
    for _ in range(60):
        deep = deep / ("d" * 50)
        deep.mkdir()
    hidden = room.copy / "hidden"
    hidden.mkdir()
    (hidden / "file").touch()
    hidden.chmod(0)
    (room.copy / "outside").symlink_to(project)
    rooms.throw_away(room.path)
    assert not room.path.exists()
    assert (project / "src" / "a.py").exists()


def test_rooms_of_killed_processes_are_swept_and_those_of_living_ones_kept(project: Path) -> None:
    mine = copies.make_room(project)
    # No process can have this number.
    dead = mine.path.parent / f"{rooms.PREFIX}4194305-abc"
    dead.mkdir()
    copies.make_room(project)
    assert mine.path.exists()
    assert not dead.exists()


def test_what_is_written_is_counted(project: Path) -> None:
    room = copies.make_room(project)
    before = room.holds_mib()
    (room.copy / "more").write_bytes(b"x" * 3 * 2**20)
    assert 2.9 < room.holds_mib() - before < 3.2


def test_project_too_large_for_memory_lies_on_the_disk(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "records").write_bytes(b"x" * 2 * 2**20)
    monkeypatch.setattr(rooms, "MOST_IN_MEMORY_MIB", 1)
    room = copies.make_room(project)
    assert room.path.parent == rooms.on_disk()
    assert "records" in names(room.copy)


def test_others_rooms_in_a_shared_folder_are_left_alone(project: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    (shared / f"{rooms.PREFIX}4194305-link").symlink_to(project)
    rooms.new(shared)
    assert (project / "src" / "a.py").exists()


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.binary(max_size=200_000))
def test_copied_bytes_are_the_same(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        (folder / "cache").mkdir()
        (folder / "work").mkdir()
        (folder / "work" / "file").write_bytes(data)
        room = copies.make_room(folder / "work")
        assert (room.copy / "file").read_bytes() == data
        rooms.throw_away(room.path)
