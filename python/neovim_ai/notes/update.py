"""A vault's changed files into its store: found by stamp, then hash; only those are parsed.

Sections that are as they were keep their ids, so that a small change in a large file is small.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from neovim_ai.notes import files
from neovim_ai.notes.files import Stamp
from neovim_ai.notes.links import name_of
from neovim_ai.notes.model import Note, ParsedSection, Progress, SpanKind
from neovim_ai.notes.parse import Lines, parse
from neovim_ai.notes.store import PATH_SEPARATOR, Store
from neovim_ai.notes.words import Words, section_words

BATCH_SECONDS = 1.0
_BATCH_SECTIONS = 20_000


class Index(Protocol):
    """Where the words of sections go; called within the transaction that writes them."""

    def add(self, store: Store, entries: Sequence[tuple[int, int, Words]]) -> None:
        """Take sections as (id, file, words), ascending."""

    def remove(self, store: Store, ids: Sequence[int]) -> None:
        """Forget sections."""

    def tidy(self, store: Store) -> None:
        """Put in order what many small changes left; outside of a transaction."""


@dataclass(frozen=True, slots=True)
class Change:
    """What a batch did: how many files, and the sections that are no more."""

    files: int
    removed: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    path: str
    stamp: Stamp
    hash: bytes
    raw: bytes
    note: Note | None


Told = Callable[[Progress, Change | None], None]


def update(
    store: Store,
    index: Index,
    root: Path,
    told: Told,
    only: Sequence[str] | None = None,
    batch_seconds: float = BATCH_SECONDS,
) -> int:
    """Bring a store up to date with a vault; return how many files had changed.

    Args:
        store: Its store.
        index: Its words.
        root: The vault, a folder or a file.
        told: Called after each batch, when that can be searched.
        only: Look at these paths alone; they belong to the vault.
        batch_seconds: How long files are gathered before they can be searched.

    Raises:
        AiError: `usage` when the vault is not there, `disk` when the index cannot be written.
    """
    known = store.stamps(only)
    found = files.stamps(root) if only is None else _stamps_of(only)
    gone = [path for path in known if path not in found]
    changed = [p for p, stamp in found.items() if p not in known or known[p][1] != stamp]
    # What was written last is looked for first.
    changed.sort(key=lambda path: -found[path].mtime_ns)
    total = len(changed) + len(gone)
    told(Progress(0, total), _removed(store, index, gone) if gone else None)
    done = len(gone)
    for batch in _batches(changed, found, store, batch_seconds):
        change = _written(store, index, root, batch, known)
        done += len(batch)
        told(Progress(done, total), change)
    if total:
        index.tidy(store)
    return total


def section_hash(section: ParsedSection, note: Note) -> bytes:
    """Return what tells whether a section's words are as they were."""
    said = (*section.heading_path, section.text.rstrip(), note.front.title, *note.front.aliases)
    return hashlib.blake2b(
        "\x1f".join((*said, *note.front.tags)).encode("utf-8", "replace"), digest_size=12
    ).digest()


def _stamps_of(paths: Sequence[str]) -> dict[str, Stamp]:
    found = {}
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 - a string goes in and a string comes out
        except OSError:
            continue
        found[path] = Stamp(status.st_mtime_ns, status.st_size)
    return found


def _batches(
    paths: Sequence[str], stamps: Mapping[str, Stamp], store: Store, seconds: float
) -> Iterator[list[_Read]]:
    batch: list[_Read] = []
    sections, began = 0, time.monotonic()
    for path in paths:
        one = _read(path, stamps[path], store)
        batch.append(one)
        sections += len(one.note.sections) if one.note else 0
        if sections >= _BATCH_SECTIONS or time.monotonic() - began > seconds:
            yield batch
            batch, sections, began = [], 0, time.monotonic()
    if batch:
        yield batch


def _read(path: str, stamp: Stamp, store: Store) -> _Read:
    try:
        raw = Path(path).read_bytes()
    except OSError:
        # It may not be read, or went away just now: it holds nothing to be found.
        return _Read(path, stamp, b"", b"", None)
    digest = hashlib.blake2b(raw, digest_size=12).digest()
    row = store.db.execute("SELECT hash FROM files WHERE path = ?", (path,)).fetchone()
    if row and row[0] == digest:
        return _Read(path, stamp, digest, raw, None)
    return _Read(path, stamp, digest, raw, parse(raw, path))


def _removed(store: Store, index: Index, paths: Sequence[str]) -> Change:
    gone: list[int] = []
    with store.writing() as db:
        for path in paths:
            file = store.file(path)
            if file is not None:
                gone += [one for (one,) in db.execute(_IDS_OF_FILE, (file,))]
                for table in ("sections", "todos", "links"):
                    db.execute(_DELETE[table], (file,))
                db.execute("DELETE FROM files WHERE id = ?", (file,))
        index.remove(store, gone)
    return Change(len(paths), tuple(gone))


