"""Where the notes' process answers: a socket that only its user can open."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from neovim_ai import paths
from neovim_ai.resident import notice
from neovim_ai.resident.locks import FileLock


def lock() -> FileLock:
    """Return the lock that the process holds as long as it lives."""
    return FileLock(paths.runtime_dir() / "notes.lock")


def socket_file() -> Path:
    """Return where the socket is."""
    return paths.socket_file(paths.runtime_dir(), "notes.sock")


def notice_file() -> Path:
    """Return the file that is believed only while the process lives."""
    return paths.runtime_dir() / "notes.json"


def log_file() -> Path:
    """Return where the process writes what nobody expected."""
    return paths.state_dir() / "notes.log"


def published() -> dict[str, Any] | None:
    """Return `{socket, pid, version}` of a process that answers, or None."""
    return notice.published(notice_file())
