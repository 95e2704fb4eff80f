"""The judges of docstrings: the same for ours and for those of others."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from bench import blind, devset, docs, lint, peers, scores

from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.source import facts as source_facts
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

SPLIT = """\
def split(line: str, limit: int = 0) -> list[str]:
    return line.split(None, limit)
"""
DOCUMENTED = SPLIT.replace("    return", '    """Split."""\n    return')
STREAM = "def stream(line):\n    yield line\n"
GOOD = """\
Split a line into words.

Args:
    line: What to split.
    limit: The most splits, or 0.

Returns:
    The words in order.
"""


def linted(code: str, name: str, docstring: str) -> lint.Lint:
    source = SourceText(code)
    found = target.by_qualname(source, name)
    house = lint.house(source_facts.collect(source, found))
    return lint.lint(source, found, docstring, house)


def test_clean_docstring_passes_the_linters() -> None:
    assert linted(SPLIT, "split", GOOD) == lint.Lint()


def test_what_another_docstring_could_do_without_is_found() -> None:
    assert linted(SPLIT, "split", GOOD.replace("words.", "words", 1)).found == "D415"
    assert "DOC101" in linted(SPLIT, "split", "Split a line.").found


def test_what_no_docstring_could_do_without_is_excused_by_name() -> None:
    docstring = "Stream it.\n\nArgs:\n    line: It.\n\nYields:\n    The line.\n"
    judged = linted(STREAM, "stream", docstring)
    assert judged.found == ""
    assert "generator has no annotation" in judged.excused


def test_entries_that_a_model_forgot_to_indent_count() -> None:
    flat = GOOD.replace("    ", "")
    assert scores.take_apart(flat).parameters == scores.take_apart(GOOD).parameters
    assert scores.take_apart(flat).returns == scores.take_apart(GOOD).returns


def test_saying_more_costs_where_precision_counts_as_much() -> None:
    source = SourceText(SPLIT)
    found = target.by_qualname(source, "split")
    facts = source_facts.collect(source, found)
    human = scores.human_parts("Split a line.")
    wordy = "Split a line of text that comes from somewhere into the words that it is made of."
    judged = scores.score(wordy, human, (Slot(SlotKind.SUMMARY),), facts, "split")
    assert 0 < judged.balanced < judged.summary


@pytest.mark.parametrize(
    ("reply", "safe"),
    [
        (f"```python\n{DOCUMENTED}```", True),
        (f"```python\n{DOCUMENTED}```".replace("limit)", "1)"), False),
        ("I cannot.", False),
    ],
)
def test_code_that_comes_back_is_safe_only_when_it_is_the_same(reply: str, safe: bool) -> None:
    assert peers.PEERS["whole code"].read(reply, SPLIT)[1] is safe


def test_halves_of_the_set_share_no_function(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [p for p in devset.files(("click", "sortedcontainers")) if "python3" in str(p)]
    some = [p for p in listed if p.parent.name in ("click", "sortedcontainers")]
    monkeypatch.setattr(devset, "files", lambda packages: some)
    tune, held = (devset.draw(4, 3, part) for part in ("tune", "held"))
    everything = devset.draw(8, 3)
    names = [sample.qualname for sample in (*tune, *held)]
    assert sorted(names) == sorted(sample.qualname for sample in everything)
    described = [scores.describes_parameters(sample.human) for sample in everything]
    assert described == [False, True] * 4
    assert all(sample.human not in sample.source.text for sample in everything)


def answers(folder: Path) -> Path:
    module = folder / "module.py"
    module.write_text(SPLIT, encoding="utf-8")
    rows = [
        {"row": row, "function": f"{module}::split", "reply": {"docstring": f"By {number}."}}
        for number, row in enumerate(("ours", blind.PEER, "template"))
    ]
    path = folder / "answers.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def test_sheet_shows_the_code_and_hides_who_wrote(tmp_path: Path) -> None:
    drawn = blind.entries(answers(tmp_path), 50, 1)
    assert sorted(entry.row for entry in drawn) == [blind.PEER, "ours"]
    shown = blind.sheet(drawn)
    assert "def split(line: str" in shown
    assert "By 0." in shown
    assert "ours" not in shown
    assert blind.PEER not in shown


def test_contradictions_are_counted_by_row_and_each_docstring_needs_a_verdict(
    tmp_path: Path,
) -> None:
    drawn = blind.entries(answers(tmp_path), 50, 1)
    judged = [blind.Verdict(1, 0, ""), blind.Verdict(2, 2, "says both")]
    told = blind.counted(drawn, judged)
    assert f"| {drawn[1].row} | 1 | 1 | 2 |" in told
    assert f"| {drawn[0].row} | 1 | 0 | 0 |" in told
    with pytest.raises(ValueError, match="verdict"):
        blind.counted(drawn, judged[:1])


def answered(row: str = "ours", number: int = 0, **other: Any) -> docs.Answer:
    told: dict[str, Any] = {"safe": True, "seconds": 6.0, "complete": True, "hollow": 0, **other}
    reply = peers.Reply("Do.", told["safe"], 1, 1, told["seconds"], told.get("cached", False))
    score = scores.Score(told["complete"], 0, 10, told["hollow"], 50.0, 50.0, None)
    judged = lint.Lint(told.get("found", ""), told.get("excused", ""))
    return docs.Answer(row, f"f{number}", reply, score, judged)


def beside(**other: Any) -> list[docs.Answer]:
    """Return a run of a hundred functions, one answer of ours otherwise."""
    ours = [answered(number=n, **(other if n == 0 else {})) for n in range(100)]
    return [*ours, *(answered("docstring only", n, seconds=10.0) for n in range(100))]


@pytest.mark.parametrize(
    ("other", "missed"),
    [
        ({}, []),
        ({"found": "D415"}, []),
        ({"excused": "D202 in any form"}, []),
        ({"safe": False}, ["safe"]),
        ({"complete": False}, ["complete"]),
        ({"hollow": 31}, ["hollow"]),
        ({"seconds": 60.0}, []),
    ],
)
def test_a_limit_that_one_answer_breaks_is_missed(other: dict[str, Any], missed: list[str]) -> None:
    assert [row.what for row in docs.limits(beside(**other)) if not row.met] == missed


def test_shares_and_paired_times_have_limits_too() -> None:
    def missed(**other: Any) -> list[str]:
        ours = [answered(number=n, **(other if n < 4 else {})) for n in range(4)]
        return [row.what for row in docs.limits(ours) if not row.met]

    assert missed(found="D415") == ["lint-clean"]
    assert missed(excused="DOC404 in any form") == ["lint-clean", "excused from the linters"]
    slow = [answered(seconds=6.6), answered("docstring only", seconds=10.0)]
    assert [row.what for row in docs.limits(slow) if not row.met] == ["time"]
    earlier = [answered(seconds=6.6), answered("docstring only", seconds=10.0, cached=True)]
    assert "time" not in {row.what for row in docs.limits(earlier)}
    assert docs.limits([answered("docstring only")]) == []


def test_a_missed_limit_ends_with_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "saved.jsonl"
    monkeypatch.setattr(docs.devset, "draw", lambda *_: ["f0"])
    monkeypatch.setattr(docs, "_name", str)
    for complete in (True, False):
        path.write_text(json.dumps(asdict(answered(complete=complete))) + "\n", encoding="utf-8")
        assert docs.main(["--saved", str(path)]) == (not complete)
