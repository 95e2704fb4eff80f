"""Cuts a docstring's value into pieces that tile it, whatever mixture of styles it is."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace

from neovim_ai.docs.model import Style
from neovim_ai.docs.read import google, lines, numpy, sphinx
from neovim_ai.docs.read.lines import Line
from neovim_ai.docs.read.model import Entry, Piece, PieceKind, Range, Section
from neovim_ai.docs.sections import SectionKind


def pieces(value: str, base: int) -> tuple[tuple[Piece, ...], tuple[Section, ...]]:
    """Cut a value into pieces.

    Args:
        value: The docstring's value.
        base: The column its lines are meant to start at.

    Returns:
        The pieces, which joined give the value back, and the titled sections among them.
    """
    split = lines.split(value, base)
    cutting = _Cutting(split, lines.code(split))
    at = 0
    while at < len(split):
        at = cutting.cut(at)
    return tuple(cutting.pieces), tuple(cutting.sections)


@dataclass
class _Cutting:
    """One pass over the lines of a value, from above to below."""

    lines: Sequence[Line]
    code: Collection[int]
    pieces: list[Piece] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def cut(self, at: int) -> int:
        """Cut off what starts at a line and return the number of the line after it."""
        if self.lines[at].blank:
            return self._run(PieceKind.BLANK, at, lambda n: self.lines[n].blank)
        if at in self.code:
            return self._run(PieceKind.CODE, at, lambda n: n in self.code)
        if kind := numpy.title(self.lines, at, self.code):
            return self._section(kind, Style.NUMPY, at, at + 2, self._numpy_end(at))
        if kind := google.title(self.lines, at):
            style = google.style(self.lines, at)
            return self._section(kind, style, at, at + 1, self._google_end(at))
        if sphinx.is_field(self.lines[at]):
            stop = sphinx.end(self.lines, at, self.code)
            return self._entry(at, stop, sphinx.entry(self.lines, at, stop))
        if entry := google.inline(self.lines, at):
            stop = self._paragraph_end(at)
            return self._entry(at, stop, _grown(entry, self.lines[stop - 1].last))
        first = all(piece.kind is PieceKind.BLANK for piece in self.pieces)
        kind_ = PieceKind.SUMMARY if first else PieceKind.PROSE
        return self._add(kind_, at, self._paragraph_end(at))

    def _run(self, kind: PieceKind, at: int, belongs: Callable[[int], bool]) -> int:
        stop = at + 1
        while stop < len(self.lines) and belongs(stop):
            stop += 1
        return self._add(kind, at, stop)

    def _paragraph_end(self, at: int) -> int:
        stop = at + 1
        while stop < len(self.lines) and not self.lines[stop].blank and not self._starts(stop):
            stop += 1
        return stop

    def _starts(self, at: int) -> bool:
        return bool(
            at in self.code
            or numpy.title(self.lines, at, self.code)
            or google.title(self.lines, at)
            or sphinx.is_field(self.lines[at])
        )

    def _numpy_end(self, at: int) -> int:
        """A section lasts to the next title, or to a line that stands left of its own title."""
        stop = at + 2
        for number in range(at + 2, len(self.lines)):
            line = self.lines[number]
            if line.blank or number in self.code:
                stop = stop if line.blank else number + 1
                continue
            titled = numpy.title(self.lines, number, self.code)
            field_ = line.column <= self.lines[at].column and sphinx.is_field(line)
            if titled or field_ or line.column < self.lines[at].column:
                break
            stop = number + 1
        return stop

    def _google_end(self, at: int) -> int:
        stop = google.end(self.lines, at)
        inner = range(at + 1, stop)
        return next((n for n in inner if n not in self.code and self._ends_google(at, n)), stop)

    def _ends_google(self, at: int, number: int) -> bool:
        return self.lines[number].column <= self.lines[at].column and self._starts(number)

    def _section(self, kind: SectionKind, style: Style, at: int, body: int, stop: int) -> int:
        number = len(self.sections)
        last = max(n for n in range(at, stop) if not self.lines[n].blank)
        header = Range(self.lines[at].first, self.lines[body - 1].last)
        span = Range(self.lines[at].first, self.lines[last].last)
        indent = self.lines[at].indent if at else ""
        self.sections.append(Section(kind, style, header, span, indent, self._blanks_above(at)))
        self._add(PieceKind.HEADER, at, body, number)
        reader = numpy.entries if style is Style.NUMPY else google.entries
        found = reader(kind.slot, self.lines, body, last + 1, self.code) if kind.slot else []
        at = body
        for start, end, entry in found:
            self._loose(at, start, number)
            entry = replace(entry, style=style) if style is Style.PLAIN else entry
            at = self._entry(start, end, entry, number)
        self._loose(at, last + 1, number)
        return last + 1

    def _blanks_above(self, at: int) -> int | None:
        count = 0
        while count < at and self.lines[at - 1 - count].blank:
            count += 1
        return count if count < at else None

    def _loose(self, at: int, stop: int, section: int) -> None:
        """Add lines of a section that belong to none of its entries."""
        while at < stop:
            blank, coded = self.lines[at].blank, at in self.code
            end = at + 1
            while end < stop and (self.lines[end].blank, end in self.code) == (blank, coded):
                end += 1
            kind = PieceKind.CODE if coded else PieceKind.BLANK if blank else PieceKind.TEXT
            at = self._add(kind, at, end, section)

    def _entry(self, at: int, stop: int, entry: Entry, section: int | None = None) -> int:
        span = Range(self.lines[at].start, self.lines[stop - 1].end)
        entry = replace(entry, section=section)
        self.pieces.append(Piece(PieceKind.ENTRY, span, section, entry))
        return stop

    def _add(self, kind: PieceKind, at: int, stop: int, section: int | None = None) -> int:
        span = Range(self.lines[at].start, self.lines[stop - 1].end)
        self.pieces.append(Piece(kind, span, section))
        return stop


def _grown(entry: Entry, last: int) -> Entry:
    return replace(entry, span=Range(entry.span.start, last), text=Range(entry.text.start, last))
