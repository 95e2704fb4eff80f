"""Where things live that are shared by all editors of a user (platformdirs).

Neovim's own `stdpath('data')` holds nothing of ours but the Python environment.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

APP = "neovim-ai"


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
