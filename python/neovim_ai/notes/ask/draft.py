"""An answer as it grows: each sentence checked before it is shown, citations numbered as met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from neovim_ai.notes.ask import verify, wording
from neovim_ai.notes.ask.model import Citation, Said, Sentence, Show
from neovim_ai.notes.ask.shown import visible
from neovim_ai.notes.ask.units import Unit
from neovim_ai.notes.ask.wording import Line
from neovim_ai.notes.model import Section


class Draft:
    """The sentences so far.

    Attributes:
        sentences: In order, struck ones among them.
    """

    def __init__(self, question: str, show: Show) -> None:
        self.sentences: list[Sentence] = []
        self._question = question
        self._show = show
        self._numbers: dict[tuple[str, int, str], int] = {}
        self._sections: dict[int, str] = {}

    def quote(self, section: Section, unit: Unit) -> None:
        """Add a line of a note as it stands."""
        citation = self._citation(section, unit)
        self._add(citation.quote, (citation,))

    def word(self, sentence: str, lines: Mapping[int, Line]) -> None:
        """Add a sentence that cites lines by their numbers."""
        numbers = wording.cited(sentence)
        text = visible(wording.uncited(sentence))
        unknown = [number for number in numbers if number not in lines]
        if unknown:
            self._strike(text, f"[{unknown[0]}] was not shown")
            return
        cited = [self._citation(lines[n].section, lines[n].unit) for n in numbers]
        self._add(text, cited)

    def _citation(self, section: Section, unit: Unit) -> Citation:
        row = section.row + unit.line
        key = (section.path, row, unit.text)
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        self._sections[number] = section.text
        return Citation(number, section.path, row, section.heading_path, visible(unit.text))

    def _add(self, text: str, citations: Sequence[Citation]) -> None:
        why = verify.problem(text, citations, self._sections, self._question)
        if why:
            self._strike(text, why)
            return
        marks = "".join(f"[{citation.number}]" for citation in citations)
        self.sentences.append(Sentence(f"{text} {marks}", tuple(citations)))
        self._show(Said(tuple(self.sentences)))

    def _strike(self, text: str, why: str) -> None:
        self.sentences.append(Sentence(text, (), why))
        self._show(Said(tuple(self.sentences)))
