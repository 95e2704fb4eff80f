"""The methods of `:NotesFind` and its kin: thin, since the notes' own process does the work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from neovim_ai import log
from neovim_ai.errors import AiError
from neovim_ai.llm.model import Model, Usage
from neovim_ai.methods import events
from neovim_ai.methods.events import Emit
from neovim_ai.settings import NotesSettings, Settings

if TYPE_CHECKING:
    from neovim_ai.notes.ask.model import Phase, Said
    from neovim_ai.notes.contract import Notes
    from neovim_ai.notes.model import Embeddings, Progress

Params = Mapping[str, Any]
Result = Mapping[str, Any]
Connect = Callable[[Emit], Awaitable[Model]]


class NotesMethods:
    """What the editor asks about notes; they are opened when the first question comes."""

    def __init__(self, connect: Connect, spend: Callable[[Usage], None]) -> None:
        self._connect = connect
        self._spend = spend
        self._all = Settings()
        self._notes: Notes | None = None
        self._unsent: dict[str, str | None] = {}
        # Two questions at once must not open the notes twice.
        self._lock = asyncio.Lock()

    @property
    def _settings(self) -> NotesSettings:
        return self._all.notes

    async def use(self, settings: Settings) -> None:
        """Take other settings; the next question opens the notes anew where they differ."""
        if settings == self._all:
            return
        self._all = settings
        notes, self._notes = self._notes, None
        if notes is not None:
            await notes.close()

    async def find(self, params: Params, _: Emit) -> Result:
        """Return the sections that answer a query, in the notes as they stand in the editor."""
        from neovim_ai.notes.model import COLUMNS

        notes = await self.opened()
        await self._send_buffers(notes)
        limit = int(params.get("limit") or self._settings.limit)
        meaning = bool(params.get("meaning"))
        found = await notes.find(str(params["query"]), limit, meaning)
        door = {"door": asdict(await notes.door())} if params.get("door") else {}
        return {
            # Not `asdict`, which copies deep: fifty rows at every key press.
            "rows": [{name: getattr(row, name) for name in COLUMNS} for row in found.rows],
            "total": found.total,
            "indexing": asdict(found.indexing) if found.indexing else {},
            "seconds": found.seconds,
            "problem": found.problem,
            **door,
        }

    async def chosen(self, params: Params, _: Emit) -> Result:
        """Remember where the user went."""
        notes = await self.opened()
        await notes.chosen(str(params["path"]), [str(one) for one in params["heading_path"]])
        return {}

    async def refresh(self, params: Params, emit: Emit) -> Result:
        """Look at the files again, telling how far it is."""

        def progress(made: Progress) -> None:
            emit({"type": "progress", "what": "notes", "done": made.done, "total": made.total})

        notes = await self.opened()
        refreshed = await notes.refresh(params.get("paths"), progress)
        return asdict(refreshed)

    async def buffer(self, params: Params, _: Emit) -> Result:
        """Search a note as it stands in the editor, or as its file when there are no lines."""
        self._unsent[str(params["path"])] = _text(params)
        await self._send_buffers(await self.opened())
        return {}

    async def todos(self, _params: Params, _: Emit) -> Result:
        """Return the open TODOs, by file and row."""
        notes = await self.opened()
        return {"todos": [asdict(todo) for todo in await notes.todos()]}

    async def todo_done(self, params: Params, _: Emit) -> Result:
        """Return the edit that marks the TODO of a row done.

        Raises:
            AiError: `no_target` when no open TODO stands there.
        """
        from neovim_ai.notes.todos import done

        return {"edit": asdict(done(params["buffer"]["lines"], int(params["row"])))}

    async def links(self, params: Params, _: Emit) -> Result:
        """Return what links to a place, and the links of its note that lead nowhere."""
        notes = await self.opened()
        found = await notes.links(str(params["path"]), int(params["row"]))
        return asdict(found)

    async def link_to(self, params: Params, _: Emit) -> Result:
        """Return the link to a section, as it is written in another file."""
        from neovim_ai.notes.links import link_to

        row = params["row"]
        text = link_to(str(row["path"]), list(row["heading_path"]), str(params["from_path"]))
        return {"text": text}

    async def new(self, params: Params, _: Emit) -> Result:
        """Return a note to be written; nothing is on the disk yet."""
        notes = await self.opened()
        return asdict(await notes.new(str(params["title"]), str(params.get("vault") or "")))

    async def ask(self, params: Params, emit: Emit) -> Result:
        """Answer a question, telling its sentences as they are verified."""
        from neovim_ai.notes.ask import engine, messages
        from neovim_ai.notes.ask.model import Phase, Turn

        def show(step: Phase | Said) -> None:
            if isinstance(step, Phase):
                emit(events.phase(step.phase, step.detail))
            else:
                emit({"type": "answer", "lines": messages.sentences(step.sentences)})

        async def connected() -> Model:
            return await self._connect(emit)

        thread = [Turn(turn["question"], turn["answer"]) for turn in params.get("thread") or ()]
        notes = await self.opened()
        await self._bring_up_to_date(notes, emit)
        question = str(params["question"])
        answer = await engine.answer(question, thread, notes, connected, show)
        self._spend(answer.usage)
        return dict(messages.answer(answer))

    async def opened(self) -> Notes:
        """Return the notes of the vaults that are set.

        Raises:
            AiError: `usage` when none is set.
        """
        async with self._lock:
            while self._notes is None:
                settings = self._all
                notes = await _open(settings)
                if settings == self._all:
                    self._notes = notes
                else:
                    await notes.close()  # others were set while these were being opened
            return self._notes

    async def _bring_up_to_date(self, notes: Notes, emit: Emit) -> None:
        """Read what has changed: "not in your notes" must not mean that they were not read yet.

        Raises:
            AiError: When the only vault cannot be read; of several the others answer.
        """

        def progress(made: Progress) -> None:
            emit(events.phase("reading your notes", f"{made.done} of {made.total} files"))

        await self._send_buffers(notes)
        try:
            await notes.refresh(None, progress)
        except AiError as error:
            if len(self._settings.vaults) == 1:
                raise
            log.warn(f"asked without a vault: {error}")

    async def _send_buffers(self, notes: Notes) -> None:
        """Hand over what the editor has sent; a request that is cancelled leaves the rest here."""
        for path, text in list(self._unsent.items()):
            await notes.buffer(path, text)
            if path in self._unsent and self._unsent[path] == text:
                del self._unsent[path]


async def _open(settings: Settings) -> Notes:
    from neovim_ai.notes import vaults
    from neovim_ai.notes.client import open_notes

    notes = await open_notes(settings.notes.vaults, await embeddings(settings))
    vaults.remember(settings.notes.vaults)
    return notes


async def embeddings(settings: Settings) -> Embeddings:
    """Return who finds by meaning, and the way there.

    The key is that of `base_url`: no other server is given it.

    Raises:
        AiError: `auth` when the command that prints the key fails.
    """
    from neovim_ai.llm import keys
    from neovim_ai.notes.model import Embeddings

    wanted = settings.notes.embeddings
    same = bool(wanted.base_url) and _server(wanted.base_url) == _server(settings.base_url)
    key = (await keys.find(settings)).value if same else ""
    return Embeddings(
        wanted.base_url,
        wanted.model,
        key,
        settings.proxy,
        settings.ca_bundle,
        settings.private,
        settings.budget,
    )


def _server(base_url: str) -> tuple[str, str]:
    parts = urlsplit(base_url)
    return parts.scheme, parts.netloc


def _text(buffer: Params) -> str | None:
    """Join a buffer's lines; Neovim keeps a NUL byte as a line feed within a line."""
    lines = buffer.get("lines")
    if lines is None:
        return None
    return "\n".join(str(line).replace("\n", "\0") for line in lines) + "\n"
