"""What goes over the socket between clients and the indexing process: lines of JSON.

A client sends `{id, call, params}`; it gets `{id, progress}` while something runs, and one
`{id, result}` or `{id, error}`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from operator import attrgetter
from typing import Any

from neovim_ai.errors import AiError, Kind
from neovim_ai.notes.model import COLUMNS, Found, MatchKind, NotesRow, Progress

LONGEST_LINE = 256 * 1024 * 1024
"""Bytes; a buffer of the largest note that is read fits in."""


def line(message: Mapping[str, Any]) -> bytes:
    """Return a message as it is sent."""
    return json.dumps(message, separators=(",", ":")).encode() + b"\n"


def error(failure: AiError) -> dict[str, str]:
    """Return a failure as it is sent."""
    return {"kind": failure.kind, "message": failure.message, "hint": failure.hint}


def failure(told: Mapping[str, str]) -> AiError:
    """Return what `error` sent."""
    return AiError(Kind(told["kind"]), told["message"], told["hint"])


_values = attrgetter(*COLUMNS)


def _row(values: dict[str, Any]) -> NotesRow:
    values["heading_path"] = tuple(values["heading_path"])
    values["matches"] = tuple((start, end) for start, end in values["matches"])
    return NotesRow(**{**values, "kind": MatchKind(values["kind"])})


def found_message(found: Found) -> dict[str, Any]:
    """Return an answer as it is sent."""
    return {
        "rows": [_values(row) for row in found.rows],
        "total": found.total,
        "indexing": [found.indexing.done, found.indexing.total] if found.indexing else None,
        "seconds": found.seconds,
        "problem": found.problem,
    }


def found(message: Mapping[str, Any]) -> Found:
    """Return what `found_message` sent."""
    return Found(
        rows=tuple(_row(dict(zip(COLUMNS, values, strict=True))) for values in message["rows"]),
        total=message["total"],
        indexing=Progress(*message["indexing"]) if message["indexing"] else None,
        seconds=message["seconds"],
        problem=message["problem"],
    )
