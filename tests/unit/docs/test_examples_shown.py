"""Examples in a finished docstring: shown in each style, confirmed by doctest, a person's kept."""

from __future__ import annotations

import asyncio
import doctest

import pytest
from tests.unit.docs.test_engine import Scripted
from tests.unit.docs.test_examples import CODE, chosen, source_of

from neovim_ai.docs.compose import study
from neovim_ai.docs.engine import document
from neovim_ai.docs.model import House, SlotKind, Status, Style
from neovim_ai.docs.wishes import EXAMPLES, Wishes
from neovim_ai.source import target

__all__ = ["chosen"]  # the fixture that skips where nothing may run

GOOD = {
    "summary": "Split a line into its fields.",
    "line": "The text of one record.",
    "delim": "What stands between two fields.",
    "limit": "Most fields to return, all of them when zero.",
    "returns": "The fields in the order of the line.",
    "ValueError": "If the limit is below zero.",
    "description": "Empty fields are kept as they are, also at the end of the line.",
}
CALLS = {"call_1": "split_fields('a,b')", "call_2": "split_fields('a', limit=-1)"}


def documented(
    code: str, style: Style, *answers: dict[str, str], rewrite: bool = False
) -> tuple[str, tuple[str, ...]]:
    source = source_of(code)
    wishes = Wishes(detail=EXAMPLES, rewrite=rewrite)
    definition = target.by_qualname(source, "split_fields")
    one = study(source, definition, House(style=style), wishes)
    model = Scripted(*answers)
    found = asyncio.run(document(one, target.definitions(source), model, lambda step: None))
    assert found.proposal.status is Status.PROPOSED, found.proposal.reason
    assert found.proposal.edit is not None
    assert all(gate.held for gate in found.proposal.gates)
    return source.apply([found.proposal.edit]).text, found.proposal.evidence


@pytest.mark.parametrize("style", Style)
def test_docstring_shows_examples_that_doctest_confirms(style: Style) -> None:
    text_, evidence = documented(CODE, style, GOOD, CALLS)
    names: dict[str, object] = {}
    exec(compile(text_, "<text>", "exec"), names)
    found = doctest.DocTestFinder().find(names["split_fields"], "split_fields", globs=names)
    ended = doctest.DocTestRunner(verbose=False).run(found[0])
    assert (ended.failed, ended.attempted) == (0, 1)
    assert "1 of 2 example calls ran twice with the same output" in evidence


@pytest.mark.parametrize(
    ("style", "above"),
    [
        (Style.GOOGLE, "    Examples:\n        >>> split_fields('a,b')\n        ['a', 'b']\n"),
        (Style.NUMPY, "    Examples\n    --------\n    >>> split_fields('a,b')\n    ['a', 'b']\n"),
        (Style.SPHINX, "\n\n    >>> split_fields('a,b')\n    ['a', 'b']\n"),
    ],
)
def test_examples_join_a_docstring_of_a_person(style: Style, above: str) -> None:
    old, _ = documented(CODE, style, GOOD)
    assert ">>>" not in old
    new, _ = documented(old, style, CALLS)
    assert above in new
    lines = iter(new.splitlines())
    assert all(line in lines for line in old.splitlines()), "a line of the old text is gone"


@pytest.mark.parametrize("rewrite", [False, True])
def test_examples_of_a_person_stay_the_only_ones(rewrite: bool) -> None:
    theirs = (
        '    """Split.\n\n    Examples:\n        >>> split_fields("x")\n        ["x"]\n    """\n'
    )
    code = CODE.replace("limit=0):\n", f"limit=0):\n{theirs}", 1)
    text_, _ = documented(code, Style.GOOGLE, GOOD, CALLS, rewrite=rewrite)
    assert text_.count(">>>") == 1
    assert '        >>> split_fields("x")\n        ["x"]\n' in text_


def test_only_the_highest_detail_runs_anything() -> None:
    source = source_of(CODE)
    definition = target.by_qualname(source, "split_fields")
    for detail in range(1, EXAMPLES):
        one = study(source, definition, House(), Wishes(detail=detail))
        assert not [slot for slot in one.missing if slot.kind is SlotKind.EXAMPLES]


def test_docstring_without_an_example_is_offered_all_the_same() -> None:
    text_, evidence = documented(CODE, Style.GOOGLE, GOOD, {"call_1": "nothing of use"})
    assert ">>>" not in text_
    assert "no example: no call was proposed" in evidence
