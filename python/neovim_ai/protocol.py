"""Every message between the editor and the host, once; `lua/neovim_ai/types.lua` mirrors it.

The editor sends `Request`s by `rpcnotify` (never `rpcrequest`); the host answers with `Event`s that
carry the request's id, of which exactly one, `result` or `error`, is the last. Rows and columns are
0-based, columns count UTF-8 bytes, as in Neovim's API. All text crosses as data, never as code.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Buffer(TypedDict):
    """A buffer as it stands, unsaved changes included."""

    path: str
    lines: list[str]
    encoding: str


class Request(TypedDict):
    """What the editor asks; `id` is its own, unique while the editor lives."""

    id: int
    method: str
    params: dict[str, Any]


class DocOptions(TypedDict):
    """`:AiDoc`'s arguments, and what a moved slider or `e` adds to them.

    `detail` runs from 1 to 4, `audience` from 1 to 5. `rewrite` asks for all of the docstring anew.
    `note` is what the user wants said. `kept` holds texts by slot key that stay as they are, so
    that only the other slots are asked for. `module` means the module itself, wherever the cursor
    stands.
    """

    style: NotRequired[str]
    detail: NotRequired[int]
    audience: NotRequired[int]
    rewrite: NotRequired[bool]
    note: NotRequired[str]
    kept: NotRequired[dict[str, str]]
    module: NotRequired[bool]


class DocParams(TypedDict):
    """Method `doc`: a docstring for the innermost definition around a position."""

    buffer: Buffer
    row: int
    col: int
    options: DocOptions


class EditMessage(TypedDict):
    """One replacement, as `nvim_buf_set_text` takes it."""

    start_row: int
    start_col: int
    end_row: int
    end_col: int
    lines: list[str]


class HunkMessage(TypedDict):
    """One part of a proposal that can be accepted alone.

    `key` is a slot's key (`parameter:delim`), `remove:` and one for what the code no longer has, or
    `mend:` for what is edited in place without a model (`mend:default:delim`); `label` is for
    people; `edit` is this hunk alone, in rows of the buffer as it was asked for.
    """

    key: str
    label: str
    edit: EditMessage


class GateMessage(TypedDict):
    """One check and what it saw."""

    name: str
    held: bool
    saw: str


class UsageMessage(TypedDict):
    """What a request cost."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    requests: int
    estimated: bool


class ProposalMessage(TypedDict):
    """The result of `doc`; the editor keeps it whole, so that accepting survives a new host."""

    status: str
    reason: str
    path: str
    qualname: str
    ordinal: int
    row: int
    digest: str
    style: str
    texts: dict[str, str]
    fallbacks: list[str]
    hunks: list[HunkMessage]
    options: DocOptions
    edit: EditMessage | None
    docstring: list[str]
    before: list[str]
    gates: list[GateMessage]
    evidence: list[str]
    usage: UsageMessage
    seconds: float
    model: str
    route: str


class ApplyParams(TypedDict):
    """Method `apply`: find the proposal's definition anew, compare facts, render and verify anew.

    Result: `{edit: EditMessage, docstring: list[str]}`. Error `stale` when the facts changed or the
    definition cannot be told from its equals. `row` is where the editor believes `def` now stands.
    `keys` names the hunks that are accepted, all of them when absent; the others can be accepted
    later, from the same proposal.
    """

    buffer: Buffer
    row: int
    proposal: ProposalMessage
    keys: NotRequired[list[str]]


class TargetsParams(TypedDict):
    """Method `targets`: which definitions of a range, or of the whole buffer, lack something.

    Rows are 0-based and inclusive; without them the whole buffer is meant. Result:
    `{targets: [TargetEntry, ...], estimate: str | None}` in the order of the buffer; the estimate
    says what asking for them takes where it is another machine that is asked.
    """

    buffer: Buffer
    start_row: NotRequired[int]
    end_row: NotRequired[int]
    options: DocOptions


class TargetEntry(TypedDict):
    """One definition that lacks something: ask for it with `doc` at its row."""

    qualname: str
    ordinal: int
    row: int
    end_row: int
    missing: int


