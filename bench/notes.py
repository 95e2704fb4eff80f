"""Notes: from a key press to rows, class by class of query, beside ripgrep and FTS5 in one run.

    python -m bench.notes --sections 100000             one section a file
    python -m bench.notes --sections 1000000 --long     a thousand sections a file

The corpus is real Markdown grown by recombination (notes_corpus.py). Everything goes through the
shared process as an editor would, with an index of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import notes_corpus, notes_follow, notes_rivals
from bench.notes_classes import drawn
from bench.notes_corpus import Corpus
from bench.notes_keys import through_neovim
from bench.notes_quality import own_directories
from bench.table import Row, markdown, percentile
from neovim_ai.notes.client import SharedNotes, open_notes
from neovim_ai.notes.process.server import Config

SAMPLE = 3000
IDLE = Config(idle_seconds=120)
RIVAL_SECONDS = 20.0
TIMES_FASTER = 20
"""Than ripgrep over the same small files."""
Taken = Mapping[str, list[float]]


def main(words: Sequence[str] | None = None) -> int:
    """Print the tables; 1 when a limit of the design is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sections", type=int, default=100_000)
    parser.add_argument("--long", action="store_true", help="a thousand sections a file")
    parser.add_argument("--queries", type=int, default=40, help="of each class")
    parser.add_argument("--ranker", default="", help="impact or fts; the best without")
    parser.add_argument("--no-rivals", action="store_true")
    arguments = parser.parse_args(words)
    corpus = notes_corpus.grown(arguments.sections, arguments.long)
    files = corpus.files()
    size = sum(path.stat().st_size for path in files) / 1e6
    print(f"{arguments.sections} sections in {len(files)} files, {size:.0f} MB\n", flush=True)
    queries = drawn(_sample(files), arguments.queries)
    config = Config(IDLE.idle_seconds, arguments.ranker)
    with own_directories():
        alone, rows = asyncio.run(_engine(corpus, files, queries, config))
        pressed = through_neovim(corpus, queries)
    with own_directories():
        rows.append(notes_follow.round_trips(corpus))
    print(f"{markdown(rows)}\n", flush=True)
    rivals = {} if arguments.no_rivals else _rivals(corpus, files, queries)
    limit = 16 if arguments.sections <= 100_000 else 50
    fast = _print(alone, pressed, rivals, limit, least=0 if arguments.long else TIMES_FASTER)
    return 0 if fast and all(row.met for row in rows) else 1


def _sample(files: Sequence[Path]) -> list[str]:
    chosen = random.Random(1).sample(list(files), min(SAMPLE, len(files)))
    texts = [path.read_text("utf-8", "replace") for path in chosen[: SAMPLE // 10]]
    texts += [path.read_text("utf-8", "replace")[:2000] for path in chosen[SAMPLE // 10 :]]
    return [part for text in texts for part in re.split(r"^# ", text[:200_000], flags=re.M) if part]


async def _engine(
    corpus: Corpus, files: Sequence[Path], queries: Mapping[str, list[str]], config: Config
) -> tuple[Taken, list[Row]]:
    notes = await open_notes([str(corpus.folder)], config=config)
    try:
        rows = [await notes_follow.indexing(notes, len(files))]
        rows.append(await notes_follow.looking(notes, len(files)))
        for _ in range(2):
            # Once for the pages of the index to be in memory, as after the first key presses.
            taken = {kind: await _asked(notes, asked) for kind, asked in queries.items()}
        rows.append(await notes_follow.saving(notes, files))
        rows += notes_follow.memory(await notes.status(), corpus.sections)
    finally:
        await notes.close()
    return taken, rows


async def _asked(notes: SharedNotes, queries: Sequence[str]) -> list[float]:
    taken = []
    for query in queries:
        at = time.perf_counter()
        await notes.find(query)
        taken.append((time.perf_counter() - at) * 1e3)
    return taken


def _rivals(
    corpus: Corpus, files: Sequence[Path], queries: Mapping[str, list[str]]
) -> Mapping[str, Taken]:
    found: dict[str, Taken] = {}
    if grep := notes_rivals.ripgrep(corpus.folder):
        found["ripgrep"] = _rival(grep, queries)
    with notes_rivals.fts5(files) as ask:
        found["FTS5"] = _rival(ask, queries)
    with notes_rivals.tantivy(files) as other:
        if other:
            found["tantivy"] = _rival(other, queries)
    return found


def _rival(ask: notes_rivals.Ask, queries: Mapping[str, list[str]]) -> Taken:
    each = RIVAL_SECONDS / len(queries)
    return {
        kind: [taken * 1e3 for taken in notes_rivals.seconds(ask, asked, each)]
        for kind, asked in queries.items()
    }


def _print(
    alone: Taken, pressed: Taken, rivals: Mapping[str, Taken], limit_ms: float, least: float
) -> bool:
    """Print the classes; tell whether each is within the limit and that many times faster."""
    names = ["key press to rows", "engine alone", *rivals]
    print(f"milliseconds, p50 / p95 / p99; limit of p95 from the key press: {limit_ms:.0f}", end="")
    print(f"; at least {least:.0f} times faster than ripgrep\n" if least else "\n")
    print(f"| query | {' | '.join(names)} | ripgrep / ours |")
    print("|" + "---|" * (len(names) + 2))
    met = True
    for kind in alone:
        columns = [pressed[kind], alone[kind], *(taken[kind] for taken in rivals.values())]
        met &= percentile(pressed[kind], 95) < limit_ms
        ratio = "-"
        if "ripgrep" in rivals:
            times = statistics.median(rivals["ripgrep"][kind]) / statistics.median(alone[kind])
            ratio = f"{times:.0f} ×"
            met &= times >= least
        print(f"| {kind} | {' | '.join(map(_cells, columns))} | {ratio} |")
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"\nat the end: {load}", flush=True)
    return met


def _cells(values: Sequence[float]) -> str:
    return " / ".join(f"{percentile(values, at):.1f}" for at in (50, 95, 99))


if __name__ == "__main__":
    sys.exit(main())
