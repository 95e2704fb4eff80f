"""What should have come out, and who says so."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.testgen.desk_lab import DeskLab
from tests.unit.testgen.small import call, said_of, subject_of

from neovim_ai.testgen.model import Call, Ending, Observation, Outcome, Provenance, Source, Subject
from neovim_ai.testgen.oracle import compare, observed
from neovim_ai.testgen.oracle.assemble import Judged, Oracle
from neovim_ai.testgen.specification.model import Example

CLIP = '''
    def clip(value: int, low: int = 0, high: int = 10) -> int:
        """Limit a number to a range.

        >>> clip(11)
        {wanted}

        Raises:
            ValueError: If high is negative.
        """
        if high < {bound}:
            raise ValueError("empty range")
        return {returned}
'''


def clip(root: Path, wanted: str = "10", bound: str = "0", returned: str = "") -> Subject:
    returned = returned or "max(low, min(value, high))"
    return subject_of(CLIP.format(wanted=wanted, bound=bound, returned=returned), root)


def judged(subject: Subject, *calls: Call) -> Judged:
    lab = DeskLab(subject)

    async def ask() -> Judged:
        outcomes = await lab.observe(calls)
        seen = [Observation(c, o) for c, o in zip(calls, outcomes, strict=True)]
        return await Oracle(lab, subject, said_of(subject)).judge(seen)

    return asyncio.run(ask())


def sources(found: Judged) -> list[tuple[str, Source]]:
    return [(repr_of(one.call), one.expectation.source) for one in found.cases]


def repr_of(one: Call) -> str:
    return ", ".join(f"{a.name}={a.source}" if a.name else a.source for a in one.arguments)


def test_an_example_that_comes_true_is_spec_and_the_rest_is_observed(tmp_path: Path) -> None:
    found = judged(clip(tmp_path), call("clip", "5"), call("clip", "5", "high=-1"))
    assert sources(found) == [
        ("11", Source.EXAMPLE),
        ("5, high=-1", Source.DOCUMENTED),
        ("5", Source.RUN),
    ]
    assert found.disputes == ()
    assert found.cases[0].expectation.provenance is Provenance.SPEC


def test_an_example_that_fails_is_asked_about_and_nothing_is_pinned(tmp_path: Path) -> None:
    found = judged(clip(tmp_path, wanted="11"), call("clip", "5"), call("clip", "5", "high=-1"))
    (dispute,) = found.disputes
    assert dispute.case.expectation.value == "11"
    assert dispute.observed is not None
    assert dispute.observed.value == "10"
    assert "clip(11)" in dispute.case.expectation.said
    assert dispute.case.expectation.line == 4
    # what agrees with the documentation stays; what only ran is not pinned any more
    assert sources(found) == [("5, high=-1", Source.DOCUMENTED)]


def test_an_example_of_what_is_made_of_a_generator_contradicts_nothing(tmp_path: Path) -> None:
    code = '''
        def letters(text: str):
            """Give the letters one by one.

            >>> "".join(letters("ab"))
            'ab'
            """
            yield from text
    '''
    assert judged(subject_of(code, tmp_path)).disputes == ()


@pytest.mark.parametrize("printer", ["print", "pp", "pprint.pprint"])
def test_an_example_that_prints_a_result_contradicts_nothing(tmp_path: Path, printer: str) -> None:
    code = f'''
        import pprint
        pp = pprint.pprint

        def pairs(text: str) -> dict:
            """Number the letters.

            >>> {printer}(pairs("ab"))
            {{'a': 0, 'b': 1}}
            """
            return {{letter: at for at, letter in enumerate(text)}}
    '''
    assert judged(subject_of(code, tmp_path)).disputes == ()


def test_a_documented_exception_that_does_not_come_is_asked_about(tmp_path: Path) -> None:
    found = judged(clip(tmp_path, bound="-5"), call("clip", "5", "high=-1"))
    (dispute,) = found.disputes
    assert dispute.case.expectation.type == "ValueError"
    assert dispute.case.outcome is not None
    assert dispute.case.outcome.ending is Ending.RETURNED


def test_a_result_of_another_type_than_annotated_is_asked_about_once(tmp_path: Path) -> None:
    subject = clip(tmp_path, wanted="'x'", returned="'x'")
    found = judged(subject, call("clip", "5"), call("clip", "6"), call("clip", "'a'"))
    assert [d.case.expectation.checks for d in found.disputes] == [("isinstance(result, int)",)]
    assert repr_of(found.disputes[0].case.call) == "5"


def test_arguments_that_do_not_fit_excuse_a_result_of_another_type(tmp_path: Path) -> None:
    subject = subject_of(
        "def same(x: int) -> int:\n    if x == 'a':\n        return 'a'\n    return x\n", tmp_path
    )
    assert judged(subject, call("same", "'a'")).disputes == ()


def test_what_an_object_was_made_of_excuses_its_results_too(tmp_path: Path) -> None:
    code = """
        class Box:
            def __init__(self, text: str):
                self.text = text

            def read(self) -> str:
                return self.text
    """
    one = call("box.read", arrange=["box = Box(0)"], target="Box.read")
    assert judged(subject_of(code, tmp_path), one).disputes == ()


def test_a_call_the_test_file_speaks_of_is_settled(tmp_path: Path) -> None:
    written = "def test_it():\n    assert clip(11) == 10\n"
    subject = replace(clip(tmp_path, wanted="11"), existing=written)
    found = judged(subject, call("clip", "5"))
    assert found.disputes == ()
    assert ("5", Source.RUN) in sources(found)


def test_code_below_a_contradiction_is_not_pinned_through_its_callers(tmp_path: Path) -> None:
    subject = subject_of(
        '''
        def low(x):
            """Lower.

            >>> low(1)
            0
            """
            return x


        def outer(x):
            return low(x) + 1


        def apart(x):
            return x
        ''',
        tmp_path,
    )
    found = judged(subject, call("outer", "1"), call("apart", "1"))
    assert [one.call.callee for one in found.cases] == ["apart"]
    assert found.held == {"low"}


def test_what_never_runs_the_suspicious_lines_is_pinned_still(tmp_path: Path) -> None:
    subject = subject_of(
        '''
        def sign(x):
            """Tell the sign.

            >>> sign(1)
            '+'
            >>> sign(-1)
            '-'
            """
            if x < 0:
                return '!'
            return '+'
        ''',
        tmp_path,
    )
    found = judged(subject, call("sign", "2"), call("sign", "-2"))
    assert [repr_of(d.case.call) for d in found.disputes] == ["-1"]
    assert sources(found) == [("1", Source.EXAMPLE), ("2", Source.RUN)]


SORTED = '''
    def ordered(items):
        """Return a sorted list."""
        return {0}
'''


def test_a_stated_property_is_checked_on_every_result(tmp_path: Path) -> None:
    calls = [call("ordered", text) for text in ("[2, 1]", "[3]", "[1, 1]", "[]")]
    good = judged(subject_of(SORTED.format("sorted(items)"), tmp_path), *calls)
    kept = [one for one in good.cases if one.expectation.source is Source.PROPERTY]
    assert len(kept) == 4
    assert kept[0].expectation.checks == ("list(result) == sorted(result)",)
    bad = judged(subject_of(SORTED.format("list(items)"), tmp_path), *calls)
    assert [repr_of(d.case.call) for d in bad.disputes] == ["[2, 1]"]


def test_a_disputed_call_is_in_no_test_whatever_else_holds_of_it(tmp_path: Path) -> None:
    code = SORTED.replace(
        "sorted list.", "sorted list.\n\n        >>> ordered([2, 1])\n        [1, 3]\n        "
    )
    calls = [call("ordered", text) for text in ("[3]", "[1, 1]", "[]")]
    found = judged(subject_of(code.format("sorted(items)"), tmp_path), *calls)
    assert [repr_of(d.case.call) for d in found.disputes] == ["[2, 1]"]
    kept = [repr_of(c.call) for c in found.cases if c.expectation.source is Source.PROPERTY]
    assert kept == ["[3]", "[1, 1]", "[]"]


def test_a_property_that_hardly_ever_holds_was_misread(tmp_path: Path) -> None:
    calls = [call("ordered", text) for text in ("[2, 1]", "[3, 1]", "[9, 1]", "[]")]
    found = judged(subject_of(SORTED.format("list(items)"), tmp_path), *calls)
    assert found.disputes == ()


PAIR = """
    def encode(text):
        return text.upper()


    def decode(text):
        return text.lower()
