"""What the hostile programs go for: files, sockets, a running program, each really reachable."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import socket
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.unit.sandbox.hostile import ATTEMPTS

LIBC = ctypes.CDLL(None, use_errno=True)
SLEEPER = "import sys; print('up', flush=True); sys.stdin.read()"


@dataclass
class Bait:
    """One world of bait.

    Attributes:
        told: What the attempts are told.
        project: A project with a link out, keys and a history.
        readable: A folder that may be read and not written.
        open_file: A descriptor of a secret file that a child may inherit.
    """

    told: dict[str, Any]
    project: Path
    readable: Path
    open_file: int

    def seen_outside(self) -> set[str]:
        """Name the attempts whose effect is seen here, whatever they reported."""
        seen = {
            "writes_to_the_project_itself": (self.project / "written").exists(),
            "removes_the_project": not (self.project / "package" / "module.py").exists(),
            "removes_the_home": not Path(self.told["home"], "documents").exists(),
            "writes_to_the_interpreter": (self.readable / "site.pth").exists(),
        }
        changed = {name for name in ATTEMPTS if not _intact(Path(self.told["secrets"], name))}
        return changed | {name for name, there in seen.items() if there}


def _intact(folder: Path) -> bool:
    file = folder / "secret"
    if set(folder.iterdir()) != {file} or stat.S_IMODE(folder.stat().st_mode) != 0o700:
        return False
    return file.read_text(encoding="utf-8") == "secret" and file.stat().st_mtime > 0


@contextlib.contextmanager
def laid(place: Path) -> Iterator[Bait]:
    """Lay out bait below a folder of `/tmp`; taken up again at the end."""
    marker = f"victim-{os.urandom(6).hex()}"
    told: dict[str, Any] = {"marker": marker, "home": str(place / "home")}
    project = _project(place)
    told["original"] = str(project)
    told |= {"secrets": str(place / "secrets"), "readable": str(place / "lib")}
    with contextlib.ExitStack() as opened:
        for lay in (_files, _sockets, _memory, _program):
            told |= opened.enter_context(lay(place, marker))
        open_file = os.open(place / "home" / "open", os.O_RDONLY)
        opened.callback(os.close, open_file)
        told["open_file"] = os.fstat(open_file).st_ino
        yield Bait(told, project, place / "lib", open_file)


def _project(place: Path) -> Path:
    project = place / "work" / "project"
    (project / "package").mkdir(parents=True)
    (project / "package" / "module.py").write_text("x = 1\n", encoding="utf-8")
    (project / ".env").write_text("A_KEY=1", encoding="utf-8")
    (project / ".git").mkdir()
    (project / ".git" / "config").write_text("[core]", encoding="utf-8")
    (project.parent / "beside").write_text("secret", encoding="utf-8")
    secret = place / "secrets" / "writes_by_a_link_of_the_project" / "secret"
    (project / "link-out").symlink_to(secret)
    return project


@contextlib.contextmanager
def _files(place: Path, marker: str) -> Iterator[dict[str, Any]]:
    for name in ATTEMPTS:
        (place / "secrets" / name).mkdir(parents=True, mode=0o700)
        (place / "secrets" / name / "secret").write_text("secret", encoding="utf-8")
    for name in (".ssh/id_ed25519", "documents/letter", "open"):
        (place / "home" / name).parent.mkdir(parents=True, exist_ok=True)
        (place / "home" / name).write_text("secret", encoding="utf-8")
    (place / "lib").mkdir()
    (place / "lib" / "module.py").write_text("x = 1\n", encoding="utf-8")
    shm, in_tmp = Path("/dev/shm", marker), Path("/tmp", marker)
    for path in (shm, in_tmp):
        path.write_text("secret", encoding="utf-8")
    try:
        yield {"shm": marker, "in_tmp": str(in_tmp), "block_device": _block_device()}
    finally:
        shm.unlink(missing_ok=True)
        in_tmp.unlink(missing_ok=True)


def _block_device() -> tuple[int, int]:
    device = Path("/").stat().st_dev
    return os.major(device), os.minor(device)


@contextlib.contextmanager
def _sockets(place: Path, marker: str) -> Iterator[dict[str, Any]]:
    told = {"unix": f"{place}/s", "unix_in_tmp": f"/tmp/{marker}.s", "abstract": marker}
    with contextlib.ExitStack() as opened:
        tcp = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        for address in (told["unix"], told["unix_in_tmp"], "\0" + marker):
            server = opened.enter_context(socket.socket(socket.AF_UNIX))
            server.bind(address)
            server.listen()
            threading.Thread(target=_greet, args=(server,), daemon=True).start()
        threading.Thread(target=_greet, args=(tcp,), daemon=True).start()
        udp = opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        threading.Thread(target=_echo, args=(udp,), daemon=True).start()
        opened.callback(Path(told["unix_in_tmp"]).unlink)
        yield {**told, "tcp": tcp.getsockname()[1], "udp": udp.getsockname()[1]}


def _greet(server: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is closed at the end
        while True:
            client, _ = server.accept()
            client.send(b"hello")
            client.close()


def _echo(udp: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it is closed at the end
        while True:
            data, sender = udp.recvfrom(1000)
            udp.sendto(data, sender)


@contextlib.contextmanager
def _memory(place: Path, marker: str) -> Iterator[dict[str, Any]]:
    segment = LIBC.shmget(0, 4096, 0o1600)
    try:
        yield {"shared_memory": segment}
    finally:
        LIBC.shmctl(segment, 0, None)


@contextlib.contextmanager
def _program(place: Path, marker: str) -> Iterator[dict[str, Any]]:
    """Start the user's program that attempts go for, with a key in its environment."""
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", SLEEPER, marker],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"A_KEY": "secret"},
    ) as program:
        assert program.stdin and program.stdout
        program.stdout.readline()
        yield {"victim": program.pid, "address": _address(program.pid)}
        program.stdin.close()


def _address(pid: int) -> int:
    lines = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8").splitlines()
    return next(int(line.split("-")[0], 16) for line in lines if " rw-p " in line)


def out_of(stdout: bytes) -> set[str]:
    """Return the names that the attempts' program printed."""
    return set(json.loads(stdout))
