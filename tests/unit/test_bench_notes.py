"""The judging of bench/notes.py and bench/notes_public.py: what misses a limit is not passed."""

from __future__ import annotations

import pytest
from bench import notes, notes_quality
from bench.notes_public import Drawn
from bench.notes_queries import Question

from neovim_ai.notes.model import Section

QUICK, SLOW = [1.0] * 20, [1.0] * 17 + [30.0] * 3


@pytest.mark.parametrize(
    ("pressed", "grep", "least", "met"),
    [(QUICK, 30.0, 20, True), (SLOW, 30.0, 20, False), (QUICK, 15.0, 20, False),
     (QUICK, 15.0, 0, True)],
)  # fmt: skip
def test_a_class_that_is_late_or_hardly_faster_than_ripgrep_fails_the_run(
    pressed: list[float], grep: float, least: float, met: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    rivals = {"ripgrep": {"typo": [grep]}}
    assert notes._print({"typo": QUICK}, {"typo": pressed}, rivals, 16, least) is met
    assert "| typo |" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("half", "at", "met"),
    [("measure", [1] * 9 + [5], True), ("measure", [1] * 8 + [5] * 2, False),
     ("measure", [1] * 9 + [0], False), ("tune", [0], True)],
)  # fmt: skip
def test_only_the_half_that_nothing_was_tried_on_is_held_to_the_limits(
    half: str, at: list[int], met: bool
) -> None:
    assert notes_quality._print([(Question("typo", "q", "a", half), one) for one in at]) is met


def section(heading: str, body: str) -> Section:
    return Section(1, "a.md", 0, 1, ("File", heading), f"## {heading}\n{body}")


def test_only_what_holds_the_words_where_they_were_meant_answers_as_well() -> None:
    drawn = Drawn(
        "typo", "tune", "instal retires proxy ", "Set retries, behind a proxy.\n",
        frozenset({"install"}), frozenset({"retries", "proxy"}),
    )  # fmt: skip
    very = section("Install it", "Set retries,  behind a\nproxy.")
    assert (drawn.is_it(very), drawn.is_answered_by(very)) == (True, True)
    other = section("How to install", "A proxy needs more retries.")
    assert (drawn.is_it(other), drawn.is_answered_by(other)) == (False, True)
    assert not drawn.is_answered_by(section("Retries", "install it behind a proxy"))
    assert not drawn.is_answered_by(section("Install", "retries"))
