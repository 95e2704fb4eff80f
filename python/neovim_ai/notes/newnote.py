"""A note to be written: where it goes and what stands in it; nothing is written here."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from neovim_ai.errors import AiError, Kind
from neovim_ai.notes.model import NewNote

TEMPLATE = ".template.md"
"""In a vault: what a new note begins with; `{{title}}` and `{{date}}` are filled in."""
_PLAIN = ("# {{title}}", "", "")
_LONGEST = 80


def new_note(roots: Sequence[Path], title: str, vault: str = "") -> NewNote:
    """Return a note for a title, in the first folder among the vaults or in the one named.

    Raises:
        AiError: `usage` when there is no folder, or no title that a file could be named by.
    """
    name = file_name(title)
    if not name:
        raise AiError(Kind.USAGE, "A note needs a title.", "Use :NotesNew {title}.")
    folders = [root for root in roots if root.is_dir()]
    if vault:
        folders = [root for root in folders if vault in (root.name, str(root))]
    if not folders:
        raise AiError(
            Kind.USAGE,
            "No vault is a folder in which a note could stand.",
            "Add one to notes.vaults.",
        )
    return NewNote(str(_free(folders[0], name)), _lines(folders[0], title.strip()))


def file_name(title: str) -> str:
    """Return a title as the name of a file: lower case, hyphens, no accents where ASCII does."""
    bare = unicodedata.normalize("NFKD", title)
    bare = "".join(char for char in bare if not unicodedata.combining(char))
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", bare).lower())
    return "-".join(words)[:_LONGEST].strip("-")


def _free(folder: Path, name: str) -> Path:
    path, number = folder / f"{name}.md", 2
    while path.exists():
        path, number = folder / f"{name}-{number}.md", number + 1
    return path


def _lines(folder: Path, title: str) -> tuple[str, ...]:
    try:
        template = tuple((folder / TEMPLATE).read_text("utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        template = _PLAIN
    today = date.today().isoformat()
    return tuple(line.replace("{{title}}", title).replace("{{date}}", today) for line in template)
