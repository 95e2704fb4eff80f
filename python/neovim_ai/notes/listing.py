"""Lists out of the store: open TODOs, what links to a note, links that lead nowhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePath

from neovim_ai.notes import links as link
from neovim_ai.notes.finder import View
from neovim_ai.notes.model import Backlink, BrokenLink, Links, Todo
from neovim_ai.notes.store import PATH_SEPARATOR, Store
from neovim_ai.notes.vault import Vault


def todos(view: View) -> tuple[Todo, ...]:
    """Return the open TODOs of all vaults, by file and row."""
    found = [
        Todo(path, row, state, text, tuple(heading.split(PATH_SEPARATOR)))
        for vault in view.vaults
        for path, row, state, text, heading in vault.store.db.execute(
            "SELECT f.path, t.row, t.state, t.text, t.heading_path FROM todos t"
            " JOIN files f ON f.id = t.file WHERE t.state = 'open'"
        )
    ]
    return tuple(sorted(set(found), key=lambda todo: (todo.path, todo.row)))


def links(view: View, path: str, row: int) -> Links:
    """Return what links to a note, or to the heading that stands in a row, and broken links."""
    vault = next((one for one in view.vaults if one.store.file(path) is not None), None)
    if vault is None:
        return Links()
    heading = _heading_at(vault.store, path, row)
    to_here = [one for v in view.vaults for one in _backlinks(v.store, path, heading)]
    return Links(
        tuple(sorted(set(to_here), key=lambda one: (one.path, one.row, one.text))),
        tuple(_broken(vault, path)),
    )


def _heading_at(store: Store, path: str, row: int) -> str:
    """Return the heading in exactly this row, empty when the row holds none."""
    found = store.db.execute(
        "SELECT s.heading_path FROM sections s JOIN files f ON f.id = s.file"
        " WHERE f.path = ? AND s.row = ? AND s.own = 1",
        (path, row),
    ).fetchone()
    names = found[0].split(PATH_SEPARATOR) if found else []
    # The first heading of a note stands for the note.
    return names[-1] if len(names) > 1 else ""


def _backlinks(store: Store, path: str, heading: str) -> Iterator[Backlink]:
    rows = store.db.execute(
        "SELECT f.path, l.row, l.target, l.text, l.heading_path FROM links l"
        " JOIN files f ON f.id = l.file WHERE l.name = ? OR (l.name = '' AND f.path = ?)",
        (PurePath(path).stem.casefold(), path),
    )
    for source, row, target, text, names in rows:
        file, anchor = link.split(target)
        if not link.is_local(target) or (not file and not heading):
            continue
        if file and not _leads_to(source, file, path):
            continue
        if heading and link.slug(anchor) != link.slug(heading):
            continue
        yield Backlink(source, row, text or target, tuple(names.split(PATH_SEPARATOR)))


def _leads_to(source: str, file: str, path: str) -> bool:
    """Tell whether a link leads to a path; wiki links name only the note."""
    if "/" not in file and PurePath(file).suffix == "":
        return PurePath(path).stem.casefold() == file.casefold()
    there = os.path.normpath(Path(source).parent / file)
    return there == path or f"{there}{PurePath(path).suffix}" == path


def _broken(vault: Vault, path: str) -> Iterator[BrokenLink]:
    rows = vault.store.db.execute(
        "SELECT l.row, l.col, l.end_col, l.target FROM links l JOIN files f ON f.id = l.file"
        " WHERE f.path = ? ORDER BY l.row, l.col",
        (path,),
    ).fetchall()
    for row, col, end_col, target in rows:
        if link.is_local(target) and not _is_there(vault, path, target):
            yield BrokenLink(row, col, end_col, target)


def _is_there(vault: Vault, path: str, target: str) -> bool:
    file, anchor = link.split(target)
    there = _file_of(vault.store, path, file) if file else path
    if there is None:
        return False
    headings = _headings(vault.store, there)
    return not anchor or not headings or link.slug(anchor) in headings


def _file_of(store: Store, source: str, file: str) -> str | None:
    exact = Path(os.path.normpath(Path(source).parent / file))
    for candidate in (exact, exact.with_name(f"{exact.name}.md")):
        if candidate.exists():
            return str(candidate)
    if "/" in file:
        return None
    named = store.db.execute("SELECT path FROM files WHERE path LIKE ?", (f"%/{file}.%",))
    return next((path for (path,) in named if _leads_to(source, file, path)), None)


def _headings(store: Store, path: str) -> Sequence[str]:
    rows = store.db.execute(
        "SELECT s.heading_path FROM sections s JOIN files f ON f.id = s.file"
        " WHERE f.path = ? AND s.own = 1",
        (path,),
    )
    return [link.slug(names.split(PATH_SEPARATOR)[-1]) for (names,) in rows]
