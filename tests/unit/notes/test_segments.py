"""Segments: made, written, read back, joined; nothing of them may be lost on the way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.notes.notebook import Notebook

from neovim_ai.notes.rank import build, shelf
from neovim_ai.notes.rank.build import Loose, merged
from neovim_ai.notes.rank.guesses import _near
from neovim_ai.notes.rank.segment import Segment, read, write
from neovim_ai.notes.rank.spelling import is_near, is_near_beginning
from neovim_ai.notes.words import Words

WORDS = st.text("abcd", min_size=1, max_size=9)
SECTIONS = st.lists(st.lists(WORDS, max_size=12), min_size=1, max_size=8)
FIELDS = ("ids", "files", "bounds", "stream", "starts", "sections", "payloads", "positions")


def segment(sections: list[list[str]], first: int = 0) -> Segment:
    loose = Loose()
    for number, words in enumerate(sections, first):
        said = Words()
        said.say(words, 0)
        said.pause()
        said.note(words[:1], 0)
        loose.add(number, number % 3, said)
    return loose.segment()


def same(one: Segment, other: Segment) -> bool:
    return one.terms == other.terms and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in FIELDS
    )


@given(SECTIONS, st.integers(0, 8))
def test_parts_joined_are_the_whole(sections: list[list[str]], cut: int) -> None:
    whole = segment(sections)
    parts = [segment(sections[cut:], cut), segment(sections[:cut])]
    assert same(merged(parts, [np.ones(len(part), np.bool_) for part in parts]), whole)


@given(SECTIONS, st.sets(st.integers(0, 7)))
def test_what_is_gone_is_not_joined(sections: list[list[str]], gone: set[int]) -> None:
    whole = segment(sections)
    kept = np.array([number not in gone for number in range(len(sections))], np.bool_)
    joined = merged([whole], [kept])
    left = [number for number in range(len(sections)) if number not in gone]
    assert list(joined.ids) == left
    for number, at in enumerate(left):
        said = [
            joined.terms[t] for t in joined.stream[joined.bounds[number] :][: len(sections[at])]
        ]
        assert said == sections[at]


def test_a_segment_is_read_as_it_was_written(tmp_path: Path) -> None:
    one = segment([["a", "b"], [], ["c"]])
    write(one, tmp_path / "x.segment")
    assert same(read(tmp_path / "x.segment"), one)


@pytest.mark.parametrize("keep", [0, 10, 200, -1])
def test_a_cut_segment_is_refused(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "x.segment"
    write(segment([["a", "b"]]), path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises((ValueError, OSError)):
        read(path)


@given(st.lists(WORDS, min_size=1, max_size=20), WORDS, st.booleans())
def test_all_words_at_once_are_compared_as_one_by_one(
    words: list[str], asked: str, goes_on: bool
) -> None:
    one = segment([words])
    edits = (len(asked) >= 4) + (len(asked) >= 8)
    near = is_near_beginning if goes_on else is_near
    others = {w for w in words if not (w.startswith(asked) if goes_on else w == asked)}
    expected = {w for w in others if edits and near(asked, w, edits)}
    found = set(_near(one, asked, goes_on))
    assert expected <= found
    assert found - expected <= {w for w in words if w.startswith(asked)}


def test_many_segments_become_few_and_none_too_large(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "LARGEST", 40)
    monkeypatch.setattr(shelf, "_SMALLEST_CLASS", 2)
    notebook = Notebook(tmp_path / "vault")
    for number in range(60):
        notebook.read(f"{number}.md", f"# n{number}\n\nsilver\n")
    sizes = notebook.vault.store.segments().values()
    assert sum(sizes) == 60
    assert len(sizes) <= 12
    assert max(sizes) <= 40
    assert notebook.found("silver").total == 60


@pytest.mark.parametrize("liked", [None, "n37"])
def test_what_was_picked_for_a_common_word_is_what_all_that_hold_it_give(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, liked: str | None
) -> None:
    found = []
    for many in (10, 10**9):
        monkeypatch.setattr(build, "_MANY", many)
        monkeypatch.setattr(build, "_CHAMPIONS", 12)
        notebook = Notebook(tmp_path / "vault")
        texts = [f"# n{n}\n\n{'silver ' * (n % 7 + 1)}{'x' * n}\n" for n in range(40)]
        texts[3] = "# silver n3\n\nword\n"
        path = notebook.write("a.md", "\n".join(texts))
        if liked:
            notebook.finder.remember(str(path), [liked])
        notebook.update()
        (one,) = notebook.vault.store.segments()
        picked = shelf.get(notebook.vault.store, one)
        assert picked and ("silver " in picked.champion_prefixes) == (many == 10)
        found.append((notebook.find("silver ", 4), notebook.found("silver ").total))
        notebook.vault.store.discard()
    assert found[0] == found[1]
    assert found[0][1] == 40
    assert liked is None or liked in found[0][0]


def test_an_option_is_not_taken_for_the_letter_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "_MANY", 4)
    monkeypatch.setattr(build, "_CHAMPIONS", 12)
    notebook = Notebook(tmp_path / "vault")
    letters = "\n".join(f"# e{n}\n\nsilver `e` x{n}\n" for n in range(60))
    notebook.write("a.md", f"{letters}\n# Long\n\n{'word ' * 200} `sed -e` {'word ' * 200}\n")
    notebook.update()
    assert notebook.find("-e ")[0] == "Long"