_IDS_OF_FILE = "SELECT id FROM sections WHERE file = ?"
_DELETE = {
    "sections": "DELETE FROM sections WHERE file = ?",
    "todos": "DELETE FROM todos WHERE file = ?",
    "links": "DELETE FROM links WHERE file = ?",
}
_SET_FILE = """
INSERT INTO files(path, mtime_ns, size, hash) VALUES (?, ?, ?, ?)
ON CONFLICT(path) DO UPDATE SET mtime_ns = excluded.mtime_ns, size = excluded.size,
    hash = excluded.hash
RETURNING id
"""


def _written(
    store: Store,
    index: Index,
    root: Path,
    batch: Sequence[_Read],
    known: Mapping[str, tuple[int, Stamp]],
) -> Change:
    entries: list[tuple[int, int, Words]] = []
    gone: list[int] = []
    with store.writing() as db:
        for one in batch:
            file = _set_file(store, one)
            if one.note is None and one.hash:
                continue
            old = _old_sections(store, file) if one.path in known else {}
            kept = _set_sections(store, file, one, old, root, entries)
            gone += [number for numbers in old.values() for number in numbers if number not in kept]
        db.executemany("DELETE FROM sections WHERE id = ?", [(number,) for number in gone])
        index.remove(store, gone)
        if entries:
            index.add(store, entries)
    return Change(len(batch), tuple(gone))


def _set_file(store: Store, one: _Read) -> int:
    values = (one.path, one.stamp.mtime_ns, one.stamp.size, one.hash)
    return int(store.db.execute(_SET_FILE, values).fetchone()[0])


def _old_sections(store: Store, file: int) -> dict[bytes, list[int]]:
    old: dict[bytes, list[int]] = {}
    rows = store.db.execute("SELECT id, hash FROM sections WHERE file = ? ORDER BY id", (file,))
    for number, digest in rows:
        old.setdefault(digest, []).append(number)
    return old


def _set_sections(
    store: Store,
    file: int,
    one: _Read,
    old: Mapping[bytes, list[int]],
    root: Path,
    entries: list[tuple[int, int, Words]],
) -> set[int]:
    """Write a file's sections and what is in them; return the ids of those that stayed."""
    if one.note is None:
        return set()
    name = note_name(root, one.path)
    left = {digest: list(numbers) for digest, numbers in old.items()}
    kept: set[int] = set()
    for section in one.note.sections:
        digest = section_hash(section, one.note)
        if left.get(digest):
            number = left[digest].pop(0)
            kept.add(number)
            store.db.execute(
                "UPDATE sections SET row = ?, end_row = ? WHERE id = ?",
                (section.row, section.end_row, number),
            )
            continue
        number = _inserted(store, file, section, digest)
        entries.append((number, file, section_words(section, one.note.front, name)))
    _set_marks(store, file, one.note, Lines(one.raw), bool(old))
    return kept


def _inserted(store: Store, file: int, section: ParsedSection, digest: bytes) -> int:
    cursor = store.db.execute(
        "INSERT INTO sections(file, row, end_row, own, heading_path, hash, text)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            file,
            section.row,
            section.end_row,
            section.own,
            PATH_SEPARATOR.join(section.heading_path),
            digest,
            section.text,
        ),
    )
    return int(cursor.lastrowid or 0)


def _set_marks(store: Store, file: int, note: Note, lines: Lines, had_any: bool) -> None:
    if had_any:
        store.db.execute(_DELETE["todos"], (file,))
        store.db.execute(_DELETE["links"], (file,))
    todos: list[tuple[object, ...]] = []
    links: list[tuple[object, ...]] = []
    for section in note.sections:
        path = PATH_SEPARATOR.join(section.heading_path)
        for span in section.spans:
            if span.kind is SpanKind.TODO:
                todos.append((file, lines.row(span.start), span.extra, span.text, path))
            elif span.kind is SpanKind.LINK:
                row = lines.row(span.start)
                at = span.start - lines.starts[row]
                to = at + span.end - span.start
                links.append((file, row, at, to, span.extra, name_of(span.extra), span.text, path))
    store.db.executemany("INSERT INTO todos VALUES (?, ?, ?, ?, ?)", todos)
    store.db.executemany("INSERT INTO links VALUES (?, ?, ?, ?, ?, ?, ?, ?)", links)


def note_name(root: Path, path: str) -> str:
    """Return the words of a path that help to find it: within the vault, without the suffix."""
    inside = path.removeprefix(f"{root}/") if path != str(root) else root.name
    return os.path.splitext(inside)[0]  # noqa: PTH122 - a string
