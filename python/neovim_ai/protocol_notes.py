"""The messages about notes, beside the others of `protocol.py`.

`lua/neovim_ai/notes/types.lua` mirrors them.

`notes_chosen` takes `{path, heading_path}`. `notes_refresh` takes `{paths}` (absent: all) and
returns `{sections, files, changed, seconds, folders}`; `folders`, worth watching, are empty where
`paths` were given. `notes_buffer` takes a `NoteBufferMessage`.
`notes_todo_done` takes `{buffer, row}` and returns `{edit}`, `notes_links` takes `{path, row}` and
returns `{backlinks, broken}`. `notes_link_to` takes `{row: NoteRowMessage, from_path}` and returns
`{text}`. `notes_new` takes `{title, vault}` (absent: the first) and returns `{path, lines}` of a
file that does not exist yet.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict

from neovim_ai.protocol import UsageMessage


class NoteBufferMessage(TypedDict):
    """Method `notes_buffer`: the unsaved text of a note, searched instead of its file.

    It comes before the question that it is for, as a request of its own: the next key ends an
    unanswered question, which must not take a text with it that is sent once.
    `lines` is absent when the file is to be searched again. `tick` tells versions apart.
    """

    path: str
    lines: NotRequired[list[str]]
    tick: int


class NotesFindParams(TypedDict):
    """Method `notes_find`: sections that answer a query, best first; recent ones without one.

    With `meaning` those near in meaning follow, which takes its time. With `door` the answer says
    where the next ones may be asked without the host.
    """

    query: str
    limit: int
    meaning: NotRequired[bool]
    door: NotRequired[bool]


class DoorMessage(TypedDict):
    """Where the notes' process takes an editor's own questions.

    Its socket speaks lines of JSON: `{id, call, params}` goes in and `{id, result}` or
    `{id, error}` comes out. The first call is `join` with `{invitation}`; then `find` takes what
    `notes_find` takes and answers the same, its rows as lists in the order of `NoteRowMessage` and
    `indexing` as null or `[done, total]`. The process closes it when the host has gone.
    """

    socket: str
    invitation: str


class NoteRowMessage(TypedDict):
    """One section that was found.

    `snippet` is its best line, `matches` are byte ranges into it, `row_of_best` is where that line
    stood when it was read; `kind`: `exact`, `prefix`, `typo`, `some` (of the words), `meaning` or
    `recent`. `section` is its number in the index.
    """

    path: str
    row: int
    end_row: int
    heading_path: list[str]
    snippet: str
    matches: list[list[int]]
    kind: str
    score: float
    row_of_best: int
    section: int


class NotesFoundMessage(TypedDict):
    """The result of `notes_find`; one that a newer query overtook has a `total` of -1.

    `indexing` is `{done, total}` while the index grows, else empty; `problem` is one line to show
    below the rows (a vault that vanished), else empty.
    """

    rows: list[NoteRowMessage]
    total: int
    indexing: dict[str, int]
    seconds: float
    problem: str
    door: NotRequired[DoorMessage]


class TodoMessage(TypedDict):
    """One row of method `notes_todos` (`{todos: [...]}`); state: `open` or `done`."""

    path: str
    row: int
    state: str
    text: str
    heading_path: list[str]


class BacklinkMessage(TypedDict):
    """A line elsewhere that links to a section; of method `notes_links`."""

    path: str
    row: int
    text: str
    heading_path: list[str]


class BrokenLinkMessage(TypedDict):
    """A link of a note that leads nowhere."""

    row: int
    col: int
    end_col: int
    target: str


class TurnMessage(TypedDict):
    """A question that was asked before, and what was answered."""

    question: str
    answer: str


class NotesAskParams(TypedDict):
    """Method `notes_ask`: a question and the thread it belongs to, oldest first."""

    question: str
    thread: list[TurnMessage]


class CitationMessage(TypedDict):
    """Where a sentence stands in the notes; the quote has been found there, word for word."""

    number: int
    path: str
    row: int
    heading_path: list[str]
    quote: str


class SentenceMessage(TypedDict):
    """One sentence of an answer; one that cites nothing, or falsely, is struck."""

    sentence: str
    struck: bool
    citations: list[CitationMessage]


class NotesAnswerMessage(TypedDict):
    """The result of `notes_ask`; without a model `model` is empty and `sections` are what fits."""

    answer: list[SentenceMessage]
    struck: int
    in_notes: bool
    sections: list[NoteRowMessage]
    seconds: float
    usage: UsageMessage
    model: str


class AnswerEvent(TypedDict):
    """All sentences of an answer that are verified so far."""

    id: int
    type: Literal["answer"]
    lines: list[SentenceMessage]
