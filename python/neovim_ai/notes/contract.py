"""What the editor's host and the command line may ask of the notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from neovim_ai.notes.model import (
    Door,
    Found,
    Links,
    NewNote,
    Progress,
    Refreshed,
    Section,
    Todo,
)


class Notes(Protocol):
    """The notes of some vaults, answered by the user's one indexing process.

    Every call may raise AiError: `usage` when no vault is set or none can be read, `server` when
    the indexing process cannot be started. A process that was killed is started anew, unseen.
    """

    async def find(self, query: str, limit: int = 50, meaning: bool = False) -> Found:
        """Return the best sections; a newer call of the same client makes an older one end early.

        An older one that was overtaken returns no rows and `total` -1. With `meaning`, asked for
        when nothing has been typed for a moment, sections near in meaning follow the same rows;
        without a server of embeddings it changes nothing.
        """

    async def chosen(self, path: str, heading_path: Sequence[str]) -> None:
        """Remember that the user went there; such sections win ties from now on."""

    async def refresh(
        self,
        paths: Sequence[str] | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Refreshed:
        """Look at the files again, at these or at all, and return when they can be searched."""

    async def buffer(self, path: str, text: str | None) -> None:
        """Let this client search a file as it stands in a buffer; None ends that.

        A path outside of the vaults does nothing. Buffers are forgotten when the client closes.
        """

    async def todos(self) -> tuple[Todo, ...]:
        """Return the open TODOs, by file and row."""

    async def links(self, path: str, row: int) -> Links:
        """Return what links to the note (or to the heading at the row), and its broken links."""

    async def new(self, title: str, vault: str = "") -> NewNote:
        """Return a note to be written, in the first folder among the vaults or the one named."""

    async def sections(self, ids: Sequence[int]) -> tuple[Section, ...]:
        """Return sections by `NotesRow.section`, in that order; those gone are left out."""

    async def passages(self, question: str, limit: int = 8) -> tuple[Section, ...]:
        """Return the sections likeliest to answer a question; they need not hold all its words."""

    async def door(self) -> Door:
        """Return where another program may ask in this one's place, as long as this one is here."""

    async def close(self) -> None:
        """Leave; the process goes by itself when nobody needs it."""
