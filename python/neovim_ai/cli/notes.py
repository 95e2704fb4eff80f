"""`neovim-ai notes find|index`: your notes from the command line, by the editors' process."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Mapping
from typing import Any

from neovim_ai.cli import options
from neovim_ai.cli.notes_ask import add_ask
from neovim_ai.notes import vaults
from neovim_ai.notes.client import SharedNotes, open_notes
from neovim_ai.notes.model import NotesRow, Progress


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    command = commands.add_parser("notes", help="find in your notes", description=__doc__)
    inner = command.add_subparsers(title="commands", metavar="COMMAND", required=True)
    _add_find(inner)
    _add_index(inner)
    add_ask(inner)


def _add_find(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    find = commands.add_parser("find", help="list the sections that answer a query")
    find.add_argument("query", nargs="+", metavar="QUERY")
    options.add_vault_option(find)
    find.add_argument("--limit", type=int, default=20, metavar="N")
    find.add_argument("--json", action="store_true", help="one list, lines counted from 1")
    find.set_defaults(run=lambda arguments: asyncio.run(_find(arguments)))


def _add_index(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    index = commands.add_parser("index", help="read what has changed, and wait for it")
    options.add_vault_option(index)
    index.add_argument("--stats", action="store_true", help="also say what the index holds")
    index.set_defaults(run=lambda arguments: asyncio.run(_index(arguments)))


async def _find(arguments: argparse.Namespace) -> int:
    notes = await open_notes(vaults.chosen(arguments.vault))
    try:
        await notes.refresh()
        found = await notes.find(" ".join(arguments.query), arguments.limit)
    finally:
        await notes.close()
    if arguments.json:
        print(json.dumps([as_json(row) for row in found.rows], ensure_ascii=False, indent=1))
    else:
        for row in found.rows:
            place = f"{row.path}:{row.row_of_best + 1}"
            print(f"{place}: {' › '.join(row.heading_path)}: {row.snippet}")
    return 0 if found.rows else 1


def as_json(row: NotesRow) -> Mapping[str, Any]:
    """Return a row as the command line writes it: lines count from 1."""
    return {
        "path": row.path,
        "line": row.row + 1,
        "end_line": row.end_row + 1,
        "heading_path": row.heading_path,
        "snippet": row.snippet,
        "matches": row.matches,
        "kind": row.kind,
        "score": row.score,
    }


async def _index(arguments: argparse.Namespace) -> int:
    notes = await open_notes(vaults.chosen(arguments.vault))
    began = time.monotonic()
    try:
        done = await _watched(notes)
        seconds = time.monotonic() - began
        print(f"{done} in {seconds:.2f} s", file=sys.stderr)
        if arguments.stats:
            print(json.dumps(await notes.status(), indent=1))
    finally:
        await notes.close()
    return 0


async def _watched(notes: SharedNotes) -> str:
    from tqdm import tqdm  # type: ignore[import-untyped]

    with tqdm(unit=" files", disable=None, leave=False) as bar:

        def show(progress: Progress) -> None:
            bar.total = progress.total
            bar.update(progress.done - bar.n)

        done = await notes.refresh(progress=show)
    return f"{done.sections} sections in {done.files} files, {done.changed} changed"
