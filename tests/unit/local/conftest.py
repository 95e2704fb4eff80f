from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from neovim_ai.llm.local import connection
from neovim_ai.llm.local.supervisor import Config

FAKE = Path(__file__).with_name("fake_model_server.py")
MODEL, OTHER = "qwen2.5-coder-1.5b", "qwen2.5-coder-0.5b"
DEADLINE = 30.0


async def eventually(condition: Callable[[], object]) -> None:
    """Wait until a condition holds; fail when it never does."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + DEADLINE
    while not condition():
        assert loop.time() < deadline, "it never happened"
        await asyncio.wait({loop.create_future()}, timeout=0.02)


def gone(pid: int) -> bool:
    """Tell whether a process has ended, its parent's reaping aside."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    if sys.platform != "linux":
        return False
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


class House:
    """A user's directories, with a fake model server that tells what happens to it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def config(self, *, idle: float = 30.0, fail: bool = False) -> Config:
        argv = (sys.executable, "-I", str(FAKE), str(self.directory), *(["fail"] if fail else []))
        return Config(MODEL, idle_seconds=idle, argv=argv)

    def events(self) -> list[str]:
        file = self.directory / "events"
        return file.read_text().splitlines() if file.exists() else []

    def pids(self) -> list[int]:
        return [int(e.split()[1]) for e in self.events() if e.startswith("pid ")]

    def release(self, name: str) -> None:
        self.gate(name).touch()

    def gate(self, name: str) -> Path:
        return self.directory / f"gate-{name}"


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Another user's directories: nothing of the real one is read or written."""
    for name in ("DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))
    runtime = tmp_path / "run"
    runtime.mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    yield tmp_path


@pytest.fixture
def house(user: Path) -> Iterator[House]:
    yield House(user)
    asyncio.run(connection.stop())


def run(test: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(test, 90))
