"""What the editor is told while a docstring is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neovim_ai import protocol
from neovim_ai.docs import messages
from neovim_ai.docs.compose import Subject, draft
from neovim_ai.docs.engine import Drafted, Phase, Step, evidence
from neovim_ai.llm.model import Waiting
from neovim_ai.source.text import SourceText

Emit = Callable[[dict[str, Any]], None]


def phase(what: str, detail: str = "") -> dict[str, Any]:
    """Say what is being done."""
    return {"type": "phase", "phase": what, "detail": detail}


def waiting(event: Waiting) -> dict[str, Any]:
    """Say what is being waited for."""
    return phase(event.why, f"{event.seconds:.0f} s" if event.seconds else "")


def target(subject: Subject) -> dict[str, Any]:
    """Say which definition it is and what its code says, before any model answers."""
    source, definition = subject.source, subject.definition
    return {
        "type": "target",
        "qualname": definition.qualname,
        "ordinal": definition.ordinal,
        "row": definition.line - 1,
        "header_end_row": source.row(max(definition.header.end - 1, 0)),
        "end_row": definition.end_line - 1,
        "update": definition.docstring is not None,
        "facts": list(evidence(subject)),
    }


def shower(subject: Subject, emit: Emit) -> Callable[[Step], None]:
    """Return what turns the engine's steps into events."""

    def show(step: Step) -> None:
        if isinstance(step, Phase):
            emit(phase(step.phase, step.detail))
        else:
            emit(drafted(subject, step))

    return show


def drafted(subject: Subject, step: Drafted) -> dict[str, Any]:
    """Render the texts so far for the preview: whole lines, and the rows they would replace."""
    source, definition = subject.source, subject.definition
    event = {"type": "draft", "done": step.done, "total": step.total}
    edit = draft(subject, step.texts)
    if edit is None:
        row = source.row(max(definition.header.end - 1, 0)) + 1
        return {**event, "start_row": row, "end_row": row, "lines": []}
    return {**event, **_whole_rows(source, messages.edit_message(source, edit))}


def _whole_rows(source: SourceText, edit: protocol.EditMessage) -> dict[str, Any]:
    """Widen an edit to whole rows, since that is what a preview shows."""
    lines = list(edit["lines"])
    first = source.row_text(edit["start_row"]).encode()[: edit["start_col"]].decode()
    last = source.row_text(edit["end_row"]).encode()[edit["end_col"] :].decode()
    if edit["start_row"] == edit["end_row"] and edit["end_col"] == 0 and lines[-1] == "":
        return {"start_row": edit["start_row"], "end_row": edit["end_row"], "lines": lines[:-1]}
    lines[0] = first + lines[0]
    lines[-1] += last
    return {"start_row": edit["start_row"], "end_row": edit["end_row"] + 1, "lines": lines}
