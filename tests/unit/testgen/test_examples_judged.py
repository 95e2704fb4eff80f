"""Examples of several lines: what comes of them is spec, a question, or written as a test."""

from __future__ import annotations

import asyncio
import textwrap
from pathlib import Path

import pytest
from tests.unit.testgen.desk_lab import DeskLab
from tests.unit.testgen.exampled import COMPLEMENT, complement, documented, judged, scaffolded
from tests.unit.testgen.small import call, said_of, subject_of
from tests.unit.testgen.test_engine import run

from neovim_ai.testgen import messages
from neovim_ai.testgen.model import Provenance, Source
from neovim_ai.testgen.oracle import stated
from neovim_ai.testgen.scaffold import grouping
from neovim_ai.testgen.searching import Search


def test_a_session_that_comes_true_is_spec_and_reads_as_its_author_wrote_it(tmp_path: Path) -> None:
    found = run(complement(tmp_path), ())
    (kept,) = [one for one in found.kept if one.provenance is Provenance.SPEC]
    assert kept.test.text == textwrap.dedent("""\
        def test_complement_documented_example():
            def iseven(n):
                return n % 2 == 0
            isodd = complement(iseven)
            assert isodd(2) is False""")
    assert kept.test.imports == ("from words import complement",)
    assert found.disputes == ()


def test_a_fault_that_a_session_excludes_is_asked_about_and_never_pinned(tmp_path: Path) -> None:
    subject = complement(tmp_path, "func(*given)")
    found = judged(subject, call("complement", "bool"), call("complement", "len"))
    (dispute,) = found.disputes
    assert found.cases == ()
    assert dispute.case.expectation.line == 8
    entry = messages.dispute_entry(dispute, subject)
    assert entry["call"] == (
        "def iseven(n): return n % 2 == 0; isodd = complement(iseven); isodd(2)"
    )
    assert (entry["expected"], entry["observed"], entry["can_be_pinned"]) == ("False", "True", True)


def test_a_fault_that_stops_the_lines_before_is_asked_about_too(tmp_path: Path) -> None:
    code = COMPLEMENT.format("x").replace("return lambda *given: x", "return func()")
    subject = subject_of(code, tmp_path)
    (dispute,) = judged(subject).disputes
    assert messages.observed_text(dispute).startswith("TypeError: ")
    assert dispute.observed is None


def test_lines_before_that_need_what_is_not_here_contradict_nothing(tmp_path: Path) -> None:
    code = documented(">>> x = open('no such file')\n>>> f(x)\n2\n>>> y = unknown\n>>> f(y)\n3")
    found = judged(subject_of(code, tmp_path))
    assert found.disputes == ()
    assert [one.why.partition(": ")[2].partition(":")[0] for one in found.untried] == [
        "FileNotFoundError",
        "NameError",
    ]


def test_a_line_that_fails_alone_is_tried_after_all_that_was_said_before(tmp_path: Path) -> None:
    code = """
        _known = []


        def learn(word):
            _known.append(word)


        def knows(word):
            '''Tell whether a word was learnt.

            >>> learn("a")
            >>> knows("a")
            True
            '''
            return word in _known
    """
    found = judged(subject_of(code, tmp_path))
    assert found.disputes == ()
    (case,) = found.cases
    assert (case.call.arrange, case.expectation.source) == (("learn('a')",), Source.EXAMPLE)


