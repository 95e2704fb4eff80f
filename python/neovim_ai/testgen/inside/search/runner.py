"""Run candidates one after the other in this process, under an alarm."""

from __future__ import annotations

import json
import mmap
import os
import random
import signal
import sys
from contextlib import ExitStack
from types import ModuleType
from typing import Any, Dict, List, NamedTuple, Optional, Set, Tuple, Union

from .. import act
from .gene import Call
from .trace import Trace

Goal = Union[int, str]

CPU_S = 0.3
"""Seconds of processor time of one run; the clock on the wall is not ours on a busy machine."""

WALL_S = 3.0


class Overtime(BaseException):
    """A run took too long."""


class Seen(NamedTuple):
    """What one run did.

    Attributes:
        reached: Goals.
        missed: How far from others, by goal.
        pairs: Both sides of comparisons, by number of the mark.
        ending: `returned`, `raised`, `overtime`, `unarranged`.
        deliberate: A `raise` statement ended it.
        kind: Name of the type of the result or exception.
        result: What it returned.
    """

    reached: Set[Goal]
    missed: Dict[int, float]
    pairs: Dict[int, Tuple[Any, Any]]
    ending: str
    deliberate: bool
    kind: str
    result: Any


class Note:
    """What one process runs just now, readable by its parent when it is gone."""

    def __init__(self, size: int = 16384) -> None:
        self.memory = mmap.mmap(-1, size)
        self.size = size

    def write(self, call: Call) -> None:
        """Note a call before it is run."""
        text = json.dumps(call).encode("utf-8", "replace")
        if len(text) < self.size - 4:
            # The length last: whoever is killed between leaves no note rather than a torn one.
            self.clear()
            self.memory.write(text)
            self.memory.seek(0)
            self.memory.write(len(text).to_bytes(4, "big"))

    def read(self) -> Optional[Call]:
        """Return the call that was noted last."""
        self.memory.seek(0)
        length = int.from_bytes(self.memory.read(4), "big")
        if not length:
            return None
        call: Call = json.loads(self.memory.read(length))
        return call

    def clear(self) -> None:
        """Forget it."""
        self.memory.seek(0)
        self.memory.write(b"\0\0\0\0")


class Runner:
    """Runs calls on the marked subject."""

    def __init__(self, module: ModuleType, trace: Trace, note: Optional[Note] = None) -> None:
        self.module = module
        self.trace = trace
        self.note = note
        self.count = 0
        # The bytes below: encoding every variable after every run costs more than the run.
        self._environment = dict(vars(os.environ)["_data"])
        self._folder = os.getcwd()
        self._path = list(sys.path)

    def run(self, call: Call) -> Seen:
        """Run one call."""
        if self.note is not None:
            self.note.write(call)
        self.count += 1
        random.seed(0)
        trace = self.trace
        ending, deliberate, kind, result = "unarranged", False, "", None
        with ExitStack() as stack:
            try:
                with _alarm():
                    trace.begin()
                    prepared = act.Prepared(call, self.module, stack)
                    ending = "raised"
                    result = _listed(prepared.act())
                    ending, kind = "returned", type(result).__name__
            except Overtime:
                ending = "overtime" if ending == "raised" else "unarranged"
            except BaseException as error:
                deliberate = act._deliberate(error)
                kind = type(error).__name__
        seen = self._seen(ending, deliberate, kind, result)
        self._tidy()
        return seen

    def _seen(self, ending: str, deliberate: bool, kind: str, result: Any) -> Seen:
        trace = self.trace
        if ending == "unarranged":
            return Seen(set(), {}, {}, ending, False, kind, None)
        reached: Set[Goal] = set(trace.finish())
        return Seen(reached, trace.missed, trace.pairs, ending, deliberate, kind, result)

    def _tidy(self) -> None:
        """Put back what a call may have changed of the process."""
        if vars(os.environ)["_data"] != self._environment:
            os.environ.clear()
            for name, value in self._environment.items():
                os.environ[os.fsdecode(name)] = os.fsdecode(value)
        if sys.path != self._path:
            sys.path[:] = self._path
        if self.count % 20 == 0:
            os.chdir(self._folder)
            self._empty()

    def _empty(self) -> None:
        import shutil

        for name in os.listdir(self._folder):
            path = os.path.join(self._folder, name)
            shutil.rmtree(path, ignore_errors=True)
            if os.path.exists(path):
                os.unlink(path)


def _listed(result: Any) -> Any:
    """Run a generator to its end, bounded, so that its body is run at all."""
    import inspect

    if inspect.isgenerator(result) or inspect.isasyncgen(result):
        return act._taken(result)[0]
    if hasattr(result, "__enter__") and hasattr(result, "gen"):
        with result as value:
            return value
    return result


class _alarm:  # noqa: N801 - reads as a statement
    """Raise `Overtime` in what runs inside when it takes too long."""

    def __enter__(self) -> None:
        signal.setitimer(signal.ITIMER_PROF, CPU_S)
        signal.setitimer(signal.ITIMER_REAL, WALL_S)

    def __exit__(self, *error: Any) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def listen_for_alarms() -> None:
    """Let alarms raise `Overtime` in this process."""

    def ring(number: int, frame: Any) -> None:
        # Once more, for code that catches everything.
        signal.setitimer(signal.ITIMER_PROF, CPU_S)
        raise Overtime

    signal.signal(signal.SIGPROF, ring)
    signal.signal(signal.SIGALRM, ring)


def silence() -> List[Any]:
    """Send what the subject prints nowhere, and give it nothing to read."""
    nothing = open(os.devnull, "r+")  # noqa: SIM115 - as long as the process
    sys.stdout = sys.stderr = nothing
    sys.stdin = open(os.devnull)  # noqa: SIM115
    for number in (0, 1, 2):
        os.dup2(nothing.fileno(), number)
    return [nothing]
