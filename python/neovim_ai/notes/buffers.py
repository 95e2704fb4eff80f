"""An unsaved buffer, searched in place of its file."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from neovim_ai.notes.parse import parse
from neovim_ai.notes.rank.ranker import Ranker
from neovim_ai.notes.store import Heading, StoredSection, heading_words
from neovim_ai.notes.update import note_name
from neovim_ai.notes.vault import Vault
from neovim_ai.notes.words import section_words


@dataclass(frozen=True)
class OpenBuffer:
    """A buffer's sections and their index.

    Attributes:
        path: The file it belongs to.
        vault: The vault of that.
        file: The file's id there, None for one that does not exist yet.
        sections: By their ids, which count from 0.
        reader: What is searched.
    """

    path: str
    vault: Vault
    file: int | None
    sections: dict[int, StoredSection]
    reader: Any

    def heading(self, section: int) -> Heading:
        """Return what tells a section apart at a glance."""
        one = self.sections[section]
        words = heading_words(one.own, one.heading_path[-1])
        return Heading(one.path, one.row, one.mtime_ns, words)


def open_buffer(path: str, text: str, vault: Vault, ranker: Ranker[Any]) -> OpenBuffer:
    """Read a buffer as it stands."""
    note = parse(text.encode("utf-8", "replace"), path)
    name = note_name(vault.root, path)
    now = time.time_ns()
    sections = {
        number: StoredSection(
            number,
            0,
            path,
            now,
            one.row,
            one.end_row,
            one.own,
            one.heading_path,
            b"",
            one.text,
        )
        for number, one in enumerate(note.sections)
    }
    entries = [
        (number, 0, section_words(one, note.front, name))
        for number, one in enumerate(note.sections)
    ]
    return OpenBuffer(path, vault, vault.store.file(path), sections, ranker.buffer_reader(entries))
