"""`neovim-ai check PATH...`: where docstrings no longer agree with their code, without a model."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from neovim_ai.docs import drift
from neovim_ai.docs.drift import Finding, Severity
from neovim_ai.errors import AiError
from neovim_ai.source.python_files import python_files
from neovim_ai.source.text import SourceText
from neovim_ai.source.write import write_back

# Below this, starting processes takes longer than what they save.
_WORTH_PROCESSES = 150
_CHUNK = 25
_WORTH_IF_SLOW = 4


@dataclass(frozen=True)
class Wanted:
    """What to look for and do besides finding drift: `neovim-ai check --help` says what each is."""

    missing: bool = False
    fix: bool = False
    examples: bool = False
    age: bool = False


@dataclass(frozen=True)
class Checked:
    """One file: what was found, how much was mended, and why it could not be checked."""

    path: Path
    findings: tuple[Finding, ...] = ()
    mended: int = 0
    problem: str = ""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    command = commands.add_parser(
        "check", help="find docstrings that no longer agree with the code", description=__doc__
    )
    command.add_argument("path", nargs="+", type=Path, metavar="PATH")
    command.add_argument("--format", choices=list(_FORMATS), default="text")
    command.add_argument(
        "--missing", action="store_true", help="also say what docstrings leave out"
    )
    command.add_argument(
        "--examples", action="store_true", help="run the examples of docstrings in the sandbox"
    )
    command.add_argument(
        "--age", action="store_true", help="also say which docstrings are older than their code"
    )
    command.add_argument(
        "--fix", action="store_true", help="write the new name or default where one is meant"
    )
    command.add_argument(
        "--exclude", action="append", default=[], metavar="GLOB", help="leave out paths in folders"
    )
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command; 1 when something was found or a file could not be checked.

    Raises:
        AiError: `usage` when a path does not exist, `sandbox` when examples cannot be run here.
    """
    if arguments.examples:
        from neovim_ai.sandbox.choose import choose

        asyncio.run(choose())
    paths = list(python_files(arguments.path, arguments.exclude))
    form, found, problems, mended = _FORMATS[arguments.format], 0, 0, 0
    wanted = Wanted(arguments.missing, arguments.fix, arguments.examples, arguments.age)
    for one in checked(paths, wanted):
        found += len(one.findings)
        mended += one.mended
        if one.problem:
            problems += 1
            print(f"{one.path}: not checked: {one.problem}", file=sys.stderr)
        for finding in one.findings:
            print(form(one.path, finding))
    _sum_up(len(paths), found, problems, mended)
    return 1 if found or problems else 0


def check_file(path: Path, wanted: Wanted | None = None) -> Checked:
    """Check one file, mending it first where that was asked for."""
    wanted = wanted or Wanted()
    try:
        data = path.read_bytes()
        source = SourceText.from_bytes(data, path)
        mended = drift.mend(source) if wanted.fix else None
        if mended is not None and mended.done:
            write_back(path, data, mended.source)
            source = mended.source
        found, problem = _more(source, _found(source, wanted.missing), wanted)
        return Checked(path, found, len(mended.done) if mended else 0, problem)
    except OSError as error:
        return Checked(path, problem=error.strerror or str(error))
    except AiError as error:
        return Checked(path, problem=str(error))


def _more(
    source: SourceText, found: tuple[Finding, ...], wanted: Wanted
) -> tuple[tuple[Finding, ...], str]:
    """Add what was asked for besides; a module that cannot be run keeps its other findings."""
    more, problem = list(found), ""
    if wanted.age:
        from neovim_ai.docs.drift import age

        more += age.older(source)
    if wanted.examples:
        try:
            more += asyncio.run(_failing(source))
        except AiError as error:
            problem = f"its examples: {error}"
    return tuple(sorted(more, key=lambda f: f.line)), problem


async def _failing(source: SourceText) -> tuple[Finding, ...]:
    from neovim_ai.docs.examples import check
    from neovim_ai.sandbox.choose import choose

    return await check.failing(source, await choose())


def _found(source: SourceText, missing: bool) -> tuple[Finding, ...]:
    found = drift.findings(source)
    if not missing:
        return found
    known = {(f.qualname, f.ordinal, f.key) for f in found}
    more = [f for f in drift.incomplete(source) if (f.qualname, f.ordinal, f.key) not in known]
    return tuple(sorted([*found, *more], key=lambda f: f.line))


def checked(paths: Sequence[Path], wanted: Wanted | None = None) -> Iterator[Checked]:
    """Check files, in their order, in several processes where that pays."""
    check = partial(check_file, wanted=wanted)
    workers = min(os.cpu_count() or 1, 8)
    slow = wanted is not None and (wanted.examples or wanted.age)
    if len(paths) < (_WORTH_IF_SLOW if slow else _WORTH_PROCESSES) or workers < 2:
        yield from map(check, paths)
        return
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(check, paths, chunksize=1 if slow else _CHUNK)


def _as_text(path: Path, finding: Finding) -> str:
    return f"{path}:{finding.line}: {finding.qualname}: {finding.message} [{finding.kind}]"


def _as_json(path: Path, finding: Finding) -> str:
    return json.dumps({"path": str(path), **asdict(finding)}, ensure_ascii=False)


def _as_github(path: Path, finding: Finding) -> str:
    level = "warning" if finding.severity is Severity.WARNING else "notice"
    title = _property(f"{finding.qualname}: {finding.kind}")
    place = f"file={_property(str(path))},line={finding.line},title={title}"
    return f"::{level} {place}::{_data(finding.message)}"


def _data(text: str) -> str:
    """Escape a text as GitHub's workflow commands want it."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


_FORMATS: dict[str, Callable[[Path, Finding], str]] = {
    "text": _as_text,
    "json": _as_json,
    "github": _as_github,
}


def _sum_up(files: int, found: int, problems: int, mended: int) -> None:
    said = [f"{_counted(found, 'finding')} in {_counted(files, 'file')}"]
    said += [f"{mended} mended"] if mended else []
    said += [f"{problems} not checked"] if problems else []
    print(", ".join(said), file=sys.stderr)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
