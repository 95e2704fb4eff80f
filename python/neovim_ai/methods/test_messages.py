"""A proposal of tests as the editor sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, cast

from neovim_ai.docs.messages import edit_message
from neovim_ai.llm.model import Model
from neovim_ai.protocol import EditMessage, UsageMessage
from neovim_ai.protocol_tests import (
    CoverageMessage,
    DisputeMessage,
    MutantMessage,
    TestHunkMessage,
    TestProposalMessage,
)
from neovim_ai.source.text import SourceText
from neovim_ai.testgen import messages, plain
from neovim_ai.testgen.accept import Answer
from neovim_ai.testgen.engine import Drafted, Phase, Step
from neovim_ai.testgen.merge.join import Joined, join
from neovim_ai.testgen.model import Case, Coverage, Mutant, Subject
from neovim_ai.testgen.proposal import Dispute, Kept, TestProposal
from neovim_ai.testgen.scaffold.house import detect


def step_event(step: Step) -> dict[str, Any]:
    """Turn a step of the engine into an event."""
    if isinstance(step, Phase):
        return {"type": "phase", "phase": step.phase, "detail": step.detail}
    return _draft(step)


def _draft(step: Drafted) -> dict[str, Any]:
    return {
        "type": "test_draft",
        "lines": "\n\n\n".join(step.texts).split("\n") if step.texts else [],
        "percent": int(step.share * 100),
        "killed": step.killed,
        "mutants": step.mutants,
    }


def target_event(subject: Subject, qualname: str) -> dict[str, Any]:
    """Say what is tested and where the tests will stand, before anything runs."""
    first, last = subject.targets[0].definition, subject.targets[-1].definition
    interpreter = subject.interpreter
    version = ".".join(map(str, interpreter.version))
    where = subject.test_path
    shown = where.relative_to(subject.root) if where.is_relative_to(subject.root) else where
    return {
        "type": "target",
        "qualname": qualname,
        "ordinal": first.ordinal,
        "row": first.line - 1,
        "header_end_row": subject.source.row(max(first.header.end - 1, 0)),
        "end_row": last.end_line - 1,
        "update": subject.existing is not None,
        "facts": [str(shown), f"Python {version} ({interpreter.because})"],
    }


def proposal_message(
    proposal: TestProposal, qualname: str, model: Model | None
) -> TestProposalMessage:
    """Pack a proposal for the editor, which keeps it whole."""
    subject = proposal.subject
    names = [one.qualname for one in subject.targets]
    joined = join(subject.existing, [k.test for k in proposal.kept], subject, detect(subject))
    rows = {d.qualname: d.definition.line - 1 for d in subject.targets}
    return {
        "status": _status(proposal),
        "reason": proposal.summary,
        "path": str(subject.source.path or ""),
        "qualname": qualname,
        "row": subject.targets[0].definition.line - 1,
        "end_row": subject.targets[-1].definition.end_line - 1,
        "targets": names,
        "digest": plain.digest(subject.source, names),
        "test_path": str(subject.test_path),
        "exists": subject.existing is not None,
        "hunks": [_hunk(one, proposal, joined) for one in proposal.kept],
        "disputes": [_dispute(one, rows, subject) for one in proposal.disputes],
        "survivors": [mutant_message(one) for one in proposal.survivors],
        "refused": [{"name": one.name, "reason": one.reason} for one in proposal.refused],
        "before": _coverage(proposal.before),
        "after": _coverage(proposal.after),
        "mutants": len(proposal.mutants),
        "killed": len(proposal.killed),
        "notes": list(proposal.notes),
        "not_run": proposal.not_run,
        "edits": edits(subject.existing, joined),
        "usage": cast(UsageMessage, asdict(proposal.usage)),
        "seconds": round(proposal.seconds, 3),
        "model": model.name if model else "",
        "route": model.route if model else "",
    }


def _status(proposal: TestProposal) -> str:
    if proposal.kept:
        return "proposed"
    return "disputed" if proposal.disputes else "unchanged"


def edits(text: str | None, joined: Joined) -> list[EditMessage]:
    """Return insertions as the editor makes them, the last first."""
    source = SourceText(text or "")
    return [edit_message(source, edit) for edit in reversed(joined.edits)]


def _hunk(kept: Kept, proposal: TestProposal, joined: Joined) -> TestHunkMessage:
    test = kept.test
    first, last = joined.rows.get(test.name, (0, -1))
    lines = joined.text.split("\n")[first : last + 1] or test.text.split("\n")
    return {
        "key": test.name,
        "label": test.name,
        "lines": lines,
        "provenance": str(kept.provenance),
        "sources": sorted({str(case.expectation.source) for case in test.cases}),
        "evidence": messages.evidence_line(kept, proposal),
        "intent": kept.intent,
        "target": test.cases[0].call.target if test.cases else "",
        "test": plain.test_to_plain(test),
    }


def _dispute(dispute: Dispute, rows: Mapping[str, int], subject: Subject) -> DisputeMessage:
    case = dispute.case
    line = case.expectation.line
    return {
        "key": dispute.key,
        "target": case.call.target,
        "row": line - 1 if line else rows.get(case.call.target, 0),
        "call": messages.call_text(case, subject),
        "expected": messages.expected_text(case.expectation),
        "observed": messages.observed_text(dispute),
        "source": str(case.expectation.source),
        "said": case.expectation.said,
        "votes": list(dispute.votes),
        "can_be_pinned": dispute.observed is not None,
        "case": {
            "call": plain.call_to_plain(case.call),
            "expected": plain.expectation_to_plain(case.expectation),
            "observed": (plain.expectation_to_plain(dispute.observed) if dispute.observed else {}),
        },
    }


def answer(dispute: DisputeMessage, word: str) -> Answer:
    """Return what the user said of a dispute that the editor gave back."""
    told = dispute["case"]
    call = plain.call_from_plain(told["call"])
    case = Case("", "", call, plain.expectation_from_plain(told["expected"]))
    observed = told.get("observed")
    return Answer(case, plain.expectation_from_plain(observed) if observed else None, word)


def mutant_message(mutant: Mutant) -> MutantMessage:
    """Pack a mutant; the editor counts rows from 0."""
    return {
        "key": mutant.key,
        "target": mutant.target,
        "row": mutant.line - 1,
        "operator": mutant.operator,
        "before": mutant.before,
        "after": mutant.after,
    }


def _coverage(coverage: Coverage) -> CoverageMessage:
    return {
        "lines": len(coverage.lines),
        "lines_run": len(coverage.lines_run),
        "branches": len(coverage.branches),
        "branches_run": len(coverage.branches_run),
        "percent": round(coverage.share * 100, 1),
        "missing": sorted(line - 1 for line in coverage.lines - coverage.lines_run),
    }
