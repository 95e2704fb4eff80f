"""An OpenAI-compatible server on a real socket, with derived answers and scripted faults.

Run by hand: `python -m tests.fake_llm --port 8123 [--mode MODE] [--fault NAME]`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import socket
import struct
import sys
import threading
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.fake_answers import LLAMA, Mode, derived_reply, plausible

Play = Callable[["Wire", "Asked"], Coroutine[Any, Any, None]]
MODEL = "fake-model"


@dataclass
class Asked:
    """One request that arrived; `gone` is set when its client hung up before the end."""

    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def prompt(self) -> str:
        return "\n".join(str(m["content"]) for m in self.body.get("messages", ()))


class Gate:
    """A place where a scripted reply stands still until the test lets it go on."""

    def __init__(self) -> None:
        self.reached = threading.Event()
        self._open = threading.Event()

    def open(self) -> None:
        self._open.set()

    def is_open(self) -> bool:
        return self._open.is_set()

    def wait_reached(self, deadline: float = 20.0) -> None:
        assert self.reached.wait(deadline), "no request came to the gate"


class ClientGoneError(Exception):
    """The client hung up."""


class Wire:
    """The server's end of one connection."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, model: str
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._hung_up = asyncio.ensure_future(reader.read(1))
        self.model = model

    async def raw(self, data: bytes) -> None:
        """Send bytes as they are."""
        await asyncio.wait({self._hung_up}, timeout=0)
        if self._hung_up.done():
            raise ClientGoneError
        try:
            self._writer.write(data)
            await self._writer.drain()
        except ConnectionError as error:
            raise ClientGoneError from error

    async def head(self, status: int = 200, kind: str = "application/json", **headers: str) -> None:
        lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        await self.raw("\r\n".join([*lines, "", ""]).encode())

    async def answer(self, body: Any, status: int = 200, **headers: str) -> None:
        """Send a whole reply: JSON, or a web page where `body` is text."""
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        kind = "text/html" if isinstance(body, str) else "application/json"
        await self.head(status, kind, Content_Length=str(len(data)), **headers)
        await self.raw(data)

    async def stream(self) -> None:
        await self.head(200, "text/event-stream")

    async def event(self, **chunk: Any) -> None:
        data = {"id": "f", "object": "chat.completion.chunk", "model": self.model, **chunk}
        await self.raw(f"data: {json.dumps(data)}\n\n".encode())

    async def delta(self, text: str, **more: Any) -> None:
        delta = {"content": text, **more}
        await self.event(choices=[{"index": 0, "delta": delta, "finish_reason": None}])

    async def text(self, text: str, step: int = 6) -> None:
        """Send a text in pieces as small as tokens."""
        for start in range(0, len(text), step):
            await self.delta(text[start : start + step])

    async def finish(self, reason: str = "stop", usage: dict[str, Any] | None = None) -> None:
        await self.event(choices=[{"index": 0, "delta": {}, "finish_reason": reason}])
        if usage is not None:
            await self.event(choices=[], usage=usage)
        await self.raw(b"data: [DONE]\n\n")

    async def at(self, gate: Gate, ping: bool = False) -> None:
        """Stand still until the gate opens; notices a client that goes away meanwhile."""
        gate.reached.set()
        while not gate.is_open():
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._hung_up), 0.01)
            if self._hung_up.done():
                raise ClientGoneError
            if ping:
                await self.raw(b": ping\n\n")

    async def until_gone(self, ping: bool = False) -> None:
        """Stand still until the client hangs up."""
        await self.at(Gate(), ping=ping)

    def reset(self) -> None:
        """Break the connection as a crash does."""
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    async def close(self) -> None:
        self._hung_up.cancel()
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()


