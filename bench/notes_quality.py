"""How often the right section stands first: own queries on one person's notes, and a public corpus.

The person's notes are given by a path; the public corpus is the Markdown of installed packages and
of the system's documentation. There the words of a query are drawn from the section that answers.
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

from bench.notes_queries import Question, questions
from neovim_ai.notes.client import SharedNotes, open_notes
from neovim_ai.notes.model import Embeddings
from neovim_ai.notes.process.server import Config

LIMIT = 5


def main(words: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=Path, default=os.environ.get("NEOVIM_AI_NOTES"))
    parser.add_argument("--half", choices=("tune", "measure"))
    parser.add_argument("--missed", action="store_true", help="list what was not first")
    parser.add_argument("--ranker", default="", help="impact or fts; the best without")
    parser.add_argument("--embeddings", default="", help="base_url of a server of embeddings")
    parser.add_argument("--model", default="", help="its model")
    arguments = parser.parse_args(words)
    if not arguments.notes:
        parser.error("give --notes PATH or set NEOVIM_AI_NOTES")
    with own_directories():
        asyncio.run(_own(arguments))
    return 0


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


async def _own(arguments: argparse.Namespace) -> None:
    notes = await open_notes(
        [str(arguments.notes)],
        Embeddings(arguments.embeddings, arguments.model),
        Config(1.0, arguments.ranker),
    )
    try:
        await notes.refresh()
        if arguments.embeddings:
            await learned(notes)
        asked = [q for q in questions() if arguments.half in (None, q.half)]
        places = [(q, await place(notes, q)) for q in asked]
    finally:
        await notes.close()
    _print(places)
    for question, at in places if arguments.missed else ():
        if at != 1:
            print(
                f"{question.kind}: {question.query!r} is {at or 'not found'}, not {question.answer}"
            )


async def learned(notes: SharedNotes) -> None:
    """Wait until every section has its vector."""
    while (await notes.status())["lacking"]:
        await asyncio.sleep(0.2)


async def place(notes: SharedNotes, question: Question) -> int:
    """Return where the answer stands, from 1; 0 when it is not among those looked at."""
    found = await notes.find(question.query, LIMIT, meaning=True)
    paths = [row.heading_path for row in found.rows]
    return next((n for n, path in enumerate(paths, 1) if question.is_answer(path)), 0)


def _print(places: Sequence[tuple[Question, int]]) -> None:
    by_kind: Mapping[tuple[str, str], list[int]] = defaultdict(list)
    for question, at in places:
        by_kind[question.kind, question.half].append(at)
    print(f"| queries | half | asked | first | among {LIMIT} |\n|---|---|---|---|---|")
    for (kind, half), found in by_kind.items():
        first = sum(at == 1 for at in found) / len(found)
        among = sum(at > 0 for at in found) / len(found)
        print(f"| {kind} | {half} | {len(found)} | {first:.0%} | {among:.0%} |")


if __name__ == "__main__":
    raise SystemExit(main())
