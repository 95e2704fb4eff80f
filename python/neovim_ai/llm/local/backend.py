"""The model server's process, started for the model that is asked for, and again after a crash."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.local import catalogue

LOAD_SECONDS = 180.0
"""A slow disk may need minutes; the user sees the seconds and can stop."""
SERVER = (sys.executable, "-I", "-m", "neovim_ai.llm.local.server")


@dataclass(frozen=True)
class Running:
    """A server that answers: its base address without `/v1`, its token, its model."""

    address: str
    token: str
    model: str


class Backend:
    """Owns at most one server process; two on the same cores are ten times slower."""

    def __init__(self, log: Path, parallel: int = 1, argv: Sequence[str] = SERVER) -> None:
        self._log = log
        self._parallel = parallel
        self._argv = tuple(argv)
        self._process: Process | None = None
        self._running: Running | None = None
        self._loading_since: float | None = None

    @property
    def running(self) -> Running | None:
        """The server that answers now, if its process lives."""
        alive = self._process is not None and self._process.returncode is None
        return self._running if alive else None

    @property
    def pid(self) -> int | None:
        """The server's pid while its process lives."""
        alive = self._process is not None and self._process.returncode is None
        return self._process.pid if alive and self._process else None

    @property
    def loading_seconds(self) -> float | None:
        """How long the model has been loading, or None when it is not."""
        return None if self._loading_since is None else time.monotonic() - self._loading_since

    async def ensure(self, model: str) -> Running:
        """Return a server for that model, loading it unless it is there.

        Raises:
            AiError: `model_missing`, `model_damaged`, `setup` or `server` when it cannot be had.
        """
        if self.running and self.running.model == model:
            return self.running
        await self.stop()
        path = await asyncio.to_thread(self._weights, model)
        self._loading_since = time.monotonic()
        try:
            async with asyncio.timeout(LOAD_SECONDS):
                self._running = await self._start(model, path)
        except TimeoutError as error:
            raise AiError(
                Kind.SERVER, f"The model {model} did not load in {LOAD_SECONDS:.0f} s.", self._see()
            ) from error
        finally:
            self._loading_since = None
            if not self._running:
                await self.stop()
        return self._running

    async def stop(self) -> None:
        """End the process, if any, and wait for its end."""
        process, self._process, self._running = self._process, None, None
        if process is None:
            return
        if process.returncode is None:
            # There is nothing to save, and llama.cpp has no call to stop.
            process.send_signal(signal.SIGKILL)
        await process.wait()

    def _weights(self, model: str) -> Path:
        if self._argv != SERVER:
            return Path()
        path = catalogue.pulled(model)
        if path is None:
            raise catalogue.missing(model)
        return path

    async def _start(self, model: str, path: Path) -> Running:
        token = secrets.token_urlsafe(32)
        with self._log.open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self._argv, stdin=PIPE, stdout=PIPE, stderr=log
            )
        to_server, from_server = self._process.stdin, self._process.stdout
        config = {
            "path": str(path),
            "model": model,
            "token": token,
            "parent": os.getpid(),
            "context": catalogue.find(model).context,
            "parallel": self._parallel,
        }
        line = b""
        if to_server and from_server:
            to_server.write(json.dumps(config).encode() + b"\n")
            line = await from_server.readline()
        if not line:
            raise AiError(Kind.SERVER, f"The model {model} could not be loaded.", self._see())
        return Running(json.loads(line)["address"].rstrip("/"), token, model)

    def _see(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "")
        return f"{last[:160]} (more in {self._log})".strip()
