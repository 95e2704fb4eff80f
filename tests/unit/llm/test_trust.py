"""A company's own issuer: trusted where its file is named, refused in one line where it is not."""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from tests.fake_llm import MODEL, FakeLLM
from tests.unit.llm.test_choosing_a_provider import connected, refusal
from tests.unit.llm.test_ways_to_servers import Socks

from neovim_ai.errors import Kind
from neovim_ai.settings import Settings

FAR = "https://models.example/v1"


class Encrypted(FakeLLM):
    """The fake server with a certificate for another machine's name."""

    def __init__(self, issuer: trustme.CA) -> None:
        super().__init__()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issuer.issue_cert("models.example").configure_cert(self._tls)

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, sock=self._socket, ssl=self._tls)
        async with server:
            await server.serve_forever()


@pytest.fixture(scope="module")
def issuer() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def company(issuer: trustme.CA, tmp_path: Path) -> str:
    """The file with the issuer's certificate."""
    file = tmp_path / "company.pem"
    issuer.cert_pem.write_to_path(str(file))
    return str(file)


@pytest.fixture
def proxy(issuer: trustme.CA) -> Iterator[str]:
    """A proxy behind which the encrypted server stands."""
    with Encrypted(issuer) as server, Socks(server.port) as socks:
        yield f"socks5://127.0.0.1:{socks.port}"


def test_the_named_file_is_trusted(proxy: str, company: str) -> None:
    assert connected(Settings(base_url=FAR, proxy=proxy, ca_bundle=company))[0] == MODEL


def test_the_file_of_the_environment_is_trusted(
    proxy: str, company: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", company)
    assert connected(Settings(base_url=FAR, proxy=proxy))[0] == MODEL


def test_an_issuer_that_nobody_named_is_refused(proxy: str, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    for bundle in ("", str(other)):
        error = refusal(Settings(base_url=FAR, proxy=proxy, ca_bundle=bundle))
        assert (error.kind, "not trusted" in error.message) == (Kind.TLS, True)
        assert "ca_bundle" in error.hint


def test_a_certificate_for_another_name_is_refused(proxy: str, company: str) -> None:
    elsewhere = Settings(base_url="https://other.example/v1", proxy=proxy, ca_bundle=company)
    assert refusal(elsewhere).kind is Kind.TLS


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system itself is asked")
def test_an_issuer_in_the_systems_store_is_trusted(
    proxy: str, company: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = ssl.get_default_verify_paths()._replace(openssl_cafile=company)
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: store)
    assert connected(Settings(base_url=FAR, proxy=proxy))[0] == MODEL
