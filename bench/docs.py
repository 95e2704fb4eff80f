"""Docstrings of the local model, ours beside the usual ways of asking, on real functions.

    python -m bench.docs --count 12             the sample of `make bench`
    python -m bench.docs --count 100 --fresh    the whole set, nothing taken from earlier runs

Rows are asked in turn for each function, so that a slow minute slows all of them. The first answer
of every row is thrown away: it loads the model.
"""

from __future__ import annotations

import argparse
import asyncio
import inspect
import json
import random
import statistics
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from bench import devset, scores
from bench.peers import Reply, Server
from bench.scores import Score
from bench.table import machine
from neovim_ai.docs.compose import Subject, study
from neovim_ai.docs.engine import document
from neovim_ai.docs.fallback import fallback
from neovim_ai.docs.model import Filled, House
from neovim_ai.docs.render import docstring as rendered
from neovim_ai.docs.slots import wanted
from neovim_ai.llm import providers
from neovim_ai.llm.model import Model
from neovim_ai.settings import Settings
from neovim_ai.source import context, target

HOUSE = House(types=False)
ROWS = ("ours", "whole code", "docstring only", "template")


@dataclass(frozen=True)
class Answer:
    """One row's answer for one function, and what it is worth."""

    row: str
    function: str
    reply: Reply
    score: Score
    refused: str = ""


def main(words: Sequence[str] | None = None) -> int:
    """Run and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fresh", action="store_true", help="ask the peers again")
    parser.add_argument("--rows", nargs="+", default=list(ROWS), choices=ROWS)
    parser.add_argument("--save", type=Path, help="write every answer as JSON Lines")
    arguments = parser.parse_args(words)
    answers = asyncio.run(_run(arguments))
    print(f"{machine()}\n{devset.describe()}\n")
    print(table(answers))
    if arguments.save:
        lines = (json.dumps(asdict(answer)) for answer in answers)
        arguments.save.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


async def _run(arguments: argparse.Namespace) -> list[Answer]:
    from openai import AsyncOpenAI

    from neovim_ai.llm.local import catalogue, connection

    name = catalogue.chosen() or catalogue.DEFAULT
    server = await connection.connect(name, _quiet)
    client = AsyncOpenAI(base_url=server.base_url, api_key=server.token, max_retries=0)
    ours = await providers.connect(Settings(provider="local", model=name), _quiet)
    peer = Server(client, server.model, arguments.fresh)
    samples = devset.draw(arguments.count, arguments.seed)
    answers: list[Answer] = []
    try:
        for number, sample in enumerate(samples):
            turn = number % len(arguments.rows)
            for row in (*arguments.rows[turn:], *arguments.rows[:turn]):
                answers.append(await _answer(row, sample, ours, peer))
            print(f"{number + 1} of {len(samples)}", file=sys.stderr, flush=True)
    finally:
        await ours.close()
        await client.close()
        await server.close()
    return answers


def _quiet(_: object) -> None:
    """Say nothing of waits and drafts: the bench prints its own progress."""


async def _answer(row: str, sample: devset.Sample, ours: Model, peer: Server) -> Answer:
    found = target.by_qualname(sample.source, sample.qualname, sample.ordinal)
    subject = study(sample.source, found, HOUSE)
    definitions = target.definitions(sample.source)
    code = context.gather(sample.source, found, definitions).definition
    refused = ""
    if row == "ours":
        outcome = await document(subject, definitions, ours, _quiet)
        refused, usage = outcome.proposal.reason, outcome.usage
        value = _value(subject, outcome.proposal.texts) if not refused else ""
        cost = (usage.prompt_tokens, usage.completion_tokens, outcome.seconds)
        reply = Reply(value, not refused, *cost)
    elif row == "template":
        texts = {s.key: fallback(s, subject.facts, found) for s in subject.missing}
        reply = Reply(_value(subject, texts), True, 0, 0, 0.0)
    elif row == "whole code":
        reply = await peer.whole_code(code)
    else:
        reply = await peer.docstring_only(code)
    human = scores.human_parts(sample.human)
    slots = wanted(found, subject.facts)
    score = scores.score(reply.docstring, human, slots, subject.facts, found.name)
    return Answer(row, f"{sample.source.path}::{sample.qualname}", reply, score, refused)


def _value(subject: Subject, texts: Mapping[str, str]) -> str:
    filled = [Filled(s, texts[s.key]) for s in subject.missing if texts.get(s.key)]
    return inspect.cleandoc(rendered(filled, HOUSE, indent=""))


def table(answers: Sequence[Answer]) -> str:
    """Return the figures as Markdown, and paired differences to ours below it."""
    head = (
        "| row | answered | safe | complete | invented | hollow | summary chrF++ | "
        "parameters chrF++ | tokens in | tokens out | seconds |"
    )
    lines = [head, "|---" * 11 + "|"]
    rows = list(dict.fromkeys(a.row for a in answers))
    lines += [_row(row, [a for a in answers if a.row == row]) for row in rows]
    lines.append("")
    lines += [_against(row, answers) for row in rows if row != "ours" and "ours" in rows]
    return "\n".join(lines)


def _row(row: str, answers: Sequence[Answer]) -> str:
    count = len(answers)
    replies, judged = [a.reply for a in answers], [a.score for a in answers]
    safe = [r.safe for r in replies if r.safe is not None]
    slots = sum(s.slots for s in judged)
    parameters = [s.parameters for s in judged if s.parameters is not None]
    cells = [
        row,
        f"{sum(bool(r.docstring) for r in replies) / count:.0%}",
        f"{sum(safe) / len(safe):.0%}" if safe else "-",
        f"{sum(s.complete for s in judged) / count:.0%}",
        str(sum(s.invented for s in judged)),
        f"{sum(s.hollow for s in judged) / max(slots, 1):.1%}",
        f"{statistics.fmean(s.summary for s in judged):.1f}",
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
    parameters = [
        mine.score.parameters - theirs.score.parameters
        for mine, theirs in pairs
        if mine.score.parameters is not None and theirs.score.parameters is not None
    ]
    said = f"ours - {row}: summary {_interval(summary)}, parameters {_interval(parameters)}"
    ratios = [m.reply.seconds / t.reply.seconds for m, t in pairs if t.reply.seconds]
    tokens = [
        m.reply.completion_tokens / t.reply.completion_tokens
        for m, t in pairs
        if t.reply.completion_tokens
    ]
    if ratios:
        said += f"; time {statistics.median(ratios):.2f} x"
        said += f", completion tokens {statistics.median(tokens):.2f} x (medians of ratios)"
    return said


def _interval(differences: Sequence[float]) -> str:
    if not differences:
        return "-"
    low, high = scores.interval(differences)
    return f"{statistics.fmean(differences):+.1f} [{low:+.1f}, {high:+.1f}]"


def blind(path: Path, count: int = 50, seed: int = 1) -> None:
    """Print a shuffled sample of saved answers without their rows, for judging by hand."""
    answers = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    random.Random(seed).shuffle(answers)
    for number, answer in enumerate(answers[:count], 1):
        print(f"## {number} {answer['function']}\n{answer['reply']['docstring']}\n")


if __name__ == "__main__":
    raise SystemExit(main())
