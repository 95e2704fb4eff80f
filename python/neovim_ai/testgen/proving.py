"""The last gate: the whole file with plain pytest, in fresh processes, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from neovim_ai.testgen.laboratory import Lab
from neovim_ai.testgen.merge.existing import Existing
from neovim_ai.testgen.merge.join import Joined, join
from neovim_ai.testgen.model import Evidence, Subject
from neovim_ai.testgen.proposal import Kept, Refused
from neovim_ai.testgen.scaffold import naming
from neovim_ai.testgen.scaffold.house import TestHouse
from neovim_ai.testgen.scaffold.render import Scaffold


@dataclass(frozen=True)
class Proven:
    """What stood the proof: tests with their runs, the file with them alone, and what fell."""

    kept: tuple[Kept, ...]
    text: str
    refused: tuple[Refused, ...]


async def prove(
    kept: Sequence[Kept],
    subject: Subject,
    lab: Lab,
    scaffold: Scaffold,
    house: TestHouse,
    runs: int,
) -> Proven:
    """Run tests as they will stand in the file; one that fails in any run is not kept.

    Of a table that fails, each row is tried once more as a test of its own.
    """
    existing = subject.existing
    tests, refused = without_clashes(kept, subject, house)
    if not tests:
        return Proven((), existing or "", tuple(refused))
    first = await _run(tests, subject, lab, house, runs)
    fallen = [one for one in first if one.evidence.refused]
    if not fallen:
        return _proven(first, subject, house, refused)
    standing = [one for one in first if not one.evidence.refused]
    rows = _rows(fallen, scaffold, Existing(existing or "").names(), standing)
    refused += [Refused(o.test.name, o.evidence.refused) for o in fallen if len(o.test.cases) < 2]
    second = await _run([*standing, *rows], subject, lab, house, runs)
    refused += [Refused(o.test.name, o.evidence.refused) for o in second if o.evidence.refused]
    standing = [one for one in second if not one.evidence.refused]
    return _proven(standing, subject, house, refused)


def without_clashes(
    kept: Sequence[Kept], subject: Subject, house: TestHouse
) -> tuple[list[Kept], list[Refused]]:
    """Part tests from those that import a name which the file uses for something else."""
    clashes = _joined(kept, subject, house).clashes
    if not clashes:
        return list(kept), []
    good, bad = [], []
    for one in kept:
        named = {line.rpartition(" ")[2] for line in one.test.imports} & clashes
        if named:
            why = f"the test file uses the name {', '.join(sorted(named))} for something else"
            bad.append(Refused(one.test.name, why))
        else:
            good.append(one)
    return good, bad


async def _run(
    kept: Sequence[Kept], subject: Subject, lab: Lab, house: TestHouse, runs: int
) -> list[Kept]:
    if not kept:
        return []
    joined = _joined(kept, subject, house)
    found = await lab.prove(joined.text, [one.test.name for one in kept], runs)
    return [_with_runs(one, found.get(one.test.name)) for one in kept]


def _with_runs(one: Kept, seen: Evidence | None) -> Kept:
    if seen is None:
        return replace(one, evidence=replace(one.evidence, refused="was not collected"))
    return replace(
        one,
        evidence=replace(
            one.evidence,
            runs=seen.runs,
            passed=seen.passed,
            order_safe=seen.order_safe,
            seconds=seen.seconds or one.evidence.seconds,
            refused=seen.refused,
        ),
    )


def _rows(
    fallen: Sequence[Kept], scaffold: Scaffold, taken: frozenset[str], standing: Sequence[Kept]
) -> list[Kept]:
    """Write each row of the fallen tables as a test of its own."""
    names = set(taken) | {one.test.name for one in standing}
    found: list[Kept] = []
    for one in fallen:
        for case in one.test.cases if len(one.test.cases) > 1 else ():
            subject = scaffold.subject_words(case.call.target)
            told = naming.case_words(case, scaffold.parameters(case))
            name = naming.unique(f"test_{subject}_{told}", names)
            names.add(name)
            found.append(replace(one, test=scaffold.single(case, name)))
    return found


def _proven(
    kept: Sequence[Kept], subject: Subject, house: TestHouse, refused: Sequence[Refused]
) -> Proven:
    text = _joined(kept, subject, house).text if kept else subject.existing or ""
    return Proven(tuple(kept), text, tuple(refused))


def _joined(kept: Sequence[Kept], subject: Subject, house: TestHouse) -> Joined:
    return join(subject.existing, [one.test for one in kept], subject, house)
