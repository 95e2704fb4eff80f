"""A proposal as `--json` prints it and people read it: one place for the words of evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from neovim_ai.testgen.model import Case, Coverage, Ending, Expectation, Mutant, Subject
from neovim_ai.testgen.oracle.compare import UNARRANGED
from neovim_ai.testgen.proposal import Dispute, Kept, TestProposal


def evidence_line(kept: Kept, proposal: TestProposal) -> str:
    """Say what a test is worth, on one line."""
    if proposal.not_run:
        return f"not run: {proposal.not_run} · {_provenance(kept)}"
    seen, before = kept.evidence, proposal.before
    lines = sorted(seen.lines & before.lines - before.lines_run)
    branches = seen.branches & before.branches - before.branches_run
    parts = [f"lines +{len(lines)}" + (f" ({ranges(lines)})" if lines else "")]
    parts.append(f"branches +{len(branches)}")
    if proposal.mutants:
        only = f", {len(seen.alone)} only it" if seen.alone else ""
        parts.append(f"kills {len(seen.kills)} of {len(proposal.mutants)} mutants{only}")
    order = ", order-safe" if seen.order_safe else ""
    parts.append(f"{seen.passed}/{seen.runs} runs{order}")
    parts.append(f"{seen.seconds * 1000:.0f} ms")
    parts.append(str(kept.provenance))
    return " · ".join(parts)


def _provenance(kept: Kept) -> str:
    """Say where the expectations of a test come from, with the lines where that stands."""
    wanted = [case.expectation for case in kept.test.cases]
    sources = ", ".join(sorted({str(one.source) for one in wanted}))
    lines = ranges({one.line for one in wanted if one.line})
    return f"{kept.provenance}: {sources}" + (f" (line {lines})" if lines else "")


def ranges(numbers: Iterable[int]) -> str:
    """Write numbers as ranges: `12-18, 21`."""
    found: list[list[int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][-1] + 1:
            found[-1][1:] = [number]
        else:
            found.append([number])
    return ", ".join("-".join(map(str, one)) for one in found)


def call_text(case: Case, subject: Subject) -> str:
    """Write a case's call with what prepares it, on one line; a property is only read."""
    call, target = case.call, subject.named.get(case.call.target)
    read = target is not None and target.facts.is_property and not call.arguments
    return "; ".join(map(_on_one_line, [*call.arrange, call.callee if read else call.act]))


def _on_one_line(statement: str) -> str:
    first, *rest = statement.split("\n")
    return " ".join([first, "; ".join(line.strip() for line in rest)]).rstrip()


def expected_text(expectation: Expectation) -> str:
    """Say what an expectation expects."""
    if expectation.ending is Ending.RAISED:
        name = expectation.type.rpartition(".")[2]
        return f"raises {name}" + (f": {expectation.match}" if expectation.match else "")
    if expectation.value:
        return expectation.value
    told = [*expectation.checks]
    if expectation.stdout is not None:
        told.append(f"prints {expectation.stdout!r}")
    return " and ".join(told)


def observed_text(dispute: Dispute) -> str:
    """Say what a disputed call did."""
    outcome = dispute.case.outcome
    if outcome is None:
        return ""
    if outcome.ending is Ending.RAISED:
        return f"raises {outcome.type.rpartition('.')[2]}: {outcome.message}".rstrip(": ")
    if outcome.ending in (Ending.DIED, Ending.TIMED_OUT):
        return outcome.message.removeprefix(UNARRANGED) or str(outcome.ending)
    if dispute.case.expectation.stdout is not None:
        return f"prints {outcome.stdout!r}"
    return outcome.value or " and ".join(outcome.checks) or f"a {outcome.type}"


