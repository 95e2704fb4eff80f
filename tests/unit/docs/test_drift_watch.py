from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from neovim_ai.docs import drift
from neovim_ai.docs.drift import Watch, checks, watch
from neovim_ai.docs.drift.moved import moved
from neovim_ai.source.text import Edit, SourceText, Span

TEXT = '''import os

ERRORS = (KeyError, OSError)


class Wrong(ValueError):
    """Wrong."""


def first(alpha, beta=5):
    """Do.

    Args:
        alpha: It.
        gone: That.
        beta: Defaults to 6.
    """
    return alpha


class Box(object):
    """A box.

    Args:
        size: Of it.

    Attributes:
        colour: Of it.
    """

    def __init__(self, width):
        self.width = width

    @property
    def area(self):
        """Tell.

        Returns:
            The area.
        """
        return 1

    def open(self, hard):
        """Open.

        Args:
            soft: How.

        Raises:
            ValueError: If so.
        """
        def inner(x):
            """In.

            Args:
                y: No.
            """
        try:
            raise Wrong(hard)
        except ERRORS:
            raise KeyError(hard)


if os.name:
    def first(alpha):
        """Again.

        Args:
            omega: It.
        """
'''
LETTERS = (
    "",
    " ",
    "\n",
    "x",
    "alpha",
    "    ",
    "#",
    '"""',
    "(",
    ":",
    "é",
    "\r",
    "Raises:",
    "width, ",
)
LINES = ("def g(y):\n    return y\n\n\n", "class Wrong(OSError): pass\n", "ERRORS = ()\n")
PIECES = st.sampled_from([*LETTERS, *LINES])
EDITS = st.lists(
    st.tuples(st.integers(0, 4000), st.integers(0, 12), PIECES), min_size=1, max_size=6
)


def edited(source: SourceText, at: int, length: int, text: str) -> SourceText:
    whole = source.text
    start = at % (len(whole) + 1)
    return SourceText(whole[:start] + text + whole[start + length :])


@settings(max_examples=200, deadline=None)
@given(EDITS)
def test_checking_after_each_edit_gives_what_checking_anew_gives(
    edits: list[tuple[int, int, str]],
) -> None:
    source, watched = SourceText(TEXT), Watch()
    assert watched.check(source) == drift.findings(source) != ()
    for edit in edits:
        source = edited(source, *edit)
        assert watched.check(source) == drift.findings(source)


def test_only_the_definition_that_was_edited_is_read_again(monkeypatch) -> None:
    read: list[str] = []
    real = checks.of_definition

    def counted(source, definition, *rest):
        read.append(definition.qualname)
        return real(source, definition, *rest)

    monkeypatch.setattr(watch, "of_definition", counted)
    watched, source = Watch(), SourceText(TEXT)
    watched.check(source)
    read.clear()
    at = source.utf8.index(b"return alpha")
    after = source.apply([Edit(Span(at, at), "print(1)\n    ")])
    moved = watched.check(after)
    assert read == ["first"]
    assert moved == drift.findings(after)


def test_a_method_is_read_again_without_the_other_methods(monkeypatch) -> None:
    read: list[str] = []
    real = checks.of_definition

    def counted(source, definition, *rest):
        read.append(definition.qualname)
        return real(source, definition, *rest)

    monkeypatch.setattr(watch, "of_definition", counted)
    watched, source = Watch(), SourceText(TEXT)
    watched.check(source)
    read.clear()
    at = source.utf8.index(b"return 1")
    watched.check(source.apply([Edit(Span(at, at), "print(1)\n        ")]))
    assert read == ["Box", "Box.area"]


def test_a_class_that_changes_its_base_changes_what_is_caught_elsewhere() -> None:
    watched, other = Watch(), TEXT.replace("Wrong(ValueError)", "Wrong(RuntimeError)")
    before = watched.check(SourceText(TEXT))
    after = watched.check(SourceText(other))
    missing = [[f.now for f in found if f.kind == "raises_missing"] for found in (before, after)]
    assert missing[0] != missing[1]
    assert after == drift.findings(SourceText(other))


def test_a_text_with_a_syntax_error_can_wait_until_it_is_whole() -> None:
    watched, broken = Watch(), SourceText(TEXT.replace("return alpha", "return (alpha"))
    assert watched.check_whole(SourceText(TEXT)) == drift.findings(SourceText(TEXT))
    assert watched.check_whole(broken) is None
    assert watched.check(broken) == drift.findings(broken) != ()
    assert watched.check_whole(SourceText(TEXT)) == drift.findings(SourceText(TEXT))


def refuse(*_: object) -> None:
    raise AssertionError


def test_while_typing_the_findings_of_before_move_along_until_the_text_is_whole(
    monkeypatch,
) -> None:
    watched, whole = Watch(), SourceText(TEXT)
    before = watched.check_resting(whole)
    assert before == drift.findings(whole)
    monkeypatch.setattr(watch, "findings", refuse)
    broken = SourceText(TEXT.replace("return alpha\n", "return (alpha\n\n\n"))
    kept = watched.check_resting(broken)
    row = whole.line(whole.utf8.index(b"return alpha"))
    assert [f.line for f in kept] == [f.line + 2 * (f.line > row) for f in before]
    again = SourceText(broken.text.replace("        gone: That.\n", ""))
    assert {f.was for f in before} - {f.was for f in watched.check_resting(again)} == {"gone"}
    assert watched.check_resting(whole) == before


def test_a_text_that_is_broken_from_the_start_is_looked_at_once(monkeypatch) -> None:
    watched, broken = Watch(), SourceText(TEXT.replace("return alpha", "return (alpha"))
    assert watched.check_resting(broken) == drift.findings(broken) != ()
    monkeypatch.setattr(watch, "findings", refuse)
    assert watched.check_resting(SourceText("# é\n" + broken.text)) != ()


@given(EDITS)
def test_a_finding_that_moved_stands_on_the_same_words(
    edits: list[tuple[int, int, str]],
) -> None:
    source = SourceText(TEXT)
    found = drift.findings(source)
    for edit in edits:
        after = edited(source, *edit)
        later = tuple(moved(found, source, after))
        lines = {f.message: source.row_text(f.line - 1) for f in found}
        assert all(after.row_text(f.line - 1) == lines[f.message] for f in later)
        source, found = after, later
