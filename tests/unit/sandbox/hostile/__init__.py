"""Programs that try to get out, run inside a sandbox and, as the control, outside of it.

They are one program in the end, which knows nothing but the library: `python -c PROGRAM`, given on
its input what it is told, prints the names of the attempts that got out. Each runs in a process of
its own and has a file of its own to go for, so that none spoils another's chance.
"""

from __future__ import annotations

from pathlib import Path

from tests.unit.sandbox.hostile import files, kernel, network, processes
from tests.unit.sandbox.hostile.common import ATTEMPTS, MAY_FAIL, NEEDS_ROOT

__all__ = [
    "ATTEMPTS",
    "MAY_FAIL",
    "NEEDS_ROOT",
    "PROGRAM",
    "files",
    "kernel",
    "network",
    "processes",
]

_PARTS = ("common", "network", "files", "processes", "kernel", "run")
_FIRST_LINES = (
    "from __future__ import annotations\n",
    "from tests.unit.sandbox.hostile.common import *\n",
)


def _program() -> str:
    text = "".join(
        (Path(__file__).parent / f"{part}.py").read_text(encoding="utf-8") for part in _PARTS
    )
    for line in _FIRST_LINES:
        text = text.replace(line, "")
    return text


PROGRAM = _program()
