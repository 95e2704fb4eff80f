"""What the editor asks about tests: the wire, accepting, answering, killing a mutant."""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.unit.testgen.conftest import Make
from tests.unit.testgen.desk_lab import DeskLab
from tests.unit.testgen.scripted import ScriptedModel
from tests.unit.testgen.small import call

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.model import Usage
from neovim_ai.methods.tests import TestMethods
from neovim_ai.testgen.laboratory import Lab
from neovim_ai.testgen.model import Call, Subject

CODE = '''\
def clip(value, low=0, high=10):
    """Limit a number to a range.

    >>> clip(11)
    {wanted}
    """
    if value < low:
        return low
    return min(value, high)


class Box:
    def __init__(self, items):
        self.items = items

    def size(self):
        return len(self.items)
'''
CALLS = (
    call("clip", "-1"),
    call("clip", "3"),
    call("box.size", arrange=["box = Box([1])"], target="Box.size"),
)


class Desk:
    """The methods over a project on disk, its labs, and what was told."""

    def __init__(self, root: Path, text: str, calls: Sequence[Call] = CALLS) -> None:
        self.root, self.lines = root, text.split("\n")[:-1]
        self.labs: list[DeskLab] = []
        self.told: list[dict[str, Any]] = []
        self.failing: dict[str, str] = {}
        self.spent: list[Usage] = []
        self._calls = calls
        self.model = ScriptedModel(lambda prompt, field: "")
        self.unreachable: AiError | None = None
        self.methods = TestMethods(self._connect, self.spent.append, self._open)

    async def _connect(self, emit: object) -> ScriptedModel:
        if self.unreachable is not None:
            raise self.unreachable
        return self.model

    async def _open(self, subject: Subject) -> Lab:
        lab = DeskLab(subject, self._calls)
        lab.failing = self.failing
        self.labs.append(lab)
        return lab

    def buffer(self) -> dict[str, Any]:
        return {"path": str(self.root / "words.py"), "lines": self.lines, "encoding": "utf-8"}

    def tests(self, lines: Sequence[str] = ()) -> dict[str, Any]:
        return {"path": str(self.root / "test_words.py"), "lines": list(lines), "encoding": "utf-8"}

    def test(self, row: int = 0, **options: Any) -> Mapping[str, Any]:
        params = {"buffer": self.buffer(), "row": row, "col": 0, "options": options, "buffers": []}
        return asyncio.run(self.methods.test(params, self.told.append))

    def apply(
        self,
        proposal: Mapping[str, Any],
        lines: Sequence[str] = (),
        answers: Mapping[str, str] | None = None,
        keys: Sequence[str] | None = None,
    ) -> Mapping[str, Any]:
        chosen = [hunk["key"] for hunk in proposal["hunks"]] if keys is None else list(keys)
        params = {
            "proposal": proposal,
            "buffer": self.buffer(),
            "test_buffer": self.tests(lines),
            "keys": chosen,
            "answers": dict(answers or {}),
        }
        return asyncio.run(self.methods.apply(params, self.told.append))


@pytest.fixture
def desk(make: Make) -> Desk:
    text = CODE.format(wanted="10")
    return Desk(make({"pyproject.toml": "", "words.py": text}), text)


def made(lines: Sequence[str], edits: Sequence[Mapping[str, Any]]) -> list[str]:
    """Make edits one after the other, as `nvim_buf_set_text` does; each must only insert."""
    after = list(lines) or [""]
    for edit in edits:
        row, col = edit["start_row"], edit["start_col"]
        assert (row, col) == (edit["end_row"], edit["end_col"])
        if row == len(after):
            after.append("")
        line = after[row].encode()
        new = list(edit["lines"])
        new[0] = line[:col].decode() + new[0]
        new[-1] += line[col:].decode()
        after[row : row + 1] = new
    return after


