"""Exceptions of callees: offered with their way, never where a linter forbids it unasked."""

from __future__ import annotations

import pytest

from neovim_ai.docs.compose import Subject, compose, study
from neovim_ai.docs.gates import linted
from neovim_ai.docs.gates.located import locate
from neovim_ai.docs.linters import Linters, Pydoclint, Rules
from neovim_ai.docs.model import House, SlotKind
from neovim_ai.docs.through import Callees
from neovim_ai.docs.wishes import Wishes
from neovim_ai.source import callees, target
from neovim_ai.source.text import SourceText

CODE = """\
def load(path: str) -> str:
    if not path:
        raise ValueError(path)
    return _read(path)


def _read(path: str) -> str:
    if path == "/":
        raise IsADirectoryError("a folder")
    raise _Hidden(path)
"""
TOLD = CODE.replace(
    "str:\n    if not",
    'str:\n    """Load it.\n\n    Args:\n        path: P.\n\n    Returns:\n        R.\n\n'
    '    Raises:\n        ValueError: V.\n    """\n    if not',
    1,
)
LINTED = House(types=True, linters=Linters(Pydoclint({"style": "google"}, "pyproject.toml")))
RUFF = House(linters=Linters(rules=Rules(select=("DOC",))))


def subject(
    code: str = CODE,
    chosen: Callees = Callees.AUTO,
    house: House | None = None,
    detail: int = 2,
) -> Subject:
    source = SourceText(code)
    definition = target.by_qualname(source, "load")
    passing = callees.raises(source, definition)
    wishes = Wishes(detail=detail, callees=chosen)
    return study(source, definition, house or House(), wishes, None, passing)


def named(one: Subject) -> dict[str, str]:
    return {s.name: s.via for s in one.missing if s.kind is SlotKind.RAISES}


def test_a_new_docstring_names_them_with_their_way() -> None:
    assert named(subject()) == {"ValueError": "", "IsADirectoryError": "_read:9"}


@pytest.mark.parametrize("house", [LINTED, RUFF], ids=["pydoclint", "ruff"])
def test_auto_offers_none_where_a_linter_forbids_it(house: House) -> None:
    assert named(subject(house=house)) == {"ValueError": ""}
    assert "IsADirectoryError" in named(subject(chosen=Callees.ALWAYS, house=house))


def test_never_means_never() -> None:
    assert named(subject(chosen=Callees.NEVER, detail=4)) == {"ValueError": ""}


def test_auto_leaves_a_complete_docstring_alone_until_more_is_asked_for() -> None:
    assert subject(TOLD).missing == ()
    assert list(named(subject(TOLD, detail=3))) == ["IsADirectoryError"]
    assert list(named(subject(TOLD, Callees.ALWAYS))) == ["IsADirectoryError"]


def test_the_summary_alone_has_none() -> None:
    assert named(subject(chosen=Callees.ALWAYS, detail=1)) == {}


@pytest.mark.parametrize(
    "said",
    ["        IsADirectoryError: I.\n", "        OSError: O.\n        IsADirectoryError: I.\n"],
)
def test_what_a_person_described_is_not_offered_again(said: str) -> None:
    code = TOLD.replace("        ValueError: V.\n", f"        ValueError: V.\n{said}")
    assert named(subject(code, Callees.ALWAYS)) == {}


def test_what_the_function_catches_or_raises_itself_is_its_own() -> None:
    code = CODE.replace("IsADirectoryError", "ValueError")
    assert named(subject(code, Callees.ALWAYS)) == {"ValueError": ""}


def test_three_are_enough() -> None:
    calls = "".join(f"    g{n}()\n" for n in range(5))
    made = "".join(f"def g{n}():\n    raise Error{n}\n" for n in range(5))
    one = subject(f"def load():\n{calls}\n{made}")
    assert list(named(one)) == ["Error0", "Error1", "Error2"]


def test_pydoclint_may_object_to_them_and_to_nothing_else() -> None:
    one = subject(chosen=Callees.ALWAYS, house=LINTED)
    texts = {slot.key: "As the code has it." for slot in one.missing}
    composed = compose(one, texts)
    assert composed is not None
    assert composed.failed == ()
    pair = locate(one.source, one.source.apply([composed.edit]), one.definition)
    asked = linted.nothing_new(pair, LINTED, through=True)
    assert "DOC503: exceptions of callees were asked for" in asked.saw
    assert not linted.nothing_new(pair, LINTED).held


def test_they_are_accepted_with_the_rest() -> None:
    one = subject()
    composed = compose(one, {slot.key: f"Text of {slot.name}." for slot in one.missing})
    assert composed is not None
    assert "        IsADirectoryError: Text of IsADirectoryError.\n" in composed.literal
