"""Accept some tests of a proposal: joined into the file as it stands, and run once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from neovim_ai.errors import AiError, Kind
from neovim_ai.testgen import unrun
from neovim_ai.testgen.drafting import renamed
from neovim_ai.testgen.laboratory import Lab
from neovim_ai.testgen.merge.existing import Existing
from neovim_ai.testgen.merge.join import Joined, join
from neovim_ai.testgen.model import Case, Expectation, Subject, TestText
from neovim_ai.testgen.scaffold import naming
from neovim_ai.testgen.scaffold.house import detect
from neovim_ai.testgen.scaffold.render import Scaffold

RUNS = 2


@dataclass(frozen=True)
class Answer:
    """What the user said of a dispute.

    Attributes:
        case: With what was expected.
        observed: What it did, as an expectation; None when it cannot be pinned.
        word: `bug`, `intended` or `drop`.
    """

    case: Case
    observed: Expectation | None
    word: str


@dataclass(frozen=True)
class Accepted:
    """What accepting does to the file, and how the tests ran there."""

    joined: Joined
    tests: tuple[TestText, ...]
    verified: str


async def accept(
    subject: Subject, lab: Lab | None, tests: Sequence[TestText], answers: Sequence[Answer]
) -> Accepted:
    """Join tests into the test file as it stands and run them there.

    Args:
        subject: With the text of the test file as it stands in `existing`.
        lab: Where they run; None where nothing can be, and they are joined as they were shown.
        tests: The accepted ones.
        answers: What the user said of disputes.

    Raises:
        AiError: `gate` when one of them does not pass now, or imports a name that the file uses
            for something else.
    """
    scaffold, names = Scaffold(subject, detect(subject)), set(_taken(subject))
    chosen: list[TestText] = []
    for test in [*tests, *answered(answers, scaffold)]:
        fresh = renamed(test, naming.unique(test.name, names))
        names.add(fresh.name)
        chosen.append(fresh)
    joined = join(subject.existing, chosen, subject, detect(subject))
    if joined.clashes:
        raise AiError(
            Kind.GATE,
            f"The test file uses the name {', '.join(sorted(joined.clashes))} for something else.",
            "Nothing was changed.",
        )
    if not chosen:
        return Accepted(joined, (), "nothing to add")
    if lab is None:
        return Accepted(joined, tuple(chosen), f"not run, {unrun.WHY}")
    await _pass(lab, joined, chosen)
    count = f"{len(chosen)} test{'s' * (len(chosen) != 1)}"
    return Accepted(joined, tuple(chosen), f"{count}, {RUNS}/{RUNS} runs")


async def _pass(lab: Lab, joined: Joined, tests: Sequence[TestText]) -> None:
    seen = await lab.prove(joined.text, [one.name for one in tests], RUNS)
    for one in tests:
        found = seen.get(one.name)
        why = found.refused if found else "was not collected"
        if why:
            raise AiError(
                Kind.GATE, f"`{one.name}` does not pass now: {why}.", "Run :AiTest again."
            )


def _taken(subject: Subject) -> frozenset[str]:
    return Existing(subject.existing or "").names()


def answered(answers: Sequence[Answer], scaffold: Scaffold) -> list[TestText]:
    """Write the tests that answers ask for: an expected failure, or what was observed."""
    found: list[TestText] = []
    for one in answers:
        subject = scaffold.subject_words(one.case.call.target)
        told = naming.case_words(one.case, scaffold.parameters(one.case))
        name = f"test_{subject}_{told}".rstrip("_")
        if one.word == "bug":
            said = " ".join(one.case.expectation.said.split())[:80]
            found.append(scaffold.single(one.case, name, mark=f"possible bug: {said}"))
        elif one.word == "intended" and one.observed is not None:
            found.append(scaffold.single(replace(one.case, expectation=one.observed), name))
    return found


def words(answers: Mapping[str, str]) -> None:
    """Refuse answers that mean nothing.

    Raises:
        AiError: `usage`, naming the first.
    """
    for word in answers.values():
        if word not in ("bug", "intended", "drop"):
            raise AiError(Kind.USAGE, f"'{word}' answers nothing.", "Use bug, intended or drop.")
