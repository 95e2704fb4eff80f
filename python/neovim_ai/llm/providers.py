"""Which model answers: what is configured, else what is local, else what the user agreed to."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable
from dataclasses import replace

from neovim_ai import log
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import consent, keys
from neovim_ai.llm.canary import Capabilities
from neovim_ai.llm.client import open_chat
from neovim_ai.llm.errors import Where
from neovim_ai.llm.filling import ServerModel
from neovim_ai.llm.keys import Key
from neovim_ai.llm.ladder import Rung
from neovim_ai.llm.model import Waiting
from neovim_ai.llm.transport import host_of, is_loopback, proxy_for
from neovim_ai.paths import state_dir
from neovim_ai.settings import Settings

OPENAI = "https://api.openai.com/v1"
OPENAI_MODEL = "gpt-4.1-mini"
USUAL = {11434: "Ollama", 8080: "llama.cpp", 1234: "LM Studio", 8000: "vLLM"}
"""Loopback ports where model servers answer when nobody changed them."""

LOOK_SECONDS = 1.0

_PRIORITY = "X-Neovim-Ai-Priority"  # what our own server's queue goes by

Tell = Callable[[Waiting], None]


async def connect(
    settings: Settings,
    waiting: Tell,
    *,
    batch: bool = False,
    usual: tuple[int, ...] = tuple(USUAL),
) -> ServerModel:
    """Return a connected model; no code has been sent.

    Args:
        settings: What the user has set.
        waiting: Called while there is nothing yet.
        batch: Nobody waits for the answer, so that the local model serves others first.
        usual: Loopback ports to look at when nothing is configured.

    Raises:
        AiError: `no_provider`, `consent`, `auth`, `connection` and the like.
    """
    match settings.provider:
        case "url":
            return await _configured(settings)
        case "openai":
            return await _openai(settings)
        case "local":
            return await _local(settings, waiting, batch)
        case "auto":
            return await _automatic(settings, waiting, batch, usual)
    raise AiError(
        Kind.USAGE, f"Unknown provider '{settings.provider}'.", "Use auto, local, openai or url."
    )


def warm() -> None:
    """Import what is slow, in the caller's thread, so that the first request need not wait."""
    for name in ("openai", "openai.resources.chat.completions"):
        importlib.import_module(name)


def choice(settings: Settings) -> str:
    """Return what was chosen, where the settings leave that to a choice; it is not asked for."""
    if settings.provider == "auto" and not settings.base_url and _openai_chosen():
        return "openai"
    free = settings.provider == "local" or (settings.provider == "auto" and not settings.base_url)
    return (free and _chosen()) or ""


def may_leave(settings: Settings) -> bool:
    """Tell whether these settings can lead to another machine; nothing is asked."""
    if settings.base_url and settings.provider != "local":
        return not is_loopback(settings.base_url)
    if settings.provider != "auto" or _openai_chosen():
        return settings.provider in ("auto", "openai")
    return not _chosen() and keys.in_environment(settings)


async def _automatic(
    settings: Settings, waiting: Tell, batch: bool, usual: tuple[int, ...]
) -> ServerModel:
    if settings.base_url:
        return await _configured(settings)
    if _openai_chosen():
        return await _openai(settings)
    if _chosen():
        return await _local(settings, waiting, batch)
    found = await _answering(settings, usual)
    if found:
        return await _at(found, Key(), settings)
    if keys.in_environment(settings):
        return await _openai(settings)
    raise AiError(
        Kind.NO_PROVIDER,
        "No model is set up.",
        "Run :AiModel to get the local model (1.1 GB) or set base_url.",
    )


async def _configured(settings: Settings) -> ServerModel:
    if not settings.base_url:
        raise AiError(Kind.USAGE, "provider is 'url' but base_url is empty.", "Set base_url.")
    consent.require(settings.base_url, configured=True)
    return await _at(settings.base_url.rstrip("/"), await keys.find(settings), settings)


async def _openai(settings: Settings) -> ServerModel:
    address = settings.base_url.rstrip("/") or OPENAI
    consent.require(address, configured=bool(settings.base_url))
    key = await keys.find(settings)
    if not key.value:
        raise AiError(
            Kind.AUTH, "There is no key for OpenAI.", f"Set {settings.api_key_env} or api_key_cmd."
        )
    return await _at(address, key, settings)


async def _at(base_url: str, key: Key, settings: Settings) -> ServerModel:
    host = host_of(base_url)
    source = key.source or settings.api_key_env
    name = settings.model or (OPENAI_MODEL if base_url == OPENAI else "")
    where = Where(host, name, source, proxy_for(base_url, settings))
    chat = open_chat(base_url, key.value, where, settings)
    try:
        name = name or _first(await chat.models(), where)
    except BaseException:
        await chat.close()
        raise
    chat.where = replace(where, model=name)
    memory = state_dir() / "capabilities.json"
    return ServerModel(chat, Capabilities.recall(base_url, name, memory), host)


def _first(names: tuple[str, ...], where: Where) -> str:
    if not names:
        raise AiError(
            Kind.MODEL_MISSING, f"{where.host} has no models.", "Load one there, or use :AiModel."
        )
    return names[0]


def _chosen() -> str | None:
    from neovim_ai.llm.local import catalogue

    return catalogue.chosen()


def _openai_chosen() -> bool:
    from neovim_ai.llm.local import catalogue

    return catalogue.openai_chosen()


async def _local(settings: Settings, waiting: Tell, batch: bool) -> ServerModel:
    from neovim_ai.llm.local import connection

    name = settings.model or _chosen()
    if not name:
        raise AiError(
            Kind.MODEL_MISSING, "There is no local model yet.", "Run :AiModel to get it (1.1 GB)."
        )
    server = await connection.connect(name, waiting)
    where = Where("the local model", server.model)
    log.hide(server.token)
    urgency = {_PRIORITY: "batch" if batch else "interactive"}
    chat = open_chat(server.base_url, server.token, where, settings, urgency)
    # our own server goes on with what we begin; a reply that does not follow still falls a rung
    able = Capabilities(server.base_url, server.model, Rung.CONTINUE)
    return ServerModel(chat, able, "local", server.close, lambda: server.alive)


async def _answering(settings: Settings, ports: tuple[int, ...]) -> str | None:
    addresses = [f"http://127.0.0.1:{port}/v1" for port in ports]
    found = await asyncio.gather(*(_answers(address, settings) for address in addresses))
    return next((a for a, yes in zip(addresses, found, strict=True) if yes), None)


async def _answers(address: str, settings: Settings) -> bool:
    chat = open_chat(address, "", Where(host_of(address)), settings)
    try:
        async with asyncio.timeout(LOOK_SECONDS):
            return bool(await chat.models())
    except (AiError, TimeoutError):
        return False
    finally:
        await chat.close()
