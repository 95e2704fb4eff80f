"""Runs the project's ruff on a whole text and keeps what it says of docstrings."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from neovim_ai.docs.gates.finding import New
from neovim_ai.docs.gates.located import Pair

_MOST_SECONDS = 2.0
_CONFIGURATION = ("pyproject.toml", "ruff.toml", ".ruff.toml")
_ABOUT_DOCSTRINGS = re.compile(r"D\d{3}|DOC\d{3}|W505")


def new(pair: Pair, folder: Path) -> New:
    """Return the codes that the edit brings, with the project's own rules and exceptions.

    Args:
        pair: Both sides.
        folder: Where the configuration stands, for a text without a path.
    """
    ruff = binary()
    if ruff is None:
        return New(label="no ruff")
    path = pair.before.source.path or folder / "untitled.py"
    at = (ruff, folder, path, _stamps(folder))
    try:
        after = _codes(*at, pair.after.source.text)
        before = _codes(*at, pair.before.source.text) if after else ()
    except subprocess.TimeoutExpired:
        return New(label=f"ruff took longer than {_MOST_SECONDS:.0f} s")
    if after is None or before is None:
        return New(label="ruff could not check this file")
    return New.between(before, after)


def binary() -> str | None:
    """Return the ruff of the active environment, of PATH or of our own environment.

    A project's own folder is not looked into: opening a file must run nothing from beside it.
    """
    active = os.environ.get("VIRTUAL_ENV")
    places = [str(Path(active) / "bin")] if active else []
    places += [os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)]
    return shutil.which("ruff", path=os.pathsep.join(places))


def _stamps(folder: Path) -> tuple[int, ...]:
    """Return when the configuration was last changed: an answer holds only that long."""
    files = (folder / name for name in _CONFIGURATION)
    return tuple(file.stat().st_mtime_ns if file.is_file() else 0 for file in files)


@lru_cache(maxsize=32)
def _codes(
    ruff: str, folder: Path, path: Path, _configured: tuple[int, ...], text: str
) -> tuple[str, ...] | None:
    """Return the codes found in a text; None when ruff gave no usable answer.

    Raises:
        TimeoutExpired: When it takes too long.
    """
    options = ["--no-cache", "--force-exclude", "--output-format=json", "--no-fix", "--quiet"]
    done = subprocess.run(
        [ruff, "check", *options, "--stdin-filename", str(path), "-"],
        input=text,
        capture_output=True,
        encoding="utf-8",
        errors="surrogatepass",
        cwd=folder,
        timeout=_MOST_SECONDS,
        check=False,
    )
    if done.returncode not in (0, 1):
        return None
    try:
        found = json.loads(done.stdout or "[]")
    except ValueError:
        return None
    codes = (str(one.get("code") or "") for one in found)
    return tuple(code for code in codes if _ABOUT_DOCSTRINGS.fullmatch(code))
