"""Proof that tests hold: plain pytest in fresh processes, shuffled, alone, and after the others."""

from __future__ import annotations

import ast
import asyncio
import json
import os
import random
from collections.abc import Iterable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox.model import Limits, Sandbox
from neovim_ai.source.python_files import python_files
from neovim_ai.testgen.lab.together import together
from neovim_ai.testgen.lab.worker import IMPORTING_S, Conditions, job_for, lent_folders
from neovim_ai.testgen.lab.workers import Workers
from neovim_ai.testgen.model import Evidence, Subject

RUN_S = 60.0
SUITE_S = 60.0
"""Seconds the project's own tests may take before the new ones; where they need more, only those
of the same folder go before."""

SLOWEST_S = 5.0
"""Seconds one test may take."""

MOST_FILES = 200
ZONES = ("UTC", "America/St_Johns", "Asia/Kathmandu", "Pacific/Chatham", "Pacific/Marquesas")


@dataclass
class _Tally:
    """What the runs said of one test."""

    runs: int = 0
    passed: int = 0
    order_safe: bool = True
    seconds: list[float] = field(default_factory=list)
    refused: str = ""

    def refuse(self, why: str) -> None:
        """Keep the first reason."""
        self.refused = self.refused or why

    def evidence(self) -> Evidence:
        """Return what this says, lines and kills apart."""
        seconds = median(self.seconds) if self.seconds else 0.0
        if seconds > SLOWEST_S:
            self.refuse(f"takes {seconds:.0f} s")
        return Evidence(
            runs=self.runs,
            passed=self.passed,
            order_safe=self.order_safe and not self.refused,
            seconds=seconds,
            refused=self.refused,
        )


def _nodes(file: str, names: Sequence[str]) -> dict[str, str]:
    """Return how pytest names each test within its file: methods behind their class."""
    found = {name: name for name in names}
    classes = [node for node in ast.parse(file).body if isinstance(node, ast.ClassDef)]
    for node in classes:
        for inner in node.body:
            if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and inner.name in found:
                found[inner.name] = f"{node.name}::{inner.name}"
    return found


