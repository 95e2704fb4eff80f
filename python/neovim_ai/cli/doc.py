"""`neovim-ai doc PATH[::QUAL.NAME]`: docstrings for a definition or for what a file lacks."""

from __future__ import annotations

import argparse
import asyncio
import difflib
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from neovim_ai.cli import batch, files, options
from neovim_ai.cli.batch import Done, File, Job
from neovim_ai.docs import estimate, messages
from neovim_ai.docs.engine import Phase, Step
from neovim_ai.docs.model import Status, Style
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import providers
from neovim_ai.llm.model import Model, Usage
from neovim_ai.settings import DocSettings, Settings
from neovim_ai.source.text import SourceText


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    command = commands.add_parser("doc", help="write docstrings", description=__doc__)
    command.add_argument("target", nargs="+", metavar="PATH[::QUAL.NAME]")
    command.add_argument("--style", choices=[str(style) for style in Style])
    options.add_doc_options(command)
    options.add_batch_options(command)
    shown = command.add_mutually_exclusive_group()
    shown.add_argument("--diff", action="store_true", help="print a unified diff (the default)")
    shown.add_argument("--write", action="store_true", help="change the files")
    shown.add_argument("--json", action="store_true", help="print JSON Lines, one a definition")
    options.add_model_options(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command; 1 if anything was refused."""
    settings = replace(options.settings(arguments), docs=DocSettings(style=arguments.style or ""))
    return asyncio.run(_Run(arguments, settings).go())


class _Run:
    """One run of the command, with what it has come to."""

    def __init__(self, arguments: argparse.Namespace, settings: Settings) -> None:
        self._arguments = arguments
        self._settings = settings
        self._wishes = options.wishes(arguments)
        self._files: list[File] = []
        self._refused = False
        self._done = self._written = 0
        self._usage, self._seconds = Usage(), 0.0
        self._bar: Any = None

    async def go(self) -> int:
        """Do all of it; what was written stays, however it ends."""
        jobs = self._jobs()
        model = await providers.connect(
            self._settings, lambda waiting: self._show(Phase(waiting.why)), batch=True
        )
        try:
            if not self._agreed(jobs, model):
                return 0
            at_once = 1 if model.route == "local" else self._arguments.jobs
            with self._progress(len(jobs)):
                await batch.run(jobs, self._wishes, model, self._take, self._show, at_once)
        except asyncio.CancelledError:
            self._say_what_is_left(len(jobs))
            raise
        finally:
            await model.close()
            self._print_diffs()
        if not self._arguments.json:
            self._sum_up(model)
        return 1 if self._refused else 0

    def _jobs(self) -> list[Job]:
        jobs: list[Job] = []
        for text in self._arguments.target:
            name, _, qualname = text.partition("::")
            for path in self._paths(Path(name)):
                file = self._read(path, alone=Path(name).is_file())
                if file is not None:
                    self._files.append(file)
                    jobs += [file.named(qualname)] if qualname else file.lacking(self._wishes)
        return jobs

    def _paths(self, path: Path) -> list[Path]:
        if path.is_dir() and self._arguments.all:
            return files.documentable(path)
        if path.is_dir():
            raise AiError(Kind.USAGE, f"{path} is a directory.", "Name files, or add --all.")
        if not path.is_file():
            raise AiError(Kind.USAGE, f"There is no file {path}.")
        return [path]

    def _read(self, path: Path, *, alone: bool) -> File | None:
        """Read a file; among many, one that cannot be read is said and left out."""
        try:
            return File(path, self._settings.docs)
        except AiError as error:
            if alone:
                raise
            print(f"{path}: refused: {error}", file=sys.stderr)
            self._refused = True
            return None

    def _agreed(self, jobs: Sequence[Job], model: Model) -> bool:
        """Say what a batch will take; on a terminal, let the user decide."""
        if len(jobs) < 2 or self._arguments.json:
            return True
        wishes = self._wishes
        read, written = estimate.estimate((job.subject(wishes) for job in jobs), wishes)
        count = len({job.file.path for job in jobs})
        print(
            f"{len(jobs)} definitions in {count} file{'s' * (count != 1)}, "
            f"{estimate.said(read, written, model)}",
            file=sys.stderr,
        )
        if self._arguments.yes or not (sys.stdin.isatty() and sys.stderr.isatty()):
            return True
        print("Go on? [Y/n] ", end="", file=sys.stderr, flush=True)
        return sys.stdin.readline().strip().lower() in ("", "y", "yes")

    @contextmanager
    def _progress(self, total: int) -> Iterator[None]:
        """Show how much is done and how long the rest will take, on a terminal only."""
        if total < 2 or not sys.stderr.isatty():
            yield
            return
        from tqdm import tqdm  # type: ignore[import-untyped]

        with tqdm(total=total, unit="docstring", file=sys.stderr) as self._bar:
            yield
        self._bar = None

    def _show(self, step: Step) -> None:
        if not sys.stderr.isatty():
            return
        if self._bar is not None:
            if isinstance(step, Phase):
                self._bar.set_postfix_str(f"{step.phase} {step.detail}".strip())
            return
        said = f"{step.phase} {step.detail}" if isinstance(step, Phase) else ""
        print(f"\r\x1b[K{said}", end="", file=sys.stderr, flush=True)

    def _take(self, job: Job, done: Done) -> None:
        """Take one definition's docstring: print it, or put it into its file."""
        self._usage += done.outcome.usage
        self._seconds += done.outcome.seconds
        if not self._arguments.json:
            done = job.file.take(done, write=self._arguments.write)
        self._done += 1
        self._written += done.outcome.proposal.status is Status.PROPOSED
        if self._bar is None:
            self._report(done)
        else:
            self._bar.update()
            with self._bar.external_write_mode(file=sys.stdout):
                self._report(done)

    def _report(self, done: Done) -> None:
        proposal, path = done.outcome.proposal, done.subject.source.path
        self._refused |= proposal.status is Status.REFUSED
        if self._arguments.json:
            print(json.dumps(messages.json_line(done.subject, done.outcome)), flush=True)
        elif proposal.status is Status.REFUSED:
            print(f"{path}::{proposal.qualname}: refused: {proposal.reason}", file=sys.stderr)
        elif self._arguments.write and proposal.status is Status.PROPOSED:
            print(f"{path}::{proposal.qualname}: written", flush=True)

    def _print_diffs(self) -> None:
        if not self._arguments.json and not self._arguments.write:
            for file in self._files:
                sys.stdout.writelines(_diff(file.before, file.source))

    def _say_what_is_left(self, total: int) -> None:
        kept = f"{self._written} written and kept" if self._arguments.write else "nothing written"
        print(
            f"Stopped: {kept}, {total - self._done} left; the same command goes on from here.",
            file=sys.stderr,
        )

    def _sum_up(self, model: Model) -> None:
        about = "about " if self._usage.estimated else ""
        print(
            f"{about}{self._usage.prompt_tokens} tokens in, {self._usage.completion_tokens} out, "
            f"{self._seconds:.1f} s, {model.name} ({model.route})",
            file=sys.stderr,
        )


def _diff(before: SourceText, after: SourceText) -> Sequence[str]:
    name = str(before.path)
    lines = difflib.unified_diff(
        before.text.splitlines(keepends=True), after.text.splitlines(keepends=True), name, name
    )
    return [line if line.endswith("\n") else line + "\n" for line in lines]
