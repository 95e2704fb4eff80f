"""Small JSON files in the user's state: written whole or not at all, read even when damaged."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from neovim_ai import log


def read_json(path: Path) -> dict[str, Any]:
    """Return an object, empty when the file is absent or damaged."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        log.warn(f"{path.name} is not readable and is taken as empty: {error}")
        return {}
    return found if isinstance(found, dict) else {}


def write_json(path: Path, value: dict[str, Any]) -> bool:
    """Replace a file as one step, readable by its owner alone; False when that failed."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(value, file, indent=1)
        Path(name).replace(path)
    except OSError as error:
        log.warn(f"{path.name} could not be written: {error}")
        return False
    return True
