"""The macOS tier as far as Linux can tell: its profile, its command, and counting by `ps`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from neovim_ai.sandbox import copies, moved, rooms, seatbelt, watch
from neovim_ai.sandbox.model import Job, Limits


def test_everything_is_denied_first_and_network_last() -> None:
    lines = seatbelt.profile([], [Path("/private/x")]).splitlines()
    assert lines[:2] == ["(version 1)", "(deny default)"]
    assert lines[-1] == "(deny network*)"
    assert not [line for line in lines if "network" in line and "allow" in line]
    assert not [line for line in lines if "mach" in line]


def test_only_the_room_may_be_written_to(tmp_path: Path) -> None:
    text = seatbelt.profile([tmp_path / "lib"], [tmp_path / "room"])
    [write] = [line for line in text.splitlines() if "file-write" in line]
    assert re.findall(r'"([^"]*)"', write) == [str(tmp_path / "room"), "/dev/null"]
    assert f'(subpath "{tmp_path / "lib"}")' in text


def test_paths_are_compared_as_the_kernel_has_them(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    text = seatbelt.profile([tmp_path / "link"], [])
    assert f'"{tmp_path / "real"}"' in text
    assert "link" not in text


def test_path_cannot_end_its_quotes(tmp_path: Path) -> None:
    nasty = tmp_path / 'a") (allow default) ("\\'
    text = seatbelt.profile([nasty], [])
    assert '\\") (allow default) (\\"\\\\")' in text
    assert text.count("(") == text.count(")")


def test_job_is_told_where_its_copy_is_and_environments_stay(tmp_path: Path) -> None:
    project = tmp_path / "work"
    (project / ".venv").mkdir(parents=True)
    (project / ".venv" / "pyvenv.cfg").touch()
    room = copies.make_room(project)
    python = project / ".venv" / "bin" / "python"
    env = {"PYTHONPATH": f"{project}/src:{project}", "OTHER": f"{project}er/x"}
    job = Job((str(python), str(project / "a.py")), project, project, env, (project / ".venv",))
    seen = moved.into(job, room)
    rooms.throw_away(room.path)
    assert seen.argv == (str(python), str(room.copy / "a.py"))
    assert seen.cwd == room.copy
    assert seen.env["PYTHONPATH"] == f"{room.copy}/src:{room.copy}"
    assert str(room.copy) not in seen.env["OTHER"]


def test_limits_come_before_the_program() -> None:
    room = copies.make_room(None)
    limits = Limits(cpu_s=7, file_mib=3)
    line = seatbelt.command(Path("/usr/bin/sandbox-exec"), Job(("/bin/ls",), limits=limits), room)
    rooms.throw_away(room.path)
    assert line[:2] == ["/bin/sh", "-c"]
    assert line[2].startswith("ulimit -t 7; ulimit -f 6144; ")
    assert line[4:6] == ["/usr/bin/sandbox-exec", "-p"]
    assert line[-1] == "/bin/ls"


def test_shell_takes_these_limits() -> None:
    limits = "; ".join(seatbelt._shell_limits(Limits(cpu_s=7)))
    ended = subprocess.run(
        ["/bin/sh", "-c", f'{limits}; exec "$@"', "sh", sys.executable, "-S", "-c",
         "from resource import *; print(getrlimit(RLIMIT_CPU)[0], getrlimit(RLIMIT_CORE)[0])"],
        capture_output=True, check=True,
    )  # fmt: skip
    assert ended.stdout.split() == [b"7", b"0"]


def test_ps_counts_what_proc_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen(["/bin/sh", "-c", "sleep 30 & wait"], start_new_session=True) as shell:
        while len(watch.members(shell.pid, 9)) < 2:
            continue
        by_proc = set(watch.members(shell.pid, 9))
        monkeypatch.setattr(watch, "HAS_PROC", False)
        assert set(watch.members(shell.pid, 9)) == by_proc
        assert 0 < watch.memory_mib(list(by_proc), 10) < 100
        os.killpg(shell.pid, 9)
    assert watch.members(shell.pid, 9) == []
