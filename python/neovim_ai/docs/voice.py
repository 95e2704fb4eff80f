"""How one existing docstring is written, so that what is added to it looks alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from neovim_ai.docs import render
from neovim_ai.docs.model import Filled, House, Slot, SlotKind, Style
from neovim_ai.docs.read.document import Docstring
from neovim_ai.docs.read.lines import column
from neovim_ai.docs.read.model import Entry, PieceKind, Section
from neovim_ai.docs.render import epytext, examples, sphinx, summary
from neovim_ai.docs.wrap import wrapped

_GOOGLE_STEP = 4
_VALUES = (SlotKind.RETURNS, SlotKind.YIELDS)


class Voice:
    """Writes entries and sections the way a docstring does.

    Attributes:
        house: The project's way with this docstring's own style and types put first.
        gap: Blank lines above a section.
    """

    def __init__(self, docstring: Docstring, house: House) -> None:
        self._docstring = docstring
        style = docstring.style or house.style
        self.house = replace(house, style=style, types=_types(docstring, house))
        self.gap = _gap(docstring)
        self._inline_types = style is Style.SPHINX and any(
            entry.kind is SlotKind.PARAMETER and entry.type and not entry.only_type
            for entry in docstring.entries
        )

    @property
    def _rejects_backslashes(self) -> bool:
        """Whether a linter wants a raw string for each of them, which this literal is not."""
        raw = all(part.raw for part in self._docstring.literal.parts)
        return not raw and self.house.linters.rules.active("D301")

    def summary(self, text: str) -> list[str]:
        """Return the lines of a summary, with a paragraph of its own for what does not fit."""
        margin = self._docstring.margin
        said = self._spoken(summary.said(text, self.house))
        found = summary.paragraphs(said, self.house, opening=margin + "   ", indent=margin)
        found[0][0] = margin + found[0][0][len(margin) + 3 :]
        return [line for number, one in enumerate(found) for line in ([""] * (number > 0)) + one]

    def prose(self, text: str) -> list[str]:
        """Return the lines of a paragraph, each with the docstring's margin."""
        margin = self._docstring.margin
        # The room of the opening quotes is kept free: a summary may stand behind them.
        said = self._spoken(text)
        lines = wrapped(said, first=margin + "   ", rest=margin, width=self.house.width)
        return [margin + lines[0][len(margin) + 3 :], *lines[1:]]

    def section(self, kind: SlotKind, filled: Sequence[Filled], style: Style) -> list[str]:
        """Return a whole section: title and entries."""
        house = replace(self.house, style=style)
        margin = self._docstring.margin
        if kind is SlotKind.EXAMPLES:
            shown = [examples.block(one.text, style, indent=margin) for one in filled]
            return [line for block in shown for line in block]
        lines = render.section(kind, house, indent=margin)
        spacing = self._spacing(None, house.style)
        for number, one in enumerate(filled):
            lines += [""] * (spacing if number else 0)
            lines += self.entry(one, None, house.style)
        return lines

    def entry(self, filled: Filled, section: int | None, style: Style) -> list[str]:
        """Return the lines of one entry, for a section there is or for a new one."""
        house = replace(self.house, style=style)
        slot = filled.slot
        if style is Style.SPHINX and self._inline_types and slot.kind is SlotKind.PARAMETER:
            slot = replace(slot, name=f"{slot.type} {slot.name}" if slot.type else slot.name)
            house = replace(house, types=False)
        own, more = self._indents(section, style)
        room = self.house.width - column(own + ".")
        room += _GOOGLE_STEP if style is Style.GOOGLE else 0
        lines = render.entry(slot, _folded(filled.text), house, indent="", width=max(room, 20))
        if style is Style.SPHINX and self._rejects_backslashes:
            lines = [line.replace(sphinx.spelled(slot.name), slot.name, 1) for line in lines]
        first = column(lines[0])
        return [(own if column(line) <= first else more) + line.lstrip() for line in lines]

    def said(self, entry: Entry, text: str) -> str:
        """Return what has to follow an entry that has a name and no words yet."""
        style = entry.style or self.house.style
        own, more = self._indents(entry.section, style)
        width = self.house.width
        if style is Style.NUMPY:
            return "\n" + "\n".join(wrapped(_folded(text), first=more, rest=more, width=width))
        start = self._line_start(entry.span.end)
        shown = self._docstring.value[start : entry.span.end]
        colon = "" if shown.endswith(":") else ":"
        rest = own if entry.kind in _VALUES and style is Style.GOOGLE else more
        mark = " -- " if style is Style.PLAIN and not shown.rstrip().endswith("-") else f"{colon} "
        mark = " " if shown.endswith("-") else mark
        lines = wrapped(self._spoken(text), first=f"{shown}{mark}", rest=rest, width=width)
        return "\n".join(lines)[len(shown) :]

    def _spoken(self, text: str) -> str:
        folded = _folded(text)
        return epytext.spoken(folded) if self.house.style is Style.EPYTEXT else folded

    def untyped(self, filled: Filled) -> Filled:
        """Return the same without its type, for where a field of its own gives that."""
        return replace(filled, slot=Slot(filled.slot.kind, filled.slot.name))

    def spacing(self, section: int | None) -> int:
        """Count the blank lines between the entries of a section."""
        style = None if section is None else self._docstring.sections[section].style
        return self._spacing(section, style or self.house.style)

    def _spacing(self, section: int | None, style: Style) -> int:
        entries = self._alike(section, style)
        gaps = []
        for above, below in pairwise(entries):
            between = self._docstring.value[above.span.end : below.span.start]
            if above.section == below.section and not between.strip():
                gaps.append(between.count("\n") - 1)
        return max(min(gaps, default=0), 0)

    def _alike(self, section: int | None, style: Style) -> list[Entry]:
        """Return the entries written in a style, of one section or of all."""
        entries = (e for e in self._docstring.entries if e.style is style and not e.inline)
        return [entry for entry in entries if section is None or entry.section == section]

    def _indents(self, section: int | None, style: Style) -> tuple[str, str]:
        """Return the white space before an entry and before its further lines."""
        title = self._title_indent(section)
        alike = self._alike(section, style) or self._alike(None, style)
        own = title + self._step(style)
        if alike:
            own = self._own(alike[0], title)
        if section is None and column(own + ".") <= column(title + "."):
            own = title + self._step(style)
        if not alike and section is not None:
            own = self._loose_indent(section) or own
        mores = (self._more(entry) for entry in alike)
        deep = column(own + ".")
        more = next((m for m in mores if m is not None and column(m + ".") > deep), None)
        return own, more or own + self._unit()

    def _title_indent(self, section: int | None) -> str:
        found: Section | None = None if section is None else self._docstring.sections[section]
        return found.indent if found and found.indent else self._docstring.margin

    def _step(self, style: Style) -> str:
        return self._unit() if style is Style.GOOGLE else ""

    def _unit(self) -> str:
        tabs = "\t" in self._docstring.margin or "\n\t" in self._docstring.value
        return "\t" if tabs else "    "

    def _line_start(self, offset: int) -> int:
        return self._docstring.value.rfind("\n", 0, offset) + 1

    def _own(self, entry: Entry, title: str) -> str:
        start = self._line_start(entry.span.start)
        return self._docstring.value[start : entry.span.start] if start else title

    def _loose_indent(self, section: int) -> str | None:
        """Return the indent of a section's text that is no entry."""
        pieces = (p for p in self._docstring.pieces if p.section == section)
        text = next((p for p in pieces if p.kind is PieceKind.TEXT), None)
        return None if text is None else _indent(text.span.of(self._docstring.value))

    def _more(self, entry: Entry) -> str | None:
        if entry.kind in _VALUES and entry.style is Style.GOOGLE:
            return None
        lines = entry.span.of(self._docstring.value).split("\n")[1:]
        return next((_indent(line) for line in lines if line.strip()), None)


def _indent(text: str) -> str:
    return text[: len(text) - len(text.lstrip())]


def _folded(text: str) -> str:
    return " ".join(text.split())


def _types(docstring: Docstring, house: House) -> bool:
    """Do as the parameters of this docstring do; the house decides when it has none."""
    parameters = [e for e in docstring.entries if e.kind is SlotKind.PARAMETER and e.style]
    if not parameters:
        return house.types
    names = {name for entry in parameters for name in entry.names}
    typed = {name for entry in parameters if entry.type for name in entry.names}
    return bool(typed) and 2 * len(typed) >= len(names)


def _gap(docstring: Docstring) -> int:
    counted = Counter(
        section.blanks_before for section in docstring.sections if section.blanks_before is not None
    )
    return min(counted.most_common(1)[0][0] or 0, 2) if counted else 1
