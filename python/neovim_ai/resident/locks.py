"""Locks that the system takes back when their holder dies, however it dies."""

from __future__ import annotations

import os
from pathlib import Path

from neovim_ai.errors import AiError, Kind


class FileLock:
    """An exclusive lock on a file, held until released or until the process ends.

    A pid in a file cannot do this: it outlives a `kill -9` and may come to name a stranger.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    def acquire(self) -> bool:
        """Take the lock at once or not at all; tell whether it was taken.

        Raises:
            AiError: `setup` on a system without file locks.
        """
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        if not _locked(fd, shared=False):
            os.close(fd)
            return False
        self._fd = fd
        return True

    def release(self) -> None:
        """Give the lock back; does nothing when it is not held."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def is_held(self) -> bool:
        """Tell whether anyone holds the lock now."""
        return self.holders_text() is not None

    def holders_text(self) -> str | None:
        """Return what the locked file says, or None when nobody holds the lock.

        The file that is read is the very one whose lock was looked at: no other can slip in.
        """
        try:
            fd = os.open(self._path, os.O_RDONLY)
        except FileNotFoundError:
            return None
        with os.fdopen(fd, encoding="utf-8") as file:
            return None if _locked(fd, shared=True) else file.read()


def _locked(fd: int, *, shared: bool) -> bool:
    try:
        import fcntl
    except ImportError as error:
        raise AiError(
            Kind.SETUP,
            "The local model and the notes need Linux or macOS.",
            "For a model, set base_url to a server: :help neovim-ai-providers",
        ) from error
    try:
        fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
