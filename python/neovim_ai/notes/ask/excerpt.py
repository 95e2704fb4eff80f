"""What a model is shown of a section: its lines by letter, the likeliest ones of a long section."""

from __future__ import annotations

import re
from dataclasses import dataclass

from neovim_ai.notes.ask.units import Unit, units
from neovim_ai.notes.ask.words import shared
from neovim_ai.notes.model import Section

LETTERS = "ABCDEFGHIJKLMNOP"
"""One token each, unlike the numbers from 10 on, so that the odds of each can be told apart."""

_SHOWN = 300
_IMAGE = re.compile(r"!\[[^\]\n]*\](?:\([^)\n]*\)|\[[^\]\n]*\])")
_EMPTY_LINK = re.compile(r"\[\s*\](?:\([^)\n]*\)|\[[^\]\n]*\])?")
_LINK = re.compile(r"\[([^\]\n]*)\]\([^)\n]*\)")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of a section, in its order, at most as many as there are letters."""

    section: Section
    lines: tuple[Unit, ...]

    @property
    def letters(self) -> tuple[str, ...]:
        """Their letters."""
        return tuple(LETTERS[: len(self.lines)])

    @property
    def shown(self) -> str:
        """The lines as a model sees them; targets of links are left out, they say little."""
        head = " › ".join(self.section.heading_path[-3:])
        rows = (f"{a}: {_one_line(u.text)}" for a, u in zip(LETTERS, self.lines, strict=False))
        return "\n".join((f'Note "{_one_line(head)}":', *rows))


def excerpt(section: Section, words: frozenset[str]) -> Excerpt:
    """Return the lines of a section that fit a question best, each with what stands before it.

    Args:
        section: Whose lines.
        words: Stems of the question.
    """
    found = joined(tuple(unit for unit in units(section.text) if unit.code or _says(unit.text)))
    most = len(LETTERS)
    if len(found) > most:
        scores = [shared(words, unit.text) for unit in found]
        near = [max(scores[max(i - 1, 0) : i + 2]) / 2 + scores[i] for i in range(len(found))]
        best = sorted(range(len(found)), key=lambda i: (-near[i], i))[:most]
        found = tuple(found[i] for i in sorted(best))
    return Excerpt(section, found)


def joined(found: tuple[Unit, ...]) -> tuple[Unit, ...]:
    """Join what is nothing but a link with the sentence behind it: that is what it is about."""
    kept: list[Unit] = []
    for unit in found:
        last = kept[-1] if kept else None
        if last and _only_a_link(last) and last.line == unit.line and not unit.code:
            kept[-1] = Unit(f"{last.text} {unit.text}", last.line)
        else:
            kept.append(unit)
    return tuple(kept)


def _says(text: str) -> bool:
    """Tell whether a line is more than pictures and badges."""
    return any(char.isalnum() for char in _EMPTY_LINK.sub("", _IMAGE.sub("", text)))


def _only_a_link(unit: Unit) -> bool:
    return (
        not unit.code
        and bool(_LINK.search(unit.text))
        and not _LINK.sub("", unit.text).strip(" .:,;-*_")
    )


def _one_line(text: str) -> str:
    plain = " ".join(_LINK.sub(r"[\1]", text).split())
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]} ..."
