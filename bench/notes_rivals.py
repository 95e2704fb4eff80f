"""What else could search: ripgrep per key press, plain FTS5, and tantivy where it is installed."""

from __future__ import annotations

import importlib.util
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from neovim_ai.notes import words as w
from neovim_ai.notes.parse import parse

LIMIT = 50
Ask = Callable[[str], object]


def _words(query: str) -> list[str]:
    return w.parts(w.fold(query))


def ripgrep(folder: Path) -> Ask | None:
    """Return a search by `rg`, or None where it is not installed.

    It lists the files that hold the longest word; words in any order would take more than one run.
    """
    if shutil.which("rg") is None:
        return None

    def ask(query: str) -> object:
        longest = max(_words(query), key=len)
        argv = ["rg", "--files-with-matches", "--ignore-case", "--fixed-strings", longest, folder]
        return subprocess.run(argv, capture_output=True, check=False).stdout

    return ask


def _sections(files: Sequence[Path]) -> Iterator[tuple[str, str]]:
    for path in files:
        for section in parse(path.read_bytes(), str(path)).sections:
            yield " ".join(section.heading_path), section.text


@contextmanager
def fts5(files: Sequence[Path]) -> Iterator[Ask]:
    """Give a search by FTS5 as it comes: two columns, bm25, the last word a prefix."""
    with tempfile.TemporaryDirectory(prefix="notes-fts-") as folder:
        db = sqlite3.connect(Path(folder) / "plain.db")
        db.execute("CREATE VIRTUAL TABLE plain USING fts5(heading, body, prefix = '1 2 3')")
        db.executemany("INSERT INTO plain VALUES (?, ?)", _sections(files))
        db.commit()

        def ask(query: str) -> object:
            said = " ".join(f'"{word}"' for word in _words(query))
            if query.startswith('"'):
                said = f'"{" ".join(_words(query))}"'
            elif not query.endswith(" "):
                said += " *"
            return db.execute(
                "SELECT rowid FROM plain WHERE plain MATCH ? ORDER BY rank LIMIT ?", (said, LIMIT)
            ).fetchall()

        yield ask
        db.close()


@contextmanager
def tantivy(files: Sequence[Path]) -> Iterator[Ask | None]:
    """Give a search by tantivy, or None where it is not installed."""
    if importlib.util.find_spec("tantivy") is None:
        yield None
        return
    import tantivy as engine

    builder = engine.SchemaBuilder()
    builder.add_text_field("heading", stored=False)
    builder.add_text_field("body", stored=False)
    schema = builder.build()
    with tempfile.TemporaryDirectory(prefix="notes-tantivy-") as folder:
        index = engine.Index(schema, path=folder)
        writer = index.writer()
        for heading, body in _sections(files):
            writer.add_document(engine.Document(heading=[heading], body=[body]))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        searcher = index.searcher()

        def ask(query: str) -> object:
            return searcher.search(_tantivy_query(engine, schema, index, query), LIMIT).hits

        yield ask


def _tantivy_query(engine: object, schema: object, index: object, query: str) -> object:
    words = _words(query)
    if query.startswith('"'):
        return index.parse_query(f'"{" ".join(words)}"', ["heading", "body"])  # type: ignore[attr-defined]
    kinds = engine.Query  # type: ignore[attr-defined]
    must = engine.Occur.Must  # type: ignore[attr-defined]
    parts = [(must, index.parse_query(word, ["heading", "body"])) for word in words[:-1]]  # type: ignore[attr-defined]
    last = words[-1]
    if query.endswith(" "):
        parts.append((must, index.parse_query(last, ["heading", "body"])))  # type: ignore[attr-defined]
    else:
        parts.append((must, kinds.regex_query(schema, "body", f"{last}.*")))
    return kinds.boolean_query(parts)


def seconds(ask: Ask, queries: Sequence[str], deadline: float) -> list[float]:
    """Return how long queries take, as many as are answered until the deadline, at least three."""
    taken: list[float] = []
    began = time.perf_counter()
    for query in queries:
        at = time.perf_counter()
        ask(query)
        taken.append(time.perf_counter() - at)
        if len(taken) >= 3 and time.perf_counter() - began > deadline:
            break
    return taken
