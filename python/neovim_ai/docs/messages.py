"""A proposal as the editor and the command line's `--json` see it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, cast

from neovim_ai.docs.compose import Subject, hunks_of
from neovim_ai.docs.engine import Outcome
from neovim_ai.docs.model import Proposal
from neovim_ai.llm.model import Model
from neovim_ai.protocol import (
    DocOptions,
    EditMessage,
    GateMessage,
    HunkMessage,
    ProposalMessage,
    UsageMessage,
)
from neovim_ai.source.text import Edit, SourceText


def edit_message(source: SourceText, edit: Edit) -> EditMessage:
    """Translate an edit into rows, byte columns and lines, as `nvim_buf_set_text` takes it."""
    start_row, end_row = source.row(edit.span.start), source.row(edit.span.end)
    return {
        "start_row": start_row,
        "start_col": edit.span.start - source.row_start(start_row),
        "end_row": end_row,
        "end_col": edit.span.end - source.row_start(end_row),
        "lines": edit.text.split("\n"),
    }


def proposal_message(
    subject: Subject, outcome: Outcome, model: Model | None, options: DocOptions
) -> ProposalMessage:
    """Pack an outcome for the editor, which keeps it whole."""
    source, definition, proposal = subject.source, subject.definition, outcome.proposal
    before = source.slice(definition.docstring) if definition.docstring else ""
    return {
        "status": str(proposal.status),
        "reason": proposal.reason,
        "path": str(source.path or ""),
        "qualname": proposal.qualname,
        "ordinal": proposal.ordinal,
        "row": definition.line - 1,
        "digest": proposal.digest,
        "style": str(subject.house.style),
        "texts": dict(proposal.texts),
        "fallbacks": list(proposal.fallbacks),
        "hunks": _hunks(subject, proposal),
        "options": options,
        "edit": edit_message(source, proposal.edit) if proposal.edit else None,
        "docstring": lines(proposal.docstring),
        "before": lines(before),
        "gates": [cast(GateMessage, asdict(gate)) for gate in proposal.gates],
        "evidence": list(proposal.evidence),
        "usage": cast(UsageMessage, asdict(outcome.usage)),
        "seconds": round(outcome.seconds, 3),
        "model": model.name if model else "",
        "route": model.route if model else "",
    }


def lines(literal: str) -> list[str]:
    """Cut a literal into the lines of a buffer, which end nowhere else."""
    return literal.split("\n") if literal else []


def _hunks(subject: Subject, proposal: Proposal) -> list[HunkMessage]:
    if proposal.edit is None:
        return []
    return [
        {"key": hunk.key, "label": hunk.label, "edit": edit_message(subject.source, hunk.edit)}
        for hunk in hunks_of(subject, proposal.texts, proposal.edit)
    ]


def json_line(subject: Subject, outcome: Outcome) -> dict[str, Any]:
    """Return what `--json` prints of one definition, as the design's command line page names it."""
    source, proposal = subject.source, outcome.proposal
    new = source.apply([proposal.edit]).text if proposal.edit else source.text
    return {
        "path": str(source.path or ""),
        "qualname": proposal.qualname,
        "ordinal": proposal.ordinal,
        "status": str(proposal.status),
        "reason": proposal.reason,
        "docstring": proposal.docstring,
        "new_source": new,
        "slots": dict(proposal.texts),
        "fallbacks": list(proposal.fallbacks),
        "removals": list(subject.removals),
        "facts": facts_message(subject),
        "evidence": {
            "said": list(proposal.evidence),
            "gates": [asdict(gate) for gate in proposal.gates],
            "house": dict(subject.house.because),
        },
        "prompt_tokens": outcome.usage.prompt_tokens,
        "completion_tokens": outcome.usage.completion_tokens,
        "seconds": round(outcome.seconds, 3),
    }


def facts_message(subject: Subject) -> dict[str, Any]:
    """Return the facts as plain values."""
    return asdict(subject.facts)
