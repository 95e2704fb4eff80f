"""From a subject to a proposal, over the stand-in lab."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.testgen.desk_lab import DeskLab
from tests.unit.testgen.scripted import ScriptedModel
from tests.unit.testgen.small import call, said_of, subject_of

from neovim_ai.errors import AiError, Kind
from neovim_ai.testgen import cover
from neovim_ai.testgen.cases import variants
from neovim_ai.testgen.cover import Candidate
from neovim_ai.testgen.engine import Drafted, Phase, Step, Wishes, generate
from neovim_ai.testgen.killing import kill
from neovim_ai.testgen.model import Call, Coverage, Evidence, Mutant, Subject
from neovim_ai.testgen.proposal import TestProposal
from neovim_ai.testgen.searching import Search

CODE = '''
    def clip(value, low=0, high=10):
        """Limit a number to a range.

        >>> clip(11)
        10

        Raises:
            ValueError: If high is negative.
        """
        if high < 0:
            raise ValueError("empty range")
        if value < low:
            return low
        return min(value, high)


    def shout(text):
        return text.upper() + "!"
'''


CALLS = (
    call("clip", "-1"),
    call("clip", "5", "high=-1"),
    call("clip", "3"),
    call("shout", "'a'"),
    call("shout", "'b'"),
)


def run(
    subject: Subject,
    calls: Sequence[Call] = CALLS,
    model: ScriptedModel | None = None,
    failing: dict[str, str] | None = None,
    steps: list[Step] | None = None,
    wishes: Wishes | None = None,
) -> TestProposal:
    lab = DeskLab(subject, calls)
    lab.failing = failing or {}
    show = (steps if steps is not None else []).append
    wishes = wishes or Wishes(60.0, 3)
    return asyncio.run(generate(subject, lab, said_of(subject), model, show, wishes))


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    return subject_of(CODE, tmp_path)


def names(proposal: TestProposal) -> list[str]:
    return [one.test.name for one in proposal.kept]


def test_a_proposal_without_a_model_is_a_whole_file_of_few_tests(subject: Subject) -> None:
    found = run(subject)
    ast.parse(found.new_source)
    assert found.after.share == 1.0
    assert found.survivors == ()
    assert {str(one.provenance) for one in found.kept} == {"spec", "observed"}
    assert all(one.evidence.runs == 3 for one in found.kept)
    # one call of `shout` tells as much as two
    assert found.new_source.count("shout(") == 1
    assert "100% lines and branches" in found.summary


def test_evidence_of_a_test_says_what_only_it_does(subject: Subject) -> None:
    found = run(subject)
    shout = next(one for one in found.kept if "shout" in one.test.name)
    assert shout.evidence.alone == shout.evidence.kills != frozenset()


def test_running_again_has_nothing_left_to_add(subject: Subject) -> None:
    first = run(subject)
    again = run(replace(subject, existing=first.new_source))
    assert again.kept == ()
    assert again.new_source == first.new_source
    assert again.summary.startswith("nothing left to add: 100% lines and branches")


def test_only_what_is_new_is_added_and_names_stay_unique(subject: Subject) -> None:
    written = (
        "from words import clip\n\n\n"
        "def test_shout_with_text_a():\n    assert clip(11) == 10\n\n\n"
        "def test_clip_low():\n    assert clip(-1) == 0\n    assert clip(3) == 3\n"
    )
    found = run(replace(subject, existing=written))
    assert "def test_shout_with_text_a_2():" in found.new_source
    assert len([name for name in names(found) if "clip" in name]) == 1
    assert all(line in found.new_source.split("\n") for line in written.split("\n"))


def test_a_dispute_is_data_and_stays_out_of_the_file(tmp_path: Path) -> None:
    broken = subject_of(CODE.replace("min(value, high)", "max(value, high)"), tmp_path)
    found = run(broken)
    (dispute,) = found.disputes
    assert (dispute.case.expectation.value, dispute.case.expectation.source) == ("10", "example")
    assert not any(word in found.new_source for word in ("clip(11)", "clip(3)", "clip(-1)"))
    assert any("contradicts its documentation" in note for note in found.notes)


def test_a_test_that_falls_in_the_proof_is_not_kept_and_its_reason_is_said(
    subject: Subject,
) -> None:
    fallen = next(name for name in names(run(subject)) if "shout" in name)
    found = run(subject, failing={fallen: "leaves a file behind: out.txt"})
    assert fallen not in names(found)
    assert "shout" not in found.new_source
    assert [(r.name, r.reason) for r in found.refused] == [
        (fallen, "leaves a file behind: out.txt")
    ]


def test_rows_of_a_table_that_falls_are_tried_alone(tmp_path: Path) -> None:
    code = "def kind(n):\n    if n < 0:\n        return 'low'\n    return 'high'\n"
    calls = (call("kind", "-1"), call("kind", "1"))
    one = subject_of(code, tmp_path)
    (table,) = names(run(one, calls))
    found = run(one, calls, failing={table: "fails"})
    assert len(found.kept) == 2
    assert "parametrize" not in found.new_source


def test_a_row_that_falls_alone_too_is_not_kept(tmp_path: Path) -> None:
    code = "def kind(n):\n    if n < 0:\n        return 'low'\n    return 'high'\n"
    calls = (call("kind", "-1"), call("kind", "1"))
    one = subject_of(code, tmp_path)
    (table,) = names(run(one, calls))
    first, second = names(run(one, calls, failing={table: "fails"}))
    found = run(one, calls, failing={table: "fails", second: "fails still"})
    assert names(found) == [first]
    assert [(r.name, r.reason) for r in found.refused] == [(second, "fails still")]
    assert second not in found.new_source


def test_a_name_the_file_uses_for_something_else_is_no_ground_for_a_test(
    subject: Subject,
) -> None:
    written = "from elsewhere import shout\n\n\nX = shout\n"
    lab = DeskLab(replace(subject, existing=written), CALLS)
    lab._run_existing = lambda module: (True, frozenset())  # type: ignore[method-assign]
    found = asyncio.run(
        generate(lab.subject, lab, said_of(lab.subject), None, lambda _: None, Wishes(60.0, 3))
    )
    assert not any("shout" in name for name in names(found))
    assert any("shout for something else" in one.reason for one in found.refused)


def test_steps_are_told_while_it_runs(subject: Subject) -> None:
    steps: list[Step] = []
    run(subject, steps=steps)
    phases = [one.phase for one in steps if isinstance(one, Phase)]
    assert phases[0] == "reading what is tested already"
    assert "running the tests in fresh processes" in phases
    drafts = [one for one in steps if isinstance(one, Drafted)]
    assert drafts[-1].share == 1.0
    # They are shown by the names that they would have, not by those that we tell them apart with.
    assert any("def test_shout" in text for text in drafts[-1].texts)
    assert not any("test_case_" in text for text in drafts[-1].texts)


def test_kill_finds_a_test_for_one_mutant_or_says_there_is_none(subject: Subject) -> None:
    lab = DeskLab(subject, CALLS)
    key = next(m.key for m in lab._mutants() if m.target == "shout")
    one = asyncio.run(kill(subject, lab, said_of(subject), key, lambda _: None, Wishes()))
    assert len(one.kept) == 1
    assert key in one.kept[0].evidence.kills
    with pytest.raises(AiError) as stale:
        asyncio.run(kill(subject, lab, said_of(subject), "gone", lambda _: None, Wishes()))
    assert stale.value.kind is Kind.STALE
    deaf = DeskLab(subject)
    none = asyncio.run(kill(subject, deaf, said_of(subject), key, lambda _: None, Wishes()))
    assert none.kept == ()


def test_calls_near_a_mutant_of_a_default_are_those_of_the_function(subject: Subject) -> None:
    search = Search(DeskLab(subject, CALLS), subject, said_of(subject))
    asyncio.run(search.explore(1.0))
    header = subject.named["clip"].definition.line
    mutant = Mutant("key", "clip", header, "number", "10", "11")
    near = search.reaching([mutant])
    assert near
    assert {one.target for one in near} == {"clip"}


def evidence(lines: Sequence[int] = (), kills: Sequence[str] = ()) -> Evidence:
    return Evidence(lines=frozenset(lines), kills=frozenset(kills))


def test_cover_keeps_the_better_source_and_nothing_that_adds_nothing() -> None:
    before = Coverage(frozenset(range(5)), frozenset(), frozenset({0}), frozenset())
    candidates = [
        Candidate("observed", 1, 1, evidence([1, 2, 3], ["a"])),
        Candidate("spec", 0, 9, evidence([1, 2])),
        Candidate("same", 1, 1, evidence([1, 2])),
        Candidate("known", 0, 1, evidence([0], ["old"])),
    ]
    chosen = cover.choose(candidates, before, frozenset({"old"}))
    assert [one.name for one in chosen] == ["observed"]
    candidates[0] = Candidate("observed", 1, 1, evidence([3], ["a"]))
    chosen = cover.choose(candidates, before, frozenset({"old"}))
    assert [one.name for one in chosen] == ["spec", "observed"]


def test_neighbours_differ_in_one_argument(subject: Subject) -> None:
    target = subject.named["clip"]
    found = variants.variants(call("clip", "5"), target)
    assert call("clip", "6") in found
    assert call("clip", "5", "low=1") in found
    assert call("clip", "5") not in found
    assert call("clip", "5") in variants.variants(call("clip", "5", "1"), target)
    assert call("clip", "5") in variants.variants(call("clip", "5", "high=1"), target)
    assert call("clip") not in found
    assert all(len(one.arguments) <= 2 for one in found)
