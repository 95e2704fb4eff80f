"""From a client to the model server and back, through the queue.

What a client may rely on: an answer is the model server's own, status and all, when the request was
admitted at once. A *streaming* request that has to wait is answered at once with 200 and comments,
which event streams allow anywhere and OpenAI's library skips: `: queued 2` whenever its place
changes, `: loading 3` while the model loads, `: admitted` when it is its turn; an error is then a
`data: {"error": {"message", "type", "code"}}` event, `code` being the status it would have had.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.local import catalogue
from neovim_ai.llm.local.admission import Admission, Priority, Ticket
from neovim_ai.llm.local.backend import Backend, Running
from neovim_ai.llm.local.exchange import Asked, Exchange, error_body

PRIORITY_HEADER = "x-neovim-ai-priority"
DIRECT = frozenset(
    {"/v1/models", "/health", "/props", "/tokenize", "/detokenize", "/apply-template"}
)
QUEUED = frozenset(
    {"/v1/chat/completions", "/v1/completions", "/completion", "/v1/responses", "/infill"}
)
MAX_TOKENS = 1024
"""What a request may generate when it does not say; without a limit one may run for minutes."""
_LIMITS = ("max_tokens", "max_completion_tokens", "max_output_tokens", "n_predict")
_TICK = 1.0


class Passthrough:
    """Forwards what clients ask, one at a time, to whichever server has the model they name."""

    def __init__(self, backend: Backend, admission: Admission, default: str) -> None:
        self._backend = backend
        self._admission = admission
        self._default = default
        # The environment's proxies are for the world, not for loopback.
        self._upstream = httpx2.AsyncClient(trust_env=False, timeout=None)

    async def forward(self, exchange: Exchange, asked: Asked) -> None:
        """Answer one request of the served paths."""
        if asked.path in QUEUED:
            await self._in_turn(exchange, asked)
        elif running := self._backend.running:
            await self._relay(exchange, asked, running, asked.body)
        else:
            await exchange.answer(503, error_body(503, "No model is loaded.", "unavailable"))

    async def load(self, model: str, exchange: Exchange) -> None:
        """Load a model in its turn, with the comments a waiting client gets.

        Raises:
            AiError: It cannot be loaded.
        """
        if self._backend.running and self._backend.running.model == model:
            return
        ticket = self._admission.join(Priority.INTERACTIVE)
        try:
            await self._wait(exchange, ticket, tell=True)
            await self._ready(exchange, model, tell=True)
        finally:
            self._admission.leave(ticket)

    def model_of(self, body: dict[str, Any]) -> str:
        """Return which known model a request means: a name we do not know is the present one."""
        named = body.get("model")
        if named in [m.name for m in catalogue.MODELS]:
            return str(named)
        return self._backend.running.model if self._backend.running else self._default

    async def _in_turn(self, exchange: Exchange, asked: Asked) -> None:
        body = asked.json()
        tell = body.get("stream") is True
        batch = asked.headers.get(PRIORITY_HEADER, "batch") != "interactive"
        ticket = self._admission.join(Priority.BATCH if batch else Priority.INTERACTIVE)
        try:
            await self._wait(exchange, ticket, tell)
            running = await self._ready(exchange, self.model_of(body), tell)
            if exchange.started:
                await exchange.write(b": admitted\n\n")
            await self._relay(exchange, asked, running, limited(asked.body, body))
        except AiError as error:
            await fail(exchange, _status(error), str(error), error.kind)
        finally:
            self._admission.leave(ticket)

    async def _wait(self, exchange: Exchange, ticket: Ticket, tell: bool) -> None:
        while position := await ticket.next_position():
            if tell:
                await comment(exchange, f"queued {position}")

    async def _ready(self, exchange: Exchange, model: str, tell: bool) -> Running:
        loading = asyncio.create_task(self._backend.ensure(model))
        try:
            while not (await asyncio.wait({loading}, timeout=_TICK))[0]:
                if tell:
                    await comment(exchange, f"loading {self._backend.loading_seconds or 0:.0f}")
            return loading.result()
        finally:
            # A client that goes away while the model loads leaves it to the next one.
            await asyncio.gather(loading, return_exceptions=True)

    async def _relay(self, exchange: Exchange, asked: Asked, running: Running, body: bytes) -> None:
        request = self._upstream.build_request(
            asked.method,
            running.address + asked.path,
            content=body,
            headers={
                "Authorization": f"Bearer {running.token}",
                "Content-Type": asked.headers.get("content-type", "application/json"),
                "Connection": "close",
            },
        )
        try:
            reply = await self._upstream.send(request, stream=True)
            try:
                await _copy(exchange, reply)
            finally:
                # Closing it frees the slot: llama.cpp stops when its client goes.
                await reply.aclose()
        except httpx2.TransportError:
            await fail(exchange, 502, "The local model's server stopped. Ask again.", Kind.SERVER)


async def comment(exchange: Exchange, text: str) -> None:
    """Tell a waiting client something its event stream may ignore."""
    if not exchange.started:
        await exchange.start(200, [("Content-Type", "text/event-stream")])
    await exchange.write(f": {text}\n\n".encode())


async def fail(exchange: Exchange, status: int, message: str, kind: str) -> None:
    """Tell a client about an error in the way that is still open."""
    if not exchange.started:
        await exchange.answer(status, error_body(status, message, kind))
        return
    if not exchange.is_event_stream:
        # Half of a JSON text is best ended like one: the client sees a broken connection.
        raise ConnectionAbortedError(message)
    event = json.dumps(error_body(status, message, kind))
    await exchange.write(f"\n\ndata: {event}\n\n".encode())
    await exchange.finish()


def limited(raw: bytes, body: dict[str, Any]) -> bytes:
    """Return the request's body with a limit on what may be generated, ours if it has none."""
    limits = [body[name] for name in _LIMITS if name in body]
    if not body or any(isinstance(n, int) and n > 0 for n in limits):
        return raw
    kept = {name: value for name, value in body.items() if name not in _LIMITS}
    return json.dumps({**kept, "max_tokens": MAX_TOKENS}).encode()


async def _copy(exchange: Exchange, reply: httpx2.Response) -> None:
    if not exchange.started:
        kept = [(n, v) for n, v in reply.headers.items() if n.lower() == "content-type"]
        await exchange.start(reply.status_code, kept)
    elif reply.status_code != 200:
        await fail(exchange, reply.status_code, *_worded(await reply.aread()))
        return
    async for piece in reply.aiter_raw():
        await exchange.write(piece)
    await exchange.finish()


def _worded(body: bytes) -> tuple[str, str]:
    try:
        error = json.loads(body)["error"]
        return str(error["message"]), str(error.get("type", "server_error"))
    except (ValueError, KeyError, TypeError):
        return "The local model's server answered with an error.", "server_error"


def _status(error: AiError) -> int:
    return 404 if error.kind is Kind.MODEL_MISSING else 503
