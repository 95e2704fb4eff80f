"""The nouns of `:AiDoc`: style, house, slot, gate, proposal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from neovim_ai.docs.linters import Linters
from neovim_ai.source.text import Edit


class Style(StrEnum):
    """The docstring styles we render and read."""

    GOOGLE = "google"
    NUMPY = "numpy"
    SPHINX = "sphinx"
    EPYTEXT = "epytext"
    PLAIN = "plain"

    @property
    def has_fields(self) -> bool:
        """Whether it marks each entry by itself (`:param x:`) and knows no sections."""
        return self in (Style.SPHINX, Style.EPYTEXT)


@dataclass(frozen=True)
class House:
    """How this project writes its docstrings.

    Attributes:
        style: Section style.
        types: Whether parameter and return types are repeated in the docstring.
        quotes: The opening quotes, with prefix (`'\"\"\"'`, `"'''"`).
        first_line: True when the summary starts on the line of the opening quotes.
        blank_last: True when a blank line stands before the closing quotes.
        width: Longest line, in characters.
        because: Where each choice came from, for evidence (`{"style": "pyproject.toml"}`).
        return_types: The same as `types` for returned and yielded values, which linters check
            apart; None means as `types` says.
        full_stop: Whether a summary ends with one.
        capital: Whether a summary starts with a capital.
        class_gap: Whether a blank line stands below a class's docstring.
        init_documented: Whether `__init__` has a docstring of its own for what it takes; else the
            class's docstring tells that.
        linters: Who checks docstrings here.
    """

    style: Style = Style.GOOGLE
    types: bool = False
    quotes: str = '"""'
    first_line: bool = True
    blank_last: bool = False
    width: int = 88
    because: Mapping[str, str] = field(default_factory=dict)
    return_types: bool | None = None
    full_stop: bool = True
    capital: bool = True
    class_gap: bool = False
    init_documented: bool = False
    linters: Linters = field(default_factory=Linters)

    def shows_type(self, slot: Slot) -> bool:
        """Tell whether this slot's type is to be written: it has one and the house repeats it."""
        if not slot.type or slot.kind is SlotKind.RAISES:
            return False
        valued = slot.kind in (SlotKind.RETURNS, SlotKind.YIELDS)
        if valued and self.style is Style.PLAIN:
            return False
        if valued and self.return_types is not None:
            return self.return_types
        return self.types


class SlotKind(StrEnum):
    """What a piece of a docstring is about."""

    SUMMARY = "summary"
    DESCRIPTION = "description"
    PARAMETER = "parameter"
    RETURNS = "returns"
    YIELDS = "yields"
    RAISES = "raises"
    ATTRIBUTE = "attribute"
    EXAMPLES = "examples"


@dataclass(frozen=True)
class Slot:
    """One hole that a model may fill with text; name and type come from the facts.

    Attributes:
        kind: What it is about.
        name: Starred parameter name, exception or attribute; empty for the others.
        type: The type as written in the code, where known.
        hint: A fact that stands beside the name when a model is asked (`default ','`,
            `when n < 1`).
        optional: Completeness does not need it (a description; an exception that is caught).
        via: The way an exception comes from a callee (`_read:41`); empty for one raised here.
    """

    kind: SlotKind
    name: str = ""
    type: str | None = None
    hint: str = ""
    optional: bool = False
    via: str = ""

    @property
    def key(self) -> str:
        """A stable name for wire, state and hashes: `summary`, `parameter:delim`."""
        return f"{self.kind}:{self.name}" if self.name else str(self.kind)


@dataclass(frozen=True)
class Filled:
    """A slot with its text: one paragraph, no markup of any style, newlines folded.

    The text of `SlotKind.EXAMPLES` alone has lines: those of a doctest, without indent.
    """

    slot: Slot
    text: str


@dataclass(frozen=True)
class Gate:
    """One check of the finished text: its name, whether it held, and what it saw."""

    name: str
    held: bool
    saw: str = ""


class Status(StrEnum):
    """How a request for one definition ended."""

    PROPOSED = "proposed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Proposal:
    """What is offered for one definition; applying it is the editor's or the command line's work.

    Attributes:
        qualname: Of the definition; `ordinal` tells equals apart.
        ordinal: See `Definition.ordinal`.
        status: `edit` is None unless proposed.
        reason: One sentence when unchanged or refused.
        digest: `Facts.digest()` at asking time.
        texts: Slot key → text that the model (or the fallback) gave.
        fallbacks: Keys whose text came from the facts, not from the model.
        edit: The change, in offsets of the source it was computed for.
        docstring: The whole docstring literal after the edit.
        gates: Every gate with its result.
        evidence: Short phrases for the evidence line (`3 params`, `ValueError, line 12`).
    """

    qualname: str
    ordinal: int
    status: Status
    reason: str = ""
    digest: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    fallbacks: tuple[str, ...] = ()
    edit: Edit | None = None
    docstring: str = ""
    gates: tuple[Gate, ...] = ()
    evidence: tuple[str, ...] = ()