@pytest.mark.parametrize(
    ("docs", "body", "written"),
    [
        (
            ">>> items = [2, 1]\n>>> f(items)\n>>> items\n[1, 2]",
            "x.sort()",
            ["items = [2, 1]", "f(items)", "assert items == [1, 2]"],
        ),
        (">>> f(1) + f(2) == 3\nTrue", "return x", ["assert f(1) + f(2) == 3"]),
        (">>> f(1) + f(2) == 4\nFalse", "return x", ["assert not (f(1) + f(2) == 4)"]),
        (">>> f(1) if f(1) else 0\n1", "return x", ["assert (f(1) if f(1) else 0) == 1"]),
        (
            ">>> for one in f([1, 2]):\n...     print(one)\n1\n2",
            "return x",
            [
                "for one in f([1, 2]):",
                "    print(one)",
                'assert capsys.readouterr().out == "1\\n2\\n"',
            ],
        ),
        (
            ">>> y = f([])\nTraceback (most recent call last):\n  ...\n"
            "IndexError: list index out of range",
            "return x[0]",
            ['with pytest.raises(IndexError, match="list index out of range"):', "    y = f([])"],
        ),
    ],
)
def test_a_session_is_written_as_plain_statements(
    tmp_path: Path, docs: str, body: str, written: list[str]
) -> None:
    subject = subject_of(documented(docs, body), tmp_path)
    texts = [scaffolded(subject, case) for case in judged(subject).cases]
    assert [text.split("\n")[1:] for text in texts] == [[f"    {line}" for line in written]]


GENERATOR = ">>> list(f(3))\n[0, 1, 2]"


def test_lists_of_what_a_generator_yields_become_one_table(tmp_path: Path) -> None:
    docs = f"{GENERATOR}\n>>> list(f(2))\n[0, 1]\n>>> tuple(f(2))\n(0, 1)"
    found = judged(subject_of(documented(docs, "yield from range(x)"), tmp_path))
    assert [len(group) for group in grouping.groups(found.cases)] == [2, 1]


def test_what_is_made_of_a_generators_values_is_compared(tmp_path: Path) -> None:
    good = subject_of(documented(GENERATOR, "yield from range(x)"), tmp_path)
    (case,) = judged(good).cases
    assert scaffolded(good, case).endswith("assert list(f(3)) == [0, 1, 2]")
    bad = subject_of(documented(GENERATOR, "yield from range(x + 1)"), tmp_path)
    found = judged(bad, call("f", "2"))
    assert [d.case.outcome and d.case.outcome.value for d in found.disputes] == ["[0, 1, 2, 3]"]
    assert found.cases == ()


def test_a_number_that_is_printed_is_not_taken_for_one_that_is_returned(tmp_path: Path) -> None:
    code = documented(">>> f(3)\n3", "print(x)")
    found = judged(subject_of(code, tmp_path))
    assert found.disputes == ()
    assert [case.expectation.stdout for case in found.cases] == ["3\n"]


def test_an_object_in_place_of_a_value_contradicts_an_example(tmp_path: Path) -> None:
    found = judged(subject_of(documented(">>> f(3)\n3", "return object()"), tmp_path))
    assert len(found.disputes) == 1
    looks = "class N:\n    def __repr__(self):\n        return '3'\nreturn N()"
    assert judged(subject_of(documented(">>> f(3)\n3", looks), tmp_path)).disputes == ()


def test_dots_in_an_example_stand_for_anything(tmp_path: Path) -> None:
    found = judged(subject_of(documented(">>> f(3)\n[0, ..., 2]", "return [*range(x)]"), tmp_path))
    assert found.disputes == ()
    (case,) = found.cases
    assert case.expectation.checks == (
        "repr(result).startswith('[0, ')",
        "repr(result).endswith(', 2]')",
    )


def test_sessions_are_no_inputs_for_the_search(tmp_path: Path) -> None:
    docs = ">>> g = f(1)\n>>> g(2)\n3\n>>> f(f(4))\n5\n>>> list(map(f, [1]))\n[1]"
    subject = subject_of(documented(docs), tmp_path)
    search = Search(DeskLab(subject), subject, said_of(subject))
    asyncio.run(search.explore(1.0))
    assert {one.call.act for one in search.found} == {"f(1)", "f(4)", "f(f(4))"}


def test_a_session_is_known_without_a_run(tmp_path: Path) -> None:
    subject = complement(tmp_path)
    (case,) = stated.cases(subject, said_of(subject))
    assert scaffolded(subject, case).endswith("assert isodd(2) is False")
