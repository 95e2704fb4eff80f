"""Docstrings of the local model, ours beside the usual ways of asking, on real functions.

    python -m bench.docs --count 12             the sample of `make bench`
    python -m bench.docs --count 100 --fresh    the whole set, nothing taken from earlier runs

Rows take turns, four functions at a time, so that a slow minute slows all of them, and each finds
the beginning of its own prompt evaluated after the first of the four, as in an editor that asks in
one way only.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import inspect
import json
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import devset, scores
from bench.lint import Lint, house, lint
from bench.peers import PEERS, Reply, Server
from bench.scores import Score
from bench.table import Row, machine, markdown
from neovim_ai.docs.compose import Subject, study
from neovim_ai.docs.engine import document
from neovim_ai.docs.fallback import fallback
from neovim_ai.docs.model import Filled
from neovim_ai.docs.render import docstring as rendered
from neovim_ai.docs.slots import wanted
from neovim_ai.llm import providers
from neovim_ai.llm.model import Model
from neovim_ai.settings import Settings
from neovim_ai.source import context, facts, target
from neovim_ai.source.text import Edit, SourceText

ROWS = ("ours", *PEERS, "template")
TURN = 4


@dataclass(frozen=True)
class Answer:
    """One row's answer for one function, and what it is worth."""

    row: str
    function: str
    reply: Reply
    score: Score
    lint: Lint
    refused: str = ""


def main(words: Sequence[str] | None = None) -> int:
    """Run and print the tables; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", choices=("all", "tune", "held"), default="all")
    parser.add_argument("--fresh", nargs="*", choices=PEERS, help="ask peers again; all, or these")
    parser.add_argument("--rows", nargs="+", default=list(ROWS), choices=ROWS)
    parser.add_argument("--save", type=Path, help="write every answer as JSON Lines")
    parser.add_argument("--saved", nargs="+", type=Path, help="show what --save wrote, ask nobody")
    arguments = parser.parse_args(words)
    print(f"{machine()}\n{devset.describe(devset.DESCRIBED)}\n", flush=True)
    samples = devset.draw(arguments.count, arguments.seed, arguments.part)
    if arguments.saved:
        drawn = {_name(sample) for sample in samples}
        known = (answer for path in arguments.saved for answer in saved(path))
        answers = [answer for answer in known if answer.function in drawn]
    else:
        answers = asyncio.run(_run(arguments, samples))
    print(table(answers))
    rows = limits(answers)
    print(f"\n{markdown(rows)}" if rows else "")
    return 0 if all(row.met for row in rows) else 1


def limits(answers: Sequence[Answer]) -> list[Row]:
    """Return the limits of ours with what was measured; none where it did not take part.

    What the linters find in any form does not count as found, so its share has a limit of its own.
    """
    ours = [a for a in answers if a.row == "ours"]
    if not ours:
        return []
    safe = [a.reply.safe for a in ours if a.reply.safe is not None]
    slots = sum(a.score.slots for a in ours)
    judged = [a for a in ours if not a.lint.excused]
    rows = [
        _at_least("safe", safe.count(True), len(safe), 1.0),
        _at_least("complete", sum(a.score.complete for a in ours), len(ours), 1.0),
        _at_most("hollow", sum(a.score.hollow for a in ours), slots, 0.03),
        _at_least("lint-clean", sum(not a.lint.found for a in judged), len(judged), 0.98),
        _at_most("excused from the linters", len(ours) - len(judged), len(ours), 0.03),
    ]
    ratios = _ratios(answers, "docstring only")
    if ratios:
        middle = statistics.median(ratios)
        said = f"{middle:.2f} x (median of {len(ratios)} ratios)"
        rows.append(Row("time", "at most 0.65 x", said, "docstring only", middle <= 0.65))
    return rows


def _at_least(what: str, count: int, of: int, limit: float) -> Row:
    share = count / of if of else 0.0
    said = f"{share:.1%} ({count} of {of})"
    return Row(what, f"at least {limit:.0%}", said, "-", share >= limit)


def _at_most(what: str, count: int, of: int, limit: float) -> Row:
    share = count / of if of else 0.0
    said = f"{share:.1%} ({count} of {of})"
    return Row(what, f"at most {limit:.0%}", said, "-", share <= limit)


def _ratios(answers: Sequence[Answer], row: str) -> list[float]:
    """Return our time over another's for each function that both answered in this run."""
    theirs = {a.function: a.reply for a in answers if a.row == row}
    pairs = [(a.reply, theirs.get(a.function)) for a in answers if a.row == "ours"]
    return [m.seconds / t.seconds for m, t in pairs if t and t.seconds and not t.cached]


