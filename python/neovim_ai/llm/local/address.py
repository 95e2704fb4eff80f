"""Where the user's one server answers: a lock tells whether it lives, a file tells how."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from neovim_ai import paths
from neovim_ai.resident import notice
from neovim_ai.resident.locks import FileLock


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
    return notice.publish(_file(), asdict(address))


def withdraw() -> None:
    """Remove what `publish` wrote."""
    _file().unlink(missing_ok=True)


def published() -> Address | None:
    """Return the address of a supervisor that lives, or None; the token goes to no stranger."""
    values = notice.published(_file())
    return Address(**values) if values else None


def _file() -> Path:
    return paths.runtime_dir() / "server.json"
