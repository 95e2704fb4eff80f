"""What goes wrong at a server or on the way to it: how it is played, and what the user reads.

Each fault is played at the start of an answer and, as servers then do, inside a stream.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from tests.fake_faults import LOGIN, error, status
from tests.fake_llm import Asked, Play, Wire, counted


@dataclass(frozen=True)
class ServerFault:
    """One fault.

    Attributes:
        name: For people.
        before: Played instead of an answer.
        inside: Played in the middle of a stream.
        says: A part of the message, in lower case. Empty where something of the answer is of use:
            then a proposal may come of it too, but nothing that the fault has put in.
        timeout: Seconds that the editor's watchdogs wait; 0 for the usual.
        says_inside: The same where a stream has begun; None for the same words.
    """

    name: str
    before: Play
    inside: Play
    says: str
    timeout: float = 0.0
    says_inside: str | None = None


def _event_of(value: Any) -> Play:
    """Return how a server says something in a stream."""

    async def play(wire: Wire, asked: Asked) -> None:
        await wire.raw(f"data: {json.dumps(value)}\n\n".encode())

    return play


def _in_stream(code: int, message: str, **more: Any) -> Play:
    """Return how a server reports a failure once a stream has begun."""
    return _event_of(error(message, code=code, **more))


def _http(
    name: str, code: int, says: str, message: str = "", inside: str | None = None, **more: Any
) -> ServerFault:
    headers = {k: v for k, v in more.items() if k[0].isupper()}
    rest = {k: v for k, v in more.items() if k not in headers}
    said = message or f"status {code}"
    before = status(code, error(said, **rest), **headers)
    return ServerFault(name, before, _in_stream(code, said, **rest), says, says_inside=inside)


def _begun(play: Play) -> Play:
    """Return the same fault for a connection on which nothing was sent yet."""

    async def whole(wire: Wire, asked: Asked) -> None:
        await wire.stream()
        await play(wire, asked)

    return whole


def _sent(*parts: str | bytes, reason: str = "stop", end: bool = True) -> Play:
    async def play(wire: Wire, asked: Asked) -> None:
        for part in parts:
            await (wire.raw(part) if isinstance(part, bytes) else wire.text(part, step=400))
        if end:
            await wire.finish(reason, counted(asked, "x"))

    return play


async def _reset(wire: Wire, asked: Asked) -> None:
    wire.reset()


async def _close(wire: Wire, asked: Asked) -> None:
    return


async def _stall(wire: Wire, asked: Asked) -> None:
    await wire.until_gone()


async def _stall_with_pings(wire: Wire, asked: Asked) -> None:
    await wire.until_gone(ping=True)


def _delta(**delta: Any) -> bytes:
    chunk = {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]}
    return f"data: {json.dumps(chunk)}\n\n".encode()


def _content(name: str, *parts: str | bytes, says: str = "", **more: Any) -> ServerFault:
    inside = more.pop("inside", None)
    play = _sent(*parts, **more)
    return ServerFault(name, _begun(play), play, says, says_inside=inside)


_HALF_CHARACTER = b'data: {"choices":[{"delta":{"content":"\xe2\x82"}}]}\n\n'
_HALF_EVENT = b'data: {"choices":[{"del\n\n'

_NOVEL = "cannot parse the request: " + "def parse_size(text):\n" * 400

HTTP: tuple[ServerFault, ...] = (
    _http("401", 401, "refused the key", "Incorrect API key provided"),
    _http("403", 403, "does not allow this key"),
    _http("404 model", 404, "has no model", "The model 'x' does not exist", type="model_not_found"),
    _http("408", 408, "gave up waiting"),
    _http("409", 409, "conflict"),
    _http("413", 413, "too large"),
    _http("429", 429, "too many requests"),
    _http("429 for an hour", 429, "too many requests", Retry_After="3600"),
    _http("429 quota", 429, "no credit", "You exceeded your current quota"),
    _http("500", 500, "failed inside"),
    ServerFault(
        "502 page",
        status(502, "<html><h1>502 Bad Gateway</h1></html>"),
        _sent(b"<html><h1>502 Bad Gateway</h1></html>", end=False),
        "gateway",
        says_inside="ended in the middle",
    ),
    _http("503", 503, "not ready"),
    _http("529", 529, "overloaded"),
    ServerFault(
        "error that quotes all",
        status(200, error(_NOVEL)),
        _event_of(error(_NOVEL)),
        "reports an error",
    ),
    ServerFault(
        "login page", status(200, LOGIN), _close, "web page", says_inside="ended in the middle"
    ),
)

TRANSPORT: tuple[ServerFault, ...] = (
    ServerFault("reset", _reset, _reset, "broke the connection"),
    ServerFault("end without a finish", _begun(_close), _close, "ended in the middle"),
    ServerFault("no first token", _begun(_stall), _stall, "fell silent", timeout=0.7),
    ServerFault("stall", _stall, _stall, "fell silent", timeout=0.7),
    ServerFault(
        "stall with pings", _begun(_stall_with_pings), _stall_with_pings, "fell silent", timeout=0.7
    ),
    _content("half a character", _HALF_CHARACTER, says="damaged text", end=False),
    _content("half an event", _HALF_EVENT, says="damaged text", end=False),
    _content("error line", b'error: {"code":500,"message":"slot lost"}\n\n', says="failed inside"),
)

_BIDI = "summary: Return the \u202esize\u202c in bytes.\n"
_SCRIPT = "summary: \u8fd4\u56de\u5b57\u8282\u6570\u3002\n"
_CONTROLS = "summary: Return the \x1b[31msize\x07 in bytes.\n"

CONTENT: tuple[ServerFault, ...] = (
    _content("empty", says="nothing", inside=""),
    _content("refusal", _delta(refusal="I cannot help with that."), says="declined"),
    _content("filter", reason="content_filter", says="filter"),
    _content("length", reason="length", says="reasoning", inside=""),
    _content("open thought", "<think>Let me see", reason="length", says="reasoning", inside=""),
    _content("closed thought", "</think>summary: Return the size.\n"),
    _content("wrong schema", '{"weather": "fine", "summary": 3}\n'),
    _content("more than was asked", "summary: Return it.\nextra: More.\nalso: More.\n"),
    _content("a megabyte", "summary: Return the size. " + "More and more. " * 70_000),
    _content("endless repetition", "summary: Return the " + "size of the " * 3000),
    _content("control characters", _CONTROLS),
    _content("bidirectional characters", _BIDI),
    _content("fences", "```text\nsummary: Return the size in bytes.\n```\n"),
    _content("another script", _SCRIPT),
)

SERVERS = HTTP + TRANSPORT + CONTENT
