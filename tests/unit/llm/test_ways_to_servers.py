"""Proxies on the way to a server: SOCKS too, none to this machine, none where NO_PROXY says so."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

import pytest
from tests.fake_llm import MODEL, FakeLLM
from tests.unit.llm.test_choosing_a_provider import connected

from neovim_ai.llm import transport
from neovim_ai.settings import Settings


class Socks:
    """A SOCKS5 server that leads every name to one port of this machine."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.asked: list[str] = []
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Socks:
        self._thread.start()
        assert self._ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def _run(self) -> None:
        serving = asyncio.start_server(self._connected, "127.0.0.1", 0)
        server = self._loop.run_until_complete(serving)
        self.port = int(server.sockets[0].getsockname()[1])
        self._ready.set()
        self._loop.run_forever()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _, methods = await reader.readexactly(2)
        await reader.readexactly(methods)
        writer.write(b"\x05\x00")
        *_, kind = await reader.readexactly(4)
        size = (await reader.readexactly(1))[0] if kind == 3 else 4
        name = await reader.readexactly(size)
        await reader.readexactly(2)
        self.asked.append(name.decode("ascii", "replace"))
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        writer.write(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        await asyncio.gather(_pumped(reader, far_writer), _pumped(far_reader, writer))


async def _pumped(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while some := await reader.read(4096):
        writer.write(some)
        await writer.drain()
    writer.close()


@pytest.fixture
def socks(fake_llm: FakeLLM) -> Iterator[Socks]:
    with Socks(fake_llm.port) as server:
        yield server


@pytest.mark.parametrize("by_option", [True, False])
def test_a_server_is_reached_through_socks(
    socks: Socks, by_option: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"socks5://127.0.0.1:{socks.port}"
    if not by_option:
        monkeypatch.setenv("ALL_PROXY", address)
    far = Settings(base_url="http://models.example/v1", proxy=address if by_option else "")
    assert connected(far) == (MODEL, "models.example")
    assert socks.asked == ["models.example"]


def test_this_machine_is_never_asked_through_a_proxy(
    socks: Socks, fake_llm: FakeLLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"socks5://127.0.0.1:{socks.port}"
    for name in ("ALL_PROXY", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, address)
    assert connected(Settings(base_url=fake_llm.base_url, proxy=address))[0] == MODEL
    assert connected(Settings(), (fake_llm.port,))[0] == MODEL
    assert socks.asked == []


def test_a_host_that_no_proxy_names_is_asked_directly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "models.example")
    assert transport.proxy_for("http://models.example/v1", Settings()) == ""
    assert transport.proxy_for("http://other.example/v1", Settings()) == "127.0.0.1:9"
