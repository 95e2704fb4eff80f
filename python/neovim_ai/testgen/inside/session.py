"""A pytest session that collects once and then runs its tests in forks, as often as is asked."""

from __future__ import annotations

import contextlib
import importlib
import io
import os
import time
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from .worker import Failed, Setup

Items = Dict[str, List[Any]]

_OVER = 100
"""The status of a session that has done what it was for; none of pytest's own."""


class Collected:
    """What a session collected.

    Attributes:
        items: pytest's items by the name of their test, the cases of one together.
        broken: Why something could not be collected, in one line; empty when all was.
    """

    def __init__(self, items: Items, broken: str) -> None:
        self.items = items
        self.broken = broken


class _Plugin:
    """Takes the loop over from pytest once all is collected."""

    def __init__(self, act: Callable[[Collected], None]) -> None:
        self.act = act
        self.done = False
        self.error: Optional[BaseException] = None
        self.broken: List[str] = []

    def pytest_collectreport(self, report: Any) -> None:
        """Remember why a file was not collected."""
        if report.failed:
            self.broken.append(last_line(str(report.longrepr)))

    def pytest_runtestloop(self, session: Any) -> Any:
        """Do ours in place of pytest's loop."""
        items: Items = {}
        for item in session.items:
            name = getattr(item, "originalname", None) or item.name.partition("[")[0]
            items.setdefault(name, []).append(item)
        self.done = True
        try:
            self.act(Collected(items, "; ".join(self.broken)))
        except BaseException as error:
            self.error = error
        # All that follows would be reports of plugins, which nobody reads: one imports Hypothesis.
        import pytest

        pytest.exit("done", returncode=_OVER)


def last_line(text: str) -> str:
    """Return the line of a report that says what went wrong."""
    lines = [line for line in text.splitlines() if line.startswith("E ")] or text.splitlines()
    return " ".join((lines[-1] if lines else "").lstrip("E").split())[:300]


def collect(
    setup: Setup, paths: Sequence[str], options: Sequence[str], act: Callable[[Collected], None]
) -> None:
    """Let pytest collect some files, then do something with what it found.

    Raises:
        Failed: `pytest`, in one line, where it cannot be loaded or does not come that far.
    """
    try:
        import pytest
    except Exception as error:
        raise Failed("pytest", f"pytest cannot be loaded: {error}") from error
    plugin = _Plugin(act)
    os.chdir(setup.root)
    # The project's own `addopts` may start coverage, other processes or stop at the first failure.
    arguments = [
        *options,
        *("-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:randomly"),
        *("--tb=line", "-q", "--continue-on-collection-errors", *paths),
    ]
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        status = pytest.main(arguments, plugins=[plugin])
    if plugin.error is not None:
        raise plugin.error
    if not plugin.done:
        raise Failed(
            "pytest", f"pytest ended with status {int(status)}: {last_line(said.getvalue())}"
        )


def run_items(items: Sequence[Any]) -> Dict[str, Any]:
    """Run tests one after the other in this process; tell the first that fails."""
    from _pytest.runner import runtestprotocol

    began = time.perf_counter()
    for item in items:
        for report in runtestprotocol(item, log=False, nextitem=None):
            if report.failed:
                return {
                    "passed": False,
                    "why": last_line(str(report.longrepr)),
                    "seconds": time.perf_counter() - began,
                }
    return {"passed": True, "why": "", "seconds": time.perf_counter() - began}


def written(files: Mapping[str, str]) -> List[str]:
    """Write files into the copy of the project; return the paths."""
    for path, text in files.items():
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8", newline="") as file:
            file.write(text)
    # Folders that were looked into before are remembered as they were.
    importlib.invalidate_caches()
    return list(files)