class FakeLLM:
    """The server; use it as a context manager.

    Attributes:
        mode: What it enforces.
        answers: The text for a field's name.
        requests: All that was asked, in order.
        default: How a chat is answered that no scripted reply awaits.
    """

    def __init__(
        self,
        mode: Mode = LLAMA,
        answers: Callable[[str], str] = plausible,
        default: Play | None = None,
        port: int = 0,
    ) -> None:
        self.mode = mode
        self.answers = answers
        self.models: list[str] = [MODEL]
        self.key = ""
        self.default: Play = default or derived
        self.requests: list[Asked] = []
        self._script: deque[Play] = deque()
        self._loop = asyncio.new_event_loop()
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def chats(self) -> list[Asked]:
        """The chats that asked for fields, canaries left out."""
        return [r for r in self.requests if r.path.endswith("/chat/completions") and not canary(r)]

    @property
    def canaries(self) -> list[Asked]:
        return [r for r in self.requests if canary(r)]

    def script(self, *plays: Play) -> None:
        """Answer the next chats (canaries apart) with these, one each."""
        self._script.extend(plays)

    def __enter__(self) -> FakeLLM:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join(10)
        self._socket.close()

    def _stop(self) -> None:
        for task in asyncio.all_tasks(self._loop):
            task.cancel()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        with suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, sock=self._socket)
        async with server:
            await server.serve_forever()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            asked = await _read(reader)
            self.requests.append(asked)
            wire = Wire(reader, writer, self.models[0] if self.models else "")
            try:
                await self._play(wire, asked)
            except (ClientGoneError, ConnectionError):
                asked.gone.set()
            finally:
                await wire.close()

    async def _play(self, wire: Wire, asked: Asked) -> None:
        if self.key and asked.headers.get("authorization") != f"Bearer {self.key}":
            await wire.answer({"error": {"message": "Incorrect API key provided"}}, 401)
        elif asked.path.endswith("/models"):
            await wire.answer({"object": "list", "data": [{"id": m} for m in self.models]})
        elif asked.path.endswith("/tokenize") and self.mode.tokenize:
            words = str(asked.body.get("content", "")).split()
            await wire.answer({"tokens": list(range(len(words)))})
        elif asked.path.endswith("/chat/completions"):
            await self._chat(wire, asked)
        else:
            await wire.answer({"error": {"message": "File Not Found"}}, 404)

    async def _chat(self, wire: Wire, asked: Asked) -> None:
        rejected = next((p for p in asked.body if p in self.mode.rejects), None)
        if rejected:
            message = f"Unsupported parameter: '{rejected}' is not supported with this model."
            error = {"message": message, "param": rejected, "code": "unsupported_parameter"}
            await wire.answer({"error": error}, 400)
        elif self._script and not canary(asked):
            await self._script.popleft()(wire, asked)
        elif canary(asked) or self.default is derived:
            await derived(wire, asked, self)
        else:
            await self.default(wire, asked)


def canary(asked: Asked) -> bool:
    """Tell whether a chat only tries the server out."""
    return "Say good morning" in asked.prompt


async def derived(wire: Wire, asked: Asked, fake: FakeLLM | None = None) -> None:
    """Answer what the request asks for, as far as the mode enforces or a model would follow."""
    mode, answers = (fake.mode, fake.answers) if fake else (LLAMA, plausible)
    text = derived_reply(asked.body, mode, answers)
    usage = counted(asked, text)
    if not asked.body.get("stream"):
        choice = {"index": 0, "message": {"role": "assistant", "content": text}}
        await wire.answer({"choices": [{**choice, "finish_reason": "stop"}], "usage": usage})
        return
    await wire.stream()
    await wire.text(text)
    await wire.finish("stop", usage if "stream_options" in asked.body else None)


def counted(asked: Asked, text: str) -> dict[str, Any]:
    """Return a usage as llama.cpp reports it."""
    prompt, got = len(asked.prompt) // 4, max(1, len(text) // 4)
    details = {"cached_tokens": prompt // 2}
    return {"prompt_tokens": prompt, "completion_tokens": got, "prompt_tokens_details": details}


def saying(text: str, reason: str = "stop") -> Play:
    """Return a scripted reply that streams a text."""

    async def play(wire: Wire, asked: Asked) -> None:
        await wire.stream()
        await wire.text(text)
        await wire.finish(reason, counted(asked, text))

    return play


def pausing(first: str, gate: Gate, then: str, *, ping: bool = False) -> Play:
    """Return a scripted reply that stands still in the middle until the gate opens."""

    async def play(wire: Wire, asked: Asked) -> None:
        await wire.stream()
        await wire.text(first)
        await wire.at(gate, ping=ping)
        await wire.text(then)
        await wire.finish("stop", counted(asked, first + then))

    return play


async def _read(reader: asyncio.StreamReader) -> Asked:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, path, _ = first.split(" ")
    headers = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in lines)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Asked(method, path, headers, json.loads(body) if body else {})


def main() -> None:
    from tests.fake_answers import ADVERSARIAL, MODES
    from tests.fake_faults import FAULTS

    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--mode", choices=MODES, default="llama")
    options.add_argument("--fault", choices=FAULTS)
    options.add_argument("--adversarial", action="store_true")
    chosen = options.parse_args()
    answers = ADVERSARIAL if chosen.adversarial else plausible
    default = FAULTS[chosen.fault] if chosen.fault else None
    with FakeLLM(MODES[chosen.mode], answers, default, chosen.port) as fake:
        sys.stdout.write(f"{fake.base_url}\n")
        sys.stdout.flush()
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
