"""What is called a possible bug: of documented functions as they are, and with one fault each.

    python -m bench.oracle --count 40

As they are, the functions do what their examples say, so each "possible bug" is a false one or a
slip of the documentation (listed, to be judged). Then each gets one fault, by mutmut's operators
and two of Offutt's set, that its own examples exclude: reported is a fault with at least one
possible bug; pinned as intended is one where a test would hold the function to what only the
faulty code does, seen by making the same calls of the code as it was. No model is asked.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import oracle_functions
from bench.oracle_functions import Function
from bench.table import machine
from neovim_ai.errors import AiError
from neovim_ai.source import target
from neovim_ai.source.text import SourceText
from neovim_ai.testgen import messages
from neovim_ai.testgen.model import Call, Outcome, Provenance, Subject
from neovim_ai.testgen.oracle.assemble import Judged, Oracle
from neovim_ai.testgen.request import Request, sandboxed, specifications, studied
from neovim_ai.testgen.searching import Search

PER_FALSE = 20
SAMPLE, WHOLE = 8, 44


@dataclass(frozen=True)
class Told:
    """What came of one function.

    Attributes:
        name: Module and function.
        spec: Cases whose expectation people wrote, disputed ones included.
        bugs: Possible bugs as they are shown, of the function as it is.
        fault: What was changed; empty where no fault was found that the examples exclude.
        reported: Whether the fault gave a possible bug.
        pinned: Calls that would be pinned to what the faulty code does.
        failed: Why it could not be run.
    """

    name: str
    spec: int = 0
    bugs: tuple[str, ...] = ()
    fault: str = ""
    reported: bool = False
    pinned: tuple[str, ...] = ()
    failed: str = ""


def main(words: Sequence[str] | None = None) -> int:
    """Print the counts; 1 when a target is missed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=WHOLE, help="functions")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5.0, help="of search, each")
    arguments = parser.parse_args(words)
    print(f"{machine()}; {', '.join(oracle_functions.PACKAGES)}\n", flush=True)
    functions = oracle_functions.draw(arguments.count, arguments.seed)
    told = []
    for number, one in enumerate(functions, 1):
        told.append(asyncio.run(_try(one, arguments.seed, arguments.seconds)))
        print(f"oracle: {number} of {len(functions)}, {told[-1]}", file=sys.stderr, flush=True)
    print(table(told))
    return 1 if _missed(told) else 0


async def _try(function: Function, seed: int, seconds: float) -> Told:
    name = f"{'.'.join(function.file.with_suffix('').parts)}.{function.name}"
    with tempfile.TemporaryDirectory() as folder:
        top = Path(folder)
        for one in ("right", "wrong"):
            (top / one).mkdir()
        try:
            right = function.project(top / "right")
            judged, subject = await _judged(right, function.name, seconds)
            bugs = tuple(messages.questions(judged.disputes, subject))
            spec = _spec(judged)
            harmed = oracle_functions.faulty(function, seed, top / "tried")
            if harmed is None:
                return Told(name, spec, bugs)
            wrong = function.project(top / "wrong", harmed[0])
            found, _ = await _judged(wrong, function.name, seconds)
            pinned = await _pinned(found, subject)
        except AiError as error:
            return Told(name, failed=error.message)
    return Told(name, spec, bugs, harmed[1], bool(found.disputes), pinned)


async def _judged(path: Path, name: str, seconds: float) -> tuple[Judged, Subject]:
    """Search and judge one function of a file, as `:AiTest` does before it chooses tests."""
    source = SourceText.from_bytes(path.read_bytes(), path)
    request = Request(source, (target.by_qualname(source, name),), python=sys.executable)
    subject = studied(request)
    said = specifications(request, subject)
    lab = await sandboxed(subject)
    try:
        search = Search(lab, subject, said)
        await search.explore(seconds)
        return await Oracle(lab, subject, said).judge(search.found), subject
    finally:
        await lab.close()


def _spec(judged: Judged) -> int:
    written = [c for c in judged.cases if c.expectation.provenance is Provenance.SPEC]
    return len(written) + len(judged.disputes)


async def _pinned(found: Judged, right: Subject) -> tuple[str, ...]:
    """Return calls whose pinned outcome is another one than the code had before the fault."""
    observed = [c for c in found.cases if c.expectation.provenance is Provenance.OBSERVED]
    if not observed:
        return ()
    lab = await sandboxed(right)
    try:
        before = await lab.observe([case.call for case in observed])
    finally:
        await lab.close()
    pairs = zip(observed, before, strict=True)
    return tuple(_shown(c.call) for c, o in pairs if c.outcome and _what(o) != _what(c.outcome))


def _what(outcome: Outcome) -> tuple[object, ...]:
    return (outcome.ending, outcome.value, outcome.type, outcome.message, outcome.checks)


def _shown(call: Call) -> str:
    return "; ".join([*call.arrange, call.act]).replace("\n", " ")


def table(told: Sequence[Told]) -> str:
    """Return the counts, and what is to be judged by a person, as Markdown."""
    ran = [one for one in told if not one.failed]
    spec, bugs = sum(one.spec for one in ran), [bug for one in ran for bug in one.bugs]
    faults = [one for one in ran if one.fault]
    reported = sum(one.reported for one in faults)
    pinned = [one for one in faults if one.pinned]
    lines = [
        "| documented functions | spec cases | possible bugs as they are | faults that examples "
        "exclude | reported | pinned as intended |",
        "|---" * 6 + "|",
        f"| {len(ran)} | {spec} | {len(bugs)} | {len(faults)} | {reported} | {len(pinned)} |",
        "",
    ]
    lines += [f"As it is: {bug}" for bug in bugs]
    lines += [f"Not reported: {o.name}, {o.fault}" for o in faults if not o.reported]
    lines += [f"Pinned: {o.name}, {o.fault}: {'; '.join(o.pinned[:3])}" for o in pinned]
    lines += [f"Not run: {one.name}: {one.failed}" for one in told if one.failed]
    return "\n".join(lines)


def _missed(told: Sequence[Told]) -> bool:
    faults = [one for one in told if one.fault]
    bugs, spec = sum(len(one.bugs) for one in told), sum(one.spec for one in told)
    halved = 2 * sum(one.reported for one in faults) < len(faults)
    return bugs * PER_FALSE > spec or halved or any(one.pinned for one in faults)


if __name__ == "__main__":
    sys.exit(main())
