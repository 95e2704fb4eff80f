"""How often the right section stands first: own queries on one person's notes, and a public corpus.

The person's notes are given by a path; the public corpus is the Markdown of installed packages and
of the system's documentation, with queries that `notes_public.py` draws.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import notes_corpus, notes_public
from bench.notes_corpus import Corpus
from bench.notes_public import Drawn
from bench.notes_queries import Question, questions
from neovim_ai.notes.client import SharedNotes, open_notes
from neovim_ai.notes.model import Embeddings
from neovim_ai.notes.process.server import Config

LIMIT = 5
LEAST = {"words": (0.9, 1.0), "prefix": (0.9, 1.0), "typo": (0.9, 1.0), "other words": (0.8, 0.0)}
"""Shares of the queries whose answer must stand first, and among the first five."""


def main(words: Sequence[str] | None = None) -> int:
    """Print the tables; 1 when what is only measured misses a limit of the design."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=Path, default=os.environ.get("NEOVIM_AI_NOTES"))
    parser.add_argument("--public", action="store_true", help="the Markdown of this machine")
    parser.add_argument("--half", choices=("tune", "measure"))
    parser.add_argument("--missed", action="store_true", help="list what was not first")
    parser.add_argument("--ranker", default="", help="impact or fts; the best without")
    parser.add_argument("--embeddings", default="", help="base_url of a server of embeddings")
    parser.add_argument("--model", default="", help="its model, or this machine's without one")
    arguments = parser.parse_args(words)
    if not arguments.notes and not arguments.public:
        parser.error("give --notes PATH or set NEOVIM_AI_NOTES, or give --public")
    met = True
    if arguments.public:
        corpus = notes_corpus.real()
        with own_directories():
            met = asyncio.run(_public(corpus, arguments))
    if arguments.notes:
        with own_directories():
            met = asyncio.run(_own(arguments)) and met
    return 0 if met else 1


@contextmanager
def own_directories() -> Iterator[Path]:
    """Let a measurement have an index and a process of its own."""
    names = ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
    before = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory(prefix="notes-bench-") as folder:
        for name in names:
            place = Path(folder) / name.lower()
            place.mkdir(mode=0o700)
            os.environ[name] = str(place)
        try:
            yield Path(folder)
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


async def _own(arguments: argparse.Namespace) -> bool:
    notes = await open_notes(
        [str(arguments.notes)],
        Embeddings(arguments.embeddings, arguments.model),
        Config(1.0, arguments.ranker),
    )
    try:
        await notes.refresh()
        if arguments.embeddings or arguments.model:
            await learned(notes)
        asked = [q for q in questions() if arguments.half in (None, q.half)]
        if not (arguments.embeddings or arguments.model):
            asked = [q for q in asked if q.kind != "other words"]
        places = [(q, await place(notes, q)) for q in asked]
    finally:
        await notes.close()
    met = _print(places)
    for question, at in places if arguments.missed else ():
        if at != 1:
            print(
                f"{question.kind}: {question.query!r} is {at or 'not found'}, not {question.answer}"
            )
    return met


async def learned(notes: SharedNotes) -> None:
    """Wait until every section has its vector."""
    while (await notes.status())["lacking"]:
        await asyncio.sleep(0.2)


async def place(notes: SharedNotes, question: Question) -> int:
    """Return where the answer stands, from 1; 0 when it is not among those looked at."""
    found = await notes.find(question.query, LIMIT, meaning=True)
    paths = [row.heading_path for row in found.rows]
    return next((n for n, path in enumerate(paths, 1) if question.is_answer(path)), 0)


async def _public(corpus: Corpus, arguments: argparse.Namespace) -> bool:
    """Ask for real sections by words that they hold."""
    config = Config(1.0, arguments.ranker)
    notes = await open_notes([str(corpus.folder)], config=config)
    try:
        await notes.refresh()
        print(f"{corpus.sections} real sections in {len(corpus.files())} files\n")
        asked = [q for q in notes_public.questions() if arguments.half in (None, q.half)]
        places = [(q, await _public_places(notes, q)) for q in asked]
    finally:
        await notes.close()
    print("The very section:\n")
    _print([(question, very) for question, (very, _, _) in places])
    print("\nOne that holds all words where they were meant, the very section or another:\n")
    met = _print([(question, good) for question, (_, good, _) in places])
    for question, (very, good, first) in places if arguments.missed else ():
        if very != 1:
            told = f"{very or 'not found'}, as good {good or 'not found'}"
            print(f"{question.kind} {question.half}: {question.query!r} is {told}; first: {first}")
    return met


async def _public_places(notes: SharedNotes, question: Drawn) -> tuple[int, int, str]:
    """Return where the section stands, where one that answers as well, and what stands first."""
    found = await notes.find(question.query, LIMIT)
    sections = await notes.sections([row.section for row in found.rows])
    very = next((at for at, one in enumerate(sections, 1) if question.is_it(one)), 0)
    good = next((at for at, one in enumerate(sections, 1) if question.is_answered_by(one)), 0)
    row = next(iter(found.rows), None)
    first = f"{row.kind} {row.path}:{row.row + 1} {' › '.join(row.heading_path)}" if row else "-"
    return very, good, first


def _print(places: Sequence[tuple[Question | Drawn, int]]) -> bool:
    """Print a table; tell whether what is only measured is within the limits."""
    by_kind: Mapping[tuple[str, str], list[int]] = defaultdict(list)
    for question, at in places:
        by_kind[question.kind, question.half].append(at)
    print(f"| queries | half | asked | first | among {LIMIT} |\n|---|---|---|---|---|")
    met = True
    for (kind, half), found in by_kind.items():
        first = sum(at == 1 for at in found) / len(found)
        among = sum(at > 0 for at in found) / len(found)
        print(f"| {kind} | {half} | {len(found)} | {first:.0%} | {among:.0%} |")
        least = LEAST.get(kind, (0.0, 0.0))
        met &= half == "tune" or (first >= least[0] and among >= least[1])
    return met


if __name__ == "__main__":
    raise SystemExit(main())
