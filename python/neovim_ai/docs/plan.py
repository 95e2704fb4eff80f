"""Finds the places in a docstring where new text goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neovim_ai.docs.model import Filled, House, SlotKind, Style
from neovim_ai.docs.read.document import Docstring
from neovim_ai.docs.read.lines import code, column, split
from neovim_ai.docs.read.model import Entry, Piece, PieceKind
from neovim_ai.docs.sections import OTHER, RANKS
from neovim_ai.docs.voice import Voice

_PROSE = (SlotKind.SUMMARY, SlotKind.DESCRIPTION)


@dataclass(frozen=True)
class Insertion:
    r"""New text at one place of a docstring's value.

    Attributes:
        offset: Where it goes, in characters of the value.
        order: Sorts texts that go to the same place.
        text: Lines ending in `\n` wherever they end.
        keys: The slots it describes; empty for what only moves the closing quotes.
    """

    offset: int
    order: tuple[int, int]
    text: str
    keys: tuple[str, ...] = ()


def insertions(
    docstring: Docstring,
    house: House,
    filled: Sequence[Filled],
    order: Sequence[str],
    keywords: str = "",
) -> tuple[Insertion, ...]:
    """Return what goes where, sorted as it shall stand.

    Args:
        docstring: Where it goes.
        house: How the project writes docstrings.
        filled: What is added.
        order: Names of the parameters in order.
        keywords: The one of them that collects keywords: names that no parameter has may be its.
    """
    if not filled:
        return ()
    order = order or [f.slot.name.lstrip("*") for f in filled]
    plan = _Plan(docstring, house, order, keywords)
    found = plan.whole(filled) if not docstring.value.strip() else plan.parts(filled)
    tail = plan.tail(found)
    return tuple(sorted([*found, *tail], key=lambda one: (one.offset, one.order)))


@dataclass(frozen=True)
class _Unit:
    """A part that has a place in the conventional order.

    Attributes:
        rank: Its place.
        start: Where its text starts in the value.
        end: Where its text ends.
        titled: Whether it is a section, which the docstring's own spacing is for.
        field: Whether it is a reST field, which stands close to the next.
        binds: The style that what stands below must be in to be told from it.
    """

    rank: int
    start: int
    end: int
    titled: bool = False
    field: bool = False
    binds: Style | None = None


class _Plan:
    """Finds the places in one docstring."""

    def __init__(
        self, docstring: Docstring, house: House, order: Sequence[str], keywords: str
    ) -> None:
        self._docstring = docstring
        self._value = docstring.value
        self._voice = Voice(docstring, house)
        self._order = {name: at for at, name in enumerate(order)}
        self._others = self._order[keywords] - 0.5 if keywords in self._order else -1.0
        self._begun: list[_Unit] = []
        lines = split(self._value, column(docstring.indent + "."))
        self._code_ends = {lines[number].last for number in code(lines)}

    def whole(self, filled: Sequence[Filled]) -> list[Insertion]:
        """Write an empty docstring."""
        style, text, last = self._voice.house.style, "", None
        for kind, of_kind in _grouped(filled):
            apart = (None, *_PROSE) if kind is not SlotKind.EXAMPLES else (None, *SlotKind)
            close = style.has_fields and last not in apart
            text += ("\n" if close else "\n\n") if text else ""
            text += "\n".join(self._block(kind, of_kind, style))
            last = kind
        keys = tuple(one.slot.key for one in filled)
        return [Insertion(0, (0, 0), text.removeprefix(self._docstring.margin), keys)]

    def parts(self, filled: Sequence[Filled]) -> list[Insertion]:
        """Add to a docstring that says something."""
        found: list[Insertion] = []
        for kind, of_kind in _grouped(filled):
            homeless = []
            for one in of_kind:
                placed = self._in_entry(one) or self._beside_entry(one) or self._in_section(one)
                found += [placed] if placed else []
                homeless += [] if placed else [one]
            found += [self._new(kind, homeless)] if homeless else []
        return found

    def tail(self, found: Sequence[Insertion]) -> list[Insertion]:
        """Move the closing quotes of what was one line to a line of their own."""
        if "\n" in self._value or not any("\n" in one.text for one in found):
            return []
        indent, end = self._docstring.indent, len(self._value.rstrip())
        blank = "\n" if self._voice.house.blank_last else ""
        rest = self._value[end:]
        if rest and self._value.strip() and indent.endswith(rest):
            return [Insertion(end, (9, 0), blank + "\n" + indent.removesuffix(rest))]
        return [Insertion(len(self._value), (9, 0), blank + "\n" + indent)]

    def _in_entry(self, one: Filled) -> Insertion | None:
        """Give words to an entry that has a name and none."""
        entry = next((e for e in self._about(one) if not e.only_type), None)
        if entry is None or entry.described:
            return None
        text = self._voice.said(entry, one.text)
        return Insertion(entry.span.end, (0, 0), text, (one.slot.key,))

    def _beside_entry(self, one: Filled) -> Insertion | None:
        """Put a description above the field that gives the type alone (`:type x: int`)."""
        entry = next(iter(self._about(one)), None)
        if entry is None or not entry.only_type:
            return None
        style = entry.style or Style.SPHINX
        lines = self._voice.entry(self._voice.untyped(one), None, style)
        return self._above(entry.span.start, lines, 0, (8, 0), (one.slot.key,))

    def _about(self, one: Filled) -> list[Entry]:
        name = _last(one.slot.name.lstrip("*"))
        entries = self._of_kind(one.slot.kind)
        return [e for e in entries if not name or name in map(_last, e.names)]

    def _of_kind(self, kind: SlotKind) -> list[Entry]:
        """Return the entries of a kind, those apart that are not in a style we write."""
        entries = (entry for entry in self._docstring.entries if entry.kind is kind)
        return [entry for entry in entries if entry.style and not entry.inline]

    def _in_section(self, one: Filled) -> Insertion | None:
        """Put an entry among the others of its kind, parameters in the signature's order."""
        entries = self._of_kind(one.slot.kind)
        if not entries:
            return self._in_bare_section(one)
        rank = self._order.get(one.slot.name.lstrip("*"), len(self._order))
        before = [entry for entry in entries if self._rank(entry) < rank]
        anchor = max(before, key=self._place) if before else entries[0]
        lines = self._voice.entry(one, anchor.section, anchor.style or Style.SPHINX)
        gap = self._voice.spacing(anchor.section)
        keys = (one.slot.key,)
        # Below code comes a blank line, which would end a list that is not indented.
        torn = anchor.style is Style.PLAIN and anchor.span.end in self._code_ends
        if before and not torn:
            return self._below(anchor.span.end, lines, gap, (1, rank), keys)
        return self._above(anchor.span.start, lines, gap, (1, rank), keys)

    def _place(self, entry: Entry) -> tuple[float, int]:
        return self._rank(entry), entry.span.start

    def _rank(self, entry: Entry) -> float:
        """Return where an entry's last name stands in the signature.

        Outside of it that is first, or right before what collects keywords: above parameters that
        are added later such a name would look like one of them that is gone.
        """
        if entry.kind is not SlotKind.PARAMETER:
            return -1
        return max((self._order.get(name, self._others) for name in entry.names), default=-1)

    def _in_bare_section(self, one: Filled) -> Insertion | None:
        """Put the first entry into a section that has only its title, or a person's own text."""
        for number, section in enumerate(self._docstring.sections):
            if section.kind.slot is one.slot.kind:
                lines = self._voice.entry(one, number, section.style)
                order = (1, self._order.get(one.slot.name.lstrip("*"), len(self._order)))
                return self._below(section.span.end, lines, 0, order, (one.slot.key,))
        return None

    def _new(self, kind: SlotKind, filled: Sequence[Filled]) -> Insertion:
        """Open a section, or a paragraph, where convention has it."""
        keys, order = (
            tuple(one.slot.key for one in filled),
            (-1 if kind in _PROSE else 2, RANKS[kind]),
        )
        unit, below = self._neighbour(kind)
        style = (unit.binds if below else None) or self._voice.house.style
        lines = self._block(kind, filled, style)
        fields = style.has_fields and kind not in (*_PROSE, SlotKind.EXAMPLES)
        close = fields and (unit.field or unit in self._begun)
        # Only a blank line ends a list whose items are not indented.
        loose = not unit.titled or style is Style.PLAIN
        usual = max(self._voice.gap, 1) if loose else self._voice.gap
        gap = self._voice.spacing(None) if close else usual
        self._begun += [unit] if fields else []
        if below:
            return self._below(unit.end, lines, gap, order, keys, apart=not close)
        return self._above(unit.start, lines, gap, order, keys)

    def _block(self, kind: SlotKind, filled: Sequence[Filled], style: Style) -> list[str]:
        if kind is SlotKind.SUMMARY:
            return [line for one in filled for line in self._voice.summary(one.text)]
        if kind in _PROSE:
            return [line for one in filled for line in self._voice.prose(one.text)]
        return self._voice.section(kind, filled, style)

    def _neighbour(self, kind: SlotKind) -> tuple[_Unit, bool]:
        """Return what a new part stands next to, and whether it goes below that."""
        rank, units = RANKS[kind], self._units()
        heads = kind in _PROSE
        lower = [unit for unit in units if unit.rank <= rank and (heads or unit.rank > 1)]
        if lower:
            return lower[-1], True
        if heads:
            return self._edge(0), False
        higher = [unit for unit in units if rank < unit.rank < OTHER.rank]
        others = [unit for unit in units if unit.rank == OTHER.rank]
        if higher or others:
            return (higher or others)[0], False
        return self._edge(-1), True

    def _units(self) -> list[_Unit]:
        units: list[_Unit] = []
        for piece in self._docstring.pieces:
            entry = piece.entry
            if piece.kind is PieceKind.SUMMARY:
                units.append(self._unit(0, piece))
            elif piece.kind is PieceKind.HEADER and piece.section is not None:
                section = self._docstring.sections[piece.section]
                binds = section.style if section.style is Style.NUMPY else None
                span = section.span
                units.append(_Unit(section.kind.rank, span.start, span.end, True, False, binds))
            elif entry is not None and piece.section is None and entry.style is not None:
                fielded = entry.style.has_fields
                span = entry.span
                units.append(_Unit(RANKS[entry.kind], span.start, span.end, False, fielded))
        return units

    def _edge(self, side: int) -> _Unit:
        """Return the first or the last part that is not blank."""
        spoken = [p for p in self._docstring.pieces if p.kind is not PieceKind.BLANK]
        return self._unit(OTHER.rank, spoken[side])

    def _unit(self, rank: int, piece: Piece) -> _Unit:
        text = piece.span.of(self._value)
        leading, length = len(text) - len(text.lstrip()), len(text.rstrip())
        return _Unit(rank, piece.span.start + leading, piece.span.start + length)

    def _below(
        self,
        end: int,
        lines: Sequence[str],
        gap: int,
        order: tuple[int, int],
        keys: tuple[str, ...],
        apart: bool = False,
    ) -> Insertion:
        """Put lines below the one where something ends; `apart` from what follows, too."""
        # A doctest takes in whatever follows it without a blank line.
        gap = max(gap, 1) if end in self._code_ends else gap
        offset = self._value.find("\n", end)
        text = "\n" * (gap + 1) + "\n".join(lines)
        if offset < 0:
            return Insertion(end, order, text, keys)
        following = self._value[offset + 1 :].split("\n", 1)[0]
        if apart and following.strip():
            titles = (section.span.start for section in self._docstring.sections)
            titled = offset + 1 + len(following) - len(following.lstrip()) in titles
            text += "\n" * (gap if titled else max(gap, 1))
        return Insertion(offset, order, text, keys)

    def _above(
        self,
        start: int,
        lines: Sequence[str],
        gap: int,
        order: tuple[int, int],
        keys: tuple[str, ...],
    ) -> Insertion:
        """Put lines above the one where something starts."""
        text = "\n".join(lines) + "\n" * (gap + 1)
        above = self._value.rfind("\n", 0, start) + 1
        if above:
            return Insertion(above, order, text, keys)
        margin = self._docstring.margin
        return Insertion(start, order, text.removeprefix(margin) + margin, keys)


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _grouped(filled: Sequence[Filled]) -> list[tuple[SlotKind, list[Filled]]]:
    """Return the texts by what they are about, in the conventional order."""
    kinds = sorted({one.slot.kind for one in filled}, key=lambda kind: RANKS[kind])
    return [(kind, [one for one in filled if one.slot.kind is kind]) for kind in kinds]
