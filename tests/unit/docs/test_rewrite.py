"""A docstring asked for anew says the signature in new words and loses nothing else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.docs.samples import values

from neovim_ai.docs import hunks, reader
from neovim_ai.docs.compose import Composed, Subject, compose, study
from neovim_ai.docs.model import House, Style
from neovim_ai.docs.read.model import PieceKind
from neovim_ai.docs.wishes import Wishes
from neovim_ai.errors import AiError
from neovim_ai.llm.model import Usage
from neovim_ai.methods.docs import DocMethods
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

CODE = '''\
def fetch(url, retries=3):
    """Old summary.

    An old story.

    Use it so:

    >>> fetch("a")
    b

    .. versionadded:: 1.2
       With retries.

    Args:
        url: Old words.

    Raises:
        OSError: If the disk is full.

    Note:
        Keep  me.

          As I stand.

    Examples:
        >>> fetch("c")
        d
    """
    if not url:
        raise ValueError(url)
    return url
'''
STAY = (
    'Use it so:\n\n    >>> fetch("a")\n    b\n',
    ".. versionadded:: 1.2\n       With retries.\n",
    "Note:\n        Keep  me.\n\n          As I stand.\n",
    'Examples:\n        >>> fetch("c")\n        d\n',
)


def anew(code: str, style: Style = Style.GOOGLE, qualname: str = "fetch") -> Subject:
    source = SourceText(code)
    wishes = Wishes(rewrite=True)
    return study(source, target.by_qualname(source, qualname), House(style=style), wishes)


def rewritten(one: Subject, *left_out: str) -> Composed:
    keys = [slot.key for slot in one.missing if slot.key not in left_out]
    composed = compose(one, {key: f"New words of {key.replace(':', ' ')}." for key in keys})
    assert composed is not None
    return composed


@pytest.mark.parametrize("style", list(Style))
def test_examples_notes_directives_and_code_survive_in_every_style(style: Style) -> None:
    composed = rewritten(anew(CODE, style))
    assert composed.failed == ()
    for part in STAY:
        assert part in composed.literal
    assert "Old words" not in composed.literal
    assert "Old summary" not in composed.literal


def test_an_exception_of_a_callee_keeps_its_words_beside_the_new_ones() -> None:
    literal = rewritten(anew(CODE)).literal
    assert "        ValueError: New words of raises ValueError.\n" in literal
    assert "        OSError: If the disk is full.\n" in literal


def test_a_description_is_asked_anew_and_stays_where_nobody_wrote_one() -> None:
    one = anew(CODE)
    assert "description" in [slot.key for slot in one.missing]
    assert "An old story." not in rewritten(one).literal
    assert "An old story." in rewritten(one, "description").literal


def test_what_stays_moves_to_the_margin_of_the_new_docstring() -> None:
    code = 'def f():\n    """\n  Do.\n\n  Note:\n    Mine.\n    """\n'
    literal = rewritten(anew(code, qualname="f")).literal
    assert "\n    Note:\n      Mine.\n" in literal


def test_rewriting_twice_changes_nothing_more_than_rewriting_once() -> None:
    one = anew(CODE)
    after = one.source.apply([rewritten(one).edit]).text
    again = anew(after)
    assert again.source.apply([rewritten(again).edit]).text == after


@given(values(), st.sampled_from(list(Style)))
def test_no_line_that_is_about_nothing_of_the_signature_is_lost(value: str, style: Style) -> None:
    source = SourceText(f'def f(a, b):\n    r"""{value}"""\n    return a\n')
    definition = target.by_qualname(source, "f")
    try:
        docstring = reader.read(source, definition, House(style=style))
        composed = rewritten(anew(source.text, style, "f"))
    except AiError:
        return
    assert docstring is not None
    kinds = {PieceKind.CODE: [p for p in docstring.pieces if p.kind is PieceKind.CODE]}
    others = [n for n, section in enumerate(docstring.sections) if section.kind.slot is None]
    stay = [*kinds[PieceKind.CODE], *(p for p in docstring.pieces if p.section in others)]
    about = {p.span for p in docstring.pieces if p.section is not None and p.section not in others}
    left = composed.literal
    for piece in stay:
        if piece.span in about:
            continue
        for line in piece.span.of(docstring.value).split("\n"):
            assert line.strip() in left


class Asked:
    """What the editor sends to accept a proposal, over a code that may have changed."""

    def __init__(self, code: str) -> None:
        self.one = anew(code)
        span = self.one.definition.docstring
        assert span is not None
        self.proposal: dict[str, Any] = {
            "qualname": "fetch",
            "ordinal": 0,
            "digest": self.one.facts.digest(),
            "style": "google",
            "options": {"rewrite": True},
            "texts": {slot.key: "New words." for slot in self.one.missing},
            "before": self.one.source.slice(span).split("\n"),
            "hunks": [{"key": hunks.DOCSTRING}],
        }

    def accept(self, code: str) -> str:
        async def connect(_: object) -> Any:
            raise AssertionError("accepting asks nobody")

        def spend(_: Usage) -> None:
            raise AssertionError("accepting costs nothing")

        buffer = {"lines": code.split("\n")[:-1], "tick": 1}
        params = {"buffer": buffer, "proposal": self.proposal, "row": 0, "keys": None}
        methods = DocMethods(connect, spend)
        done = asyncio.run(methods.apply(params, lambda _: None))
        return "\n".join(done["docstring"])


@pytest.mark.parametrize(
    "code",
    [
        CODE.replace("          As I stand", "        As I stand"),
        CODE.replace("Keep  me.", "Keep me."),
        CODE.replace("    An old story.\n", "    An old\n    story.\n"),
        CODE.replace("    An old story.\n", "\n    An old story.\n"),
    ],
    ids=["indent of a line", "blanks in a line", "line break", "blank line"],
)
@pytest.mark.usefixtures("sandboxed_home")
def test_white_space_that_a_person_changed_meanwhile_is_not_written_over(code: str) -> None:
    with pytest.raises(AiError, match="was edited after it was asked for anew"):
        Asked(CODE).accept(code)


@pytest.mark.usefixtures("sandboxed_home")
def test_a_docstring_moved_as_a_whole_is_the_same() -> None:
    moved = "if True:\n" + "".join(f"    {line}\n" if line else "\n" for line in CODE.split("\n"))
    assert "New words." in Asked(CODE).accept(moved.rstrip() + "\n")


@pytest.mark.usefixtures("sandboxed_home")
def test_a_stale_proposal_says_what_changed() -> None:
    changed = CODE.replace("retries=3", "retries=4").replace("if not url", "if retries")
    with pytest.raises(AiError, match="since it was asked for: parameters and exceptions"):
        Asked(CODE).accept(changed)
