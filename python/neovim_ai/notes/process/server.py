"""The process: vaults opened as clients name them, calls answered, gone when nobody is there.

Run as `python -I -m neovim_ai.notes.process.server`. Queries are answered on the loop itself, one
after the other; files are read in a thread or, when they are many, by another process.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import neovim_ai
from neovim_ai.notes.chosen import Favourites
from neovim_ai.notes.finder import Finder
from neovim_ai.notes.meaning import Meaning
from neovim_ai.notes.model import Embeddings
from neovim_ai.notes.process import address, wire
from neovim_ai.notes.process.rest import Rest
from neovim_ai.notes.process.session import Session
from neovim_ai.notes.rank import best_ranker, ranker_named
from neovim_ai.notes.update import BATCH_SECONDS
from neovim_ai.notes.vault import Vault
from neovim_ai.resident import apart, notice

IDLE_SECONDS = 600.0
_TICK = 0.25
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Config:
    """How the process behaves.

    Attributes:
        idle_seconds: How long it stays without clients.
        ranker: `impact`, `fts`, or empty for the fastest that can be had.
        batch_seconds: How long files are gathered before they can be searched.
    """

    idle_seconds: float = IDLE_SECONDS
    ranker: str = ""
    batch_seconds: float = BATCH_SECONDS

    def to_json(self) -> bytes:
        """Return it as one line."""
        return json.dumps(asdict(self)).encode() + b"\n"


class Server:
    """Answers clients until nobody has been there for a while."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._ranker = ranker_named(config.ranker) if config.ranker else best_ranker()
        self._finder = Finder(self._ranker, Favourites())
        self._vaults: dict[Path, Vault] = {}
        self._meanings: dict[Embeddings, Meaning] = {}
        self._sessions: set[asyncio.Task[None]] = set()
        self._invited: dict[str, Session] = {}
        self._stopped = asyncio.Event()
        self._unneeded_since = time.monotonic()

    async def serve(self) -> None:
        """Answer until stopped."""
        socket = address.socket_file()
        # We hold the lock: whoever made this socket is gone.
        socket.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(self._connected, socket, limit=wire.LONGEST_LINE)
        socket.chmod(0o600)
        here = {"socket": str(socket), "pid": os.getpid(), "version": neovim_ai.__version__}
        alive = notice.publish(address.notice_file(), here)
        try:
            await self._until_unneeded()
        finally:
            address.notice_file().unlink(missing_ok=True)
            alive.release()
            server.close()
            for task in self._sessions:
                task.cancel()
            await asyncio.gather(*self._sessions, return_exceptions=True)
            for meaning in self._meanings.values():
                await meaning.close()
            for vault in self._vaults.values():
                vault.close()

    def stop(self) -> None:
        """End `serve`."""
        self._stopped.set()

    def vault(self, root: Path) -> Vault:
        """Return a vault, opened when it is first named."""
        if root not in self._vaults:
            self._vaults[root] = Vault(root, self._ranker, self._config.batch_seconds)
        return self._vaults[root]

    def meaning(self, asked: Embeddings) -> Meaning:
        """Return the vectors of a model, shared by all clients that name it."""
        if asked not in self._meanings:
            self._meanings[asked] = Meaning(asked)
        return self._meanings[asked]

    async def _until_unneeded(self) -> None:
        rest = Rest()
        while not self._stopped.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopped.wait(), _TICK)
            rest.look(self._finder.answered)
            if self._sessions:
                self._unneeded_since = time.monotonic()
            if time.monotonic() - self._unneeded_since > self._config.idle_seconds:
                return

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - asyncio runs this in a task
        self._sessions.add(task)
        session = Session(
            writer,
            self._finder,
            self._ranker,
            self.vault,
            self.meaning,
            self.stop,
            self._invited,
        )
        try:
            await self._serve_lines(reader, session)
        except (ConnectionError, asyncio.CancelledError):
            # The client is gone, or we are going: there is nobody to tell.
            return
        finally:
            await session.close()
            self._sessions.discard(task)
            writer.close()

    async def _serve_lines(self, reader: asyncio.StreamReader, session: Session) -> None:
        while line := await reader.readline():
            try:
                session.take(json.loads(line))
            except ValueError:
                _LOG.warning("a client sent what is no message")
                return


def run(config: Config, ready: Callable[[], None] = lambda: None) -> bool:
    """Be the user's one notes process until stopped; tell whether we were it."""
    lock = address.lock()
    if not apart.take(lock, address.published):
        return False
    try:
        asyncio.run(_serve(config, ready))
    finally:
        lock.release()
    return True


async def _serve(config: Config, ready: Callable[[], None]) -> None:
    server = Server(config)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, server.stop)
    # The indexing threads give way to queries sooner; garbage is looked for when nobody types.
    sys.setswitchinterval(0.001)
    gc.disable()
    ready()
    await server.serve()


def main() -> None:
    """Leave the program that started us, and serve."""
    config = Config(**json.loads(sys.stdin.buffer.readline()))
    # Before numpy comes: one processor for what is computed here, the others for whoever types.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    apart.leave()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    run(config)


if __name__ == "__main__":
    main()
