"""Where things live that are shared by all editors of a user (platformdirs).

Neovim's own `stdpath('data')` holds nothing of ours but the Python environment.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path

import platformdirs

from neovim_ai.errors import AiError, Kind

APP = "neovim-ai"

LONGEST_SOCKET = 100
"""Bytes of a socket's path; macOS takes 103, Linux 107."""


def _private(path: Path) -> Path:
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def data_dir() -> Path:
    """Return the directory of model weights."""
    return _private(Path(platformdirs.user_data_dir(APP, appauthor=False)))


def state_dir() -> Path:
    """Return the directory of what is remembered: log, consent, capabilities, chosen model."""
    return _private(Path(platformdirs.user_state_dir(APP, appauthor=False)))


def cache_dir() -> Path:
    """Return the directory of what can be made again."""
    return _private(Path(platformdirs.user_cache_dir(APP, appauthor=False)))


def runtime_dir() -> Path:
    """Return the directory of sockets and lock files, private to the user.

    Where the system names no runtime directory (a container, `su`, no systemd) or it is not ours,
    it is one below the state directory, not a guessable name under the shared temporary one.
    """
    named = os.environ.get("XDG_RUNTIME_DIR")
    if sys.platform != "linux":
        return _private(Path(platformdirs.user_runtime_dir(APP, appauthor=False)))
    if named and os.access(named, os.W_OK):
        return _private(Path(named) / APP)
    return _private(state_dir() / "run")


def socket_file(folder: Path, name: str) -> Path:
    """Return where a socket of a private directory is.

    There, or, where its path would be longer than systems take, in a directory of the user's own
    with a short one.

    Raises:
        AiError: `setup` when somebody else has made that directory.
    """
    direct = folder / name
    if len(os.fsencode(direct)) <= LONGEST_SOCKET:
        return direct
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"neovim-ai-{os.getuid()}-{digest}"
    if len(os.fsencode(short / name)) > LONGEST_SOCKET:
        short = Path("/tmp") / short.name  # noqa: S108 - checked below
    short.mkdir(mode=0o700, exist_ok=True)
    found = short.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
        raise AiError(Kind.SETUP, f"{short} is not yours alone.", "Remove it.")
    return short / name
