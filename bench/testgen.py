"""Tests written for real modules, with and without the local model, scored from outside.

    python -m bench.testgen --subjects sty.primitive --rows none ours   a quick look
    python -m bench.testgen --full                                      all subjects, all mutants

Beside `:AiTest` stand importing the module alone and one plain "write tests for this code" prompt
to the same model, of whose tests those that pass are kept. Coverage is coverage.py's, lines and
branches; mutants are cosmic-ray's, another tool than the one that tests are chosen with, and only
those with the same bytecode are left out. Every score is taken with plain pytest in a fresh copy.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench import testgen_peer
from bench.table import machine
from bench.testgen_scores import Score, Scorer, functions
from bench.testgen_subjects import SUBJECTS, Place, install, surroundings
from neovim_ai.llm.local import catalogue

ROWS_ALONE = ("import", "none")
ROWS = (*ROWS_ALONE, "ours", "plain")
TITLES = {
    "import": "importing alone",
    "none": "ours, no model",
    "ours": "ours, local model",
    "plain": "plain prompt, passing tests kept",
}
SAMPLE = 25
_COVERAGE, _COVERAGE_ALONE, _MUTATION = 90.0, 80.0, 70.0


@dataclass(frozen=True)
class Result:
    """One row of one subject.

    Attributes:
        row: A name in `ROWS`.
        module: Of the subject.
        score: What the kept tests are worth.
        emitted: Test functions that were written; `score.tests` of them were kept.
        seconds: Wall time of writing them.
        tokens: Read and written by the model.
        text: The test file.
        note: Why there is none.
    """

    row: str
    module: str
    score: Score
    emitted: int
    seconds: float
    tokens: tuple[int, int]
    text: str
    note: str = ""


def main(words: Sequence[str] | None = None) -> int:
    """Print the table; 1 when a target is missed that was measured over all subjects."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_AsWritten)
    names = [one.module for one in SUBJECTS]
    parser.add_argument("--subjects", nargs="+", default=names, choices=names)
    parser.add_argument("--rows", nargs="+", default=list(ROWS), choices=ROWS)
    parser.add_argument("--budget", type=float, default=180.0, help="seconds a subject (180)")
    parser.add_argument("--mutants", type=int, default=SAMPLE, help="a sample; 0 for all")
    parser.add_argument("--full", action="store_true", help="all mutants")
    parser.add_argument("--save", type=Path, help="write every result as JSON Lines")
    parser.add_argument("--saved", nargs="+", type=Path, help="show what --save wrote")
    arguments = parser.parse_args(words)
    print(f"{machine()}\n", flush=True)
    if arguments.saved:
        results = [one for path in arguments.saved for one in saved(path)]
    else:
        results = _measure(arguments)
    print(table(results))
    complete = set(arguments.subjects) == set(names)
    return 1 if complete and _missed(results) else 0


class _AsWritten(argparse.RawDescriptionHelpFormatter):
    pass


def saved(path: Path) -> list[Result]:
    """Read what `--save` wrote."""
    found = []
    for line in path.read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        one["score"] = Score(**{**one["score"], "survivors": tuple(one["score"]["survivors"])})
        found.append(Result(**{**one, "tokens": tuple(one["tokens"])}))
    return found


def _measure(arguments: argparse.Namespace) -> list[Result]:
    place = install()
    results = []
    for subject in (one for one in SUBJECTS if one.module in arguments.subjects):
        scorer = Scorer(place, subject, 0 if arguments.full else arguments.mutants)
        for row in (one for one in ROWS if one in arguments.rows):
            print(f"testgen: {subject.module}, {TITLES[row]}", file=sys.stderr, flush=True)
            results.append(_result(row, scorer, arguments.budget))
            if arguments.save:
                with arguments.save.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(results[-1])) + "\n")
    return results


def _result(row: str, scorer: Scorer, budget: float) -> Result:
    module = scorer.subject.module
    if row == "import":
        text = f"import {module}\n\n\ndef test_imports():\n    assert {module}\n"
        score = scorer.score(text, testgen_peer.TEST_PATH)
        return Result(row, module, score, 1, 0.0, (0, 0), text)
    if row == "plain":
        return _plain(scorer, budget)
    return _ours(row, scorer, budget)


def _plain(scorer: Scorer, budget: float) -> Result:
    subject = scorer.subject
    with TemporaryDirectory() as folder:
        root = scorer.place.project(subject, Path(folder))
        code = (root / subject.file).read_text(encoding="utf-8")
    name = catalogue.chosen() or catalogue.DEFAULT
    reply = asyncio.run(testgen_peer.ask(name, subject.module, code, budget))
    text = testgen_peer.kept(reply.text, scorer)
    emitted = len(list(functions(reply.text)))
    note = "" if text or not emitted else "none of its tests can be run"
    score = scorer.score(text, testgen_peer.TEST_PATH)
    tokens = (reply.prompt_tokens, reply.completion_tokens)
    return Result("plain", subject.module, score, emitted, reply.seconds, tokens, text, note)


