"""`neovim-ai test PATH[::QUAL.NAME]`: tests with evidence, for a definition or a whole file."""

from __future__ import annotations

import argparse
import asyncio
import difflib
import json
import sys
from pathlib import Path

from neovim_ai import log
from neovim_ai.cli import options
from neovim_ai.docs.memory import Memory
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import providers
from neovim_ai.llm.model import Model
from neovim_ai.source import target
from neovim_ai.source.text import SourceText
from neovim_ai.source.write import write_back, write_new
from neovim_ai.testgen import messages
from neovim_ai.testgen.cases.adviser import UNMENDED, without
from neovim_ai.testgen.engine import Phase, Step, Wishes
from neovim_ai.testgen.proposal import TestProposal
from neovim_ai.testgen.request import OpenLab, Request, propose, sandboxed, studied

_MOST_REFUSED = 5


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    command = commands.add_parser("test", help="write tests with evidence", description=__doc__)
    command.add_argument("target", nargs="+", metavar="PATH[::QUAL.NAME]")
    shown = command.add_mutually_exclusive_group()
    shown.add_argument("--diff", action="store_true", help="print a unified diff (the default)")
    shown.add_argument("--write", action="store_true", help="write the test files")
    shown.add_argument("--json", action="store_true", help="print JSON Lines, one a target")
    command.add_argument("--tests-dir", metavar="D", help="the folder the test file goes into")
    command.add_argument(
        "--budget", type=_seconds, default=180.0, metavar="S", help="seconds in all (180)"
    )
    command.add_argument(
        "--runs", type=_runs, default=5, metavar="N", help="fresh processes a test must pass in (5)"
    )
    command.add_argument(
        "--no-model", action="store_true", help="search and observe alone, no model is asked"
    )
    command.add_argument(
        "--env", action="append", default=[], metavar="NAME", help="a variable tests may see"
    )
    command.add_argument("--python", default="", metavar="P", help="the project's interpreter")
    options.add_model_options(command)
    command.set_defaults(run=run)