def test_a_proposal_names_its_tests_with_evidence_and_text(desk: Desk) -> None:
    found = desk.test()
    assert (found["status"], found["qualname"], found["exists"]) == ("proposed", "clip", False)
    assert found["test_path"] == str(desk.root / "test_words.py")
    for hunk in found["hunks"]:
        assert hunk["lines"][0].startswith(("def ", "@pytest"))
        assert "runs" in hunk["evidence"]
    assert "100% lines" in found["reason"]
    text = "\n".join(made([], found["edits"]))
    ast.parse(text)
    assert all("\n".join(hunk["lines"]) in text for hunk in found["hunks"])
    assert desk.told[0]["type"] == "target"
    assert {"phase", "test_draft"} <= {one["type"] for one in desk.told}
    assert desk.labs[-1].asked[-1] == "close"


def test_the_class_under_the_cursor_a_range_or_the_whole_file(desk: Desk) -> None:
    assert desk.test(row=11)["targets"] == ["Box.__init__", "Box.size"]
    assert desk.test(row=14)["targets"] == ["Box.__init__"] or desk.test(row=15)["qualname"]
    assert desk.test(start_row=0, end_row=12)["targets"][0] == "clip"
    assert desk.test(whole=True)["targets"] == ["clip", "Box.__init__", "Box.size"]
    with pytest.raises(AiError, match="cursor is not in"):
        desk.test(row=9)


def test_accepting_some_leaves_the_others_for_later(desk: Desk) -> None:
    found = desk.test(whole=True)
    first, *others = [hunk["key"] for hunk in found["hunks"]]
    one = desk.apply(found, keys=[first])
    assert one["names"] == [first]
    lines = made([], one["edits"])
    more = desk.apply(found, lines, keys=others)
    text = "\n".join(made(lines, more["edits"]))
    ast.parse(text)
    assert all(f"def {name}(" in text for name in (first, *others))
    assert "2/2 runs" in more["verified"]
    assert [lab.asked[-1] for lab in desk.labs] == ["close"] * len(desk.labs)


def test_accepting_twice_gives_another_name_and_changes_no_line(desk: Desk) -> None:
    found = desk.test()
    lines = made([], desk.apply(found)["edits"])
    again = desk.apply(found, lines)
    after = made(lines, again["edits"])
    assert again["names"] == [f"{h['key']}_2" for h in found["hunks"]]
    rest = iter(after)
    assert all(line in rest for line in lines)


def test_changed_code_makes_a_proposal_stale(desk: Desk) -> None:
    found = desk.test()
    desk.lines = [line.replace("min(", "max(") for line in desk.lines]
    with pytest.raises(AiError) as stale:
        desk.apply(found)
    assert stale.value.kind is Kind.STALE


def test_changes_elsewhere_do_not(desk: Desk) -> None:
    found = desk.test()
    desk.lines = ["import os", "", *desk.lines]
    assert desk.apply(found)["names"]


def test_a_test_that_fails_where_it_will_stand_is_refused(desk: Desk) -> None:
    found = desk.test()
    name = found["hunks"][0]["key"]
    desk.failing = {name: "fails after the existing suite"}
    with pytest.raises(AiError, match=f"{name}.*fails after the existing suite") as refused:
        desk.apply(found)
    assert refused.value.kind is Kind.GATE
    assert desk.labs[-1].asked[-1] == "close"


def test_a_name_of_the_users_is_never_taken_for_the_subjects(desk: Desk) -> None:
    found = desk.test()
    with pytest.raises(AiError, match="uses the name clip for something else"):
        desk.apply(found, ["def clip():", "    return 1"])


@pytest.fixture
def disputed(make: Make) -> Desk:
    text = CODE.format(wanted="11")
    return Desk(make({"pyproject.toml": "", "words.py": text}), text)


def test_a_dispute_is_a_question_with_both_values_and_the_sentence(disputed: Desk) -> None:
    found = disputed.test()
    (one,) = found["disputes"]
    assert (found["status"], found["hunks"]) == ("disputed", [])
    assert (one["call"], one["expected"], one["observed"]) == ("clip(11)", "11", "10")
    assert (one["row"], one["source"], one["can_be_pinned"]) == (3, "example", True)


