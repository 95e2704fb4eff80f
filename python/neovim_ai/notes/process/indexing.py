"""Reads a vault's files beside the process that answers queries, and tells it batch by batch.

Run as `python -I -m neovim_ai.notes.process.indexing`; what to read comes as one line on standard
input. When nobody reads what it tells any more, it ends.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
from pathlib import Path

from neovim_ai.errors import AiError
from neovim_ai.notes.model import Progress
from neovim_ai.notes.process import wire
from neovim_ai.notes.rank import ranker_named
from neovim_ai.notes.store import Store
from neovim_ai.notes.update import Change, update
from neovim_ai.notes.vault import index_folder


def main() -> int:
    """Bring one vault's store up to date."""
    with contextlib.suppress(OSError):
        os.nice(10)
    # Nothing here makes cycles worth collecting, and there are many small things to look at.
    gc.disable()
    asked = json.loads(sys.stdin.buffer.readline())
    root = Path(asked["root"])
    try:
        store = Store(index_folder(root), asked["ranker"])
        index = ranker_named(asked["ranker"]).index()
        seconds = float(asked["batch_seconds"])
        changed = update(store, index, root, _tell, batch_seconds=seconds)
        _say({"changed": changed})
    except AiError as error:
        _say({"failed": wire.error(error)})
    except BrokenPipeError:
        return 1
    return 0


def _tell(progress: Progress, change: Change | None) -> None:
    removed = change.removed if change else ()
    _say({"done": progress.done, "total": progress.total, "removed": removed})


def _say(message: dict[str, object]) -> None:
    sys.stdout.buffer.write(wire.line(message))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    raise SystemExit(main())
