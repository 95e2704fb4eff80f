"""Where things live that are shared by all editors of a user (platformdirs).

Neovim's own `stdpath('data')` holds nothing of ours but the Python environment.
"""

from __future__ import annotations

import os
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

    Falls back to the state directory where the system's runtime directory is absent or not ours
    (a container, `su`, a machine without systemd): platformdirs names it without checking.
    """
    named = Path(platformdirs.user_runtime_dir(APP, appauthor=False))
    try:
        path = _private(named)
    except OSError:
        return _private(state_dir() / "run")
    return path if os.access(path, os.W_OK) else _private(state_dir() / "run")
