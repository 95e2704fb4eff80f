from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from neovim_ai.docs import place, render, verify
from neovim_ai.docs.model import Filled, Gate, House, Slot, SlotKind, Style
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

HOUSE = House()
NAMES = ["code unchanged", "rest unchanged", "read back", "linters", "characters"]
SUMMARY = Slot(SlotKind.SUMMARY)
N = Slot(SlotKind.PARAMETER, "n", "int")
SLOTS = (SUMMARY, N, Slot(SlotKind.RETURNS, type="int"), Slot(SlotKind.RAISES, "ValueError"))
TEXTS = {
    "summary": "Count down.",
    "parameter:n": "Where to start.",
    "returns": "What is left.",
    "raises:ValueError": "If n is negative.",
}
BEFORE = """\
# top
def f(n: int) -> int:
    # inside
    if n < 0:  # why
        raise ValueError(n)
    return n - 1


def g(): return "é"
"""


def edited(text: str, name: str = "f", house: House = HOUSE) -> str:
    source = SourceText(text)
    definition = target.by_qualname(source, name)
    filled = [Filled(slot, TEXTS[slot.key]) for slot in SLOTS]
    value = render.docstring(filled, house, indent=place.docstring_indent(source, definition))
    literal = render.literal_text(value, house)
    return source.apply([place.insert(source, definition, literal)]).text


def gates(
    before: str, after: str, *, name: str = "f", house: House = HOUSE, **changed: str
) -> dict[str, Gate]:
    source = SourceText(before, encoding=changed.pop("encoding", "utf-8"))
    definition = target.by_qualname(source, name)
    result = SourceText(after, encoding=source.encoding)
    checked = verify.verify(source, result, definition, SLOTS, {**TEXTS, **changed}, house)
    return {gate.name: gate for gate in checked}


def failed(found: dict[str, Gate]) -> set[str]:
    assert all(gate.saw and "\n" not in gate.saw for gate in found.values())
    return {name for name, gate in found.items() if not gate.held}


def test_a_right_edit_passes_every_gate_in_every_style() -> None:
    for style in Style:
        for types in (False, True):
            house = House(style=style, types=types)
            found = gates(BEFORE, edited(BEFORE, house=house), house=house)
            assert failed(found) == set()
            assert list(found) == NAMES


def test_changed_code_fails() -> None:
    after = edited(BEFORE).replace("n - 1", "n - 2")
    assert failed(gates(BEFORE, after)) == {"code unchanged", "rest unchanged"}


def test_code_changed_in_another_definition_fails() -> None:
    after = edited(BEFORE).replace('return "é"', 'return "e"')
    assert "code unchanged" in failed(gates(BEFORE, after))


def test_another_docstring_than_the_definitions_own_fails() -> None:
    after = edited(BEFORE).replace("def g(): ", 'def g():\n    """Stray."""\n    ')
    assert failed(gates(BEFORE, after)) == {"code unchanged", "rest unchanged"}


def test_a_dropped_comment_fails_though_the_program_is_the_same() -> None:
    for comment in ("# top\n", "    # inside\n", "  # why"):
        after = edited(BEFORE).replace(comment, "")
        assert failed(gates(BEFORE, after)) == {"rest unchanged"}


def test_a_new_comment_beside_a_one_liner_fails() -> None:
    after = edited(BEFORE, "g").replace("    return", "    # new\n    return")
    assert "rest unchanged" in failed(gates(BEFORE, after, name="g"))


def test_a_comment_lost_beside_a_modules_docstring_fails() -> None:
    before = "# about x\nx = 1\n"
    source = SourceText(before)
    module = target.by_qualname(source, "")
    texts = {"summary": "Count down."}
    for after, fails in (
        ('"""Count down."""\n\n# about x\nx = 1\n', []),
        ('"""Count down."""\n\nx = 1\n', ["rest unchanged"]),
    ):
        found = verify.verify(source, SourceText(after), module, (SUMMARY,), texts, HOUSE)
        assert [gate.name for gate in found if not gate.held] == fails


def test_white_space_elsewhere_fails() -> None:
    after = edited(BEFORE).replace("\n\n\ndef g", "\n\ndef g")
    assert failed(gates(BEFORE, after)) == {"rest unchanged"}


def test_one_blank_line_may_stand_below_a_new_class_docstring_and_no_more() -> None:
    for header, gap, fails in (
        ("class f:", "\n", []),
        ("class f:", "", []),
        ("class f:", "\n\n", ["rest unchanged"]),
        ("class f:", "    \n", ["rest unchanged"]),
        ("def f():", "\n", ["rest unchanged"]),
    ):
        source = SourceText(f"{header}\n    x = 1\n")
        after = SourceText(f'{header}\n    """Count down."""\n{gap}    x = 1\n')
        definition = target.by_qualname(source, "f")
        found = verify.verify(source, after, definition, (SUMMARY,), TEXTS, HOUSE)
        assert [gate.name for gate in found if not gate.held] == fails, (header, gap)