def _seconds(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = 0.0
    if not 1 <= found <= 36_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 1 on")
    return found


def _runs(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to 100")
    return int(text)


def run(arguments: argparse.Namespace, open_lab: OpenLab | None = None) -> int:
    """Run the command; 1 when a target could not be tested, 2 when one names no file.

    That nothing was left to add is no failure.
    """
    return asyncio.run(_Run(arguments, open_lab or sandboxed).go())


class _Run:
    """One run of the command."""

    def __init__(self, arguments: argparse.Namespace, open_lab: OpenLab) -> None:
        self._arguments = arguments
        self._open_lab = open_lab
        self._settings = options.settings(arguments)
        self._memory = Memory()
        self._note = ""

    async def go(self) -> int:
        """Do all targets, one after the other; one that fails does not take the rest along."""
        model = await self._model()
        try:
            return max([await self._tried(text, model) for text in self._arguments.target])
        finally:
            self._clear()
            if model is not None:
                await model.close()

    async def _tried(self, text: str, model: Model | None) -> int:
        """Do one target; return its exit status."""
        name, _, qualname = text.partition("::")
        try:
            await self._one(Path(name), qualname, model)
        except AiError as error:
            self._clear()
            about = f"{text}: " if len(self._arguments.target) > 1 else ""
            print(f"neovim-ai: {about}{log.redact(str(error))}", file=sys.stderr)
            return 2 if error.kind is Kind.USAGE else 1
        return 0

    async def _model(self) -> Model | None:
        """Connect a model; without one the search goes on alone, and says so."""
        if self._arguments.no_model:
            return None
        try:
            return await providers.connect(
                self._settings, lambda waiting: self._show(Phase(waiting.why)), batch=True
            )
        except AiError as error:
            if error.kind in UNMENDED:
                raise
            self._clear()
            if error.kind is Kind.NO_PROVIDER:
                print("neovim-ai: no model is set up; going on without one.", file=sys.stderr)
            else:
                self._note = without(error)
            return None

    async def _one(self, path: Path, qualname: str, model: Model | None) -> None:
        if not path.is_file():
            raise AiError(Kind.USAGE, f"There is no file {path}.")
        source = SourceText.from_bytes(path.read_bytes(), path)
        chosen = (target.by_qualname(source, qualname),) if qualname else ()
        folder = self._arguments.tests_dir
        request = Request(
            source,
            chosen,
            Wishes(self._arguments.budget, self._arguments.runs),
            python=self._arguments.python,
            tests_dir=Path(folder) if folder else None,
            written_by_us=self._memory.written_by_us,
            env=tuple(self._arguments.env),
        )
        subject = studied(request)
        proposal = await propose(request, subject, model, self._show, self._open_lab)
        self._clear()
        self._report(proposal.noting(self._note), qualname)

    def _report(self, proposal: TestProposal, qualname: str) -> None:
        if self._arguments.json:
            print(json.dumps(messages.json_line(proposal, qualname)), flush=True)
            return
        if self._arguments.write:
            _write(proposal)
        else:
            sys.stdout.writelines(_diff(proposal))
        self._sum_up(proposal)

    def _sum_up(self, proposal: TestProposal) -> None:
        """Tell people, on standard error, what each test is worth and what is left."""
        lines = [f"{k.test.name}: {messages.evidence_line(k, proposal)}" for k in proposal.kept]
        lines += messages.questions(proposal.disputes, proposal.subject)
        lines += proposal.notes
        survivors = [f"line {m.line}: {m.before} -> {m.after}" for m in proposal.survivors[:5]]
        if survivors:
            more = len(proposal.survivors) - len(survivors)
            lines.append("survivors: " + "; ".join(survivors) + (f"; {more} more" if more else ""))
        lines += [f"refused {one.name}: {one.reason}" for one in proposal.refused[:_MOST_REFUSED]]
        usage = proposal.usage
        spent = f"{usage.prompt_tokens} tokens in, {usage.completion_tokens} out, "
        lines.append(f"{proposal.summary}; {spent}{proposal.seconds:.1f} s")
        print("\n".join(lines), file=sys.stderr)

    def _show(self, step: Step) -> None:
        if not sys.stderr.isatty():
            return
        said = (
            f"{step.phase} {step.detail}"
            if isinstance(step, Phase)
            else f"{len(step.texts)} cases, {step.share:.0%}, {step.killed}/{step.mutants} mutants"
        )
        print(f"\r\x1b[K{said}", end="", file=sys.stderr, flush=True)

    def _clear(self) -> None:
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _write(proposal: TestProposal) -> None:
    """Write the test file; nothing when there is nothing to add.

    Raises:
        AiError: `sandbox` when nothing was run: only who has read such tests may keep them.
    """
    subject = proposal.subject
    if not proposal.kept:
        return
    path = subject.test_path
    if proposal.not_run:
        raise AiError(
            Kind.SANDBOX,
            f"{path} is not written: its tests were not run, {proposal.not_run}.",
            "--diff shows them.",
        )
    if subject.existing is None:
        write_new(path, SourceText(proposal.new_source, path))
    else:
        before = path.read_bytes()
        old = SourceText.from_bytes(before, path)
        write_back(path, before, SourceText(proposal.new_source, path, old.encoding, old.bom))
    print(f"{path}: written", flush=True)


def _diff(proposal: TestProposal) -> list[str]:
    name = str(proposal.subject.test_path)
    before = (proposal.subject.existing or "").splitlines(keepends=True)
    after = proposal.new_source.splitlines(keepends=True)
    old = name if proposal.subject.existing is not None else "/dev/null"
    lines = difflib.unified_diff(before, after, old, name)
    return [line if line.endswith("\n") else line + "\n" for line in lines]
