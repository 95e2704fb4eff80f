"""What a test leaves behind in its process and on the disk: seen by running each in a fork."""

from __future__ import annotations

import logging
import os
import signal
import sys
import tempfile
import threading
import warnings
from typing import Any, Callable, Dict, List, Mapping, Sequence, Set

from . import apart, session
from .cold import _files
from .worker import Emit, Setup

TEST_S = 10.0


def inspect(setup: Setup, request: Mapping[str, Any], emit: Emit) -> None:
    """Run each named test alone and tell what it left; one message each."""
    paths = session.written(setup.written(request["files"]))

    def act(collected: session.Collected) -> None:
        if collected.broken:
            emit({"broken": collected.broken})
        names = [name for name in request["names"] if name in collected.items]
        acts = [_inspected(setup, collected.items[name]) for name in names]
        # One at a time: what lies about must be the one test's.
        for index, ended in apart.run_each(acts, apart.Limits(TEST_S, 1000), 1):
            told = ended.value or {"passed": False, "why": ended.why, "left": []}
            emit({"test": names[index], **told})

    # The test file alone: what others in it do is their own.
    session.collect(setup, paths[-1:], request["options"], act)


def _inspected(setup: Setup, items: Sequence[Any]) -> Callable[[], Any]:
    def act() -> Dict[str, Any]:
        # The working directory stays the project's: what is written without a path lands there.
        before = _State(setup.root)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ResourceWarning)
            told = session.run_items(items)
        return {**told, "left": before.differences() + _said(caught)}

    return act


def _said(caught: Sequence[Any]) -> List[str]:
    return [f"warns: {_short(w.message)}" for w in caught][:2]


def _short(message: Any) -> str:
    return " ".join(str(message).split())[:120]


class _State:
    """What of a process and of the disk a test should leave as it was."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.temporary = tempfile.gettempdir()
        self.before = self._look()

    def _look(self) -> Dict[str, Any]:
        return {
            "files": _files(self.root) | self._outside(),
            "environment": {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"},
            "directory": os.getcwd(),
            "threads": {t.name for t in threading.enumerate()},
            "path": list(sys.path),
            "handlers": len(logging.getLogger().handlers),
            "signals": [signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)],
            "streams": (sys.stdout, sys.stderr, sys.stdin),
        }

    def _outside(self) -> Set[str]:
        """Return what lies in the temporary folder, pytest's own folders apart."""
        names = os.listdir(self.temporary)
        return {f"{self.temporary}/{n}" for n in names if not n.startswith("pytest-of-")}

    def differences(self) -> List[str]:
        """Return in words what is not as it was."""
        after = self._look()
        before = self.before
        found = [
            f"leaves a file behind: {name}" for name in sorted(after["files"] - before["files"])
        ]
        gone = sorted(before["files"] - after["files"])
        found += [f"removes a file: {name}" for name in gone]
        changed = {
            name
            for name in {*before["environment"], *after["environment"]}
            if before["environment"].get(name) != after["environment"].get(name)
        }
        found += [f"changes the environment: {name}" for name in sorted(changed)]
        found += [
            f"leaves a thread: {name}" for name in sorted(after["threads"] - before["threads"])
        ]
        for what, words in _WORDS.items():
            if after[what] != before[what]:
                found.append(words)
        return found[:5]


_WORDS = {
    "directory": "changes the working directory",
    "path": "changes sys.path",
    "handlers": "leaves a logging handler",
    "signals": "changes a signal handler",
    "streams": "replaces a standard stream",
}
