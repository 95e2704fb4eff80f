"""Mending what needs no words: names and defaults that only one thing can mean."""

from __future__ import annotations

import pytest
from tests.unit.docs.test_drift import GOOGLE, body

from neovim_ai.docs import drift, verify
from neovim_ai.docs.drift import FindingKind
from neovim_ai.docs.model import Gate
from neovim_ai.source.text import SourceText


def test_mending_writes_the_new_name_and_default_and_nothing_else() -> None:
    text = GOOGLE.format(signature="alphas, beta=6")
    mended = drift.mend(SourceText(text))
    expected = text.replace("alpha: The", "alphas: The").replace("Defaults to 5", "Defaults to 6")
    assert mended.source.text == expected
    assert [f.kind for f in mended.done] == [
        FindingKind.PARAMETER_RENAMED,
        FindingKind.DEFAULT_CHANGED,
    ]


def test_mending_gives_no_words_to_a_name_that_is_nothing_like_theirs() -> None:
    text = GOOGLE.format(signature="timeout, beta=5")
    assert "parameter_renamed" in {f.kind for f in drift.findings(SourceText(text))}
    assert drift.mend(SourceText(text)).source.text == text


def test_mending_leaves_what_more_than_one_may_be_meant_by() -> None:
    text = GOOGLE.format(signature="first, second, third")
    assert drift.mend(SourceText(text)).source.text == text


def test_mending_keeps_the_type_of_a_field_with_the_same_name() -> None:
    fields = ":param shape shape: it\n    :param y: that"
    text = f'def f(reshape, y):\n    """Do.\n\n    {fields}\n    """\n'
    after = drift.mend(SourceText(text)).source.text
    assert after == text.replace("shape shape:", "shape reshape:")


def test_mending_changes_a_default_wherever_the_entry_says_it() -> None:
    said = "Do.\n\n    Parameters\n    ----------\n    x : int, default {0}\n"
    said += "        The width. Defaults to ``{0}``."
    text = body(said.format(5), "def f(x=7):")
    assert drift.mend(SourceText(text)).source.text == body(said.format(7), "def f(x=7):")


def test_two_defaults_that_contradict_each_other_are_left_to_a_person() -> None:
    said = "Do.\n\n    Args:\n        x: Defaults to 5. It defaults to 6."
    text = body(said, "def f(x=7):")
    assert drift.mend(SourceText(text)).source.text == text


def test_a_default_that_one_place_spells_otherwise_is_changed_nowhere() -> None:
    said = "Do.\n\n    Parameters\n    ----------\n    x : int, default 5\n"
    text = body(said + "        The width. Defaults to \\x35.", "def f(x=7):")
    assert drift.mend(SourceText(text)).source.text == text


def test_mending_that_a_gate_does_not_let_through_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    text = GOOGLE.format(signature="alpha, beta=6")
    assert drift.mend(SourceText(text)).done != ()
    closed = (Gate("rest unchanged", held=False),)
    monkeypatch.setattr(verify, "verify", lambda *_, **__: closed)
    assert drift.mend(SourceText(text)).done == ()
