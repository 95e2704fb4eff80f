"""An answer as the editor and the command line take it: plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from neovim_ai.notes.ask.model import Answer, Citation, Sentence


def sentences(found: Sequence[Sentence]) -> list[dict[str, Any]]:
    """Return sentences as `protocol_notes.SentenceMessage`; rows count from 0."""
    return [
        {
            "sentence": one.text,
            "struck": bool(one.struck),
            "citations": [asdict(citation) for citation in one.citations],
        }
        for one in found
    ]


def answer(found: Answer) -> dict[str, Any]:
    """Return an answer as `protocol_notes.NotesAnswerMessage`."""
    return {
        "answer": sentences(found.sentences),
        "struck": found.struck,
        "in_notes": found.in_notes,
        "sections": [asdict(row) for row in found.sections],
        "seconds": found.seconds,
        "usage": asdict(found.usage),
        "model": found.model,
    }


def as_json(found: Answer) -> dict[str, Any]:
    """Return an answer as the command line writes it: struck sentences left out, lines from 1."""
    return {
        "answer": [
            {"sentence": one.text, "citations": [_cited(c) for c in one.citations]}
            for one in found.sentences
            if not one.struck
        ],
        "struck": found.struck,
        "in_notes": found.in_notes,
        "sections": [
            {"path": row.path, "line": row.row + 1, "heading_path": row.heading_path}
            for row in found.sections
        ],
        "seconds": round(found.seconds, 3),
        "model": found.model,
        "usage": asdict(found.usage),
    }


def _cited(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "path": citation.path,
        "line": citation.row + 1,
        "heading_path": citation.heading_path,
        "quote": citation.quote,
    }
