"""Parts of a proposal accepted alone, in any order, and what goes when the code has lost it."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.docs.samples import values

from neovim_ai.docs import hunks
from neovim_ai.docs.accept import accept
from neovim_ai.docs.compose import Composed, Subject, compose, hunks_of, study
from neovim_ai.docs.hunks import Hunk
from neovim_ai.docs.literal import Literal
from neovim_ai.docs.model import House, Style
from neovim_ai.docs.wishes import Wishes
from neovim_ai.errors import AiError, Kind
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

UPDATE = '''
def scale(image, width, height, *, smooth=True):
    """Resize an image, as MY handbook has it.

    Args:
        image:   the  picture!
        factor: How much larger.
            In percent.
        height: Rows.

    Example:
        >>> scale(1)
    """
    if width < 1:
        raise ValueError("width")
    return image
'''


def subject(code: str, wishes: Wishes | None = None, house: House | None = None) -> Subject:
    source = SourceText(code.lstrip("\n"))
    return study(source, target.definitions(source)[1], house or House(), wishes)


def texts_of(one: Subject) -> dict[str, str]:
    return {slot.key: f"What {slot.name or slot.kind} is." for slot in one.missing}


def text(one: Subject, composed: Composed | None) -> str:
    assert composed is not None
    assert composed.failed == ()
    return one.source.apply([composed.edit]).text


def parts(one: Subject) -> tuple[Hunk, ...]:
    whole = compose(one, texts_of(one), one.removals)
    assert whole is not None
    return hunks_of(one, texts_of(one), whole.edit)


def all_at_once(one: Subject) -> str:
    return text(one, compose(one, texts_of(one), one.removals))


def one_by_one(one: Subject, order: Sequence[str]) -> str:
    span = one.definition.docstring
    before = one.source.slice(span) if span else ""
    texts, now = texts_of(one), one
    for key in order:
        after = text(now, accept(now, texts, [key], before, order))
        source = SourceText(after)
        found = target.by_qualname(source, one.definition.qualname)
        now = study(source, found, one.house, one.wishes)
    return now.source.text


def test_an_update_has_a_hunk_for_each_slot_and_one_for_what_is_gone() -> None:
    one = subject(UPDATE)
    found = parts(one)
    assert {hunk.key: hunk.label for hunk in found} == {
        "parameter:width": "parameter width",
        "parameter:smooth": "parameter smooth",
        "remove:parameter:factor": "remove parameter factor",
        "returns": "returns",
        "raises:ValueError": "raises ValueError",
    }
    assert [hunk.edit.span for hunk in found] == sorted(hunk.edit.span for hunk in found)


def test_a_new_docstring_is_one_hunk() -> None:
    one = subject("def f(a):\n    return a\n")
    assert [hunk.key for hunk in parts(one)] == [hunks.DOCSTRING]


def test_each_hunk_alone_changes_its_own_lines_only() -> None:
    one = subject(UPDATE)
    for hunk in parts(one):
        after = one.source.apply([hunk.edit]).text
        old, new = one.source.text.splitlines(), after.splitlines()
        if hunks.is_removal(hunk.key):
            gone = ["        factor: How much larger.", "            In percent."]
            assert [line for line in old if line not in new] == gone
        else:
            rest = iter(new)
            assert all(line in rest for line in old), hunk.key


def test_hunks_may_be_accepted_in_any_order() -> None:
    one = subject(UPDATE)
    keys = [h.key for h in parts(one)]
    expected = all_at_once(one)
    assert len(keys) == 5
    for order in itertools.permutations(keys):
        assert one_by_one(one, order) == expected, order


@pytest.mark.parametrize("style", list(Style))
def test_one_line_docstrings_grow_the_same_way_in_any_order(style: Style) -> None:
    code = 'def f(a, b):\n    """Do it."""\n    if a:\n        raise KeyError(b)\n    return a\n'
    one = subject(code, house=House(style=style, blank_last=True))
    keys = list(texts_of(one))
    for order in itertools.permutations(keys):
        assert one_by_one(one, order) == all_at_once(one), order


@given(values(), st.sampled_from(list(Style)), st.randoms(use_true_random=False))
def test_any_docstring_takes_its_hunks_in_any_order(value: str, style: Style, dice: Any) -> None:
    literal = '"""' + value.replace("\\", "\\\\").replace('"', "'") + '"""'
    code = f"def f(a, b):\n    {literal}\n    if a:\n        raise ValueError\n    return a\n"
    one = subject(code, house=House(style=style))
    try:
        whole = compose(one, texts_of(one), one.removals)
    except AiError:
        return
    if whole is None or whole.failed:
        return
    keys = [hunk.key for hunk in hunks_of(one, texts_of(one), whole.edit)]
    dice.shuffle(keys)
    span = one.definition.docstring
    assert span is not None
    before, now = one.source.slice(span), one
    for key in keys:
        composed = accept(now, texts_of(one), [key], before, keys)
        if composed is None or composed.failed:
            return
        source = now.source.apply([composed.edit])
        now = study(source, target.by_qualname(source, "f"), one.house)
    assert now.source.text == one.source.apply([whole.edit]).text


def test_hunks_go_into_a_docstring_that_was_edited_meanwhile() -> None:
    one = subject(UPDATE)
    span = one.definition.docstring
    assert span is not None
    edited = subject(UPDATE.replace("MY handbook", "OUR handbook"))
    composed = accept(edited, texts_of(one), ["returns"], one.source.slice(span), ["returns"])
    after = text(edited, composed)
    assert "OUR handbook" in after
    assert "What returns is." in after


def test_a_section_left_bare_goes_with_its_last_entry() -> None:
    code = UPDATE.replace("        image:   the  picture!\n", "").replace(
        "        height: Rows.\n", ""
    )
    code = code.replace("image, width, height, *, smooth=True", "").replace("return image", "pass")
    code = code.replace("width < 1", "x")
    one = subject(code)
    after = text(one, compose(one, {}, one.removals))
    assert "Args:" not in after
    assert "handbook has it.\n\n    Example:\n        >>> scale(1)\n" in after


def test_words_below_a_title_keep_the_title() -> None:
    code = (
        'def f():\n    """Do.\n\n    Args:\n        gone: Old.\n\n    '
        "    Mind the gap.\n\n    Returns:\n        It.\n"
        '    """\n    return 1\n'
    )
    one = subject(code)
    after = text(one, compose(one, {}, one.removals))
    assert "Args:" in after
    assert "Mind the gap." in after
    assert "gone" not in after


