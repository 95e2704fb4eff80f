"""Tests for a machine without a sandbox: what people wrote down, as tests that were never run.

Nothing of the project runs, so nothing is observed, covered or killed, and the model is not asked:
no value of its could be checked.
"""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator, Mapping, Sequence

from neovim_ai.errors import AiError, Kind
from neovim_ai.testgen import drafting, proving
from neovim_ai.testgen.drafting import Draft
from neovim_ai.testgen.merge.existing import Existing
from neovim_ai.testgen.merge.join import join
from neovim_ai.testgen.model import Case, Coverage, Subject, TestText
from neovim_ai.testgen.oracle import stated
from neovim_ai.testgen.proposal import Refused, TestProposal
from neovim_ai.testgen.scaffold.house import detect
from neovim_ai.testgen.scaffold.origins import bound
from neovim_ai.testgen.scaffold.render import Scaffold
from neovim_ai.testgen.specification.model import Specification

WHY = "no sandbox on this machine"

_NOTHING = Coverage(frozenset(), frozenset(), frozenset(), frozenset())


def propose(subject: Subject, said: Mapping[str, Specification], lacking: AiError) -> TestProposal:
    """Write what is known without a run as tests, each labelled as not run.

    Args:
        subject: What is tested.
        said: What people said, by qualname.
        lacking: Why there is no sandbox, and what to do.

    Raises:
        AiError: `sandbox` when nothing is known without a run.
    """
    began = time.monotonic()
    house = detect(subject)
    scaffold = Scaffold(subject, house)
    drafts, refused = _drafted(stated.cases(subject, said), scaffold, subject)
    taken = Existing(subject.existing or "").names()
    written = drafting.written(drafts, scaffold, taken, frozenset())
    kept, clashing = proving.without_clashes(written, subject, house)
    if not kept:
        raise AiError(
            Kind.SANDBOX,
            f"{lacking.message} Without one only documented examples and exceptions become tests; "
            "none is left.",
            lacking.hint,
        )
    joined = join(subject.existing, [one.test for one in kept], subject, house)
    return TestProposal(
        subject,
        tuple(kept),
        (),
        (*refused, *clashing),
        joined.text,
        _NOTHING,
        _NOTHING,
        notes=tuple(note for note in (subject.advice, lacking.hint) if note),
        seconds=time.monotonic() - began,
        not_run=WHY,
    )


def _drafted(
    cases: Sequence[Case], scaffold: Scaffold, subject: Subject
) -> tuple[list[Draft], list[Refused]]:
    """Part cases from those that name what the module lacks: their file would not load."""
    names = bound(subject.source.text)
    drafts, refused = [], []
    for case in cases:
        test = scaffold.single(case, "test_it")
        missing = sorted(_taken_from_subject(test, subject) - names)
        if missing:
            why = f"`{missing[0]}` is not defined in the module"
            refused.append(Refused(case.expectation.said, why))
        else:
            drafts.append(Draft(case, test))
    return drafts, refused


def _taken_from_subject(test: TestText, subject: Subject) -> frozenset[str]:
    """Return the names that a test imports from the subject's module."""
    return frozenset(_imported(test.imports, subject.module))


def _imported(lines: Sequence[str], module: str) -> Iterator[str]:
    for line in lines:
        for node in ast.parse(line).body:
            if isinstance(node, ast.ImportFrom) and node.module == module:
                yield from (alias.name for alias in node.names)
