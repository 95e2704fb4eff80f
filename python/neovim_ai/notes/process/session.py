"""One client's calls: a find overtaken by a newer one is dropped, others run beside each other.

A client may let another connection in, which then sees what it sees: an editor's host lets the
editor itself in, so that a key press need not pass through the host.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from neovim_ai.errors import AiError, Kind
from neovim_ai.notes import newnote
from neovim_ai.notes.buffers import open_buffer
from neovim_ai.notes.finder import Finder, View, progress
from neovim_ai.notes.listing import links, todos
from neovim_ai.notes.meaning import Meaning
from neovim_ai.notes.model import COLUMNS, Embeddings, Found, Progress, Refreshed
from neovim_ai.notes.process import wire
from neovim_ai.notes.rank.ranker import Ranker
from neovim_ai.notes.vault import Vault
from neovim_ai.settings import BudgetSettings

_LOG = logging.getLogger(__name__)
Message = dict[str, Any]
Params = Mapping[str, Any]


class Session:
    """A connected client."""

    def __init__(
        self,
        writer: asyncio.StreamWriter,
        finder: Finder,
        ranker: Ranker[Any],
        vault: Callable[[Path], Vault],
        meaning_of: Callable[[Embeddings], Meaning],
        stop: Callable[[], None],
        invited: dict[str, Session],
    ) -> None:
        self._writer = writer
        self._finder = finder
        self._ranker = ranker
        self._vault = vault
        self._meaning_of = meaning_of
        self._stop = stop
        self._invited = invited
        self._invitation = ""
        self._guests: set[Session] = set()
        self._host: Session | None = None
        self._view = View()
        self._find: Message | None = None
        self._finding: asyncio.Task[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._calls: dict[str, Callable[[Message], Coroutine[Any, Any, Any]]] = {
            "open": self._open,
            "refresh": self._refresh,
            "buffer": self._buffer,
            "chosen": self._chosen,
            "sections": self._sections,
            "passages": self._passages,
            "todos": self._todos,
            "links": self._links,
            "new": self._new,
            "status": self._status,
            "stop": self._leave,
            "invite": self._invite,
            "join": self._join,
        }

    def take(self, message: Message) -> None:
        """Start answering a call."""
        if message["call"] == "find":
            if self._find is not None:
                self._say({"id": self._find["id"], "result": wire.found_message(_OVERTAKEN)})
            self._find = message
            if self._finding is None or self._finding.done():
                self._finding = self._started(self._find_all())
        else:
            self._started(self._answer(message))

    async def close(self) -> None:
        """Give up what still runs, guests too; files being read are read to the end."""
        self._invited.pop(self._invitation, None)
        if self._host:
            self._host._guests.discard(self)
        for guest in self._guests:
            guest._writer.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _started(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _find_all(self) -> None:
        while self._find is not None:
            message, self._find = self._find, None
            await self._guarded(message, self._found(message))
            # Let what was typed meanwhile be read: only the newest is worth an answer.
            await asyncio.sleep(0)

    async def _found(self, message: Message) -> Any:
        params = message["params"]
        query, near, problem = str(params["query"]), [], ""
        if params.get("meaning") and self._view.meaning and query.strip():
            try:
                near = await self._view.meaning.near(self._view.vaults, query, _NEAR)
            except AiError as error:
                # What holds the words is found all the same.
                problem = str(error)
        answer = self._finder.find(self._view, query, int(params["limit"]), near)
        return wire.found_message(replace(answer, problem=answer.problem or problem))

    async def _answer(self, message: Message) -> None:
        call = self._calls.get(str(message["call"]))
        if call is None:
            unknown = AiError(Kind.USAGE, f"The notes' process knows no {message['call']}.")
            self._say({"id": message["id"], "error": wire.error(unknown)})
            return
        await self._guarded(message, call(message))

    async def _guarded(self, message: Message, work: Coroutine[Any, Any, Any]) -> None:
        try:
            self._say({"id": message["id"], "result": await work})
        except AiError as error:
            self._say({"id": message["id"], "error": wire.error(error)})
        except Exception as error:  # noqa: BLE001 - one call must not end the others
            _LOG.exception("a call failed")
            told = AiError(Kind.INTERNAL, f"The notes' process failed ({type(error).__name__}).")
            self._say({"id": message["id"], "error": wire.error(told)})

    def _say(self, message: Mapping[str, Any]) -> None:
        if not self._writer.is_closing():
            self._writer.write(wire.line(message))

    async def _open(self, message: Message) -> None:
        told = message["params"]["embeddings"]
        plain = {"private": tuple(told["private"]), "budget": BudgetSettings(**told["budget"])}
        asked = Embeddings(**{**told, **plain})
        self._view.vaults = [self._vault(Path(root)) for root in message["params"]["vaults"]]
        self._view.meaning = self._meaning_of(asked) if asked.base_url or asked.model else None
        for vault in self._view.vaults:
            self._started(self._looked_at(vault))

    async def _looked_at(self, vault: Vault) -> None:
        try:
            await vault.refresh()
        except AiError as error:
            # `Found.problem` tells the user; other vaults go on.
            _LOG.info("%s: %s", vault.root, error)
        if self._view.meaning:
            await self._view.meaning.learn(vault)

    async def _refresh(self, message: Message) -> Any:
        only = message["params"]["paths"]

        def watch(_: Progress) -> None:
            if going := progress(self._view):
                self._say({"id": message["id"], "progress": [going.done, going.total]})

        looks = []
        for vault in self._view.vaults:
            mine = None if only is None else [path for path in only if vault.holds(path)]
            if mine is None or mine:
                looks.append(vault.refresh(mine, watch))
        # One vault that is not there keeps nobody from the others.
        ended = await asyncio.gather(*looks, return_exceptions=True)
        for one in ended:
            if isinstance(one, BaseException):
                raise one
        done = [one for one in ended if isinstance(one, Refreshed)]
        if self._view.meaning:
            for vault in self._view.vaults:
                self._started(self._view.meaning.learn(vault))
        return asdict(
            Refreshed(
                sum(one.sections for one in done),
                sum(one.files for one in done),
                sum(one.changed for one in done),
                max((one.seconds for one in done), default=0.0),
                tuple(folder for one in done for folder in one.folders),
            )
        )

    async def _buffer(self, message: Message) -> None:
        path, text = message["params"]["path"], message["params"]["text"]
        self._view.buffers.pop(path, None)
        vault = next((one for one in self._view.vaults if one.holds(path)), None)
        if text is not None and vault is not None:
            self._view.buffers[path] = open_buffer(path, text, vault, self._ranker)

    async def _chosen(self, message: Message) -> None:
        self._finder.remember(message["params"]["path"], message["params"]["heading_path"])

    async def _sections(self, message: Message) -> Any:
        return [asdict(one) for one in self._finder.sections(self._view, message["params"]["ids"])]

    async def _passages(self, message: Message) -> Any:
        params = message["params"]
        found = self._finder.passages(self._view, params["question"], params["limit"])
        return [asdict(one) for one in found]

    async def _todos(self, _: Message) -> Any:
        return [asdict(one) for one in todos(self._view)]

    async def _links(self, message: Message) -> Any:
        return asdict(links(self._view, message["params"]["path"], message["params"]["row"]))

    async def _new(self, message: Message) -> Any:
        roots = [vault.root for vault in self._view.vaults]
        params = message["params"]
        return asdict(newnote.new_note(roots, params["title"], params["vault"]))

    async def _status(self, _: Message) -> Any:
        status = self._finder.status(self._view)
        if self._view.meaning:
            status["lacking"] = sum(self._view.meaning.lacks(vault) for vault in self._view.vaults)
        return status

    async def _leave(self, _: Message) -> None:
        self._stop()

    async def _invite(self, _: Message) -> str:
        """Return what lets another connection in as long as this one lives."""
        if not self._invitation:
            self._invitation = secrets.token_urlsafe(16)
            self._invited[self._invitation] = self
        return self._invitation

    async def _join(self, message: Message) -> list[str]:
        """Let a guest in; return the names of a row's values, which are sent without them."""
        host = self._invited.get(str(message["params"]["invitation"]))
        if host is None:
            raise AiError(Kind.USAGE, "That invitation is no longer good.")
        self._host, self._view = host, host._view
        host._guests.add(self)
        return list(COLUMNS)


_NEAR = 20
"""Sections near in meaning that are looked at."""
_OVERTAKEN = Found((), -1, None, 0.0)
