"""The faults that servers and networks show, as a table: name → how the fake plays it."""

from __future__ import annotations

import json
from typing import Any

from tests.fake_llm import Asked, Play, Wire, counted, saying

LOGIN = "<!doctype html><html><head><title>Sign in</title></head><body>Log in first.</body></html>"


def status(code: int, body: Any = None, **headers: str) -> Play:
    """Return a fault that answers with a status."""

    async def play(wire: Wire, asked: Asked) -> None:
        said = body if body is not None else {"error": {"message": f"status {code}"}}
        await wire.answer(said, code, **headers)

    return play


def streaming(*parts: str | bytes, reset: bool = False) -> Play:
    """Return a fault that streams texts (as deltas) and bytes (as they are), then just ends."""

    async def play(wire: Wire, asked: Asked) -> None:
        await wire.stream()
        for part in parts:
            await (wire.raw(part) if isinstance(part, bytes) else wire.text(part))
        if reset:
            wire.reset()

    return play


def stalling(first: str = "", *, ping: bool = False, head: bool = True) -> Play:
    """Return a fault that falls silent after a text, until the client gives up."""

    async def play(wire: Wire, asked: Asked) -> None:
        if head:
            await wire.stream()
            await wire.text(first)
        await wire.until_gone(ping=ping)

    return play


def error(message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, **more}}


async def _reset_before(wire: Wire, asked: Asked) -> None:
    wire.reset()


async def _refusal(wire: Wire, asked: Asked) -> None:
    await wire.stream()
    delta = {"refusal": "I cannot help with that."}
    await wire.event(choices=[{"index": 0, "delta": delta, "finish_reason": None}])
    await wire.finish("stop", counted(asked, ""))


def _event(value: Any) -> bytes:
    return f"data: {json.dumps(value)}\n\n".encode()


_HALF = "summary: Return the"

FAULTS: dict[str, Play] = {
    "bad key": status(401, error("Incorrect API key provided: sk-abcdefgh12345678")),
    "forbidden": status(403),
    "no such address": status(404, "<html>404</html>"),
    "no such model": status(404, error("The model 'x' does not exist", code="model_not_found")),
    "request timeout": status(408),
    "conflict": status(409),
    "too large": status(413),
    "context": status(400, error("This model's maximum context length is 512 tokens")),
    "context llama": status(
        400,
        error("the request exceeds the available context size", type="exceed_context_size_error"),
    ),
    "bad request": status(400, error("we did not like it")),
    "rate limit": status(429),
    "rate limit for long": status(429, None, Retry_After="3600"),
    "quota": status(429, error("You exceeded your current quota", code="insufficient_quota")),
    "no credit": status(402),
    "inside": status(500),
    "gateway page": status(502, "<html><h1>502 Bad Gateway</h1></html>"),
    "not ready": status(503),
    "gateway timeout": status(504),
    "overloaded": status(529),
    "redirect": status(302, "<html>moved</html>", Location="http://192.0.2.1/login"),
    "login page": status(200, LOGIN),
    "error with 200": status(200, error("the model crashed", code=500)),
    "list with 200": status(200, []),
    "reset before": _reset_before,
    "reset mid": streaming(_HALF, reset=True),
    "end without finish": streaming(_HALF),
    "end at once": streaming(),
    "silent": stalling(head=False),
    "silent with pings": stalling(ping=True),
    "stall": stalling(_HALF),
    "stall with pings": stalling(_HALF, ping=True),
    "half character": streaming(_HALF, b'data: {"choices":[{"delta":{"content":"\xe2\x82"}}]}\n\n'),
    "half event": streaming(_HALF, b'data: {"choices":[{"del\n\n'),
    "error line": streaming(_HALF, b'error: {"code":500,"message":"slot lost"}\n\n'),
    "error event": streaming(_HALF, _event(error("slot lost"))),
    "odd event": streaming(_event([1, 2])),
    "refusal": _refusal,
    "refusal in prose": saying("I'm sorry, but I can't help with that request."),
    "content filter": saying(_HALF, "content_filter"),
    "empty": saying(""),
    "only thinking": saying("<think>Let me see.", "length"),
}