def test_a_long_summary_may_go_on_below_but_loses_no_word() -> None:
    source = SourceText("def f(): pass\n")
    definition = target.by_qualname(source, "f")
    texts = {"summary": "Count the steps down; then tell what is left."}
    for second, fails in (
        ("Then tell what is left.", []),
        ("Then tell what.", ["read back"]),
        ("", ["read back"]),
    ):
        more = f"\n\n    {second}\n    " if second else ""
        after = SourceText(f'def f():\n    """Count the steps down.{more}"""\n    pass\n')
        found = verify.verify(source, after, definition, (SUMMARY,), texts, HOUSE)
        assert [gate.name for gate in found if not gate.held] == fails, second


def test_a_summary_that_is_split_at_an_and_may_lose_it_and_no_other() -> None:
    said = "Read a file and a socket, converts each of its lines to integers, and return the first."
    source = SourceText("def f(): pass\n")
    definition = target.by_qualname(source, "f")
    value = render.docstring([Filled(SUMMARY, said)], House(width=80), indent="    ")
    assert "Return the first." in value
    for written, fails in ((value, []), (value.replace("file and a", "file a"), ["read back"])):
        after = SourceText(f'def f():\n    """{written}"""\n    pass\n')
        found = verify.verify(source, after, definition, (SUMMARY,), {"summary": said}, HOUSE)
        assert [gate.name for gate in found if not gate.held] == fails, written


def test_a_docstring_that_does_not_parse_fails() -> None:
    after = edited(BEFORE).replace("Count down.", 'Count """ down.')
    assert "code unchanged" in failed(gates(BEFORE, after))


def test_no_docstring_at_all_fails() -> None:
    assert {"code unchanged", "rest unchanged", "read back"} <= failed(gates(BEFORE, BEFORE))


def test_a_slot_twice_fails() -> None:
    for style, line in (
        (Style.GOOGLE, "        n: Where to start.\n"),
        (Style.NUMPY, "    n\n        Where to start.\n"),
        (Style.SPHINX, "    :param n: Where to start.\n"),
        (Style.SPHINX, "    :raises ValueError: If n is negative.\n"),
        (Style.EPYTEXT, "    @param n: Where to start.\n"),
        (Style.EPYTEXT, "    @raise ValueError: If n is negative.\n"),
        (Style.PLAIN, "    n -- Where to start.\n"),
        (Style.PLAIN, "    Returns: What is left.\n\n"),
    ):
        house = House(style=style)
        right = edited(BEFORE, house=house)
        assert line in right
        found = gates(BEFORE, right.replace(line, line * 2), house=house)
        assert failed(found) == {"read back"}, (style, line)


def test_a_slot_that_is_missing_or_says_something_else_fails() -> None:
    right = edited(BEFORE)
    for wrong in (
        right.replace("        n: Where to start.\n", ""),
        right.replace("n: Where", "m: Where"),
        right.replace("Where to start.", "Something else."),
        right.replace("Count down.", "Count up."),
        right.replace("Returns:", "Gives:"),
    ):
        assert failed(gates(BEFORE, wrong)) == {"read back"}


@pytest.mark.parametrize("style", [Style.EPYTEXT, Style.PLAIN])
def test_styles_that_griffe_does_not_know_are_read_by_ourselves_and_so_labelled(
    style: Style,
) -> None:
    house = House(style=style)
    right = edited(BEFORE, house=house)
    found = gates(BEFORE, right, house=house)
    assert failed(found) == set()
    assert "our own" in found["read back"].saw
    for told, other in (("Where to start", "Anything"), (" n: W", " m: W"), ("n -- ", "m -- ")):
        if told in right:
            assert failed(gates(BEFORE, right.replace(told, other), house=house)) == {"read back"}


def test_an_update_may_follow_the_style_the_docstring_has() -> None:
    after = edited(BEFORE, house=House(style=Style.NUMPY))
    before = edited(BEFORE).replace("n: Where to start.", "n: Old.")
    assert failed(gates(before, after)) == set()
    assert failed(gates(BEFORE, after)) == {"read back"}


def test_sections_that_a_person_set_close_together_are_read_apart() -> None:
    close = "def f(n):\n    '''Do.\n\n    Args:\n      n: It.\n    Raises:\n      KeyError: If.\n"
    source = SourceText(close + "    '''\n")
    definition = target.by_qualname(source, "f")
    slot, texts = Slot(SlotKind.RAISES, "os.error"), {"raises:os.error": "If it fails."}
    for added, fails in (
        ("      os.error: If it fails.\n", []),
        ("      os.error: If it falls.\n", ["read back"]),
        ("    os.error: If it fails.\n", ["read back"]),
    ):
        after = SourceText(f"{close}{added}    '''\n")
        found = verify.verify(source, after, definition, (slot,), texts, HOUSE)
        assert [gate.name for gate in found if not gate.held] == fails, added


