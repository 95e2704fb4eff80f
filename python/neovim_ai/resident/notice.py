"""How a shared process is reached, in a file that is believed only while the process lives."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from neovim_ai.resident.locks import FileLock


def publish(file: Path, values: Mapping[str, Any]) -> FileLock:
    """Let this user's programs read the values, as long as the lock returned is held."""
    fresh = file.with_name(file.name + ".new")
    fresh.unlink(missing_ok=True)
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as out:
        json.dump(dict(values), out)
    alive = FileLock(fresh)
    alive.acquire()
    fresh.replace(file)
    return alive


def published(file: Path) -> dict[str, Any] | None:
    """Return the values of a process that lives, or None.

    A file left behind by a killed one is not believed: by now a stranger may answer there.
    """
    text = FileLock(file).holders_text()
    values: dict[str, Any] | None = json.loads(text) if text else None
    return values
