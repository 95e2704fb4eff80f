"""Every request as one job on an asyncio loop of its own: the editor's channel never waits."""

from __future__ import annotations

import asyncio
import os
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Protocol, cast

from neovim_ai import last_words
from neovim_ai.errors import AiError, Kind, is_of_memory, no_memory

Wire = dict[str, Any]
Emit = Callable[[Wire], None]

SEND_EVERY = 0.04
"""Seconds between two sends; a screen cannot be read faster."""

_NEWEST_ONLY = frozenset({"phase", "draft", "test_draft", "progress"})
_AT_ONCE = frozenset({"result", "error"})


class Service(Protocol):
    """What answers requests; one call is one request."""

    async def call(self, method: str, params: Mapping[str, Any], emit: Emit) -> Mapping[str, Any]:
        """Answer, emitting events without an id on the way; raises AiError."""


class Jobs:
    """Runs requests beside each other; each ends with exactly one `result` or `error` event.

    Attributes:
        service: What answers.
        send: Takes batches of events to the editor, from the jobs' own thread.
        report: Takes what nobody expected, for the log.

    `deaf` is called when the loop itself broke and hears nothing more.
    """

    def __init__(
        self,
        service: Service,
        send: Callable[[list[Wire]], None],
        report: Callable[[str, BaseException], None],
        deaf: Callable[[], None] | None = None,
    ) -> None:
        self.service = service
        self.report = report
        self._deaf = deaf
        self._loop = asyncio.new_event_loop()
        self._outbox = _Outbox(self._loop, send)
        self._tasks: dict[int, asyncio.Task[Wire]] = {}
        self._thread = threading.Thread(target=self._run, name="neovim-ai-jobs", daemon=True)
        self._thread.start()

    def request(self, message: Mapping[str, Any]) -> None:
        """Start a `protocol.Request`; returns at once."""
        self._loop.call_soon_threadsafe(self._start, dict(message))

    def cancel(self, request_id: int) -> None:
        """End a request with the error `cancelled`; nothing happens when it has ended already."""
        self._loop.call_soon_threadsafe(self._cancel, request_id)

    def close(self) -> None:
        """Cancel everything and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop)
            self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        except BaseException:
            if self._deaf:
                self._deaf()
            raise
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    def _start(self, message: Wire) -> None:
        request_id = int(message["id"])
        task = self._loop.create_task(self._answer(request_id, message))
        self._tasks[request_id] = task
        task.add_done_callback(lambda done: self._finish(request_id, done))

    async def _answer(self, request_id: int, message: Wire) -> Wire:
        params = message.get("params") or {}
        _refuse_unreadable(params)
        emit = self._emitter(request_id)
        answer = await self.service.call(str(message["method"]), _clean(params), emit)
        return cast(Wire, _clean(answer))

    def _emitter(self, request_id: int) -> Emit:
        def post(event: Wire) -> None:
            if request_id in self._tasks:
                self._outbox.put(event)

        def emit(event: Wire) -> None:
            cleaned = {**_clean(event), "id": request_id}
            # An engine may emit from a worker thread; the outbox belongs to the loop's.
            if threading.current_thread() is self._thread:
                post(cleaned)
            else:
                self._loop.call_soon_threadsafe(post, cleaned)

        return emit

    def _finish(self, request_id: int, task: asyncio.Task[Wire]) -> None:
        # A callback, not a `finally`: a task cancelled before its first step runs none of its code.
        self._tasks.pop(request_id, None)
        self._outbox.put({"id": request_id, **self._ending(task)})

    def _ending(self, task: asyncio.Task[Wire]) -> Wire:
        if task.cancelled():
            return _error(Kind.CANCELLED, "Stopped.")
        error = task.exception()
        if error is None:
            return {"type": "result", "result": task.result()}
        if isinstance(error, AiError):
            return _error(error.kind, error.message, error.hint)
        self.report("a request failed unexpectedly", error)
        if is_of_memory(error):
            told = no_memory()
            return _error(told.kind, told.message, told.hint)
        return _error(
            Kind.INTERNAL,
            f"Something unexpected went wrong ({type(error).__name__}).",
            "See :AiLog; the next command works.",
        )

    def _cancel(self, request_id: int) -> None:
        if task := self._tasks.get(request_id):
            task.cancel()

    def _stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        stopping = self._loop.create_task(self._drained(list(self._tasks.values())))
        stopping.add_done_callback(lambda _: self._loop.stop())

    async def _drained(self, tasks: list[asyncio.Task[Wire]]) -> None:
        await asyncio.gather(*tasks, return_exceptions=True)


class _Outbox:
    """Events on their way: at most one send per `SEND_EVERY`, but an ending never waits."""

    def __init__(self, loop: asyncio.AbstractEventLoop, send: Callable[[list[Wire]], None]) -> None:
        self._loop = loop
        self._send = send
        self._events: list[Wire] = []
        self._last = float("-inf")
        self._timer: asyncio.TimerHandle | None = None

    def put(self, event: Wire) -> None:
        """Take an event; of those that tell a state, the newest of a request replaces older."""
        if event["type"] in _NEWEST_ONLY:
            same = (event["id"], event["type"])
            self._events = [e for e in self._events if (e["id"], e["type"]) != same]
        self._events.append(event)
        wait = self._last + SEND_EVERY - self._loop.time()
        if event["type"] in _AT_ONCE or wait <= 0:
            self._flush()
        elif self._timer is None:
            self._timer = self._loop.call_later(wait, self._flush)

    def _flush(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._events:
            events, self._events = self._events, []
            self._last = self._loop.time()
            self._send(events)


class _OnFirstCall:
    """Makes the service when the first request needs it, on the jobs' thread."""

    def __init__(self, make: Callable[[], Service]) -> None:
        self._make = make
        self._made: Service | None = None

    async def call(self, method: str, params: Mapping[str, Any], emit: Emit) -> Mapping[str, Any]:
        if self._made is None:
            self._made = self._import()
        return await self._made.call(method, params, emit)

    def _import(self) -> Service:
        try:
            return self._make()
        except ImportError as error:
            raise AiError(
                Kind.SETUP,
                f"The Python environment lacks a package: {error}.",
                "Run :AiInstall, or see :checkhealth neovim_ai.",
            ) from error


