"""The one process per user that owns the model server, queues for it, and leaves when unneeded.

Run as `python -I -m neovim_ai.llm.local.supervisor`; its configuration, one line of JSON, comes on
standard input. It belongs to no editor: whichever started it may be killed, the others go on.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace

import h11

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.local import address
from neovim_ai.llm.local.address import Address
from neovim_ai.llm.local.admission import Admission
from neovim_ai.llm.local.backend import SERVER, Backend
from neovim_ai.llm.local.exchange import Asked, Exchange, error_body
from neovim_ai.llm.local.passthrough import DIRECT, QUEUED, Passthrough, comment
from neovim_ai.resident import apart

OWN = "/neovim-ai/"
_TICK = 0.25


@dataclass(frozen=True)
class Config:
    """How a supervisor behaves.

    Attributes:
        model: What a request means that names no model of ours.
        idle_seconds: How long it stays without clients and requests; 0 means for ever.
        port: 0 means any that is free.
        preload: Load the model before answering anyone.
        argv: The model server's command.
    """

    model: str
    idle_seconds: float = 300.0
    port: int = 0
    preload: bool = False
    argv: tuple[str, ...] = SERVER

    def to_json(self) -> bytes:
        """Return it as one line."""
        return json.dumps(asdict(self)).encode() + b"\n"


def config_from_json(line: bytes) -> Config:
    """Return what `Config.to_json` wrote."""
    values = json.loads(line)
    return Config(**{**values, "argv": tuple(values["argv"])})


class Supervisor:
    """Serves clients until told to stop or nobody has needed it for a while."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._token = secrets.token_urlsafe(32)
        self._admission = Admission(slots=1)
        self._backend = Backend(address.log_file(), argv=config.argv)
        self._passthrough = Passthrough(self._backend, self._admission, config.model)
        self._present = 0
        self._open: set[asyncio.Task[None]] = set()
        self._stopped = asyncio.Event()
        self._unneeded_since = time.monotonic()

    async def serve(self, ready: Callable[[Address], None]) -> None:
        """Answer until stopped; `ready` is told the address."""
        server = await asyncio.start_server(self._connected, "127.0.0.1", self._config.port)
        try:
            if self._config.preload:
                await self._backend.ensure(self._config.model)
            port = server.sockets[0].getsockname()[1]
            here = Address(f"http://127.0.0.1:{port}/v1", self._token, os.getpid())
            alive = address.publish(here)
            ready(here)
            await self._until_unneeded()
            address.withdraw()
            alive.release()
        finally:
            server.close()
            await self._close_clients()

    def stop(self) -> None:
        """End `serve`."""
        self._stopped.set()

    async def _until_unneeded(self) -> None:
        while not self._stopped.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), _TICK)
            if self._open:
                self._unneeded_since = time.monotonic()
            idle = time.monotonic() - self._unneeded_since
            if self._config.idle_seconds and idle > self._config.idle_seconds:
                return

    async def _close_clients(self) -> None:
        for task in self._open:
            task.cancel()
        # Before waiting for them: one may be loading, and holds on until that ends.
        await self._backend.stop()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        exchange = Exchange(reader, writer)
        try:
            asked = await exchange.read()
            if asked is not None:
                await self._while_connected(exchange, asked)
        except (h11.RemoteProtocolError, ConnectionError):
            # Not HTTP, or gone in the middle: there is nobody to tell.
            return
        finally:
            exchange.close()

    async def _while_connected(self, exchange: Exchange, asked: Asked) -> None:
        if not secrets.compare_digest(asked.bearer().encode(), self._token.encode()):
            await exchange.answer(401, error_body(401, "Wrong token.", "authentication_error"))
            return
        # A client that closes its socket, or is killed, gives up its place and its answer.
        answering = asyncio.create_task(self._answer(exchange, asked))
        watching = asyncio.create_task(exchange.gone())
        self._open.add(answering)
        try:
            await asyncio.wait({answering, watching}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (answering, watching):
                task.cancel()
            await asyncio.wait({answering, watching})
            self._open.discard(answering)
        if not answering.cancelled():
            answering.result()

    async def _answer(self, exchange: Exchange, asked: Asked) -> None:
        if asked.path in DIRECT | QUEUED:
            await self._passthrough.forward(exchange, asked)
        elif asked.path == OWN + "presence":
            await self._keep_company(exchange, asked)
        elif asked.path == OWN + "status":
            await exchange.answer(200, self.status())
        elif asked.path == OWN + "stop":
            await exchange.answer(200, {"stopping": True})
            self.stop()
        else:
            await exchange.answer(404, error_body(404, f"No {asked.path} here.", "not_found"))

    async def _keep_company(self, exchange: Exchange, asked: Asked) -> None:
        """Load the model a client wants, tell it how that goes, and stay as long as it does."""
        self._present += 1
        try:
            await comment(exchange, "welcome")
            try:
                await self._passthrough.load(self._passthrough.model_of(asked.json()), exchange)
            except AiError as error:
                told = {"kind": error.kind, "message": error.message, "hint": error.hint}
                await exchange.write(f"data: {json.dumps({'failed': told})}\n\n".encode())
                await exchange.finish()
                return
            await exchange.write(f"data: {json.dumps({'ready': self.status()})}\n\n".encode())
            await asyncio.Event().wait()
        finally:
            self._present -= 1

    def status(self) -> dict[str, object]:
        """Return what `state()` shows."""
        running = self._backend.running
        return {
            "pid": os.getpid(),
            "server_pid": self._backend.pid,
            "model": running.model if running else None,
            "loading_seconds": self._backend.loading_seconds,
            "clients": self._present,
            "running": self._admission.running,
            "waiting": self._admission.waiting,
        }


def run(config: Config, ready: Callable[[Address], None]) -> bool:
    """Be the user's one supervisor until stopped; tell whether we were it (another may be)."""
    lock = address.server_lock()
    if not apart.take(lock, address.published):
        return False
    try:
        asyncio.run(_serve(config, ready))
    finally:
        lock.release()
    return True


def serve_here(config: Config, port: int, ready: Callable[[Address], None]) -> None:
    """Be the user's one supervisor in the foreground, until a signal comes.

    Raises:
        AiError: `usage` when one runs already or the port is taken; what loading may raise.
    """
    config = replace(config, idle_seconds=0, port=port, preload=True)
    try:
        if not run(config, ready):
            raise AiError(
                Kind.USAGE, "A model server is running already.", "Run: neovim-ai model stop"
            )
    except OSError as error:
        raise AiError(
            Kind.USAGE, f"Port {port} cannot be used: {error.strerror}.", "Give another --port."
        ) from error


async def _serve(config: Config, ready: Callable[[Address], None]) -> None:
    supervisor = Supervisor(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, supervisor.stop)
    await supervisor.serve(ready)


def main() -> None:
    """Leave the editor that started us, and serve."""
    config = config_from_json(sys.stdin.buffer.readline())
    apart.leave()
    run(config, lambda _address: None)


if __name__ == "__main__":
    main()