def saved(path: Path) -> list[Answer]:
    """Read what `--save` wrote."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return [
        Answer(
            one["row"],
            one["function"],
            Reply(**one["reply"]),
            Score(**one["score"]),
            Lint(**one["lint"]),
            one["refused"],
        )
        for one in lines
    ]


def _name(sample: devset.Sample) -> str:
    return f"{sample.source.path}::{sample.qualname}"


async def _run(arguments: argparse.Namespace, samples: Sequence[devset.Sample]) -> list[Answer]:
    from openai import AsyncOpenAI

    from neovim_ai.llm.local import catalogue, connection

    name = catalogue.chosen() or catalogue.DEFAULT
    server = await connection.connect(name, _quiet)
    client = AsyncOpenAI(base_url=server.base_url, api_key=server.token, max_retries=0)
    ours = await providers.connect(Settings(provider="local", model=name), _quiet)
    again = PEERS if arguments.fresh == [] else arguments.fresh or ()
    peer = Server(client, server.model, again)
    answers: list[Answer] = []
    try:
        for number in range(0, len(samples), TURN):
            first = number // TURN % len(arguments.rows)
            for row in (*arguments.rows[first:], *arguments.rows[:first]):
                for sample in samples[number : number + TURN]:
                    answers.append(await _answer(row, sample, ours, peer))
            if arguments.save:
                lines = (json.dumps(asdict(answer)) for answer in answers)
                arguments.save.write_text("\n".join(lines) + "\n", encoding="utf-8")
            print(f"{number + TURN} of {len(samples)}", file=sys.stderr, flush=True)
    finally:
        await ours.close()
        await client.close()
        await server.close()
    return answers


def _quiet(_: object) -> None:
    """Say nothing of waits and drafts: the bench prints its own progress."""


async def _answer(row: str, sample: devset.Sample, ours: Model, peer: Server) -> Answer:
    found = target.by_qualname(sample.source, sample.qualname, sample.ordinal)
    home = house(facts.collect(sample.source, found))
    subject = study(sample.source, found, home)
    definitions = target.definitions(sample.source)
    code = context.gather(sample.source, found, definitions).definition
    refused = ""
    if row == "ours":
        outcome = await document(subject, definitions, ours, _quiet)
        refused, usage = outcome.proposal.reason, outcome.usage
        value = _value(subject, outcome.proposal.texts) if not refused else ""
        cost = (usage.prompt_tokens, usage.completion_tokens, outcome.seconds)
        edit = outcome.proposal.edit
        reply = Reply(value, _is_safe(sample.source, edit) if edit else None, *cost)
    elif row in PEERS:
        reply = await peer.ask(row, code)
    else:
        texts = {s.key: fallback(s, subject.facts, found) for s in subject.missing}
        reply = Reply(_value(subject, texts), True, 0, 0, 0.0)
    human = scores.human_parts(sample.human)
    slots = wanted(found, subject.facts, home)
    score = scores.score(reply.docstring, human, slots, subject.facts, found.name)
    judged = lint(sample.source, found, reply.docstring, home) if reply.docstring else Lint("none")
    return Answer(row, _name(sample), reply, score, judged, refused)


def _is_safe(source: SourceText, edit: Edit) -> bool:
    """Tell, without our gates, whether an edit only inserts, and the program is the same."""
    after = source.apply([edit])
    inserted = len(edit.text.encode(source.encoding, "surrogatepass"))
    return (
        edit.span.start == edit.span.end
        and len(after.utf8) == len(source.utf8) + inserted
        and _program(after.text) == _program(source.text)
    )


def _program(text: str) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and ast.get_docstring(node):
            node.body = node.body[1:] or [ast.Expr(ast.Constant(...))]
    return ast.dump(tree)


def _value(subject: Subject, texts: Mapping[str, str]) -> str:
    filled = [Filled(s, texts[s.key]) for s in subject.missing if texts.get(s.key)]
    return inspect.cleandoc(rendered(filled, subject.house, indent=""))


def table(answers: Sequence[Answer]) -> str:
    """Return the figures as Markdown, and paired differences to ours below it."""
    head = (
        "| row | answered | safe | complete | invented | hollow | lint-clean | summary chrF++ | "
        "the same, precision as recall | parameters chrF++ | tokens in | tokens out | seconds |"
    )
    lines = [head, "|---" * 13 + "|"]
    rows = [row for row in ROWS if any(a.row == row for a in answers)]
    lines += [_row(row, [a for a in answers if a.row == row]) for row in rows]
    lines.append("")
    lines += [_against(row, answers) for row in rows if row != "ours" and "ours" in rows]
    lines += [""] + [_told(answer) for answer in answers if answer.row == "ours" and _told(answer)]
    return "\n".join(lines)


def _told(answer: Answer) -> str:
    """Name what is excused from the linters, what they find all the same, and refusals."""
    told = [f"refused: {answer.refused}"] if answer.refused else []
    told += [f"linters find {answer.lint.found}"] if answer.lint.found else []
    told += [f"excused: {answer.lint.excused}"] if answer.lint.excused else []
    return f"- {answer.function}: {'; '.join(told)}" if told else ""


def _row(row: str, answers: Sequence[Answer]) -> str:
    count = len(answers)
    replies, judged = [a.reply for a in answers], [a.score for a in answers]
    safe = [r.safe for r in replies if r.safe is not None]
    slots = sum(s.slots for s in judged)
    parameters = [s.parameters for s in judged if s.parameters is not None]
    clean = [not a.lint.found for a in answers if not a.lint.excused]
    cells = [
        row,
        f"{sum(bool(r.docstring) for r in replies) / count:.0%}",
        f"{sum(safe) / len(safe):.0%}" if safe else "-",
        f"{sum(s.complete for s in judged) / count:.0%}",
        str(sum(s.invented for s in judged)),
        f"{sum(s.hollow for s in judged) / max(slots, 1):.1%}",
        f"{sum(clean) / max(len(clean), 1):.0%}",
        f"{statistics.fmean(s.summary for s in judged):.1f}",
        f"{statistics.fmean(s.balanced for s in judged):.1f}",
        f"{statistics.fmean(parameters):.1f} ({len(parameters)})" if parameters else "-",
        f"{statistics.median(r.prompt_tokens for r in replies):.0f}",
        f"{statistics.median(r.completion_tokens for r in replies):.0f}",
        f"{statistics.median(r.seconds for r in replies):.1f}"
        + (" (earlier run)" if any(r.cached for r in replies) else ""),
    ]
    return "| " + " | ".join(cells) + " |"


def _against(row: str, answers: Sequence[Answer]) -> str:
    ours = {a.function: a for a in answers if a.row == "ours"}
    pairs = [(ours[a.function], a) for a in answers if a.row == row]
    summary = [mine.score.summary - theirs.score.summary for mine, theirs in pairs]
    balanced = [mine.score.balanced - theirs.score.balanced for mine, theirs in pairs]
    parameters = [
        mine.score.parameters - theirs.score.parameters
        for mine, theirs in pairs
        if mine.score.parameters is not None and theirs.score.parameters is not None
    ]
    said = f"ours - {row}: summary {_interval(summary)}, balanced {_interval(balanced)}, "
    said += f"parameters {_interval(parameters)}"
    timed = [(m, t) for m, t in pairs if t.reply.seconds and not t.reply.cached]
    ratios = _ratios(answers, row)
    tokens = [
        m.reply.completion_tokens / t.reply.completion_tokens
        for m, t in pairs
        if t.reply.completion_tokens
    ]
    if ratios:
        mine, theirs = (
            statistics.median(a.reply.seconds for a in side) for side in zip(*timed, strict=True)
        )
        said += f"; time {statistics.median(ratios):.2f} x (median of {len(ratios)} ratios; "
        said += f"{_spread(ratios)}), {mine / theirs:.2f} x (ratio of medians)"
    if tokens:
        said += f"; completion tokens {statistics.median(tokens):.2f} x"
    return said


def _spread(ratios: Sequence[float]) -> str:
    low, high = scores.interval(ratios, statistics.median)
    return f"95% [{low:.2f}, {high:.2f}]"


def _interval(differences: Sequence[float]) -> str:
    if not differences:
        return "-"
    low, high = scores.interval(differences)
    return f"{statistics.fmean(differences):+.1f} [{low:+.1f}, {high:+.1f}]"


if __name__ == "__main__":
    raise SystemExit(main())
