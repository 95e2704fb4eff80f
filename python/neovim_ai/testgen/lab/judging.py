"""Judge tests in the sandbox: what each runs, and which mutants it fails on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import Any

from neovim_ai.errors import AiError, Kind
from neovim_ai.testgen.lab.mutants import Change
from neovim_ai.testgen.lab.worker import IMPORTING_S
from neovim_ai.testgen.lab.workers import Workers
from neovim_ai.testgen.model import Evidence, Subject, TestText

JUDGED = "test_neovim_ai_judged.py"
"""The file that judged tests stand in, in the copy of the project."""

JUDGING_S = 240.0

Report = Callable[[str], None]


async def judge(
    workers: Workers,
    subject: Subject,
    tests: Sequence[TestText],
    changes: Sequence[Change],
    report: Report | None = None,
) -> Mapping[str, Evidence]:
    """Return by test name what each runs and kills; a test that fails is refused."""
    if not tests:
        return {}
    path = subject.test_path.with_name(JUDGED)
    request = {
        "files": {str(path): file_of(tests)},
        "names": [test.name for test in tests],
        "mutants": [change.to_wire() for change in changes],
        "options": list(subject.pytest_options),
    }
    worker = await workers.get()
    told = _Told(len(changes), report)
    async with aclosing(worker.ask("judge", JUDGING_S + IMPORTING_S, **request)) as messages:
        async for message in messages:
            told.take(message)
    return told.evidence([test.name for test in tests])


def file_of(tests: Sequence[TestText]) -> str:
    """Return the text of a file with some tests."""
    imports = dict.fromkeys(line for test in tests for line in test.imports)
    first = [line for line in imports if line.startswith("from __future__")]
    others = [line for line in imports if line not in first]
    return "\n".join([*first, *others, "", "", *(f"{test.text}\n\n" for test in tests)])


class _Told:
    """Puts the worker's messages together."""

    def __init__(self, mutants: int, report: Report | None) -> None:
        self.tests: dict[str, Mapping[str, Any]] = {}
        self.kills: dict[str, set[str]] = {}
        self.broken = ""
        self.seen = 0
        self._mutants = mutants
        self._report = report

    def take(self, message: Mapping[str, Any]) -> None:
        """Take one message."""
        if "test" in message:
            self.tests[str(message["test"])] = message
        elif "broken" in message:
            self.broken = str(message["broken"])
        elif "mutant" in message:
            for name in message["by"]:
                self.kills.setdefault(str(name), set()).add(str(message["mutant"]))
            self.seen += 1
            if self._report is not None and self.seen % 20 == 0:
                self._report(f"judging: {self.seen} of {self._mutants} mutants")

    def evidence(self, names: Iterable[str]) -> Mapping[str, Evidence]:
        """Return what each test is worth."""
        found = {name: self._of(name) for name in names}
        return with_alone(found)

    def _of(self, name: str) -> Evidence:
        told = self.tests.get(name)
        if told is None:
            return Evidence(refused=self.broken or "was not collected by pytest")
        if not told["passed"]:
            return Evidence(refused=f"fails: {told['why']}", runs=1, seconds=float(told["seconds"]))
        return Evidence(
            lines=frozenset(map(int, told["lines"])),
            branches=frozenset((int(a), int(b)) for a, b in told["branches"]),
            kills=frozenset(self.kills.get(name, ())),
            runs=1,
            passed=1,
            seconds=float(told["seconds"]),
        )


def with_alone(found: Mapping[str, Evidence]) -> Mapping[str, Evidence]:
    """Return evidence with the kills that no other test has."""
    counts: dict[str, int] = {}
    for evidence in found.values():
        for key in evidence.kills:
            counts[key] = counts.get(key, 0) + 1
    return {
        name: replace(evidence, alone=frozenset(k for k in evidence.kills if counts[k] == 1))
        for name, evidence in found.items()
    }


async def distinct(workers: Workers, changes: Sequence[Change]) -> list[Change]:
    """Return the mutants that compile to something else than the subject."""
    if not changes:
        return []
    worker = await workers.get()
    answer = await worker.answer(
        "distinct", IMPORTING_S + 60.0, mutants=[change.to_wire() for change in changes]
    )
    if "distinct" not in answer:
        raise AiError(Kind.SANDBOX, "The worker did not compare the mutants.")
    kept = set(map(str, answer["distinct"]))
    return [change for change in changes if change.mutant.key in kept]
