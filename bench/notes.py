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

from bench import notes_corpus, notes_rivals
from bench.notes_classes import drawn
from bench.notes_corpus import Corpus
from bench.notes_keys import through_neovim
from bench.notes_quality import own_directories
from bench.table import percentile
from neovim_ai.notes.client import SharedNotes, open_notes
from neovim_ai.notes.process.server import Config

SAMPLE = 3000
IDLE = Config(idle_seconds=120)
RIVAL_SECONDS = 20.0
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
        alone = asyncio.run(_engine(corpus, files, queries, config))
        pressed = through_neovim(corpus, queries)
    rivals = {} if arguments.no_rivals else _rivals(corpus, files, queries)
    return _print(alone, pressed, rivals, limit_ms=16 if arguments.sections <= 100_000 else 50)


def _sample(files: Sequence[Path]) -> list[str]:
    chosen = random.Random(1).sample(list(files), min(SAMPLE, len(files)))
    texts = [path.read_text("utf-8", "replace") for path in chosen[: SAMPLE // 10]]
    texts += [path.read_text("utf-8", "replace")[:2000] for path in chosen[SAMPLE // 10 :]]
    return [part for text in texts for part in re.split(r"^# ", text[:200_000], flags=re.M) if part]


async def _engine(
    corpus: Corpus, files: Sequence[Path], queries: Mapping[str, list[str]], config: Config
) -> Taken:
    notes = await open_notes([str(corpus.folder)], config=config)
    try:
        await _indexing(notes, len(files))
        for _ in range(2):
            # Once for the pages of the index to be in memory, as after the first key presses.
            taken = {kind: await _asked(notes, asked) for kind, asked in queries.items()}
        await _follows(notes, files)
        _print_memory(await notes.status())
    finally:
        await notes.close()
    return taken


async def _indexing(notes: SharedNotes, files: int) -> None:
    began = time.perf_counter()
    first = 0.0
    worst: list[float] = []
    refresh = asyncio.create_task(notes.refresh())
    while not refresh.done():
        at = time.perf_counter()
        found = await notes.find("the")
        worst.append(time.perf_counter() - at)
        if found.total and not first:
            first = time.perf_counter() - began
        await asyncio.wait({refresh}, timeout=0.1)
    done = await refresh
    seconds = time.perf_counter() - began
    print(f"indexed {done.sections} sections in {seconds:.1f} s ({files / seconds:.0f} files/s),")
    print(f"the first found after {first:.1f} s; meanwhile a query took {_words(worst)}")
    at = time.perf_counter()
    await notes.refresh()
    print(f"looked at {files} unchanged files in {time.perf_counter() - at:.2f} s", flush=True)


async def _asked(notes: SharedNotes, queries: Sequence[str]) -> list[float]:
    taken = []
    for query in queries:
        at = time.perf_counter()
        await notes.find(query)
        taken.append((time.perf_counter() - at) * 1e3)
    return taken


async def _follows(notes: SharedNotes, files: Sequence[Path]) -> None:
    """Time saves: a file changed, looked at, and found by its new word."""
    taken = []
    for number, path in enumerate(random.Random(2).sample(list(files), 10)):
        before = path.read_bytes()
        try:
            path.write_bytes(before + f"\n\nsaved as zyxw{number}\n".encode())
            at = time.perf_counter()
            await notes.refresh([str(path)])
            found = await notes.find(f"zyxw{number} ")
            taken.append(time.perf_counter() - at)
            if not found.total:
                raise SystemExit("a saved word was not found")
        finally:
            path.write_bytes(before)
            await notes.refresh([str(path)])
    print(f"a save is found after {_words(taken)}")


def _print_memory(status: Mapping[str, object]) -> None:
    rollup = Path(f"/proc/{status['pid']}/smaps_rollup")
    if rollup.exists():
        text = rollup.read_text()
        kept = {name: int(kb) / 1024 for name, kb in re.findall(r"^(\w+):\s+(\d+) kB", text, re.M)}
        own = kept["Rss"] - kept["Shared_Clean"] - kept["Private_Clean"]
        print(f"memory of the process: {kept['Rss']:.0f} MB, of which {own:.0f} MB are not")
        print("pages of its index files, which the system takes back when it needs them")
    vault = status["vaults"][0]  # type: ignore[index]
    print(f"index on disk: {vault['bytes'] / 1e6:.0f} MB\n", flush=True)


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


def _print(alone: Taken, pressed: Taken, rivals: Mapping[str, Taken], limit_ms: float) -> int:
    names = ["key press to rows", "engine alone", *rivals]
    print(f"milliseconds, p50 / p95 / p99; limit of p95 from the key press: {limit_ms:.0f}\n")
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
        print(f"| {kind} | {' | '.join(map(_cells, columns))} | {ratio} |")
    load = f"load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"\nat the end: {load}", flush=True)
    return 0 if met else 1


def _cells(values: Sequence[float]) -> str:
    return " / ".join(f"{percentile(values, at):.1f}" for at in (50, 95, 99))


def _words(seconds: Sequence[float]) -> str:
    values = [one * 1e3 for one in seconds] or [0.0]
    high = percentile(values, 95)
    return f"{statistics.median(values):.0f} ms (p95 {high:.0f}, n={len(values)})"


if __name__ == "__main__":
    sys.exit(main())