def test_type_and_description_of_a_field_go_together() -> None:
    code = (
        'def f(a):\n    """Do.\n\n    :param a: One.\n    :param gone: Two.\n'
        '    :type gone: int\n    """\n'
    )
    one = subject(code)
    assert one.removals == ("remove:parameter:gone",)
    after = text(one, compose(one, {}, one.removals))
    assert after == code.replace("    :param gone: Two.\n    :type gone: int\n", "")


def test_closing_quotes_on_the_entrys_line_stay() -> None:
    code = 'def f(a):\n    """Do.\n\n    Args:\n        a: One.\n        gone: Two."""\n'
    one = subject(code)
    after = text(one, compose(one, {}, one.removals))
    assert after == 'def f(a):\n    """Do.\n\n    Args:\n        a: One."""\n'


def test_what_shares_the_line_of_the_quotes_is_not_offered() -> None:
    code = 'def f(a):\n    """:param gone: Two.\n    :param a: One.\n    """\n'
    assert subject(code).removals == ()


def test_an_exception_that_is_not_raised_here_may_come_from_a_callee() -> None:
    code = 'def f():\n    """Do.\n\n    Raises:\n        OSError: If the disk is full.\n    """\n'
    assert subject(code).removals == ()


def test_removals_are_offered_only_when_wished() -> None:
    assert subject(UPDATE, Wishes(removals=False)).removals == ()
    assert subject(UPDATE).removals == ("remove:parameter:factor",)


def test_without_keys_everything_that_was_shown_is_accepted() -> None:
    from neovim_ai.methods.docs import DocMethods

    async def unused(_: Any) -> Any:
        raise AssertionError

    one = subject(UPDATE)
    found = parts(one)
    span = one.definition.docstring
    assert span is not None
    proposal = {
        "qualname": "scale",
        "ordinal": 0,
        "digest": one.facts.digest(),
        "style": "google",
        "texts": texts_of(one),
        "before": one.source.slice(span).split("\n"),
        "hunks": [{"key": hunk.key} for hunk in found],
    }
    buffer = {"path": "", "lines": one.source.text.splitlines(), "encoding": "utf-8"}
    methods = DocMethods(unused, lambda _: None)
    asked = {"buffer": buffer, "row": 0, "proposal": proposal}
    docstring = "\n".join(asyncio.run(methods.apply(asked, lambda _: None))["docstring"])
    assert "factor" not in docstring
    assert "width: What width is." in docstring
    only = asyncio.run(methods.apply({**asked, "keys": ["returns"]}, lambda _: None))
    assert "factor" in "\n".join(only["docstring"])
    assert "What width" not in "\n".join(only["docstring"])


def test_an_entry_that_two_literals_share_is_not_offered_for_removal() -> None:
    code = (
        'def f(a):\n    """Do.\n\n    Args:\n        a: A.\n        gone: Two """ """parts.\n'
        '        """\n    return a\n'
    )
    assert subject(code).removals == ()


def test_a_removal_that_would_take_more_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    one, removed = subject(UPDATE), Literal.removed

    def greedy(literal: Literal, start: int, end: int) -> Any:
        return removed(literal, start, end + 1)

    monkeypatch.setattr(Literal, "removed", greedy)
    with pytest.raises(AiError) as caught:
        compose(one, {}, one.removals)
    assert caught.value.kind is Kind.GATE
