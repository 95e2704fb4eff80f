"""What the sandbox costs: one run in each tier beside the same program without one.

    python -m bench.sandbox [--runs N] [--files N]

Runs are interleaved, so that the machine's other load falls on all alike.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bench.table import machine
from neovim_ai.sandbox import interpreter
from neovim_ai.sandbox.choose import survey
from neovim_ai.sandbox.model import Job, Sandbox

Measured = dict[str, list[float]]
ARGV = (sys.executable, "-I", "-S", "-c", "pass")


def main(words: list[str] | None = None) -> int:
    """Print a table; 1 where this machine has no sandbox."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=20, help="runs of each (20)")
    parser.add_argument("--files", type=int, default=1000, help="files of the project (1000)")
    arguments = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "project"
        _fill(project, arguments.files)
        measured = asyncio.run(_measure(project, arguments.runs, arguments.files))
    print(machine(), "\n")
    print(_table(measured, "bare"))
    return 0 if len(measured) > 1 else 1


def _fill(project: Path, files: int) -> None:
    for number in range(files):
        file = project / f"package{number // 50}" / f"module{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("def f(x):\n    return x\n" * 60, encoding="utf-8")


async def _measure(project: Path, runs: int, files: int) -> Measured:
    trials = [trial async for trial in survey()]
    readable = await interpreter.readable_for(Path(sys.executable))
    acts: dict[str, Callable[[], Awaitable[object]]] = {"bare": _bare}
    for trial in trials:
        if trial.sandbox is not None:
            acts[str(trial.tier)] = _running(trial.sandbox, Job(ARGV, readable=readable))
            copied = Job(ARGV, project, project, readable=readable)
            acts[f"{trial.tier}, {files} files copied"] = _running(trial.sandbox, copied)
    measured: Measured = {name: [] for name in acts}
    for _ in range(runs):
        for name, act in acts.items():
            began = time.perf_counter()
            await act()
            measured[name].append((time.perf_counter() - began) * 1000)
    return measured


async def _bare() -> None:
    await asyncio.to_thread(subprocess.run, ARGV, check=True)


def _running(sandbox: Sandbox, job: Job) -> Callable[[], Awaitable[object]]:
    return lambda: sandbox.run(job)


def _table(measured: Measured, beside: str) -> str:
    base = statistics.median(measured[beside])
    lines = ["| one run of Python | median ms | times bare |", "|---|---|---|"]
    for name, values in measured.items():
        middle = statistics.median(values)
        lines.append(f"| {name} | {middle:.1f} | {middle / base:.1f} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