@pytest.mark.parametrize(
    ("word", "text", "bugs"),
    [
        ("bug", "@pytest.mark.xfail(strict=True, reason=", 1),
        ("intended", "assert clip(11) == 10", 0),
        ("drop", None, 0),
    ],
)
def test_the_user_says_what_becomes_of_it(
    disputed: Desk, word: str, text: str | None, bugs: int
) -> None:
    found = disputed.test()
    done = disputed.apply(found, answers={found["disputes"][0]["key"]: word})
    after = "\n".join(made([], done["edits"]))
    assert (text in after) if text else after == ""
    assert ("assert clip(11) == 11" in after) is (word == "bug")
    assert len(done["bugs"]) == bugs
    if bugs:
        assert done["bugs"][0]["row"] == 3
        assert "expected 11, got 10" in done["bugs"][0]["message"]


def test_an_answer_that_means_nothing_is_refused(disputed: Desk) -> None:
    found = disputed.test()
    with pytest.raises(AiError, match="answers nothing"):
        disputed.apply(found, answers={found["disputes"][0]["key"]: "maybe"})


def test_killing_a_mutant_proposes_one_test(desk: Desk) -> None:
    found = desk.test()
    assert found["survivors"] == []
    mutant = {"key": "return:9", "target": "clip", "row": 8}
    params = {"buffer": desk.buffer(), "test_buffer": desk.tests(), "mutant": mutant}
    one = asyncio.run(desk.methods.kill(params, desk.told.append))
    assert len(one["hunks"]) == 1
    desk._calls = ()
    desk.lines = [line.replace(">>> clip(11)", "").replace("    10", "") for line in desk.lines]
    none = asyncio.run(desk.methods.kill({**params, "buffer": desk.buffer()}, desk.told.append))
    assert (none["hunks"], none["status"]) == ([], "unchanged")
    assert "no input was found" in none["reason"]


def test_the_model_is_connected_only_when_it_is_wanted(desk: Desk) -> None:
    desk.test(model=False)
    assert desk.model.prompts == []
    desk.test()
    assert desk.model.prompts != []
    assert desk.spent[-1].requests > 0


@pytest.mark.parametrize("kind", [Kind.CONNECTION, Kind.AUTH, Kind.MODEL_MISSING, Kind.CONSENT])
def test_a_model_that_cannot_be_reached_takes_no_test_away(desk: Desk, kind: Kind) -> None:
    alone = desk.test(model=False)
    desk.unreachable = AiError(kind, "nowhere:1 does not answer.", "Is it running?")
    found = desk.test()
    assert [hunk["lines"] for hunk in found["hunks"]] == [hunk["lines"] for hunk in alone["hunks"]]
    note = "Without the model's advice: nowhere:1 does not answer. Is it running?"
    assert found["notes"] == [note, *alone["notes"]]
    assert (found["model"], found["status"]) == ("", "proposed")


def test_without_a_model_that_is_set_up_nothing_is_said_of_one(desk: Desk) -> None:
    desk.unreachable = AiError(Kind.NO_PROVIDER, "No model is set up.")
    assert desk.test()["notes"] == desk.test(model=False)["notes"]


@pytest.mark.parametrize("kind", [Kind.CANCELLED, Kind.USAGE])
def test_a_wish_to_stop_and_a_setting_that_means_nothing_end_the_request(
    desk: Desk, kind: Kind
) -> None:
    desk.unreachable = AiError(kind, "Stopped.")
    with pytest.raises(AiError, match="Stopped"):
        desk.test()
    assert desk.labs == []


def test_unsaved_tests_count_as_they_stand(desk: Desk) -> None:
    written = desk.test(whole=True)
    lines = made([], written["edits"])
    params = {
        "buffer": desk.buffer(),
        "row": 0,
        "col": 0,
        "options": {"whole": True},
        "buffers": [desk.tests(lines)],
    }
    again = asyncio.run(desk.methods.test(params, desk.told.append))
    assert (again["status"], again["exists"]) == ("unchanged", True)
    assert again["reason"].startswith("nothing left to add")
