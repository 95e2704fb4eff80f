"""Where the user's one server answers: a lock tells whether it lives, a file tells how."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from neovim_ai import paths
from neovim_ai.llm.local.locks import FileLock


@dataclass(frozen=True)
class Address:
    """How to reach the supervisor; the token is as secret as a password."""

    base_url: str
    token: str
    pid: int


def server_lock() -> FileLock:
    """Return the lock that a supervisor holds as long as it lives."""
    return FileLock(paths.runtime_dir() / "server.lock")


def log_file() -> Path:
    """Return where the supervisor and the model server write what they have to say."""
    return paths.state_dir() / "model-server.log"


def publish(address: Address) -> FileLock:
    """Let this user's programs find the supervisor, as long as it holds the lock returned."""
    file = _file()
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as out:
        json.dump(asdict(address), out)
    alive = FileLock(fresh)
    alive.acquire()
    fresh.replace(file)
    return alive


def withdraw() -> None:
    """Remove what `publish` wrote."""
    _file().unlink(missing_ok=True)


def published() -> Address | None:
    """Return the address of a supervisor that lives, or None.

    A file left behind by a killed one is not believed: by now a stranger may listen on that port,
    and would get the token.
    """
    text = FileLock(_file()).holders_text()
    return Address(**json.loads(text)) if text else None


def _file() -> Path:
    return paths.runtime_dir() / "server.json"
