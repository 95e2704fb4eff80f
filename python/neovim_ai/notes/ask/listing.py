"""The sections that fit a question, as rows of a list: what there is without a model."""

from __future__ import annotations

import re
from collections.abc import Sequence

from neovim_ai.notes.ask.shown import visible
from neovim_ai.notes.ask.units import units
from neovim_ai.notes.ask.words import shared, stem
from neovim_ai.notes.model import MatchKind, NotesRow, Section
from neovim_ai.notes.words import fold

_WORD = re.compile(r"[^\W_]+")


def row(section: Section, words: frozenset[str], rank: int) -> NotesRow:
    """Return a section's row; its snippet is the line that holds most words of the question.

    Args:
        section: The section.
        words: Stems of the question.
        rank: Its place, from 0.
    """
    found = units(section.text)
    best = max(found, key=lambda unit: shared(words, unit.text), default=None)
    snippet = visible(best.text.split("\n")[0]) if best else ""
    return NotesRow(
        section.path,
        section.row,
        section.end_row,
        section.heading_path,
        snippet,
        _matches(snippet, words),
        MatchKind.SOME,
        1.0 / (rank + 1),
        section.row + (best.line if best else 0),
        section.id,
    )


def rows(sections: Sequence[Section], words: frozenset[str]) -> tuple[NotesRow, ...]:
    """Return the rows of sections, best first."""
    return tuple(row(section, words, rank) for rank, section in enumerate(sections))


def _matches(snippet: str, words: frozenset[str]) -> tuple[tuple[int, int], ...]:
    def at(place: int) -> int:
        return len(snippet[:place].encode())

    return tuple(
        (at(match.start()), at(match.end()))
        for match in _WORD.finditer(snippet)
        if stem(fold(match[0])) in words
    )
