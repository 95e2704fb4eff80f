"""What a test file is worth, seen from outside: plain pytest, coverage.py, cosmic-ray.

Each measurement is made in a fresh copy of the subject, in an environment that holds nothing of
this project. What a model wrote runs here without a sandbox, its home a folder that is thrown away.
"""

from __future__ import annotations

import ast
import json
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.testgen_subjects import Place, Subject, surroundings

_LONGEST = 120.0
_MUTANTS = Path(__file__).with_name("testgen_mutants.py")


@dataclass(frozen=True)
class Score:
    """What a test file is worth.

    Attributes:
        tests: Test functions that it holds.
        coverage: Lines and branches that it runs, in percent, as coverage.py counts.
        killed: Of `mutants`.
        mutants: That were run.
        passed: Fresh shuffled runs without a failure.
        runs: How many there were.
        survivors: What the mutants that live change, as diffs.
    """

    tests: int
    coverage: float
    killed: int
    mutants: int
    passed: int
    runs: int
    survivors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scorer:
    """Scores test files of one subject.

    Attributes:
        place: Where the tools are.
        subject: What is tested.
        mutants: How many mutants to run, a seeded sample; 0 for all.
        runs: Fresh shuffled runs.
        seed: Of the sample and the first shuffle.
    """

    place: Place
    subject: Subject
    mutants: int
    runs: int = 5
    seed: int = 1

    def score(self, text: str, test_path: Path) -> Score:
        """Score one test file.

        Args:
            text: Its text; scores as importing alone when empty.
            test_path: Where it stands in the project.
        """
        count = len(list(functions(text)))
        passed = sum(self._passes(text, test_path, self.seed + n) for n in range(self.runs))
        covered = self._coverage(text, test_path)
        if count == 0 or passed < self.runs:
            # cosmic-ray would take each failure for a killed mutant
            return Score(count, covered, 0, 0, passed, self.runs)
        told = self._mutation(text, test_path)
        survivors = tuple(told["survivors"])
        return Score(count, covered, told["killed"], told["tested"], passed, self.runs, survivors)

    def failing(self, text: str, test_path: Path) -> frozenset[str] | None:
        """Return the names of the tests that fail; None when the file cannot be collected."""
        with self._fresh(text, test_path) as root:
            report = root / "report.xml"
            self._pytest(root, "-p", "no:randomly", f"--junitxml={report}")
            if not report.exists():
                return None
            cases = list(ElementTree.parse(report).iter("testcase"))
        bad = [case for case in cases if any(c.tag in ("failure", "error") for c in case)]
        if any(not case.get("classname") for case in bad) or not cases:
            return None
        return frozenset(str(case.get("name")).partition("[")[0] for case in bad)

    @contextmanager
    def _fresh(self, text: str, test_path: Path) -> Iterator[Path]:
        with tempfile.TemporaryDirectory() as folder:
            root = self.place.project(self.subject, Path(folder))
            file = root / test_path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
            yield root

    def _run(self, root: Path, *argv: str, seconds: float = _LONGEST, hashes: str = "0") -> int:
        settings = surroundings(HOME=str(root.parent), PYTHONHASHSEED=hashes)
        command = [str(self.place.python), *argv]
        try:
            ran = subprocess.run(
                command, cwd=root, env=settings, capture_output=True, timeout=seconds, check=False
            )
        except subprocess.TimeoutExpired:
            return -1
        return ran.returncode

    def _pytest(self, root: Path, *words: str, hashes: str = "0") -> int:
        return self._run(
            root, "-m", "pytest", "-q", "-p", "no:cacheprovider", *words, hashes=hashes
        )

    def _passes(self, text: str, test_path: Path, seed: int) -> bool:
        with self._fresh(text, test_path) as root:
            # shuffled, and what is random stays random
            words = (f"--randomly-seed={seed}", "--randomly-dont-reset-seed")
            return self._pytest(root, *words, hashes=str(seed)) == 0

    def _coverage(self, text: str, test_path: Path) -> float:
        with self._fresh(text or f"import {self.subject.module}\n", test_path) as root:
            measured = ("-m", "coverage", "run", "--branch", f"--include={self.subject.file}")
            # a file without a test is imported all the same when pytest collects it
            self._run(root, *measured, "-m", "pytest", "-q", "-p", "no:randomly")
            self._run(root, "-m", "coverage", "json", "-q", "-o", "coverage.json")
            report = root / "coverage.json"
            if not report.exists():
                return 0.0
            totals = json.loads(report.read_text(encoding="utf-8"))["totals"]
        return float(totals["percent_covered"])

    def _mutation(self, text: str, test_path: Path) -> dict[str, Any]:
        with self._fresh(text, test_path) as root:
            python = self.place.python
            (root / "cosmic.toml").write_text(
                f'[cosmic-ray]\nmodule-path = "{self.subject.file}"\ntimeout = 30.0\n'
                f'test-command = "{python} -m pytest -x -q -p no:randomly -p no:cacheprovider '
                f'{test_path}"\n[cosmic-ray.distributor]\nname = "local"\n',
                encoding="utf-8",
            )
            ray = str(python.with_name("cosmic-ray"))
            self._run(root, ray, "init", "cosmic.toml", "mutants.sqlite")
            picked = ("pick", "mutants.sqlite", str(self.mutants), "1")
            if self._run(root, str(_MUTANTS), *picked, seconds=3600.0) != 0:
                raise RuntimeError("the mutants to run could not be picked")
            self._run(root, ray, "exec", "cosmic.toml", "mutants.sqlite", seconds=7200.0)
            told = subprocess.run(
                [str(python), str(_MUTANTS), "count", "mutants.sqlite"],
                cwd=root,
                env=surroundings(),
                capture_output=True,
                text=True,
                check=True,
            )
        found: dict[str, Any] = json.loads(told.stdout)
        return found


def functions(text: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the test functions and methods of a file; none where it cannot be parsed."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError):
        return
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    yield from (n for n in nodes if isinstance(n, kinds) and n.name.startswith("test"))