class PhaseEvent(TypedDict):
    """What is being done, for the spinner (`waiting for the model`, `3 of 7`)."""

    id: int
    type: Literal["phase"]
    phase: str
    detail: str


class TargetEvent(TypedDict):
    """Which definition it is: shown at once, before any model answers.

    `row` is the row of `def`, `end_row` the last row of the definition, `header_end_row` the row
    where its signature ends, `facts` short phrases.
    """

    id: int
    type: Literal["target"]
    qualname: str
    ordinal: int
    row: int
    header_end_row: int
    end_row: int
    update: bool
    facts: list[str]


class DraftEvent(TypedDict):
    """The docstring so far, rendered.

    It is shown in place of rows `start_row`..`end_row`; an empty range shows it before `start_row`.
    `done` of `total` slots are finished.
    """

    id: int
    type: Literal["draft"]
    start_row: int
    end_row: int
    lines: list[str]
    done: int
    total: int


class ProgressEvent(TypedDict):
    """Bytes of a download; `total` is 0 when unknown."""

    id: int
    type: Literal["progress"]
    what: str
    done: int
    total: int


class ResultEvent(TypedDict):
    """The last event of a request that succeeded."""

    id: int
    type: Literal["result"]
    result: dict[str, Any]


class ErrorEvent(TypedDict):
    """The last event of a request that failed; `cancelled` is a kind."""

    id: int
    type: Literal["error"]
    kind: str
    message: str
    hint: str


Event = PhaseEvent | TargetEvent | DraftEvent | ProgressEvent | ResultEvent | ErrorEvent


class HelloParams(TypedDict):
    """Method `hello`, sent first and again whenever settings change: `Settings` as nested tables.

    Result: `{version, python, executable, pid, log}`, `log` being the path of the log file.
    """

    settings: dict[str, Any]


class ModelEntry(TypedDict):
    """One row of method `models`: `{models: [...], openai, route, provider}`.

    `openai` tells that the user's choice is OpenAI, and none of the rows.
    """

    name: str
    bytes: int
    state: str
    chosen: bool


class HealthEntry(TypedDict):
    """One line of method `health` (`{entries: [...]}`); level: `ok`, `warn`, `error`, `info`."""

    section: str
    level: str
    message: str
    advice: list[str]


class CheckOptions(TypedDict):
    """What to look for besides drift: examples that fail when run, docstrings older than code."""

    examples: NotRequired[bool]
    age: NotRequired[bool]


class CheckParams(TypedDict):
    """Method `check`: drift of a buffer, without a model. Result: `{findings: [FindingMessage]}`.

    `id` names the buffer, so that the host can keep its tree and check only what changed.
    `unasked` says that nobody waits for it: while a syntax error stands there, what was found
    before it stays.
    """

    buffer: Buffer
    id: str
    options: NotRequired[CheckOptions]
    unasked: NotRequired[bool]


class FindingMessage(TypedDict):
    """One thing that a docstring says and the code does not, or the other way round.

    `mendable` says whether `doc` has something to offer for it.
    """

    kind: str
    qualname: str
    ordinal: int
    row: int
    key: str
    message: str
    severity: str
    mendable: bool


METHODS: tuple[str, ...] = (
    "hello",
    "ping",
    "doc",
    "apply",
    "targets",
    "check",
    "models",
    "model_use",
    "model_pull",
    "status",
    "health",
    "consent",
    "notes_find",
    "notes_chosen",
    "notes_refresh",
    "notes_buffer",
    "notes_todos",
    "notes_todo_done",
    "notes_links",
    "notes_link_to",
    "notes_new",
    "notes_ask",
    "test",
    "test_apply",
    "test_kill",
)
"""`ping` → `{}`. `model_use` and `model_pull` take `{name}`, the former `openai` too after a yes.
`status` → `{route, model, requests, prompt_tokens, completion_tokens, sent}` where `sent` is what
the last request sent, exactly.
`consent` takes `{host}` and remembers the yes.

What the methods of the notes take and return stands in `protocol_notes.py`, those of the tests in
`protocol_tests.py`."""
