"""How fast a killed host is back, beside Python's own start.

    python -m bench.recovery [--count N]

Taken in turns, so that the machine's other load falls on both alike.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from tests.editor.conftest import CODE, sandbox
from tests.editor.driver import ROOT, Editor

from bench.table import Row, machine, markdown, spread

COUNT = 200
LIMIT_S = 2.0
# Returns when the host has answered.
PING = """
local answered = false
require("neovim_ai.client").request("ping", {}, {
  result = function() answered = true end,
  error = function() end,
})
assert(vim.wait(60000, function() return answered end, 1), "no answer")
"""


def main(words: list[str] | None = None) -> int:
    """Print the table; 1 when one was not back in time."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--count", type=int, default=COUNT, help=f"kills ({COUNT})")
    row = measure(parser.parse_args(words).count)
    print(machine(), "\n")
    print(markdown([row]))
    return 0 if row.met else 1


def measure(count: int) -> Row:
    """Kill a host that has answered, so many times; in turns start a bare one."""
    waits, bare = [], []
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        sandbox(patch, Path(folder))
        editor = Editor()
        try:
            editor.open(Path(folder) / "code.py", CODE)
            editor.lua(PING)
            for _ in range(count):
                waits.append(_back_after_a_kill(editor))
                bare.append(_bare_start())
            assert editor.text() == CODE
        finally:
            editor.close()
    back = sum(wait < LIMIT_S * 1e3 for wait in waits)
    return Row(
        f"host killed {count} times: a ping is answered",
        f"each < {LIMIT_S:.0f} s",
        f"{back} of {count}; {spread(waits)}, slowest {max(waits):.0f} ms",
        f"{spread(bare)} for Python to start and import pynvim; "
        "a remote plugin of Neovim's own stays dead",
        back == count,
    )


def _back_after_a_kill(editor: Editor) -> float:
    """Return the milliseconds from a kill to the answer, the editor's message in between."""
    editor.nvim.command("messages clear")
    pid, began = editor.host_pid(), time.monotonic()
    os.kill(pid, signal.SIGKILL)
    editor.said("ended unexpectedly")
    editor.lua(PING)
    return (time.monotonic() - began) * 1e3


def _bare_start() -> float:
    python = ROOT / ".venv" / "bin" / "python"
    began = time.monotonic()
    subprocess.run([str(python), "-I", "-c", "import pynvim"], check=True, timeout=120)
    return (time.monotonic() - began) * 1e3


if __name__ == "__main__":
    raise SystemExit(main())
