"""For the model side: the user's one local server, started if need be, held while in use."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.local import address, catalogue
from neovim_ai.llm.local.address import Address
from neovim_ai.llm.local.supervisor import OWN, Config
from neovim_ai.llm.model import Waiting
from neovim_ai.resident import apart

START_SECONDS = 30.0
"""How long a supervisor may take to answer; it imports little and loads nothing."""
_STEP = 0.05
_LOG = logging.getLogger(__name__)


class LocalServer:
    """A held place at the local server: while it is open the server stays.

    Attributes:
        base_url: For an OpenAI client, ends in `/v1`; loopback, so no proxy.
        token: Its API key.
        model: The name to ask for.
    """

    def __init__(self, where: Address, model: str, presence: asyncio.Task[None]) -> None:
        self.base_url = where.base_url
        self.token = where.token
        self.model = model
        self._presence = presence

    @property
    def alive(self) -> bool:
        """Whether the supervisor is still there; when not, `connect` again."""
        return not self._presence.done()

    async def close(self) -> None:
        """Give the place up; the server may leave when nobody holds one."""
        self._presence.cancel()
        await asyncio.gather(self._presence, return_exceptions=True)


async def connect(
    model_name: str, waiting: Callable[[Waiting], None], config: Config | None = None
) -> LocalServer:
    """Return a held place at the local server with the model loaded.

    Args:
        model_name: A name of the catalogue.
        waiting: Told why nothing happens yet, about once a second.
        config: How to start a supervisor if none runs; tests replace the model server here.

    Raises:
        AiError: `usage`, `model_missing`, `model_damaged`, `setup`, or `server`.
    """
    config = config or usual(model_name)
    began = time.monotonic()
    while True:
        where = await _find_or_start(config)
        ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        presence = asyncio.create_task(_stay(where, model_name, waiting, ready))
        try:
            await asyncio.wait({ready, presence}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            presence.cancel()
            raise
        if ready.done():
            ready.result()
            return LocalServer(where, model_name, presence)
        # It left between telling its address and our coming: with the next one we come in time.
        if time.monotonic() - began > START_SECONDS:
            raise _silent()
        await asyncio.sleep(_STEP)


async def stop() -> bool:
    """End the shared server; tell whether there was one.

    Raises:
        AiError: `server` when it does not end.
    """
    where = address.published()
    if where is None:
        return False
    # It may be leaving by itself.
    with contextlib.suppress(httpx2.TransportError):
        await _ask(where, "stop")
    deadline = time.monotonic() + START_SECONDS
    while address.server_lock().is_held():
        if time.monotonic() > deadline:
            raise _silent()
        await asyncio.sleep(_STEP)
    return True


async def state() -> dict[str, Any]:
    """Return what the shared server does; `{"up": False}` when there is none.

    Keys: `up`, `pid`, `server_pid`, `model` (loaded, or None), `loading_seconds`, `clients`,
    `running`, `waiting`, `base_url`.
    """
    where = address.published()
    if where is None:
        return {"up": False}
    try:
        answer = await _ask(where, "status")
    except httpx2.TransportError:
        return {"up": False}
    return {"up": True, "base_url": where.base_url, **answer}


def usual(model_name: str) -> Config:
    """Return how a supervisor for that model is started.

    Raises:
        AiError: `usage` or `model_missing`; `setup` when the engine is not installed.
    """
    catalogue.require_answers(model_name)
    if not catalogue.is_here(model_name):
        raise catalogue.missing(model_name)
    import importlib.util

    if importlib.util.find_spec("xllamacpp") is None:
        raise AiError(Kind.SETUP, "The local model's engine is not installed.", "Run: make setup")
    return Config(model_name)


async def _find_or_start(config: Config) -> Address:
    deadline, started = time.monotonic() + START_SECONDS, False
    while (where := address.published()) is None:
        if not started and not address.server_lock().is_held():
            # When two come at once both start one, and the later leaves at the lock.
            await _start(config)
            started = True
        if time.monotonic() > deadline:
            raise _silent()
        await asyncio.sleep(_STEP)
    return where


async def _start(config: Config) -> None:
    await apart.start("neovim_ai.llm.local.supervisor", config.to_json(), address.log_file())


async def _stay(
    where: Address,
    model: str,
    waiting: Callable[[Waiting], None],
    ready: asyncio.Future[None],
) -> None:
    """Hold the connection that tells the supervisor we are here; return when it is gone."""
    try:
        async for event in _presence(where, model):
            if ready.done():
                continue
            if "failed" in event:
                ready.set_exception(_told(event["failed"]))
            elif "ready" in event:
                ready.set_result(None)
            else:
                waiting(_why(event["comment"]))
    except httpx2.TransportError as error:
        # `alive` is False from here on, which is all there is to say of it.
        _LOG.info("the local model's supervisor is gone: %s", error)


async def _presence(where: Address, model: str) -> AsyncIterator[dict[str, Any]]:
    async with (
        httpx2.AsyncClient(trust_env=False, timeout=None) as client,
        client.stream(
            "POST", _own(where, "presence"), headers=_headers(where), json={"model": model}
        ) as reply,
    ):
        async for line in reply.aiter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))
            elif line.startswith(": "):
                yield {"comment": line.removeprefix(": ")}


def _why(comment: str) -> Waiting:
    word, _, number = comment.partition(" ")
    if word == "queued":
        return Waiting(f"{number} before us at the local model")
    return Waiting("loading the model", float(number or 0))


def _told(failed: dict[str, str]) -> AiError:
    return AiError(Kind(failed["kind"]), failed["message"], failed["hint"])


def _silent() -> AiError:
    return AiError(
        Kind.SERVER,
        "The local model's supervisor does not answer.",
        f"See {address.log_file()}, then run: neovim-ai model stop",
    )


def _own(where: Address, name: str) -> str:
    return where.base_url.removesuffix("/v1") + OWN + name


def _headers(where: Address) -> dict[str, str]:
    return {"Authorization": f"Bearer {where.token}"}


async def _ask(where: Address, name: str) -> dict[str, Any]:
    async with httpx2.AsyncClient(trust_env=False, timeout=10) as client:
        reply = await client.post(_own(where, name), headers=_headers(where))
        answer: dict[str, Any] = reply.json()
        return answer