def connect(send: Callable[[list[Wire]], None]) -> Jobs:
    """Start the jobs of a host with the real service; its slow imports warm once it is there."""
    last_words.redact_stderr()
    last_words.leave_no_core()

    def make() -> Service:
        from neovim_ai.service import Service as Real

        service = Real()
        # Not earlier: only one of two imports goes on at a time, and this one is waited for.
        threading.Thread(target=_warm, name="neovim-ai-warm", daemon=True).start()
        return service

    return Jobs(_OnFirstCall(make), send, _report, _end)


def _end() -> None:
    """End the process: the editor sees it and starts another, which hears again."""
    try:
        traceback.print_exc()
    finally:
        os._exit(70)


def _warm() -> None:
    try:
        from neovim_ai.docs.gates import pydoclinted
        from neovim_ai.llm import providers

        # 2.3 s on a slow machine; whoever needs it earlier waits at the import lock for the rest.
        providers.warm()
        pydoclinted.warm()
    except ImportError as error:
        # The request that needs it tells the user; here there is only the log.
        _report("warming the imports failed", error)


def _report(message: str, error: BaseException) -> None:
    from neovim_ai import log

    log.failure(message, error)


def _error(kind: Kind, message: str, hint: str = "") -> Wire:
    # A server's own words may quote the code that it was sent, or the key.
    from neovim_ai.log import redact

    return {"type": "error", "kind": str(kind), "message": redact(message), "hint": redact(hint)}


def _refuse_unreadable(params: Mapping[str, Any]) -> None:
    """Refuse a buffer whose bytes could not be written back as they came.

    Raises:
        AiError: `not_python`, naming the line.
    """
    lines = (params.get("buffer") or {}).get("lines") or []
    for number, line in enumerate(lines, 1):
        if any("\udc80" <= char <= "\udcff" for char in line):
            raise AiError(
                Kind.NOT_PYTHON,
                f"Line {number} holds bytes that are not UTF-8.",
                "Reload it with :e ++enc=latin1 (or its real encoding) first.",
            )
        if "\n" in line or "\0" in line:
            raise AiError(Kind.NOT_PYTHON, f"Line {number} holds a NUL byte.", "Remove it first.")


def _clean(value: Any) -> Any:
    """Return plain data that msgpack can carry, text without lone surrogates.

    Raises:
        TypeError: If the value holds something that is no plain data.
    """
    if isinstance(value, str):
        # Most are as they should be, and there are hundreds in an answer to one key press.
        return value if value.isascii() else _without_surrogates(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    raise TypeError(f"{type(value).__name__} cannot be sent to the editor")


def _without_surrogates(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