def test_what_a_person_wrote_is_never_required_or_judged() -> None:
    before = BEFORE.replace(
        "    # inside", '    """Old \u202e text.\n\n    x, y : int %(p)s\n    """\n    # inside'
    )
    source = SourceText(before)
    definition = target.by_qualname(source, "f")
    after = source.text.replace("Old", "Older")
    found = verify.verify(source, SourceText(after), definition, (), {}, HOUSE)
    assert all(gate.held for gate in found)


def test_a_comment_lost_between_the_parts_of_an_old_docstring_fails() -> None:
    before = 'def f(n):\n    ("One. "  # keep\n     "Two.")\n    return n\n'
    after = 'def f(n):\n    """Count down."""\n    return n\n'
    source = SourceText(before)
    definition = target.by_qualname(source, "f")
    texts = {"summary": "Count down."}
    found = verify.verify(source, SourceText(after), definition, (SUMMARY,), texts, HOUSE)
    assert [gate.name for gate in found if not gate.held] == ["rest unchanged"]


def test_forbidden_characters_fail() -> None:
    for text in (
        "a\u202eb",
        "a\u200bb",
        "a\x07b",
        "a\U000e0041b",
        "\u0430bc",
        "\u4e2d\u6587",
        "x\ufe0f",
    ):
        found = gates(BEFORE, edited(BEFORE), summary=text)
        assert "characters" in failed(found), text


def test_letters_that_the_file_uses_itself_and_mathematics_pass() -> None:
    assert "characters" not in failed(gates(BEFORE, edited(BEFORE), summary="\u03b1 ≤ ∑ é µ."))
    russian = BEFORE.replace("# top", "# верх")
    assert "characters" not in failed(gates(russian, edited(russian), summary="Считает."))


def test_what_the_encoding_cannot_hold_fails() -> None:
    found = gates(BEFORE, edited(BEFORE), encoding="latin-1", summary="a → b")
    assert "characters" in failed(found)
    assert "characters" not in failed(gates(BEFORE, edited(BEFORE), summary="a → b"))


def test_a_file_that_python_cannot_parse_is_compared_by_tree_sitter() -> None:
    before = BEFORE + "\ndef broken(:\n    pass\n"
    right = edited(before)
    found = gates(before, right)
    assert failed(found) == set()
    assert "tree-sitter" in found["code unchanged"].saw
    assert "code unchanged" in failed(gates(before, right.replace("n - 1", "n - 2")))
    assert "code unchanged" in failed(gates(before, right.replace("  # why", "")))
    moved = right.replace("    return n - 1", "        return n - 1")
    assert "code unchanged" in failed(gates(before, moved))
    assert "code unchanged" in failed(
        gates(before, right.replace('negative.\n    """', "negative.\n"))
    )


def test_newer_syntax_than_the_hosts_is_labelled_not_refused() -> None:
    before = BEFORE + "\ntype X[T = int] = list[T]\n"
    assert failed(gates(before, edited(before))) == set()


PIECES = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\x00")
    | st.sampled_from(list("\"'\\{}%#`:<>[]()* \n\t\r\u05d0\u6f22")),
    max_size=20,
) | st.sampled_from(['"""', "'''", ">>> x", "Returns:", ":param n:", "--------", "x" * 120])
ADVERSARIAL = st.lists(PIECES, max_size=5).map("".join)
CODES = (
    BEFORE,
    "class A:\r\n\tdef f(self, n): return n  # c\r\n",
    "def f(n): \\\n  return n\n",
    "def f(\n  n,  # first\n):  # noqa\n\n  # c\n  return n; x\n",
)


@given(
    st.sampled_from(CODES),
    st.lists(ADVERSARIAL, min_size=4, max_size=4),
    st.sampled_from(list(Style)),
    st.booleans(),
    st.sampled_from(['"""', "'''", 'r"""', "'"]),
)
@example(BEFORE, ['"', "\\", '"""', "{%s}"], Style.GOOGLE, True, '"""')
@settings(deadline=None, max_examples=150)
def test_no_text_can_change_the_code(
    code: str, written: list[str], style: Style, first_line: bool, quotes: str
) -> None:
    source = SourceText(code)
    definition = next(d for d in target.definitions(source) if d.name == "f")
    house = House(style=style, first_line=first_line, quotes=quotes, width=40)
    filled = [Filled(slot, text) for slot, text in zip(SLOTS, written, strict=True)]
    value = render.docstring(filled, house, indent=place.docstring_indent(source, definition))
    edit = place.insert(source, definition, render.literal_text(value, house))
    found = verify.verify(source, source.apply([edit]), definition, (), {}, house)
    held = {gate.name: (gate.held, gate.saw) for gate in found}
    assert held["code unchanged"][0], held
    assert held["rest unchanged"][0], held
