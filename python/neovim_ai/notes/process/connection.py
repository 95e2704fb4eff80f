"""The client's end of the socket: calls out, answers in, the process started when there is none."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Mapping
from typing import Any

from neovim_ai.errors import AiError, Kind
from neovim_ai.notes.model import Progress
from neovim_ai.notes.process import address, wire
from neovim_ai.notes.process.server import Config
from neovim_ai.resident import apart

START_SECONDS = 30.0
_STEP = 0.02


class Gone(Exception):  # noqa: N818 - it is no failure as long as the call can be made again
    """The process went away before it answered."""


class Connection:
    """One open socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer = writer
        self._calls: dict[int, asyncio.Future[Any]] = {}
        self._watchers: dict[int, Callable[[Progress], None]] = {}
        self._last = 0
        self._reading = asyncio.create_task(self._read(reader))

    @property
    def alive(self) -> bool:
        """Whether the process is there, as far as is known."""
        return not self._reading.done()

    async def call(
        self,
        name: str,
        params: Mapping[str, Any],
        watcher: Callable[[Progress], None] | None = None,
    ) -> Any:
        """Return the answer to a call.

        Raises:
            AiError: What the process answered.
            Gone: It answered nothing and is no more.
        """
        if not self.alive:
            raise Gone
        self._last += 1
        number = self._last
        answer: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._calls[number] = answer
        if watcher:
            self._watchers[number] = watcher
        try:
            self._writer.write(wire.line({"id": number, "call": name, "params": dict(params)}))
            return await answer
        finally:
            self._calls.pop(number, None)
            self._watchers.pop(number, None)

    async def close(self) -> None:
        """Let the process know that we are gone."""
        self._writer.close()
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while line := await reader.readline():
                self._take(json.loads(line))
        except (OSError, ValueError):
            # Killed in the middle of a line, or of sending it: the same as gone.
            return
        finally:
            for answer in self._calls.values():
                if not answer.done():
                    answer.set_exception(Gone())

    def _take(self, message: Mapping[str, Any]) -> None:
        number = message["id"]
        if "progress" in message:
            if watcher := self._watchers.get(number):
                watcher(Progress(*message["progress"]))
            return
        answer = self._calls.get(number)
        if answer is None or answer.done():
            return
        if "error" in message:
            answer.set_exception(wire.failure(message["error"]))
        else:
            answer.set_result(message["result"])


async def connect(config: Config) -> Connection:
    """Return a connection to the user's notes process, started if there is none.

    Raises:
        AiError: `server` when it does not come up, `setup` on a system without file locks.
    """
    deadline, started = time.monotonic() + START_SECONDS, 0.0
    while True:
        where = address.published()
        if where is not None:
            # It may leave just now: then the next one is waited for.
            with contextlib.suppress(OSError):
                return Connection(
                    *await asyncio.open_unix_connection(where["socket"], limit=wire.LONGEST_LINE)
                )
        elif not started and not address.lock().is_held():
            await apart.start(
                "neovim_ai.notes.process.server", config.to_json(), address.log_file()
            )
            started = time.monotonic()
        if time.monotonic() > deadline:
            raise AiError(
                Kind.SERVER, "The notes' process does not answer.", f"See {address.log_file()}."
            )
        await asyncio.sleep(_STEP)
