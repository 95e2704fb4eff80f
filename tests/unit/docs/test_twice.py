"""What a person wrote survives an update where it is still valid; a second one does nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.docs.samples import values

from neovim_ai.docs import reader
from neovim_ai.docs.compose import Subject, compose, study
from neovim_ai.docs.model import House, Style
from neovim_ai.docs.read.model import PieceKind
from neovim_ai.errors import AiError
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

BODY = "    if a:\n        raise ValueError('no')\n    return a\n"
STYLES = st.sampled_from(list(Style))


def subject(source: SourceText, style: Style) -> Subject:
    return study(source, target.by_qualname(source, "f"), House(style=style))


def updated(one: Subject) -> SourceText | None:
    """Return the text after everything that is offered was accepted; None where it is refused."""
    texts = {slot.key: f"What {slot.name.lstrip('*') or slot.kind} is." for slot in one.missing}
    try:
        composed = compose(one, texts, one.removals)
    except AiError:
        return None
    if composed is None:
        return one.source
    return None if composed.failed else one.source.apply([composed.edit])


def documented(value: str, style: Style) -> Subject:
    literal = '"""' + value.replace("\\", "\\\\").replace('"', "'") + '"""'
    return subject(SourceText(f"def f(a, b=1, *args, **kw):\n    {literal}\n{BODY}"), style)


@given(values(), STYLES)
def test_a_second_update_changes_nothing(value: str, style: Style) -> None:
    after = updated(documented(value, style))
    if after is None:
        return
    again = subject(after, style)
    assert again.missing == ()
    assert again.removals == ()
    assert updated(again) == after


@pytest.mark.parametrize("style", list(Style))
def test_a_name_that_keywords_may_explain_is_not_gone_once_others_are_described(
    style: Style,
) -> None:
    """Found by Hypothesis: new entries came below it, where it looked like a parameter of old."""
    after = updated(documented("Do it.\n\n    Arguments:\n    gone -- the width", style))
    assert after is not None
    again = subject(after, style)
    assert (again.missing, again.removals) == ((), ())


@given(values(), STYLES)
def test_every_piece_that_is_still_valid_survives_byte_for_byte(value: str, style: Style) -> None:
    one = documented(value, style)
    after = updated(one)
    if after is None:
        return
    found = target.by_qualname(after, "f").docstring
    assert found is not None
    assert one.existing is not None
    left = after.slice(found)
    stale = reader.stale(one.existing, one.facts)
    for piece in one.existing.pieces:
        emptied = piece.kind is PieceKind.HEADER and one.removals
        if emptied or piece.entry in stale or piece.kind is PieceKind.BLANK:
            continue
        for line in piece.span.of(one.existing.value).replace("\\", "\\\\").split("\n"):
            assert line.rstrip() in left


@pytest.mark.parametrize("style", list(Style))
def test_our_own_docstring_of_every_style_is_complete_to_us(style: Style) -> None:
    source = SourceText(f"def f(a, b=1, *args, **kw):\n{BODY}")
    once = updated(subject(source, style))
    assert once is not None
    again = subject(once, style)
    assert (again.missing, again.removals) == ((), ())
