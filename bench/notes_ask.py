"""How well `notes ask` answers with the local model, beside answering from the first section found.

The public set runs anywhere; `--notes PATH` adds the set for one person's own file. Every citation
that is shown is looked up anew in the file it names.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import ask_corpus
from bench.ask_questions import OTHER, OWN, PUBLIC, Question
from neovim_ai.llm.model import Model
from neovim_ai.notes.ask import engine
from neovim_ai.notes.ask.model import Answer, Phase, Said
from neovim_ai.notes.client import open_notes
from neovim_ai.settings import Settings


@dataclass(frozen=True)
class Outcome:
    """One question and how it was answered.

    Attributes:
        question: What was asked.
        answer: What came.
        unverified: Citations whose quote does not stand in the file at its row.
        first: The heading of the section that was found first, which stands for search alone.
        expanded: Other words than the question's were looked for.
    """

    question: Question
    answer: Answer
    unverified: int
    first: str
    expanded: bool = False

    @property
    def heading(self) -> str:
        """The heading of the section that the answer cites first; empty when it cites none."""
        cited = [c for s in self.answer.sentences for c in s.citations]
        return cited[0].heading_path[-1] if cited else ""

    @property
    def right(self) -> bool:
        """Whether it is answered from the right section, or rightly not at all."""
        if not self.question.headings:
            return not self.answer.in_notes
        return self.answer.in_notes and self.heading in self.question.headings


async def measure(questions: Sequence[Question], vault: Path, model: Model) -> list[Outcome]:
    """Ask every question, each as the first of a thread."""
    notes = await open_notes([str(vault)])

    async def connected() -> Model:
        return model

    outcomes = []
    try:
        await notes.refresh()
        for question in questions:
            steps: list[Phase | Said] = []
            answer = await engine.answer(question.text, (), notes, connected, steps.append)
            first = answer.sections[0].heading_path[-1] if answer.sections else ""
            expanded = Phase(engine.OTHER_WORDS) in steps
            outcomes.append(Outcome(question, answer, _unverified(answer), first, expanded))
            print(_line(outcomes[-1]), file=sys.stderr, flush=True)
    finally:
        await notes.close()
    return outcomes


def _unverified(answer: Answer) -> int:
    cited = [c for s in answer.sentences for c in s.citations]
    return sum(not _stands(c.quote, Path(c.path), c.row) for c in cited)


def _stands(quote: str, path: Path, row: int) -> bool:
    rest = "\n".join(path.read_text("utf-8").split("\n")[row:])
    first = " ".join(rest.split("\n")[0].split())
    begins = " ".join(quote.split("\n")[0].split())
    return begins in first and " ".join(quote.split()) in " ".join(rest.split())


def _line(outcome: Outcome) -> str:
    said = " / ".join(" ".join(s.text.split())[:90] for s in outcome.answer.sentences)
    mark = "ok " if outcome.right else "BAD"
    mark += " (other words)" if outcome.expanded else ""
    return (
        f"{mark} {outcome.answer.seconds:5.1f} s  {outcome.question.text}  ->  "
        f"{outcome.heading or 'not in your notes'}: {said}"
    )


def table(name: str, outcomes: Sequence[Outcome]) -> list[str]:
    """Return the rows of the table for one set, a half each."""
    rows = []
    for tune in (True, False):
        half = [one for one in outcomes if one.question.tune is tune]
        there = [one for one in half if one.question.headings]
        absent = [one for one in half if not one.question.headings]
        if not half:
            continue
        first = sum(one.first in one.question.headings for one in there)
        cited = sum(len(s.citations) for one in half for s in one.answer.sentences)
        wrong = sum(one.unverified for one in half)
        tokens = sorted(_tokens(one.answer) for one in half)[len(half) // 2]
        seconds = sorted(one.answer.seconds for one in half)[len(half) // 2]
        rows.append(
            f"| {name}, {'tuned on' if tune else 'only measured'} "
            f"| {sum(one.right for one in there)} of {len(there)} "
            f"| {first} of {len(there)} "
            f"| {sum(one.right for one in absent)} of {len(absent)} "
            f"| {cited - wrong} of {cited} | {tokens} | {seconds:.1f} |"
        )
    return rows


def _tokens(answer: Answer) -> int:
    usage = answer.usage
    return usage.prompt_tokens - usage.cached_tokens + usage.completion_tokens


HEAD = (
    "| questions | from the right section | first section found | rightly not in your notes "
    "| citations that verify | tokens read and written (median) | seconds (median) |",
    "|---|---|---|---|---|---|---|",
)


async def run(options: argparse.Namespace) -> list[Outcome]:
    """Measure the chosen sets and print the table."""
    from neovim_ai.llm import providers

    settings = Settings(provider=options.provider, base_url=options.base_url, model=options.model)
    model = await providers.connect(settings, lambda _: None)
    everything: list[Outcome] = []
    print("\n".join(HEAD), flush=True)
    try:
        with tempfile.TemporaryDirectory() as folder:
            sets = [("public", PUBLIC, ask_corpus.write(Path(folder)))]
            if options.notes:
                sets.append(("own", OWN, options.notes))
                sets.append(("other words", OTHER, options.notes))
            for name, questions, vault in sets:
                if options.set in (name, "all"):
                    wanted = [q for q in questions if options.half in ("all", _half(q))]
                    outcomes = await measure(wanted, vault, model)
                    print("\n".join(table(name, outcomes)), flush=True)
                    everything += outcomes
    finally:
        await model.close()
    return everything


def _half(question: Question) -> str:
    return "tune" if question.tune else "measure"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 when a citation does not verify."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=Path, help="the file that the own questions are about")
    parser.add_argument("--set", choices=["all", "public", "own", "other words"], default="all")
    parser.add_argument("--half", choices=["all", "tune", "measure"], default="all")
    parser.add_argument("--provider", default="local")
    parser.add_argument("--base-url", default="")
    parser.add_argument("--model", default="")
    parser.add_argument("--record", type=Path, help="write every answer there, as JSON")
    options = parser.parse_args(arguments)
    outcomes = asyncio.run(run(options))
    if options.record:
        lines = [json.dumps({"ok": o.right, "line": _line(o)}) for o in outcomes]
        options.record.write_text("\n".join(lines) + "\n", "utf-8")
    return int(any(one.unverified for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
