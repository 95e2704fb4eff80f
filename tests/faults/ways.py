"""Ways to a server that lead nowhere: refused, unknown, untrusted, answered in between."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from tests.fake_llm import Asked, FakeLLM, Wire

Options = dict[str, Any]
FAR = "http://models.example.invalid/v1"
"""No name of this kind is ever known."""


@dataclass(frozen=True)
class Way:
    """One way.

    Attributes:
        name: For people.
        settings: Brings it about; yields the options that lead there.
        says: A part of the message, in lower case.
        next_step: A part of what the message advises, in lower case.
    """

    name: str
    settings: Any
    says: str
    next_step: str


@contextmanager
def _refused() -> Iterator[Options]:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    yield {"base_url": f"http://127.0.0.1:{port}/v1", "model": "m"}


@contextmanager
def _unknown() -> Iterator[Options]:
    yield {"base_url": FAR, "model": "m"}


@contextmanager
def _untrusted() -> Iterator[Options]:
    """A server with a certificate of its own making."""
    import trustme

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        threading.Thread(target=_shake_hands, args=(listening, context), daemon=True).start()
        yield {"base_url": f"https://127.0.0.1:{listening.getsockname()[1]}/v1", "model": "m"}
        listening.shutdown(socket.SHUT_RDWR)


def _shake_hands(listening: socket.socket, context: ssl.SSLContext) -> None:
    with suppress(OSError):  # the test has ended
        while True:
            connection, _ = listening.accept()
            with suppress(OSError), connection:  # the client hangs up: that is the fault
                context.wrap_socket(connection, server_side=True).close()


class _Proxy(FakeLLM):
    """Answers whatever is asked of anyone itself."""

    def __init__(self, status: int, page: str) -> None:
        super().__init__()
        self._answer = (page, status)

    async def _play(self, wire: Wire, asked: Asked) -> None:
        await wire.answer(*self._answer)


@contextmanager
def _proxied(status: int, page: str) -> Iterator[Options]:
    with _Proxy(status, page) as proxy:
        yield {"base_url": FAR, "model": "m", "proxy": f"http://127.0.0.1:{proxy.port}"}


WAYS: tuple[Way, ...] = (
    Way("refused", _refused, "nothing answers", "running"),
    Way("name unknown", _unknown, "models.example.invalid", "base_url"),
    Way("issuer unknown", _untrusted, "not trusted", "ca_bundle"),
    Way(
        "proxy asks for a login",
        lambda: _proxied(407, "<html>Who are you?</html>"),
        "proxy",
        "proxy",
    ),
    Way("proxy shows a page", lambda: _proxied(200, "<html>Log in</html>"), "web page", "proxy"),
    Way("proxy finds no way", lambda: _proxied(502, "<html>Bad Gateway</html>"), "gateway", ""),
)
