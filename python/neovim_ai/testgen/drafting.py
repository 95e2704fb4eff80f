"""Turn cases into tests, and the chosen ones into few: one `parametrize` for cases of one shape."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from neovim_ai.testgen import cover
from neovim_ai.testgen.cover import Candidate
from neovim_ai.testgen.laboratory import Lab
from neovim_ai.testgen.model import Case, Coverage, Evidence, Subject, TestText
from neovim_ai.testgen.oracle.assemble import key_of, rank
from neovim_ai.testgen.proposal import Kept
from neovim_ai.testgen.scaffold import grouping, naming
from neovim_ai.testgen.scaffold.render import Scaffold


@dataclass
class Draft:
    """A case as a test of its own, with its evidence once it is known."""

    case: Case
    test: TestText
    evidence: Evidence | None = None


class Drafts:
    """All cases of a job, each judged once as a test of its own."""

    def __init__(self, lab: Lab, subject: Subject, scaffold: Scaffold) -> None:
        """Begin with none."""
        self._lab = lab
        self._subject = subject
        self._scaffold = scaffold
        self._drafts: dict[str, Draft] = {}

    async def judge(self, cases: Sequence[Case]) -> None:
        """Find out what each new case is worth; cases that are gone are forgotten."""
        named = {f"test_case_{key_of(case)}_{_kind(case)}": case for case in cases}
        self._drafts = {name: one for name, one in self._drafts.items() if name in named}
        new = [
            Draft(case, self._scaffold.single(case, name))
            for name, case in named.items()
            if name not in self._drafts
        ]
        if new:
            evidence = await self._lab.judge([one.test for one in new])
            for one in new:
                one.evidence = evidence.get(one.test.name)
                self._drafts[one.test.name] = one

    def chosen(self, before: Coverage, killed: frozenset[str]) -> list[Draft]:
        """Return the cases to keep."""
        candidates = [
            Candidate(name, rank(one.case, self._subject), len(one.test.text), one.evidence)
            for name, one in self._drafts.items()
            if one.evidence is not None and not one.evidence.refused
        ]
        kept = {one.name for one in cover.choose(candidates, before, killed)}
        return [one for name, one in self._drafts.items() if name in kept]

    def kills(self) -> frozenset[str]:
        """Return the mutants that any case kills."""
        found = [one.evidence.kills for one in self._drafts.values() if one.evidence]
        return frozenset().union(*found)

    def killing(self, key: str) -> list[Draft]:
        """Return the cases that a mutant fails on."""
        held = [one for one in self._drafts.values() if one.evidence and not one.evidence.refused]
        return [one for one in held if one.evidence and key in one.evidence.kills]

    def refused(self) -> list[tuple[Case, str]]:
        """Return the cases that a gate closed on, with the reason."""
        return [
            (one.case, one.evidence.refused)
            for one in self._drafts.values()
            if one.evidence is not None and one.evidence.refused
        ]


def _kind(case: Case) -> str:
    return f"{case.expectation.source}{len(case.expectation.checks)}".replace(" ", "_")


def written(
    drafts: Sequence[Draft],
    scaffold: Scaffold,
    taken: frozenset[str],
    killed: frozenset[str],
) -> list[Kept]:
    """Write the chosen cases as tests, those of one function together, names unique.

    Args:
        drafts: The chosen cases; their names may come from a model.
        scaffold: Who writes.
        taken: Names that the file has already.
        killed: Mutants that the project's own tests kill.
    """
    worth = {id(one.case): one.evidence or Evidence() for one in drafts}
    ordered = sorted(drafts, key=lambda d: _place(d, drafts))
    names = set(taken)
    found: list[Kept] = []
    for group in grouping.groups([one.case for one in ordered]):
        name = naming.unique(_name(group, scaffold), names)
        names.add(name)
        test = scaffold.parametrized(group, name)
        evidence = _together([worth[id(case)] for case in group])
        intent = next((case.intent for case in group if case.intent), "")
        found.append(Kept(test, evidence, intent))
    only = cover.alone({one.test.name: one.evidence.kills for one in found}, killed)
    return [
        replace(one, evidence=replace(one.evidence, alone=only[one.test.name])) for one in found
    ]


def retitled(
    kept: Sequence[Kept], words: Mapping[str, str], taken: frozenset[str], scaffold: Scaffold
) -> list[Kept]:
    """Give tests the names that a model has words for; names stay unique."""
    names = set(taken) | {one.test.name for one in kept if one.test.name not in words}
    found: list[Kept] = []
    for one in kept:
        told = words.get(one.test.name)
        if told is None:
            found.append(one)
            continue
        subject = scaffold.subject_words(one.test.cases[0].call.target)
        name = naming.unique(f"test_{subject}_{told}", names)
        names.add(name)
        intent = told.replace("_", " ")
        found.append(replace(one, test=renamed(one.test, name), intent=intent))
    return found


def renamed(test: TestText, name: str) -> TestText:
    """Give a test another name."""
    if name == test.name:
        return test
    head = re.compile(rf"^((?:async )?def ){re.escape(test.name)}\(", re.MULTILINE)
    return replace(test, name=name, text=head.sub(rf"\g<1>{name}(", test.text, count=1))


def _place(draft: Draft, drafts: Sequence[Draft]) -> tuple[int, str]:
    target = draft.case.call.target
    return (min(n for n, one in enumerate(drafts) if one.case.call.target == target), target)


def _name(group: Sequence[Case], scaffold: Scaffold) -> str:
    subject = scaffold.subject_words(group[0].call.target)
    if len(group) == 1:
        case = group[0]
        told = case.name or naming.case_words(case, scaffold.parameters(case))
    else:
        told = next((case.name for case in group if case.name), "") or naming.group_words(group)
        told = naming.group_words(group) if len(group) > 1 else told
    return f"test_{subject}_{told}" if told else f"test_{subject}"


def _together(parts: Sequence[Evidence]) -> Evidence:
    return Evidence(
        lines=frozenset().union(*(one.lines for one in parts)),
        branches=frozenset().union(*(one.branches for one in parts)),
        kills=frozenset().union(*(one.kills for one in parts)),
        seconds=sum(one.seconds for one in parts),
    )


def reached(before: Coverage, kept: Sequence[Evidence]) -> Coverage:
    """Return coverage with tests added."""
    lines = before.lines_run.union(*(one.lines for one in kept)) & before.lines
    branches = before.branches_run.union(*(one.branches for one in kept)) & before.branches
    return Coverage(before.lines, before.branches, lines, branches)
