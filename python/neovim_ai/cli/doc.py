"""`neovim-ai doc PATH[::QUAL.NAME]`: docstrings for a definition or for what a file lacks."""

from __future__ import annotations

import argparse
import asyncio
import difflib
import json
import sys
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from pathlib import Path

from neovim_ai.cli import options
from neovim_ai.docs import messages
from neovim_ai.docs.compose import Subject, study
from neovim_ai.docs.engine import Outcome, Phase, Step, document
from neovim_ai.docs.house import detect
from neovim_ai.docs.model import House, Proposal, Status, Style
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import providers
from neovim_ai.llm.model import Model, Usage
from neovim_ai.settings import DocSettings, Settings
from neovim_ai.source import project, target
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText
from neovim_ai.source.write import write_back


@dataclass(frozen=True)
class Done:
    """One definition's outcome with what it was asked for."""

    subject: Subject
    outcome: Outcome


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    command = commands.add_parser("doc", help="write docstrings", description=__doc__)
    command.add_argument("target", nargs="+", metavar="PATH[::QUAL.NAME]")
    command.add_argument("--style", choices=[str(style) for style in Style])
    shown = command.add_mutually_exclusive_group()
    shown.add_argument("--diff", action="store_true", help="print a unified diff (the default)")
    shown.add_argument("--write", action="store_true", help="change the files")
    shown.add_argument("--json", action="store_true", help="print JSON Lines, one a definition")
    options.add_model_options(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command; 1 if anything was refused."""
    settings = replace(options.settings(arguments), docs=DocSettings(style=arguments.style or ""))
    return asyncio.run(_run(arguments, settings))


async def _run(arguments: argparse.Namespace, settings: Settings) -> int:
    say = _speaker()
    targets = [_split(text) for text in arguments.target]
    model = await providers.connect(settings, lambda waiting: say(Phase(waiting.why)), batch=True)
    refused, total, seconds = 0, Usage(), 0.0
    try:
        for path, qualname in targets:
            async with aclosing(_file(path, qualname, settings, model, arguments, say)) as found:
                async for done in found:
                    refused += _report(done, arguments)
                    total, seconds = total + done.outcome.usage, seconds + done.outcome.seconds
    finally:
        await model.close()
    if not arguments.json:
        _sum_up(total, seconds, model)
    return 1 if refused else 0


def _split(text: str) -> tuple[Path, str]:
    name, _, qualname = text.partition("::")
    path = Path(name)
    if path.is_dir():
        raise AiError(Kind.USAGE, f"{path} is a directory.", "Name files.")
    if not path.is_file():
        raise AiError(Kind.USAGE, f"There is no file {path}.")
    return path, qualname


async def _file(
    path: Path,
    qualname: str,
    settings: Settings,
    model: Model,
    arguments: argparse.Namespace,
    say: Callable[[Step], None],
) -> AsyncGenerator[Done, None]:
    """Document what a file lacks; each docstring stands on those before it, but for `--json`."""
    data = path.read_bytes()
    before = source = SourceText.from_bytes(data, path)
    house = detect(source, project.root(path.resolve()), settings.docs)
    try:
        for name, ordinal in _asked(source, qualname):
            done = await _one(source, name, ordinal, house, model, say)
            edit = done.outcome.proposal.edit
            if edit is not None and not arguments.json:
                source = source.apply([edit])
            if edit is not None and arguments.write:
                data = write_back(path, data, source)
            yield done
    finally:
        if not arguments.json and not arguments.write:
            sys.stdout.writelines(_diff(before, source))


def _asked(source: SourceText, qualname: str) -> list[tuple[str, int | None]]:
    """Name what is to be documented: one definition, or all of a file but the module itself."""
    if qualname:
        name, _, ordinal = qualname.partition("#")
        found = target.by_qualname(source, name, int(ordinal) if ordinal.isdigit() else None)
        return [(found.qualname, found.ordinal)]
    return [(d.qualname, d.ordinal) for d in target.definitions(source) if _on_its_own(d)]


def _on_its_own(definition: Definition) -> bool:
    """Leave out the module, and a constructor without docstring: its class describes it."""
    if definition.kind is DefinitionKind.MODULE:
        return False
    return definition.name != "__init__" or definition.docstring is not None


async def _one(
    source: SourceText,
    qualname: str,
    ordinal: int | None,
    house: House,
    model: Model,
    say: Callable[[Step], None],
) -> Done:
    definitions = target.definitions(source)
    found = target.by_qualname(source, qualname, ordinal)
    subject = study(source, found, house)
    try:
        return Done(subject, await document(subject, definitions, model, say))
    except AiError as error:
        if error.kind is not Kind.SYNTAX:
            raise
        refused = Proposal(found.qualname, found.ordinal, Status.REFUSED, str(error))
        return Done(subject, Outcome(refused, Usage(), 0.0))


def _report(done: Done, arguments: argparse.Namespace) -> bool:
    """Say how one definition ended; tell whether it was refused."""
    proposal, path = done.outcome.proposal, done.subject.source.path
    if arguments.json:
        print(json.dumps(messages.json_line(done.subject, done.outcome)), flush=True)
    elif proposal.status is Status.REFUSED:
        print(f"{path}::{proposal.qualname}: refused: {proposal.reason}", file=sys.stderr)
    elif arguments.write and proposal.status is Status.PROPOSED:
        print(f"{path}::{proposal.qualname}: written", flush=True)
    return proposal.status is Status.REFUSED


def _diff(before: SourceText, after: SourceText) -> Sequence[str]:
    name = str(before.path)
    lines = difflib.unified_diff(
        before.text.splitlines(keepends=True), after.text.splitlines(keepends=True), name, name
    )
    return [line if line.endswith("\n") else line + "\n" for line in lines]


def _speaker() -> Callable[[Step], None]:
    """Say what is being waited for, on a terminal only."""
    if not sys.stderr.isatty():
        return lambda _step: None

    def say(step: Step) -> None:
        if isinstance(step, Phase):
            print(f"\r\x1b[K{step.phase} {step.detail}", end="", file=sys.stderr, flush=True)
        else:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    return say


def _sum_up(usage: Usage, seconds: float, model: Model) -> None:
    about = "about " if usage.estimated else ""
    print(
        f"{about}{usage.prompt_tokens} tokens in, {usage.completion_tokens} out, "
        f"{seconds:.1f} s, {model.name} ({model.route})",
        file=sys.stderr,
    )