class Prover:
    """Proves the tests of one file."""

    def __init__(
        self, sandbox: Sandbox, workers: Workers, subject: Subject, file: str, names: Sequence[str]
    ) -> None:
        self._sandbox = sandbox
        self._workers = workers
        self._subject = subject
        self._file = file
        self._names = list(names)
        self._nodes = _nodes(file, names)
        self._tallies = {name: _Tally() for name in names}

    async def prove(self, runs: int) -> Mapping[str, Evidence]:
        """Run everything, two processes at a time, and return what it showed."""
        await self._alone()
        gate = asyncio.Semaphore(2)
        await together(
            [
                *(self._fresh(number, gate) for number in range(runs)),
                self._after_the_suite(gate),
            ]
        )
        return {name: tally.evidence() for name, tally in self._tallies.items()}

    async def _fresh(self, number: int, gate: asyncio.Semaphore) -> None:
        """Run the tests in a process of its own, in an order of its own."""
        names = list(self._names)
        random.Random(number).shuffle(names)  # noqa: S311 - an order, not a secret
        async with gate:
            answer = await self._run(
                [f"{self._subject.test_path}::{self._nodes[name]}" for name in names],
                Conditions(number * 7919 + 1, number, ZONES[number % len(ZONES)]),
                elsewhere=number % 2 == 1,
            )
        found = _by_name(answer["tests"])
        for name, tally in self._tallies.items():
            tally.runs += 1
            cases = found.get(name, [])
            tally.passed += bool(cases) and all(case["passed"] for case in cases)
            tally.seconds.append(sum(float(case["seconds"]) for case in cases))
            for case in cases:
                if not case["passed"]:
                    tally.refuse(f"fails in run {number + 1}: {case['why']}")
            if not cases:
                tally.refuse(_why_not_run(answer))
        if answer["litter"]:
            self._accuse(f"leaves a file behind: {answer['litter'][0]}")

    def _accuse(self, why: str) -> None:
        """Blame all that are not blamed alone already: nobody knows whose it is."""
        if not any(tally.refused for tally in self._tallies.values()):
            for tally in self._tallies.values():
                tally.refuse(why)

    async def _alone(self) -> None:
        """Run each test alone in a fork, and look at what it leaves behind."""
        worker = await self._workers.get()
        request = {
            "files": self._files(),
            "names": self._names,
            "options": list(self._subject.pytest_options),
        }
        seen = set()
        within = IMPORTING_S + RUN_S + len(self._names)
        async with aclosing(worker.ask("inspect", within, **request)) as messages:
            async for message in messages:
                if "broken" in message:
                    continue
                name = str(message["test"])
                seen.add(name)
                if not message["passed"]:
                    self._tallies[name].refuse(f"fails alone: {message['why']}")
                for left in message["left"]:
                    self._tallies[name].refuse(str(left))
        await self._workers.renew()

    async def _after_the_suite(self, gate: asyncio.Semaphore) -> None:
        """Run them after the project's other tests, in one process."""
        others = await asyncio.to_thread(_other_tests, self._subject)
        near = [path for path in others if path.parent == self._subject.test_path.parent]
        for before in (others, near) if near != others else (others,):
            if not before:
                return
            arguments = [str(path) for path in before] + [str(self._subject.test_path)]
            try:
                async with gate:
                    answer = await self._run(arguments, Conditions(5, 5, "UTC"), within=SUITE_S)
            except TimeoutError:
                continue
            self._take_order(answer)
            return

    def _take_order(self, answer: Mapping[str, Any]) -> None:
        stem = self._subject.test_path.stem
        ours = [case for case in answer["tests"] if str(case["of"]).split(".")[-1] == stem]
        found = _by_name(ours)
        for name, tally in self._tallies.items():
            failed = [case for case in found.get(name, ()) if not case["passed"]]
            if failed:
                tally.order_safe = False
                tally.refuse(f"fails after the project's other tests: {failed[0]['why']}")

    def _files(self) -> dict[str, str]:
        source = self._subject.source
        return {str(source.path): source.text, str(self._subject.test_path): self._file}

    async def _run(
        self,
        arguments: Sequence[str],
        conditions: Conditions,
        *,
        elsewhere: bool = False,
        within: float = RUN_S,
    ) -> Mapping[str, Any]:
        """Run pytest once.

        Raises:
            TimeoutError: If it took too long.
            AiError: If it could not be run.
        """
        subject = self._subject
        lent = () if subject.interpreter.pytest else lent_folders()
        folders = os.pathsep.join(str(path) for path in subject.sys_path)
        request = {
            "files": self._files(),
            "root": str(subject.root),
            # From another folder the import path is given; from the root pytest finds it.
            "cwd": str(subject.test_path.parent if elsewhere else subject.root),
            "env": {"PYTHONPATH": folders} if elsewhere else {},
            "lent": [str(path) for path in lent],
            "arguments": [
                *subject.pytest_options,
                *("-q", "-p", "no:cacheprovider", "-p", "no:randomly", "--tb=short"),
                "--continue-on-collection-errors",
                *arguments,
            ],
        }
        limits = Limits(wall_s=within, memory_mib=2048, processes=128, output_kib=4096)
        job = await job_for(subject, ("cold",), conditions, limits)
        ended = await self._sandbox.run(replace(job, stdin=json.dumps(request).encode()))
        if ended.why == "wall":
            raise TimeoutError
        try:
            return dict(json.loads(ended.stdout))
        except (ValueError, TypeError) as error:
            why = ended.why or ended.stderr.decode("utf-8", "replace").strip()[-200:]
            raise AiError(Kind.SANDBOX, f"pytest could not be run: {why}.") from error


def _by_name(cases: Iterable[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for case in cases:
        found.setdefault(str(case["name"]), []).append(case)
    return found


def _why_not_run(answer: Mapping[str, Any]) -> str:
    all_lines = str(answer["said"]).splitlines()
    # What pytest found wrong in the file says more than that it then found no test.
    lines = [line for mark in ("E  ", "ERROR") for line in all_lines if line.startswith(mark)]
    said = " ".join(lines[0].split()) if lines else f"pytest ended with status {answer['status']}"
    return f"was not run: {said}"[:300]


def _other_tests(subject: Subject) -> list[Path]:
    """Return the project's other test files, in order."""
    found = [
        path.resolve()
        for path in python_files([subject.root])
        if path.name.startswith("test_") or path.name.endswith("_test.py")
    ]
    others = sorted(path for path in found if path != subject.test_path)
    return others[:MOST_FILES]
