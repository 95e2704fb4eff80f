"""What a job sees: the interpreter however it is installed, and nothing that is the user's."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.sandbox.tiers import TIERS, lacks, made

from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox import copies, environment, interpreter, mounts, rooms
from neovim_ai.sandbox.model import Job, Limits
from neovim_ai.sandbox.mounts import Mount

PYTHON = Path(sys.executable)


def readable(executable: Path, project: Path | None = None) -> tuple[Path, ...]:
    return asyncio.run(interpreter.readable_for(executable, project))


def test_interpreter_is_readable_by_each_of_its_names() -> None:
    found = readable(PYTHON)
    assert {PYTHON, PYTHON.resolve(), Path(sys.prefix), Path(sys.base_prefix)} <= set(found)
    assert {Path(entry) for entry in sys.path if Path(entry).is_dir()} & set(found)


def test_environment_elsewhere_with_links_in_between_works(tmp_path: Path) -> None:
    """As uv and pyenv make them: a link to a link in a folder that is a link."""
    versions = tmp_path / "versions"
    versions.mkdir()
    (versions / "3").symlink_to(Path(sys.base_prefix))
    environment_ = tmp_path / "env"
    python = versions / "3" / "bin" / Path(sys.executable).resolve().name
    subprocess.run([python, "-m", "venv", "--without-pip", environment_], check=True)
    extra = tmp_path / "sibling"
    extra.mkdir()
    (extra / "sibling.py").write_text("x = 7\n", encoding="utf-8")
    packages = next((environment_ / "lib").glob("python*/site-packages"))
    (packages / "sibling.pth").write_text(f"{extra}\n", encoding="utf-8")
    tier = next((tier for tier in TIERS if not lacks(tier)), None)
    if tier is None:
        pytest.skip("no tier here")
    executable = environment_ / "bin" / "python"
    argv = (str(executable), "-c", "import sibling, sys; print(sibling.x, sys.prefix)")
    job = Job(argv, readable=readable(executable), limits=Limits(wall_s=60))
    ended = asyncio.run(made(tier).run(job))
    assert ended.stdout.split() == [b"7", str(environment_).encode()], ended.stderr


def test_script_that_chooses_an_interpreter_is_seen_through(tmp_path: Path) -> None:
    shim = tmp_path / "python3"
    shim.write_text(f'#!/bin/sh\nexec "{PYTHON.resolve()}" "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    assert asyncio.run(interpreter.actual(shim)).resolve() == PYTHON.resolve()
    assert asyncio.run(interpreter.actual(PYTHON)) == PYTHON


def test_new_packages_are_seen(tmp_path: Path) -> None:
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", tmp_path / "env"], check=True)
    executable = tmp_path / "env" / "bin" / "python"
    (tmp_path / "later").mkdir()
    assert tmp_path / "later" not in readable(executable)
    packages = next((tmp_path / "env" / "lib").glob("python*/site-packages"))
    (packages / "later.pth").write_text(f"{tmp_path / 'later'}\n", encoding="utf-8")
    os.utime(packages, (1, 1))
    assert tmp_path / "later" in readable(executable)


def test_interpreter_that_does_not_run_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(AiError) as caught:
        readable(tmp_path / "python")
    assert caught.value.kind is Kind.SANDBOX
    assert "does not run" in caught.value.message


@pytest.fixture
def room(tmp_path: Path) -> Iterator[copies.Room]:
    project = tmp_path / "work" / "shop"
    (project / ".venv" / "lib").mkdir(parents=True)
    (project / ".venv" / "pyvenv.cfg").touch()
    (project / "src").mkdir()
    made_ = copies.make_room(project)
    yield made_
    rooms.throw_away(made_.path)


def planned(room: copies.Room, *paths: Path) -> list[Mount]:
    return mounts.plan(paths, room)


def test_copy_stands_in_the_project_s_place_and_environment_in_its_own(room: copies.Room) -> None:
    assert room.of is not None
    environment_ = room.of / ".venv"
    assert planned(room, environment_, environment_ / "lib", room.of, room.of / "src") == [
        Mount(room.copy, room.of, writable=True),
        Mount(environment_, environment_),
    ]


def test_what_holds_the_project_comes_before_it(room: copies.Room) -> None:
    assert room.of is not None
    assert [mount.at for mount in planned(room, room.of.parent)] == [room.of.parent, room.of]


@pytest.mark.parametrize("path", ["/", "/tmp", "/etc", "/run", "/var/run", "/proc/self", "/dev"])
def test_what_all_programs_share_is_never_shown(path: str, room: copies.Room) -> None:
    assert [mount.at for mount in planned(room, Path(path))] == [room.of]


def test_home_is_never_shown_by_any_name(
    sandboxed_home: Path, room: copies.Room, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(sandboxed_home)
    shown = planned(room, sandboxed_home, sandboxed_home.parent, link)
    assert [mount.at for mount in shown] == [room.of]


def test_environment_is_a_short_list_and_what_the_user_adds() -> None:
    source = {"LANG": "C", "API_KEY": "secret", "DATABASE": "x", "LD_PRELOAD": "evil.so"}
    assert environment.allowed((), source) == {"LANG": "C"}
    assert environment.allowed(("DATABASE", "MISSING"), source) == {"LANG": "C", "DATABASE": "x"}


def test_job_has_a_home_of_its_own_whatever_it_is_given() -> None:
    completed = environment.completed({"HOME": "/home", "PATH": "/opt"})
    assert completed["HOME"] == environment.HOME
    assert completed["PATH"] == "/opt"


def test_setting_tests_env_reaches_the_tests_and_nothing_else_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from neovim_ai.settings import from_mapping
    from neovim_ai.source.text import SourceText
    from neovim_ai.testgen.lab.worker import FIRST, job_for
    from neovim_ai.testgen.request import Request, studied

    names = from_mapping({"tests": {"env": ["DATABASE"]}}).tests.env
    monkeypatch.setenv("DATABASE", "sqlite")
    monkeypatch.setenv("A_KEY", "secret")
    path = tmp_path / "work" / "a.py"
    path.parent.mkdir()
    path.write_text("def f(x):\n    return x\n", encoding="utf-8")
    subject = studied(Request(SourceText.from_bytes(path.read_bytes(), path), env=names))
    job = asyncio.run(job_for(subject, (), FIRST, Limits()))
    assert job.env["DATABASE"] == "sqlite"
    assert "A_KEY" not in job.env
