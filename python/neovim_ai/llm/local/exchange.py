"""One HTTP request and its answer over a loopback socket; h11 does the protocol."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import h11

_MAX_BODY = 32 * 2**20


@dataclass(frozen=True)
class Asked:
    """A whole request; header names are lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def bearer(self) -> str:
        """Return the token it carries, or the empty string."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    def json(self) -> dict[str, Any]:
        """Return the body when it is a JSON object, an empty one otherwise."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}


class Exchange:
    """A connection that carries one request: loopback makes new ones cheaply."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._http = h11.Connection(h11.SERVER)
        self.started = False
        self.is_event_stream = False

    async def read(self) -> Asked | None:
        """Return the request, or None when the client sent no whole one.

        Raises:
            h11.RemoteProtocolError: What came is not HTTP, or too long.
        """
        head: h11.Request | None = None
        body = bytearray()
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                self._http.receive_data(await self._reader.read(65536))
            elif isinstance(event, h11.Request):
                head = event
            elif isinstance(event, h11.Data):
                body += event.data
                if len(body) > _MAX_BODY:
                    raise h11.RemoteProtocolError("the body is too long", 413)
            elif isinstance(event, h11.EndOfMessage) and head is not None:
                return _asked(head, bytes(body))
            else:
                return None

    async def gone(self) -> None:
        """Return when the client has closed its side; what else it sends is not looked at."""
        while await self._reader.read(65536):
            continue

    async def start(self, status: int, headers: Sequence[tuple[str, str]] = ()) -> None:
        """Send the head of the answer."""
        self.started = True
        self.is_event_stream = any("event-stream" in value for _, value in headers)
        await self._send(
            h11.Response(status_code=status, headers=[*headers, ("Connection", "close")])
        )

    async def write(self, data: bytes) -> None:
        """Send a piece of the body."""
        if data:
            await self._send(h11.Data(data=data))

    async def finish(self) -> None:
        """End the answer."""
        await self._send(h11.EndOfMessage())

    async def answer(self, status: int, value: dict[str, Any]) -> None:
        """Send a whole JSON answer."""
        body = json.dumps(value).encode()
        headers = [("Content-Type", "application/json"), ("Content-Length", str(len(body)))]
        await self.start(status, headers)
        await self.write(body)
        await self.finish()

    def close(self) -> None:
        """Close the connection."""
        self._writer.close()

    async def _send(self, event: h11.Event) -> None:
        data = self._http.send(event)
        if data:
            self._writer.write(data)
            await self._writer.drain()


def error_body(status: int, message: str, kind: str) -> dict[str, Any]:
    """Return an error as OpenAI-compatible servers word theirs."""
    return {"error": {"message": message, "type": kind, "code": status}}


def _asked(head: h11.Request, body: bytes) -> Asked:
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in head.headers}
    path = head.target.decode("latin-1").partition("?")[0]
    return Asked(head.method.decode("ascii"), path, headers, body)
