"""What the project's own tests of the subject reach and notice already."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from neovim_ai.source.model import DefinitionKind
from neovim_ai.testgen.lab.judging import JUDGING_S
from neovim_ai.testgen.lab.mutants import Change
from neovim_ai.testgen.lab.worker import IMPORTING_S
from neovim_ai.testgen.lab.workers import Workers
from neovim_ai.testgen.model import Coverage, Subject

Arc = tuple[int, int]


@dataclass(frozen=True)
class Existing:
    """What is there before anything is added.

    Attributes:
        coverage: Of the targets, with what importing runs.
        killed: Keys of the mutants that some test of the file fails on.
    """

    coverage: Coverage
    killed: frozenset[str]


async def look(workers: Workers, subject: Subject, changes: Sequence[Change]) -> Existing:
    """Run the project's tests of the file, where it exists."""
    worker = await workers.get()
    whole = await worker.answer("measure", IMPORTING_S)
    lines_run, branches_run = _ran(whole["imported"])
    killed: set[str] = set()
    if subject.existing is not None:
        request = {
            "files": {str(subject.test_path): subject.existing},
            "mutants": [change.to_wire() for change in changes],
            "options": list(subject.pytest_options),
        }
        worker = await workers.get()
        async with aclosing(worker.ask("existing", JUDGING_S + IMPORTING_S, **request)) as told:
            async for message in told:
                if "test" in message:
                    lines, branches = _ran(message)
                    lines_run |= lines
                    branches_run |= branches
                elif message.get("by"):
                    killed.add(str(message["mutant"]))
    wanted = _spans(subject)
    return Existing(
        Coverage(
            lines=frozenset(line for line in map(int, whole["lines"]) if wanted(line)),
            branches=frozenset(arc for arc in _arcs(whole["branches"]) if wanted(arc[0])),
            lines_run=frozenset(filter(wanted, lines_run)),
            branches_run=frozenset(arc for arc in branches_run if wanted(arc[0])),
        ),
        frozenset(killed),
    )


def _ran(told: Any) -> tuple[set[int], set[Arc]]:
    return set(map(int, told["lines"])), set(_arcs(told["branches"]))


def _arcs(told: Any) -> list[Arc]:
    return [(int(start), int(end)) for start, end in told]


def _spans(subject: Subject) -> Any:
    """Return a test of whether a line belongs to a target."""
    spans = [
        (target.definition.line, target.definition.end_line)
        for target in subject.targets
        if target.definition.kind is not DefinitionKind.MODULE
    ]
    everything = len(spans) < len(subject.targets)
    return lambda line: everything or any(first <= line <= last for first, last in spans)
