"""How cost grows with size: a plot each for what scales.

    python -m bench.growth [--sections N ...] [--lines N ...]

Texts of Python are made of real files, notes are grown from real Markdown. Every plot has two
curves, so that it says how one grows beside the other: a full check beside one after an edit, a
query's rows beside reading the same files.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import devset, notes_corpus
from bench.notes_quality import own_directories
from bench.table import machine
from neovim_ai.docs import drift
from neovim_ai.docs.compose import study
from neovim_ai.docs.model import House
from neovim_ai.notes.client import open_notes
from neovim_ai.source import context, target
from neovim_ai.source.model import DefinitionKind
from neovim_ai.source.text import SourceText

LINES = (1000, 3000, 10_000, 30_000)
SECTIONS = (1000, 3000, 10_000, 30_000)
TURNS = 15
WIDTH = 48
QUERIES = ("c", "install", "error message", "configuration fil", "instal package")


@dataclass(frozen=True)
class Curve:
    """Milliseconds by size."""

    name: str
    points: dict[int, float]


def main(words: Sequence[str] | None = None) -> int:
    """Print the plots."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, nargs="+", default=list(LINES))
    parser.add_argument("--sections", type=int, nargs="+", default=list(SECTIONS))
    arguments = parser.parse_args(words)
    print(f"{machine()}\n", flush=True)
    print(plot("drift, milliseconds by lines of the file", "lines", _drift(arguments.lines)))
    print(plot("what is asked, milliseconds by lines", "lines", _asking(arguments.lines)))
    print(plot("notes, milliseconds by sections", "sections", _notes(arguments.sections)))
    return 0


def plot(title: str, unit: str, curves: Sequence[Curve]) -> str:
    """Return bars as long as their value, a block for each size and a line for each curve."""
    most = max(value for curve in curves for value in curve.points.values())
    wide = max(len(curve.name) for curve in curves)
    lines = [f"{title}:", ""]
    for size in curves[0].points:
        for curve in curves:
            value = curve.points[size]
            bar = "█" * max(1, round(WIDTH * value / most))
            lines.append(f"{size:>9,} {unit}  {curve.name:<{wide}}  {bar} {value:.1f}")
    return "\n".join([*lines, ""])


def python_text(lines: int) -> SourceText:
    """Return a text of at least that many lines, made of whole files of the standard library."""
    paths = [p for p in devset.files(()) if p.stat().st_size < 60_000]
    gathered: list[str] = []
    for path in random.Random(1).sample(paths, len(paths)):
        text = path.read_text("utf-8", "replace").replace("from __future__", "from future")
        gathered += text.splitlines()
        if len(gathered) >= lines:
            break
    return SourceText("\n".join(gathered) + "\n")


def _drift(sizes: Sequence[int]) -> list[Curve]:
    whole, edited = Curve("all of it", {}), Curve("after an edit", {})
    for size in sizes:
        source, watch, dice = python_text(size), drift.Watch(), random.Random(1)
        new = _others(source.text)
        whole.points[size] = _median(lambda n=new: drift.findings(next(n)), 3)
        watch.check(source)
        lines, spent = source.text.split("\n"), []
        for _ in range(TURNS):
            lines[dice.randrange(len(lines))] += " "
            changed = SourceText("\n".join(lines))
            spent.append(_milliseconds(lambda w=watch, c=changed: w.check(c)))
        edited.points[size] = statistics.median(spent)
    return [whole, edited]


def _asking(sizes: Sequence[int]) -> list[Curve]:
    """Time the way from a text to what a model is asked, and the parse that is a part of it."""
    asked, parsed = Curve("facts and context", {}), Curve("parse alone", {})
    for size in sizes:
        new = _others(python_text(size).text)
        parsed.points[size] = _median(lambda n=new: target.definitions(next(n)), 5)
        asked.points[size] = _median(lambda n=new: _question(next(n)), 5)
    return [asked, parsed]


def _others(text: str) -> Iterator[SourceText]:
    """Yield a text anew each time, a comment apart: what was read of one is remembered."""
    return (SourceText(f"{text}# {number}\n") for number in itertools.count())


def _question(source: SourceText) -> None:
    everything = target.definitions(source)
    functions = [d for d in everything if d.kind is DefinitionKind.FUNCTION and not d.broken]
    chosen = functions[len(functions) // 2]
    study(source, chosen, House())
    context.gather(source, chosen, everything)


def _notes(sizes: Sequence[int]) -> list[Curve]:
    searched, read = Curve("a query's rows", {}), Curve("reading the files", {})
    for size in sizes:
        corpus = notes_corpus.grown(size)
        files = corpus.files()
        read.points[size] = _median(lambda f=files: [path.read_bytes() for path in f], 3)
        with own_directories():
            searched.points[size] = asyncio.run(_searched(corpus.folder))
    return [searched, read]


async def _searched(folder: Path) -> float:
    notes = await open_notes([str(folder)])
    try:
        await notes.refresh()
        spent = []
        for _ in range(3):
            for query in QUERIES:
                began = time.perf_counter()
                await notes.find(query)
                spent.append((time.perf_counter() - began) * 1e3)
        return statistics.median(spent[len(QUERIES) :])
    finally:
        await notes.close()


def _median(action: Callable[[], object], times: int) -> float:
    return statistics.median(_milliseconds(action) for _ in range(times))


def _milliseconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1e3


if __name__ == "__main__":
    sys.exit(main())