def dispute_entry(dispute: Dispute, subject: Subject) -> dict[str, Any]:
    """Return a dispute as plain values."""
    case = dispute.case
    return {
        "key": dispute.key,
        "target": case.call.target,
        "call": call_text(case, subject),
        "expected": expected_text(case.expectation),
        "observed": observed_text(dispute),
        "source": str(case.expectation.source),
        "said": case.expectation.said,
        "line": case.expectation.line,
        "votes": list(dispute.votes),
        "can_be_pinned": dispute.observed is not None,
    }


def mutant_entry(mutant: Mutant) -> dict[str, Any]:
    """Return a mutant as plain values; its line is 1-based."""
    return {
        "key": mutant.key,
        "target": mutant.target,
        "line": mutant.line,
        "operator": mutant.operator,
        "before": mutant.before,
        "after": mutant.after,
    }


def coverage_entry(coverage: Coverage) -> dict[str, Any]:
    """Return coverage as counts, and the share in percent."""
    return {
        "lines": len(coverage.lines),
        "lines_run": len(coverage.lines_run),
        "branches": len(coverage.branches),
        "branches_run": len(coverage.branches_run),
        "percent": round(coverage.share * 100, 1),
        "missing_lines": sorted(coverage.lines - coverage.lines_run),
    }


def test_entry(kept: Kept, proposal: TestProposal) -> dict[str, Any]:
    """Return one test as plain values."""
    seen, before = kept.evidence, proposal.before
    branches = seen.branches & before.branches - before.branches_run
    return {
        "name": kept.test.name,
        "status": "not run" if proposal.not_run else "kept",
        "provenance": str(kept.provenance),
        "sources": sorted({str(case.expectation.source) for case in kept.test.cases}),
        "cases": len(kept.test.cases),
        "lines": sorted(seen.lines & before.lines - before.lines_run),
        "branches": [list(arc) for arc in sorted(branches)],
        "kills": sorted(seen.kills),
        "only_it": sorted(seen.alone),
        "runs": seen.runs,
        "passed": seen.passed,
        "order_safe": seen.order_safe,
        "seconds": round(seen.seconds, 4),
        "evidence": evidence_line(kept, proposal),
    }


def json_line(proposal: TestProposal, qualname: str) -> dict[str, Any]:
    """Return what `--json` prints of one request, as the design's command line page names it.

    Where nothing was run, `not_run` says why and nothing is claimed of coverage.
    """
    subject, ran = proposal.subject, not proposal.not_run
    return {
        "path": str(subject.source.path or ""),
        "qualname": qualname,
        "test_path": str(subject.test_path),
        "new_source": proposal.new_source,
        "tests": [test_entry(one, proposal) for one in proposal.kept],
        "not_run": proposal.not_run,
        "coverage_before": coverage_entry(proposal.before) if ran else None,
        "coverage_after": coverage_entry(proposal.after) if ran else None,
        "mutants": {
            "total": len(proposal.mutants),
            "killed": len(proposal.killed),
            "survivors": [mutant_entry(one) for one in proposal.survivors],
        },
        "possible_bugs": [dispute_entry(one, subject) for one in proposal.disputes],
        "refused": [{"name": one.name, "reason": one.reason} for one in proposal.refused],
        "notes": list(proposal.notes),
        "summary": proposal.summary,
        "prompt_tokens": proposal.usage.prompt_tokens,
        "completion_tokens": proposal.usage.completion_tokens,
        "seconds": round(proposal.seconds, 3),
        "phases": {name: round(spent, 2) for name, spent in proposal.phases.items()},
    }


def questions(disputes: Sequence[Dispute], subject: Subject) -> list[str]:
    """Write disputes for people: the call, both values, the sentence."""
    return [
        f"possible bug, or wrong expectation? {call_text(one.case, subject)}\n"
        f"  expected {expected_text(one.case.expectation)}\n"
        f"  observed {observed_text(one)}\n"
        f"  said by  {one.case.expectation.said}"
        + (f" (line {one.case.expectation.line})" if one.case.expectation.line else "")
        for one in disputes
    ]
