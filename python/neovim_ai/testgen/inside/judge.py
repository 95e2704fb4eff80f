"""What each test runs, and which mutants it fails on."""

from __future__ import annotations

import os
from types import CodeType
from typing import Any, Callable, Dict, List, Mapping, Sequence

from . import apart, buffer, session, swap
from .observe import recorder_of
from .record import Recorder
from .worker import Emit, Setup, import_subject

TEST_S = 10.0
"""Seconds that one test may take."""

SLOWER = 20.0
"""How many times its own time a test may take on a mutant before that counts as a loop."""

LEAST_S = 2.0


class Bench:
    """The loaded subject with a recorder, and the tests that pytest collected."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.options: Sequence[str] = ()
        self.recorder: Recorder = recorder_of(setup)
        codes: List[CodeType] = []

        def compiled(text: str, path: str) -> CodeType:
            codes.append(buffer.plainly(text, path))
            return codes[-1]

        with self.recorder.recording():
            import_subject(setup, compiled)
        self.imported = self.recorder.taken()
        self.recorder.clear()
        self.original = swap.Original(setup, codes[0])

    def runs(self, items: session.Items) -> Dict[str, Any]:
        """Run each test by itself, recorded."""
        names = list(items)
        acts = [self._recorded(items[name]) for name in names]
        found: Dict[str, Any] = {}
        for index, ended in apart.run_each(acts, apart.Limits(TEST_S, 1000)):
            failed = {"passed": False, "why": ended.why, "seconds": ended.seconds}
            found[names[index]] = ended.value or {**failed, "lines": [], "branches": []}
        return found

    def _recorded(self, items: Sequence[Any]) -> Callable[[], Any]:
        def act() -> Any:
            with self.recorder.recording():
                told = session.run_items(items)
            return {**told, **self.recorder.taken()}

        return act

    def killed(
        self,
        items: session.Items,
        ran: Mapping[str, Any],
        mutants: Sequence[Mapping[str, Any]],
        tell: Callable[[str, List[str]], None],
    ) -> None:
        """Tell for each mutant the tests that fail on it, of those that run its line."""
        acts, keys, names = [], [], []
        for mutant in mutants:
            lines = set(range(mutant["line"], mutant["end_line"] + 1))
            if mutant.get("reach"):
                # A default is evaluated before any test: those count that run the function.
                lines |= set(range(mutant["reach"][0], mutant["reach"][1] + 1))
            chosen = [n for n, told in ran.items() if told["passed"] and lines & set(told["lines"])]
            if not chosen:
                continue
            keys.append(mutant["key"])
            names.append(chosen)
            acts.append(self._mutated(mutant, {n: items[n] for n in chosen}))
        slowest = max([told["seconds"] for told in ran.values()] or [0.0])
        limits = apart.Limits(max(LEAST_S, SLOWER * slowest), 1000)
        self._tell(acts, keys, names, limits, tell)

    def _tell(
        self,
        acts: Sequence[Callable[[], Any]],
        keys: Sequence[str],
        names: Sequence[List[str]],
        limits: apart.Limits,
        tell: Callable[[str, List[str]], None],
    ) -> None:
        for index, ended in apart.run_each(acts, limits):
            # A mutant that loops or ends its process is one that every test of it fails on.
            tell(keys[index], names[index] if ended.value is None else ended.value)

    def _mutated(self, mutant: Mapping[str, Any], items: session.Items) -> Callable[[], Any]:
        def act() -> List[str]:
            if not self.original.put(mutant):
                return self._imported_anew(mutant, items)
            return [n for n, found in items.items() if not session.run_items(found)["passed"]]

        return act

    def _imported_anew(self, mutant: Mapping[str, Any], items: session.Items) -> List[str]:
        """Collect the tests anew: theirs are names of the modules that were imported before."""
        try:
            self.original.import_anew(mutant)
        except BaseException:
            # A mutant that cannot be imported is noticed by every test.
            return list(items)
        paths = sorted({str(item.path) for found in items.values() for item in found})
        failed: List[str] = []

        def again(collected: session.Collected) -> None:
            for name in items:
                found = collected.items.get(name)
                if not found or not session.run_items(found)["passed"]:
                    failed.append(name)

        session.collect(self.setup, paths, self.options, again)
        return failed


def judge(setup: Setup, request: Mapping[str, Any], emit: Emit) -> None:
    """Judge tests: one message a test, then one a mutant.

    The tests stand in a file of their own beside the place where they belong, in the copy.
    """
    bench = Bench(setup)
    bench.options = request["options"]
    paths = session.written(setup.written(request["files"]))

    def act(collected: session.Collected) -> None:
        if collected.broken:
            emit({"broken": collected.broken})
        wanted = {n: found for n, found in collected.items.items() if n in request["names"]}
        ran = bench.runs(wanted)
        for name, told in ran.items():
            emit({"test": name, **told})
        bench.killed(
            wanted, ran, request["mutants"], lambda key, by: emit({"mutant": key, "by": by})
        )

    try:
        session.collect(setup, paths, request["options"], act)
    finally:
        for path in paths:
            os.unlink(path)


def existing(setup: Setup, request: Mapping[str, Any], emit: Emit) -> None:
    """Tell what the project's own tests in some files run, and which mutants they fail on."""
    bench = Bench(setup)
    bench.options = request["options"]
    emit({"imported": bench.imported})
    paths = session.written(setup.written(request["files"]))

    def act(collected: session.Collected) -> None:
        ran = bench.runs(collected.items)
        for name, told in ran.items():
            emit({"test": name, **told})
        bench.killed(
            collected.items,
            ran,
            request["mutants"],
            lambda key, by: emit({"mutant": key, "by": by}),
        )

    session.collect(setup, paths, request["options"], act)