def _ours(row: str, scorer: Scorer, budget: float) -> Result:
    with TemporaryDirectory() as folder:
        root = scorer.place.project(scorer.subject, Path(folder))
        began = time.perf_counter()
        told, said = _command(row, scorer.place, root / scorer.subject.file, budget)
        seconds = time.perf_counter() - began
        if told is None:
            score = scorer.score("", testgen_peer.TEST_PATH)
            return Result(row, scorer.subject.module, score, 0, seconds, (0, 0), "", said)
        # inside of the project, whatever links its path is reached by
        path = Path(told["test_path"]).resolve().relative_to(root.resolve())
    text = told["new_source"]
    tokens = (told["prompt_tokens"], told["completion_tokens"])
    emitted = len(list(functions(text)))
    score = scorer.score(text, path)
    return Result(row, scorer.subject.module, score, emitted, seconds, tokens, text, _own(told))


def _own(told: dict[str, Any]) -> str:
    """Say what the run itself claimed, to be held against what was measured."""
    mutants = told["mutants"]
    claimed = f"claims {told['coverage_after']['percent']}%, "
    claimed += f"{mutants['killed']} of {mutants['total']} of its own mutants"
    bugs = len(told["possible_bugs"])
    said = f"; {told['said']}" if told["said"] else ""
    return claimed + (f", {bugs} possible bugs" if bugs else "") + said


def _command(
    row: str, place: Place, path: Path, budget: float
) -> tuple[dict[str, Any] | None, str]:
    asked = ["--no-model"] if row == "none" else ["--provider", "local"]
    argv = [sys.executable, "-m", "neovim_ai", "test", str(path), "--json"]
    argv += ["--budget", str(budget), "--runs", "5", "--python", str(place.python), *asked]
    root = Path(__file__).parents[1]
    ran = subprocess.run(
        argv,
        env=surroundings(PYTHONPATH=str(root / "python")),
        capture_output=True,
        text=True,
        check=False,
    )
    if not ran.stdout.strip():
        return None, (ran.stderr.strip().splitlines() or ["nothing was printed"])[-1]
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    # that no model is set up would make a row of ours without one
    found["said"] = ran.stderr.strip()
    return found, ""


def table(results: Sequence[Result]) -> str:
    """Return the figures as Markdown, a subject's rows together and means below."""
    lines = [
        "| subject | row | line+branch | mutants killed | tests written, kept | fresh runs passed "
        "| seconds | tokens in, out |",
        "|---" * 8 + "|",
    ]
    for subject in SUBJECTS:
        lines += [_line(one) for one in results if one.module == subject.module]
    lines += [_mean(row, results) for row in ROWS if any(one.row == row for one in results)]
    published = ", ".join(f"{s.module} {s.published[0]} and {s.published[1]}" for s in SUBJECTS)
    lines += ["", f"Published line+branch, CoverUp and a plain prompt, GPT-4o: {published}.", ""]
    lines += [f"{one.module}, {TITLES[one.row]}: {one.note}" for one in results if one.note]
    return "\n".join(lines)


def _line(one: Result) -> str:
    score = one.score
    killed = f"{score.killed} of {score.mutants} ({_share(score):.0f}%)" if score.mutants else "-"
    cells = (
        one.module,
        TITLES[one.row],
        f"{score.coverage:.1f}%",
        killed,
        f"{one.emitted}, {score.tests}",
        f"{score.passed} of {score.runs}" if score.tests else "-",
        f"{one.seconds:.0f}",
        f"{one.tokens[0]}, {one.tokens[1]}",
    )
    return "| " + " | ".join(cells) + " |"


def _share(score: Score) -> float:
    return 100 * score.killed / score.mutants if score.mutants else 0.0


def _means(row: str, results: Sequence[Result]) -> tuple[float, float]:
    own = [one.score for one in results if one.row == row]
    return statistics.mean(s.coverage for s in own), statistics.mean(_share(s) for s in own)


def _mean(row: str, results: Sequence[Result]) -> str:
    coverage, killed = _means(row, results)
    count = sum(one.row == row for one in results)
    return f"| mean of {count} | {TITLES[row]} | {coverage:.1f}% | {killed:.0f}% | | | | |"


def _missed(results: Sequence[Result]) -> bool:
    limits = {"none": (_COVERAGE_ALONE, 0.0), "ours": (_COVERAGE, _MUTATION)}
    for row, (least, killed) in limits.items():
        own = [one for one in results if one.row == row]
        if own and (_means(row, own)[0] < least or _means(row, own)[1] < killed):
            return True
        if any(one.score.passed < one.score.runs for one in own):
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
