"""A program that tries to get out: a tier is used only after it has kept this one in."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from neovim_ai import paths
from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox import interpreter
from neovim_ai.sandbox.model import Job, Limits, Sandbox

LIMITS = Limits(wall_s=20.0, cpu_s=10)

# What it could do, one word each, is printed; "copy" is the only one that it should be able to.
_PROGRAM = r"""
import json, os, socket, sys
told = json.loads(sys.stdin.read())

def read(): return open(told["secret"]).read() == told["word"]
def write(): open(told["secret"] + ".new", "w").close()
def listed(): return "secret" in os.listdir(os.path.dirname(told["secret"]))
def signal():
    os.kill(told["pid"], 0)
    try:
        # The number may be another process's in a namespace of our own.
        return os.readlink("/proc/self/ns/pid") == told["pids"]
    except OSError:
        return True
def network(): return socket.create_connection(("127.0.0.1", told["port"]), 2)
def datagram():
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sender.connect(("127.0.0.1", told["udp"]))
    sender.send(told["word"].encode())
    sender.settimeout(1)
    return sender.recv(100)
def unix(address):
    client = socket.socket(socket.AF_UNIX)
    client.settimeout(2)
    client.connect(address)
    return True
def path(): return unix(told["unix"])
def abstract(): return unix("\0" + told["abstract"])
def copy(): return open("file", "a").write("x") and open("file").read() == "filex"

can = []
for attempt in (read, write, listed, signal, network, datagram, path, abstract, copy):
    try:
        if attempt():
            can.append(attempt.__name__)
    except Exception:
        continue
print(json.dumps(can))
"""


async def let_sing(sandbox: Sandbox) -> None:
    """Run the program in a sandbox, with a secret, sockets and a project that it goes for.

    Raises:
        AiError: `sandbox`, saying what it could do, or why it could not be run.
    """
    with tempfile.TemporaryDirectory(prefix="canary-", dir=paths.cache_dir()) as place:
        with _bait(Path(place)) as bait, _echo(bait):
            ended = await sandbox.run(await _job(Path(place), bait))
        if ended.returncode != 0:
            last = ended.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
            raise AiError(Kind.SANDBOX, f"the trial did not run ({', '.join(last) or ended.why})")
        can = set(json.loads(ended.stdout))
        can |= _done_outside(Path(place))
    if can != {"copy"}:
        broken = ", ".join(sorted(can - {"copy"})) or "not even write to its copy"
        raise AiError(Kind.SANDBOX, f"the trial could {broken}")


def _done_outside(place: Path) -> set[str]:
    """Name what is seen here: what a job writes in its own `/tmp` may bear the same path."""
    project = (place / "project" / "file").read_text(encoding="utf-8")
    seen = {"write": (place / "secret.new").exists(), "change the project": project != "file"}
    return {name for name, there in seen.items() if there}


async def _job(place: Path, bait: dict[str, Any]) -> Job:
    project = place / "project"
    project.mkdir()
    (project / "file").write_text("file", encoding="utf-8")
    told = {key: value for key, value in bait.items() if not isinstance(value, socket.socket)}
    executable = Path(sys.executable)
    return Job(
        argv=(str(executable), "-I", "-S", "-c", _PROGRAM),
        cwd=project,
        project=project,
        readable=await interpreter.readable_for(executable),
        stdin=json.dumps(told).encode(),
        limits=LIMITS,
    )


@contextlib.contextmanager
def _bait(place: Path) -> Iterator[dict[str, Any]]:
    """Lay out a secret file and listening sockets of each kind."""
    word = os.urandom(8).hex()
    (place / "secret").write_text(word, encoding="utf-8")
    with contextlib.ExitStack() as opened:
        unix = paths.socket_file(place, "s")
        if unix.parent != place:
            opened.callback(shutil.rmtree, unix.parent)
        tcp = opened.enter_context(socket.create_server(("127.0.0.1", 0)))
        udp = opened.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        udp.bind(("127.0.0.1", 0))
        bait: dict[str, Any] = {
            "secret": str(place / "secret"),
            "word": word,
            "pid": os.getpid(),
            "pids": os.readlink("/proc/self/ns/pid") if sys.platform == "linux" else "",  # noqa: PTH115
            "port": tcp.getsockname()[1],
            "udp": udp.getsockname()[1],
            "udp_socket": udp,
            "unix": str(unix),
            "abstract": f"neovim-ai-{word}",
        }
        for address in (bait["unix"], "\0" + bait["abstract"] if sys.platform == "linux" else ""):
            if address:
                listener = opened.enter_context(socket.socket(socket.AF_UNIX))
                listener.bind(address)
                listener.listen()
        yield bait


@contextlib.contextmanager
def _echo(bait: dict[str, Any]) -> Iterator[None]:
    """Answer datagrams meanwhile, so that one that got out is noticed."""
    udp: socket.socket = bait["udp_socket"]
    udp.setblocking(False)

    def answer() -> None:
        data, sender = udp.recvfrom(100)
        udp.sendto(data, sender)

    loop = asyncio.get_running_loop()
    loop.add_reader(udp, answer)
    try:
        yield
    finally:
        loop.remove_reader(udp)
