"""The messages about tests, beside the others of `protocol.py`.

`lua/neovim_ai/tests/types.lua` mirrors them. Rows are 0-based, columns count UTF-8 bytes.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

from neovim_ai.protocol import Buffer, EditMessage, UsageMessage


class TestOptions(TypedDict):
    """`:AiTest`'s arguments; without any: the innermost definition under the cursor.

    A range of rows is inclusive; `whole` means the file. `model` false asks none. `budget` counts
    seconds, `runs` fresh processes.
    """

    start_row: NotRequired[int]
    end_row: NotRequired[int]
    whole: NotRequired[bool]
    model: NotRequired[bool]
    budget: NotRequired[float]
    runs: NotRequired[int]


class TestParams(TypedDict):
    """Method `test`: tests for what a position or a range holds.

    `buffers` are other buffers with unsaved changes, the test file's above all.
    """

    buffer: Buffer
    row: int
    col: int
    options: TestOptions
    buffers: list[Buffer]


class TestHunkMessage(TypedDict):
    """One test that can be accepted alone.

    `key` is its name, `lines` how it will stand, `provenance` `spec` or `observed`, `evidence` the
    one line to show. `test` is for `test_apply` alone.
    """

    key: str
    label: str
    lines: list[str]
    provenance: str
    sources: list[str]
    evidence: str
    intent: str
    target: str
    test: dict[str, Any]


class DisputeMessage(TypedDict):
    """A possible bug, or a wrong expectation: the user says which.

    `row` is that of the sentence, or of the definition. `can_be_pinned`: what it did can become a
    test (the answer `intended`). `case` is for `test_apply` alone.
    """

    key: str
    target: str
    row: int
    call: str
    expected: str
    observed: str
    source: str
    said: str
    votes: list[str]
    can_be_pinned: bool
    case: dict[str, Any]


class MutantMessage(TypedDict):
    """A small fault that no test notices, shown on its row of the subject."""

    key: str
    target: str
    row: int
    operator: str
    before: str
    after: str


class RefusedMessage(TypedDict):
    """A test that was not kept, and why."""

    name: str
    reason: str


class CoverageMessage(TypedDict):
    """Lines and branches of what was asked for; `missing` are rows that nothing runs."""

    lines: int
    lines_run: int
    branches: int
    branches_run: int
    percent: float
    missing: list[int]


class TestProposalMessage(TypedDict):
    """The result of `test`; the editor keeps it whole and gives it back to `test_apply`.

    `status` is `proposed`, `disputed` (no test, only questions) or `unchanged`; `reason` is the one
    line to show. `edits` accept everything, against the test file as it was. `not_run` says why
    nothing was run, and is empty where the tests were: without it they are what people wrote down,
    and nothing is known of coverage and mutants.
    """

    status: str
    reason: str
    path: str
    qualname: str
    row: int
    end_row: int
    targets: list[str]
    digest: str
    test_path: str
    exists: bool
    hunks: list[TestHunkMessage]
    disputes: list[DisputeMessage]
    survivors: list[MutantMessage]
    refused: list[RefusedMessage]
    before: CoverageMessage
    after: CoverageMessage
    mutants: int
    killed: int
    notes: list[str]
    not_run: str
    edits: list[EditMessage]
    usage: UsageMessage
    seconds: float
    model: str
    route: str


class TestApplyParams(TypedDict):
    """Method `test_apply`: some tests and some answers, run once more, as insertions.

    `buffer` is the subject as it stands, `test_buffer` the test file as it stands, without lines
    while it does not exist. `answers` holds `bug`, `intended` or `drop` by dispute key. Error
    `stale` when the subject has changed, `gate` when a chosen test fails now.
    """

    proposal: TestProposalMessage
    buffer: Buffer
    test_buffer: Buffer
    keys: list[str]
    answers: dict[str, str]


class BugMessage(TypedDict):
    """One entry of the quickfix list: a possible bug that the user confirmed."""

    path: str
    row: int
    message: str


class TestApplyResult(TypedDict):
    """Insertions into the test file, the last first, so that they can be made one by one.

    `names` are the tests as they are called now, `verified` says how they ran.
    """

    path: str
    exists: bool
    edits: list[EditMessage]
    names: list[str]
    bugs: list[BugMessage]
    verified: str


class TestKillParams(TypedDict):
    """Method `test_kill`: a test that notices one mutant; the result is that of `test`."""

    buffer: Buffer
    test_buffer: Buffer
    mutant: MutantMessage


class TestDraftEvent(TypedDict):
    """The tests so far, as text, with how much of the code they reach."""

    id: int
    type: Literal["test_draft"]
    lines: list[str]
    percent: int
    killed: int
    mutants: int
