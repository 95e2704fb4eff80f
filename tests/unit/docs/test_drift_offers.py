"""What `:AiDoc` offers for drift without a model: mends in place, and removals of their own."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.docs.samples import values
from tests.unit.docs.test_hunks import one_by_one, parts, subject, text

from neovim_ai.docs import drift, hunks, verify
from neovim_ai.docs.compose import Subject, compose
from neovim_ai.docs.drift import inplace
from neovim_ai.docs.gates import readback
from neovim_ai.docs.gates.located import locate
from neovim_ai.docs.model import House, Style
from neovim_ai.docs.wishes import Wishes
from neovim_ai.errors import AiError
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

SEVERAL = '''
def join(elements, sep=";", *, limit: int = 0, last=""):
    """Join them, as MY handbook has it.

    Args:
        element:   what  I said,
            on two lines.
        sep: Between them. Defaults to ','.
        limit (str, optional): Most of them.
    """
    return sep.join(elements)[:limit or None] + last
'''
STYLED = {
    "google": "Args:\n        number (str): My words. Defaults to 5.\n        other: Kept.",
    "numpy": (
        "Parameters\n    ----------\n    number : str, default 5\n        My words.\n"
        "    other\n        Kept."
    ),
    "sphinx": ":param str number: My words (default: 5).\n    :param other: Kept.",
    "typed": ":param number: Mine, 5 by default.\n    :type number: str\n    :param other: Kept.",
    "epytext": "@param number: Defaults to `5`.\n    @type number: str\n    @param other: Kept.",
    "marked": "Args:\n        number (:class:`str`, optional): Default ``5``\n        other: It.",
}
CHANGES = {
    "numbers=5, other=1": ("mend:name:number", "number", "numbers"),
    "number=7, other=1": ("mend:default:number", "5", "7"),
    "number: int = 5, other=1": ("mend:type:number", "str", "int"),
}
GONE = {
    "returns": ("Returns:\n        The sum.\n\n        And more of it.", "print(a)\n    a += 1"),
    "yields": ("Yields:\n        The parts.", "print(a)\n    a += 1"),
    "raises:FileNotFoundError": (
        "Raises:\n        FileNotFoundError: If so.",
        "a = 1\n    b = 2\n    c = a + b",
    ),
}


def function(docstring: str, signature: str = "a", rest: str = "return a") -> str:
    return f'def f({signature}):\n    """Do it.\n\n    {docstring}\n    """\n    {rest}\n'


def mended(one: Subject) -> str:
    """Return the text with everything accepted that needs no words."""
    return text(one, compose(one, {}, one.changes))


@pytest.mark.parametrize("style", STYLED)
@pytest.mark.parametrize("signature", CHANGES)
def test_only_the_name_the_default_or_the_type_is_edited(style: str, signature: str) -> None:
    key, old, new = CHANGES[signature]
    code = function(STYLED[style], signature, "print(other)")
    one = subject(code)
    assert one.changes == (key,)
    expected = function(STYLED[style].replace(old, new), signature, "print(other)")
    assert mended(one) == expected
    assert subject(expected).changes == ()


def test_what_changed_is_a_hunk_of_its_own_with_a_label_and_no_slot() -> None:
    one = subject(SEVERAL)
    assert [(h.key, h.label) for h in parts(one)] == [
        ("mend:name:element", "rename element to elements"),
        ("mend:default:sep", "default of sep"),
        ("mend:type:limit", "type of limit"),
        ("parameter:last", "parameter last"),
        ("returns", "returns"),
    ]


def test_mends_and_texts_may_be_accepted_in_any_order() -> None:
    one = subject(SEVERAL)
    texts = {slot.key: f"What {slot.name or slot.kind} is." for slot in one.missing}
    expected = text(one, compose(one, texts, one.changes))
    assert "elements:   what  I said,\n            on two lines." in expected
    assert "sep: Between them. Defaults to ';'.\n        limit (int, optional): Most" in expected
    for order in itertools.permutations([hunk.key for hunk in parts(one)]):
        assert one_by_one(one, order) == expected, order


@pytest.mark.parametrize("order", list(itertools.permutations(["color", "fill", "size"])))
def test_a_new_entry_goes_beside_the_one_that_is_renamed(order: tuple[str, ...]) -> None:
    words = {"color": "Mine.", "fill": "Inside.", "size": "Big."}
    listed = [f"        {n}: {words[n]}" for n in order]
    old = [line.replace("color", "colour") for line in listed if "fill" not in line]
    one = subject(function("\n".join(["Args:", *old]), ", ".join(order), "print(size)"))
    after = text(one, compose(one, {"parameter:fill": "Inside."}, one.changes))
    assert "\n".join(listed) in after


def test_a_type_that_one_place_cannot_take_is_changed_nowhere() -> None:
    one = subject(function(":param str a: It.\n    :type a: 'str'", "a: int", "print(a)"))
    assert one.changes == ()
    assert len(one.contradicted) == 2


@pytest.mark.parametrize("what", GONE)
def test_what_the_code_no_longer_has_goes_with_its_title_and_nothing_else(what: str) -> None:
    section, rest = GONE[what]
    listed = "Args:\n        a: My words."
    code = function(f"{listed}\n\n    {section}\n\n    Note:\n        Mine.", "a", rest)
    one = subject(code)
    assert one.changes == (f"remove:{what}",)
    assert mended(one) == function(f"{listed}\n\n    Note:\n        Mine.", "a", rest)


def test_an_attribute_that_the_class_lost_can_go() -> None:
    listed = "Attributes:\n        size: Kept.\n"
    code = (
        f'class Box:\n    """Hold.\n\n    {listed}        weight: Old words.\n    """\n\n'
        "    size = 1\n"
    )
    one = subject(code)
    assert one.changes == ("remove:attribute:weight",)
    assert mended(one) == code.replace("        weight: Old words.\n", "")


def test_a_parameter_that_a_class_no_longer_takes_can_go() -> None:
    code = (
        'class Box:\n    """Hold.\n\n    Args:\n        size: Kept.\n        gone: Old.\n    """\n'
        "\n    def __init__(self, size):\n        self.size = size\n"
    )
    one = subject(code)
    assert one.changes == ("remove:parameter:gone",)
    assert mended(one) == code.replace("        gone: Old.\n", "")


@pytest.mark.parametrize(
    ("said", "signature"),
    [
        ("sort: If True (the default), it is sorted.", "sort=False"),
        ("most: Defaults to 0, which means no limit.", "most=5"),
        ("most: Defaults to 0\n            and so on.", "most=5"),
        ("how: 'fast' (default).", "how='slow'"),
        ("sort: It is sorted if True by default.", "sort=False"),
        ("most (int): Defaults to 5.", f"most='{'x' * 50}'"),
        ("most: 'mean' or not. Default: \\x35.", "most=7"),
    ],
)
def test_a_default_that_words_depend_on_is_left_to_a_person(said: str, signature: str) -> None:
    one = subject(function(f"Args:\n        {said}", signature, "print(1)"))
    assert one.changes == ()


@pytest.mark.parametrize(
    ("said", "signature"),
    [
        ("factor: How much larger.", "width"),
        ("retries: How often it is tried.", "timeout"),
    ],
)
def test_words_about_another_thing_are_not_kept_under_a_new_name(said: str, signature: str) -> None:
    one = subject(function(f"Args:\n        {said}", signature, "print(1)"))
    assert one.changes == (f"remove:parameter:{said.partition(':')[0]}",)
    assert [slot.key for slot in one.missing] == [f"parameter:{signature}"]


@pytest.mark.parametrize(
    ("said", "signature"),
    [("n: The count of items.", "count"), ("cb: Told at the end.", "callback")],
)
def test_words_that_fit_the_new_name_are_kept(said: str, signature: str) -> None:
    code = function(f"Args:\n        {said}", signature, "print(1)")
    name = said.partition(":")[0]
    assert mended(subject(code)) == code.replace(f"{name}:", f"{signature}:")


def test_a_name_in_a_group_is_renamed_alone() -> None:
    code = function("Args:\n        width, hight: Both sides.", "width, height", "print(1)")
    assert mended(subject(code)) == code.replace("hight", "height")


def test_several_results_are_left_to_a_person() -> None:
    listed = "Returns\n    -------\n    int\n        One.\n    str\n        Two."
    one = subject(function(listed, "", "print(1)\n    print(2)"))
    assert one.changes == ()
    assert [f.mendable for f in one.contradicted] == [False]


def test_findings_tell_whether_something_is_offered_for_them() -> None:
    source = SourceText(SEVERAL)
    assert {f.kind: f.mendable for f in drift.findings(source)} == {
        drift.FindingKind.PARAMETER_RENAMED: True,
        drift.FindingKind.DEFAULT_CHANGED: True,
        drift.FindingKind.TYPE_CHANGED: True,
        drift.FindingKind.PARAMETER_MISSING: True,
    }
    left = function("Args:\n        a: If True (the default), so.", "a=False", "print(1)")
    assert [f.mendable for f in drift.findings(SourceText(left))] == [False]


def test_mends_are_offered_only_when_wished() -> None:
    assert subject(SEVERAL, Wishes(removals=False)).changes == ()


def test_an_edit_that_would_be_read_otherwise_is_not_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = function("Args:\n        a (str): It.", "a: list[int]", "print(1)")
    assert subject(code).changes == ("mend:type:a",)
    with monkeypatch.context() as patch:
        patch.setattr(inplace, "_with", lambda value, changes: value)
        assert subject(code).changes == ()
    monkeypatch.setattr(inplace, "_moved", lambda entry, *_: entry)
    assert subject(code).changes == ()


def test_a_rename_that_another_reader_does_not_see_fails_its_gate() -> None:
    code = function("Args:\n        first: It.", "first", "print(1)")
    before = SourceText(code)
    after = SourceText(code.replace("first: ", "second: "))
    pair = locate(before, after, target.by_qualname(before, "f"))
    assert readback.renamed(pair, {"first": "second"}).held
    assert not readback.renamed(pair, {"first": "third"}).held


def test_a_rename_passes_the_gate_of_the_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    real = readback.renamed

    def renamed(pair: Any, names: Any) -> Any:
        seen.append(dict(names))
        return real(pair, names)

    monkeypatch.setattr(verify.readback, "renamed", renamed)
    mended(subject(SEVERAL))
    assert seen == [{"element": "elements"}]


NAMES = st.sampled_from(["a", "aa", "args", "kw", "x", "xs", "gone", "y"])


@given(
    values(), st.sampled_from(list(Style)), NAMES, st.sampled_from(["", ": str", "=7", ": int=1"])
)
def test_whatever_is_offered_changes_only_the_docstring_and_is_done_then(
    value: str, style: Style, name: str, more: str
) -> None:
    literal = '"""' + value.replace("\\", "\\\\").replace('"', "'") + '"""'
    code = f"def f({name}{more}, b=2):\n    {literal}\n    print(b)\n    b += 1\n"
    one = subject(code, house=House(style=style))
    for key in one.changes:
        try:
            composed = compose(one, {}, [key])
        except AiError:
            continue
        assert composed is not None, key
        if composed.failed:
            continue
        after = one.source.apply([composed.edit])
        again = subject(after.text, house=House(style=style))
        assert again.changes.count(key) == 0
        assert after.text.partition('"""')[0] == code.partition('"""')[0]
        assert after.text.rpartition('"""')[2] == code.rpartition('"""')[2]
        if not hunks.is_removal(key):
            lines, old = after.text.split("\n"), code.split("\n")
            assert len(lines) == len(old)
            mend = next(m for m in one.mends if m.key == key)
            assert all(a == b or mend.finding.now in a for a, b in zip(lines, old, strict=True))
