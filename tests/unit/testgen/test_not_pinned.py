"""What people excluded, or may have excluded, is never pinned as observed."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from tests.unit.testgen.desk_lab import DeskLab
from tests.unit.testgen.exampled import COMPLEMENT, documented, judged
from tests.unit.testgen.small import call, subject_of
from tests.unit.testgen.test_engine import run
from tests.unit.testgen.test_methods import Desk, made

from neovim_ai.testgen.model import Call, Ending, Outcome


@pytest.mark.parametrize(
    ("docs", "why"),
    [
        (">>> f(3)  # doctest: +SKIP\n4", "it is marked to be skipped"),
        (">>> f(3) + f(3)  # doctest: +SKIP\n7", "it is marked to be skipped"),
        (">>> f(3)\n4\n>>>f(4)", "doctest cannot parse it"),
        (">>> f(3) + unknown\n4", "what comes out cannot be compared with it"),
        (">>> a = f(3)\n>>> a + unknown + a\n4", "what comes out cannot be compared with it"),
        (">>> sorted(f(3), key=unknown) is f(x=3)\nTrue", "it raises NameError here"),
    ],
)
def test_what_an_example_says_that_could_not_be_tried_is_not_pinned_silently(
    tmp_path: Path, docs: str, why: str
) -> None:
    subject = subject_of(documented(docs), tmp_path)
    calls = (call("f", "3"), call("f", "x=3"), call("f", "3", "1"), call("f", "5"))
    assert [c.call.act for c in judged(subject, *calls).cases] == ["f(5)"]
    (note,) = [one for one in run(subject, calls).notes if "not tried" in one]
    line = 5 if docs.startswith(">>> a =") else 4
    assert note == (
        f"An example of `f` was not tried (line {line}): {why}; what its call does is not pinned."
    )


def test_an_example_that_is_no_python_is_told_of(tmp_path: Path) -> None:
    subject = subject_of(documented(">>> f(3 4)\n5\n>>> f(6 7)\n8"), tmp_path)
    (note,) = [one for one in run(subject, (call("f", "3"),)).notes if "not tried" in one]
    assert note.startswith("2 examples of `f` were not tried (lines 4, 6), the first: it is no Py")


def test_an_example_that_does_not_end_leaves_nothing_pinned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = subject_of(documented(">>> f(3)\n3"), tmp_path)
    plainly = DeskLab._observe

    def observe(self: DeskLab, one: Call, module: dict[str, object]) -> Outcome:
        if one.act == "f(3)":
            return Outcome(Ending.TIMED_OUT)
        return plainly(self, one, module)

    monkeypatch.setattr(DeskLab, "_observe", observe)
    found = judged(subject, call("f", "5"))
    assert (found.cases, found.disputes) == ((), ())
    assert [one.fatal for one in found.untried] == [True]


def test_what_shows_an_object_alone_says_nothing(tmp_path: Path) -> None:
    code = documented(">>> f(3)\n<object object at 0x7f>", "return object()")
    assert judged(subject_of(code, tmp_path)).untried == ()


def test_a_call_that_contradicts_a_sentence_is_not_pinned_though_another_is_asked_about(
    tmp_path: Path,
) -> None:
    code = '''
        def same(x: int) -> int:
            """Return it.

            >>> same(1)
            1
            """
            if x > 5:
                return 'x'
            if x > 3:
                return 'long'
            return x
    '''
    calls = [call("same", n) for n in ("4", "60", "1")]
    found = judged(subject_of(code, tmp_path), *calls)
    assert [d.case.call.act for d in found.disputes] == ["same(4)"]
    assert not {"same(60)"} & {c.call.act for c in found.cases}


def test_another_exception_than_the_documented_one_is_not_pinned(tmp_path: Path) -> None:
    docs = "Raises:\n    ValueError: If x is negative."
    code = documented(docs, "if x < 0:\n    raise KeyError(x)\nreturn x")
    found = judged(subject_of(code, tmp_path), call("f", "-1"), call("f", "1"))
    assert [c.call.act for c in found.cases] == ["f(1)"]


def test_what_breaks_a_sentence_that_holds_elsewhere_is_not_pinned(tmp_path: Path) -> None:
    code = "def ordered(items):\n    '''Return a sorted list.'''\n    return list(items)\n"
    calls = [call("ordered", text) for text in ("[2, 1]", "[3, 1]", "[9, 1]", "[]")]
    found = judged(subject_of(code, tmp_path), *calls)
    assert found.disputes == ()
    assert [c.call.act for c in found.cases] == ["ordered([])"]


def test_a_helper_is_not_pinned_where_no_example_that_goes_through_it_came_right(
    tmp_path: Path,
) -> None:
    code = '''
        def _half(n):
            return n // 3


        def middle(items):
            """Return the middle.

            >>> middle([1, 2, 3])
            2
            """
            return items[_half(len(items)) - 1]
    '''
    found = judged(subject_of(code, tmp_path), call("_half", "4"))
    assert len(found.disputes) == 1
    assert found.cases == ()


@pytest.mark.parametrize(
    ("word", "text"),
    [("bug", "assert isodd(2) is False"), ("intended", "assert isodd(2) is True")],
)
def test_a_session_that_was_answered_is_not_asked_about_again(
    tmp_path: Path, word: str, text: str
) -> None:
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    code = textwrap.dedent(COMPLEMENT.format("func(*given)")).lstrip("\n")
    (root / "words.py").write_text(code)
    desk = Desk(root, code, ())
    found = desk.test()
    (dispute,) = found["disputes"]
    assert "\n" not in dispute["call"]
    lines = made([], desk.apply(found, answers={dispute["key"]: word})["edits"])
    assert text in "\n".join(lines)
    (root / "test_words.py").write_text("\n".join(lines))
    assert desk.test()["disputes"] == []
    (root / "test_words.py").write_text("def test_it():\n    assert isodd(2) is False\n")
    assert len(desk.test()["disputes"]) == 1