"""


def test_a_round_trip_that_only_names_suggest_contradicts_nothing(tmp_path: Path) -> None:
    calls = [call("encode", f"'{word}'") for word in ("a", "b", "c", "dD", "e")]
    found = judged(subject_of(PAIR, tmp_path), *calls)
    assert found.disputes == ()
    kept = judged(subject_of(PAIR, tmp_path), *calls[:3])
    assert [o.expectation.checks for o in kept.cases if o.expectation.checks] == [
        ("decode(result) == text",)
    ] * 3


@pytest.mark.parametrize(
    ("wanted", "got", "alike"),
    [
        ("1", "1", True),
        ("1", "True", False),
        ("1", "1.0", True),
        ("0.333333", "0.3333333333", True),
        ("[0.1, 'a']", "[0.1000000001, 'a']", True),
        ("(1,)", "[1]", False),
        ("{'a': 0.5}", "{'a': 0.5000000001}", True),
        ("'a'", '"a"', True),
        ("Point(1, 2)", "Point(1,2)", True),
        ("Point(1, 2)", "Point(1, 3)", False),
    ],
)
def test_values_are_compared_as_people_mean_them(wanted: str, got: str, alike: bool) -> None:
    assert compare.same(wanted, got) is alike


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        (Outcome(Ending.RETURNED, value="2"), True),
        (Outcome(Ending.RETURNED, value="3"), False),
        (Outcome(Ending.RETURNED), None),
        (Outcome(Ending.RAISED, type="builtins.ValueError"), False),
        (Outcome(Ending.RAISED, type="builtins.NameError"), None),
        (Outcome(Ending.TIMED_OUT), None),
        (Outcome(Ending.DIED), None),
    ],
)
def test_an_example_that_cannot_be_run_here_contradicts_nothing(
    outcome: Outcome, verdict: bool | None
) -> None:
    assert compare.agrees(Example(call("f", "1"), "2"), outcome) is verdict


def test_a_shown_value_is_compared_as_doctest_does() -> None:
    example = Example(call("f"), "Box(1, ...)", shown=True)
    assert compare.agrees(example, Outcome(Ending.RETURNED), "Box(1, 2)") is True
    assert compare.agrees(example, Outcome(Ending.RETURNED), "Box(2, 2)") is False
    printed = Example(call("f"), "hello\nthere", shown=True)
    assert (
        compare.agrees(printed, Outcome(Ending.RETURNED, stdout="hello\nthere\n"), "None") is True
    )
    address = Example(call("f"), "<Box at 0x1>", shown=True)
    assert compare.agrees(address, Outcome(Ending.RETURNED), "<Box at 0x2>") is None


@pytest.mark.parametrize(
    ("outcome", "pins"),
    [
        (Outcome(Ending.RETURNED, value="[1]"), "[1]"),
        (Outcome(Ending.RETURNED, value="[1]", stable=False), None),
        (Outcome(Ending.RETURNED, value="None", checks=("items == [1]",)), ("items == [1]",)),
        (Outcome(Ending.RETURNED, value="", checks=("len(result) == 2",)), ("len(result) == 2",)),
        (Outcome(Ending.RETURNED), None),
        (Outcome(Ending.DIED), None),
        (Outcome(Ending.TIMED_OUT), None),
    ],
)
def test_only_what_is_stable_and_readable_is_pinned(outcome: Outcome, pins: object) -> None:
    found = observed.expectation(outcome)
    assert (found and (found.value or found.checks)) == pins


def test_pythons_own_messages_are_not_pinned() -> None:
    raised = Outcome(Ending.RAISED, type="builtins.TypeError", message="unsupported operand")
    accident = observed.expectation(raised, own=False)
    own = observed.expectation(raised, own=True)
    assert accident is not None
    assert own is not None
    assert (accident.match, own.match) == ("", "unsupported operand")
