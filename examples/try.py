"""What `make try` runs: the local model documents a function of a copy of these examples."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from neovim_ai.errors import AiError
from neovim_ai.neovim import find_neovim

HERE = Path(__file__).resolve().parent
SUBJECT = "readings.py"
FUNCTION = "def mean_by_sensor"


def main() -> int:
    try:
        nvim = find_neovim()
    except AiError as error:
        sys.stderr.write(f"neovim-ai: {error}\n")
        return 1
    pull = [sys.executable, "-I", "-m", "neovim_ai", "model", "pull"]
    pulled = subprocess.run(pull, stdout=subprocess.DEVNULL, check=False)
    if pulled.returncode != 0:
        return pulled.returncode
    with tempfile.TemporaryDirectory(prefix="neovim-ai-try-") as folder:
        copy = Path(folder) / "examples"
        shutil.copytree(HERE, copy, ignore=shutil.ignore_patterns("__pycache__"))
        return subprocess.run(command(nvim), cwd=copy, check=False).returncode


def command(nvim: Path) -> list[str]:
    """Return what starts Neovim on the function of this folder, with a person or without one."""
    person = sys.stdin.isatty() and sys.stdout.isatty()
    words = [str(nvim), "--clean", "-u", str(HERE / "init.lua")]
    if not person:
        words.append("--headless")
    script = "show.lua" if person else "accept.lua"
    return [*words, f"+/{FUNCTION}", "+normal! zt", "-S", str(HERE / script), SUBJECT]


if __name__ == "__main__":
    sys.exit(main())
