"""The counting of bench/notes_ask.py: nothing counts as right or verified that is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.ask_questions import OTHER, OWN, PUBLIC, Question
from bench.notes_ask import Outcome, table
from bench.notes_ask import _unverified as unverified

from neovim_ai.notes.ask.model import Answer, Citation, Sentence

NOTE = "# A\n\n## Server\n\nRestart it: `systemctl restart nginx`\n"


def answered(path: Path, quote: str, row: int = 4, heading: str = "Server") -> Answer:
    cited = Citation(1, str(path), row, ("A", heading), quote)
    return Answer((Sentence(f"{quote} [1]", (cited,)),), True, (), 1.0)


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "n.md"
    path.write_text(NOTE, "utf-8")
    return path


@pytest.mark.parametrize(
    ("quote", "row", "wrong"),
    [
        ("Restart it: `systemctl restart nginx`", 4, 0),
        ("Restart it: `systemctl restart apache`", 4, 1),
        ("Restart it: `systemctl restart nginx`", 2, 1),
    ],
)
def test_a_citation_is_looked_up_in_the_file_at_its_row(
    note: Path, quote: str, row: int, wrong: int
) -> None:
    assert unverified(answered(note, quote, row)) == wrong


def test_right_means_the_right_section_or_rightly_none(note: Path) -> None:
    there, absent = Question("q", ("Server",)), Question("q")
    none = Answer((), False, (), 1.0)
    right = answered(note, "Restart it")
    wrong = answered(note, "Restart it", heading="Client")
    cases = [(there, right), (there, wrong), (there, none), (absent, none), (absent, right)]
    outcomes = [Outcome(question, answer, 0, "") for question, answer in cases]
    assert [one.right for one in outcomes] == [True, False, False, True, False]
    (row,) = table("x", outcomes)
    assert "| 1 of 3 " in row
    assert "| 1 of 2 " in row


@pytest.mark.parametrize("questions", [OWN, PUBLIC, OTHER])
def test_each_set_asks_for_what_is_there_and_what_is_not(questions: tuple[Question, ...]) -> None:
    texts = [one.text for one in questions]
    assert len(set(texts)) == len(texts)
    assert 0.5 <= sum(bool(one.headings) for one in questions) / len(questions) <= 0.7
