"""What notes consist of, what is asked about them, and what comes back: frozen, no behaviour.

Rows count from 0 and columns are byte offsets into their line, as in Neovim's API; `start` and
`end` of spans are byte offsets into the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import StrEnum

from neovim_ai.settings import BudgetSettings


class SpanKind(StrEnum):
    """What a piece of a section is."""

    HEADING = "heading"
    PROSE = "prose"
    CODE = "code"
    MATH = "math"
    LINK = "link"
    TODO = "todo"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class Span:
    """A typed piece of a section.

    Attributes:
        kind: What it is.
        start: Byte offset into the file.
        end: One past the last byte.
        text: The words in it, without markup.
        extra: A code block's language, a link's target, `open` or `done` of a TODO.
    """

    kind: SpanKind
    start: int
    end: int
    text: str
    extra: str = ""


@dataclass(frozen=True, slots=True)
class ParsedSection:
    """From one heading to the next, as parsed; the sections of a file tile it.

    Attributes:
        heading_path: Headings from the outermost to its own; the file's name without any.
        start: Byte offset of its first byte.
        end: One past its last byte.
        row: Its first line that is not blank.
        end_row: Its last line.
        own: 1 when the last heading is its own, 0 before the first heading.
        text: Its text from `row` on, lines ended by a line feed.
        spans: In the order of the file.
    """

    heading_path: tuple[str, ...]
    start: int
    end: int
    row: int
    end_row: int
    own: int
    text: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What a note says about itself in its first lines."""

    title: str = ""
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """One file, parsed."""

    title: str
    front: FrontMatter
    sections: tuple[ParsedSection, ...]


class MatchKind(StrEnum):
    """How a section answers a query; the order is the rank."""

    EXACT = "exact"
    PREFIX = "prefix"
    TYPO = "typo"
    SOME = "some"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class NotesRow:
    """One row of a result, as `protocol.NotesRow` carries it.

    Attributes:
        path: Absolute.
        row: The section's first line.
        end_row: Its last line.
        heading_path: Breadcrumb.
        snippet: The best line.
        matches: Byte ranges of `snippet` to be marked.
        kind: How it was found; `some` holds only some of the words.
        score: For the curious; rows come in order.
        row_of_best: The row of the best line.
        section: Its id, for `Notes.sections`; ids are never used again.
    """

    path: str
    row: int
    end_row: int
    heading_path: tuple[str, ...]
    snippet: str
    matches: tuple[tuple[int, int], ...]
    kind: MatchKind
    score: float
    row_of_best: int
    section: int


COLUMNS = tuple(one.name for one in fields(NotesRow))
"""The order in which the values of a row are sent: whoever takes them is told these names."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far indexing is; `total` is 0 while files are still being counted."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a query.

    Attributes:
        rows: Best first.
        total: How many sections match in all.
        indexing: How far indexing is, None when it is not going on.
        seconds: What the engine took.
        problem: One line about a vault that could not be read, else empty.
    """

    rows: tuple[NotesRow, ...]
    total: int
    indexing: Progress | None
    seconds: float
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A section as `:NotesAsk` reads it."""

    id: int
    path: str
    row: int
    end_row: int
    heading_path: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a look at the files gave.

    Attributes:
        sections: How many there are.
        files: How many there are.
        changed: Files that were read anew or are gone.
        seconds: What it took.
        folders: Where notes lie, worth watching; empty when single files were looked at.
    """

    sections: int
    files: int
    changed: int
    seconds: float
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Todo:
    """A TODO: state is `open` or `done`."""

    path: str
    row: int
    state: str
    text: str
    heading_path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Backlink:
    """A place that links to the note asked about."""

    path: str
    row: int
    text: str
    heading_path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """A link to a file or a heading that does not exist."""

    row: int
    col: int
    end_col: int
    target: str


@dataclass(frozen=True, slots=True)
class Links:
    """What links here, and what here links to nothing."""

    backlinks: tuple[Backlink, ...] = ()
    broken: tuple[BrokenLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Door:
    """Where a program may ask in another's place.

    Attributes:
        socket: Of the notes' process; only its user can open it.
        invitation: What `join` takes; good as long as the one who gave it is connected.
    """

    socket: str
    invitation: str


@dataclass(frozen=True, slots=True)
class NewNote:
    """A note to be written: the path does not exist, and nothing has been written yet."""

    path: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineEdit:
    """One replacement within a buffer, as `protocol.EditMessage` has it."""

    start_row: int
    start_col: int
    end_row: int
    end_col: int
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Embeddings:
    """Who gives texts vectors; without an address and a model meaning is not used.

    Attributes:
        base_url: The address of any `/v1/embeddings`, up to `/v1`; empty: this machine's model.
        model: Its name there.
        api_key: What it asks for, if anything.
        proxy: The proxy on the way to another machine; empty: the environment's.
        ca_bundle: A file of certificates in place of the system's.
        private: Patterns of files that do not leave for another machine.
        budget: What may be spent on another machine.
    """

    base_url: str = ""
    model: str = ""
    api_key: str = field(default="", repr=False)
    proxy: str = field(default="", repr=False)
    ca_bundle: str = ""
    private: tuple[str, ...] = ()
    budget: BudgetSettings = field(default_factory=BudgetSettings)
