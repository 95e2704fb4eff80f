"""A long section cut down to where a question's words stand: nobody reads megabytes by sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from neovim_ai.notes.model import Section
from neovim_ai.notes.words import fold

LONGEST = 40_000
"""Characters; a section of a person's notes has hundreds."""


def narrow(section: Section, words: Sequence[str]) -> Section:
    """Return a section, or of a longer one the part that holds most of the words.

    Args:
        section: Whose text.
        words: Folded words of the question.
    """
    if len(section.text) <= LONGEST:
        return section
    parts = _parts(section.text)
    held = [sum(word in folded for word in words) for folded in map(fold, parts)]
    best = held.index(max(held))
    row = section.row + sum(part.count("\n") for part in parts[:best])
    end_row = row + parts[best].rstrip("\n").count("\n")
    return replace(section, row=row, end_row=end_row, text=parts[best])


def _parts(text: str) -> list[str]:
    """Cut a text at ends of lines; a longer line is cut where it must be."""
    parts: list[str] = []
    start = 0
    while start < len(text):
        end = text.rfind("\n", start, start + LONGEST) + 1 if len(text) - start > LONGEST else 0
        end = end or start + LONGEST
        parts.append(text[start:end])
        start = end
    return parts
