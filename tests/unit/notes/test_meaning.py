"""Sections near in meaning: an extra that adds rows and changes none."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from neovim_ai.errors import AiError
from neovim_ai.llm.embeddings import Embedder
from neovim_ai.llm.local.encoder import NAME
from neovim_ai.notes.client import SharedNotes, open_notes
from neovim_ai.notes.model import Embeddings, MatchKind
from neovim_ai.notes.process.server import Config

TOPICS = (("car", "vehicle", "engine"), ("bread", "bakery", "loaf"), ("rain", "weather", "storm"))


class Server(ThreadingHTTPServer):
    """Answers `/v1/embeddings`: words of one topic are near to each other."""

    asked: list[dict[str, Any]]
    refused: tuple[str, ...] = ()
    status = 200
    usage: dict[str, int] | None = None


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.asked.append(body)
        wrong = [name for name in self.server.refused if name in body]
        status = 400 if wrong else self.server.status
        vectors = [
            {
                "index": at,
                "embedding": [0.1 + sum(word in text for word in topic) for topic in TOPICS],
            }
            for at, text in enumerate(body["input"])
        ]
        error = {"error": {"message": f"Unrecognized request argument supplied: {wrong}"}}
        usage = {"usage": self.server.usage} if self.server.usage else {}
        answer = json.dumps({"data": vectors[::-1], **usage} if status == 200 else error).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server(("127.0.0.1", 0), _Handler)
    made.asked = []
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def address(server: Server) -> str:
    return f"http://127.0.0.1:{server.server_port}/v1"


async def opened(vault: Path, server: Server) -> SharedNotes:
    notes = await open_notes([str(vault)], Embeddings(address(server), "m"), Config(0.5))
    await notes.refresh()
    deadline = asyncio.get_running_loop().time() + 30
    while (await notes.status())["lacking"]:
        assert asyncio.get_running_loop().time() < deadline, "the vectors never came"
    return notes


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "a.md").write_text(
        "# Cars\n\nthe engine of a vehicle\n\n# Food\n\na loaf of bread\n\n# Sky\n\nrain tomorrow\n"
    )
    return folder


def test_what_is_near_in_meaning_follows_what_holds_the_words(vault: Path, server: Server) -> None:
    async def work() -> None:
        notes = await opened(vault, server)
        plain = await notes.find("bakery")
        assert plain.rows == ()
        meant = await notes.find("bakery", meaning=True)
        assert (meant.rows[0].heading_path, meant.rows[0].kind) == (("Food",), MatchKind.MEANING)
        exact = await notes.find("rain")
        both = await notes.find("rain", meaning=True)
        assert both.rows[: len(exact.rows)] == exact.rows
        assert len(both.rows) > len(exact.rows)
        await notes.close()

    asyncio.run(work())


def test_vectors_outlive_the_process_and_are_asked_for_once(vault: Path, server: Server) -> None:
    async def work() -> None:
        notes = await opened(vault, server)
        first = [text for body in server.asked for text in body["input"]]
        assert len(first) == 3
        await notes.stop()
        await notes.close()
        (vault / "a.md").write_text((vault / "a.md").read_text() + "\n# New\n\nstorm\n")
        notes = await opened(vault, server)
        again = [text for body in server.asked for text in body["input"]][3:]
        assert len(again) == 1
        assert "storm" in again[0]
        await notes.close()

    asyncio.run(work())


def test_without_the_server_words_are_found_and_one_line_says_why(
    vault: Path, server: Server
) -> None:
    async def work() -> None:
        notes = await opened(vault, server)
        server.status = 500
        found = await notes.find("rain", meaning=True)
        assert found.rows[0].heading_path == ("Sky",)
        assert found.problem
        assert "\n" not in found.problem
        await notes.close()

    asyncio.run(work())


def test_a_long_section_is_known_by_its_nearest_part(vault: Path, server: Server) -> None:
    far = "\n\n".join(f"the engine of vehicle {number} " + "x" * 200 for number in range(8))
    (vault / "long.md").write_text(f"# Mixed\n\n{far}\n\na loaf of bread, [sliced](bread.html)\n")

    async def work() -> None:
        notes = await opened(vault, server)
        found = await notes.find("bakery", meaning=True)
        assert {row.heading_path[-1] for row in found.rows[:2]} == {"Food", "Mixed"}
        told = [text for body in server.asked for text in body["input"] if "Mixed" in text]
        assert len(told) > 4
        assert all(text.startswith("Mixed\n") and len(text) < 700 for text in told)
        assert told[-1].endswith("a loaf of bread, [sliced]")
        await notes.close()

    asyncio.run(work())


def test_this_machines_model_that_is_not_here_changes_nothing_but_one_line(vault: Path) -> None:
    async def work() -> None:
        notes = await open_notes([str(vault)], Embeddings("", NAME), Config(0.5))
        await notes.refresh()
        assert (await notes.find("rain")).problem == ""
        found = await notes.find("rain", meaning=True)
        assert found.rows[0].heading_path == ("Sky",)
        assert "neovim-ai" in found.problem
        assert "\n" not in found.problem
        await notes.close()
        notes = await open_notes([str(vault)], Embeddings("", "other"), Config(0.5))
        found = await notes.find("rain", meaning=True)
        assert "no model 'other' that finds notes" in found.problem
        await notes.close()

    asyncio.run(work())


def test_a_server_that_knows_no_roles_is_not_told_again(server: Server) -> None:
    server.refused = ("input_type",)

    async def work() -> None:
        embedder = Embedder(address(server), "m")
        assert len(await embedder.vectors(["a", "b"], "query")) == 2
        await embedder.vectors(["c"], "query")
        await embedder.close()

    asyncio.run(work())
    assert [("input_type" in body) for body in server.asked] == [True, False, False]


def test_vectors_come_in_the_order_of_the_texts(server: Server) -> None:
    async def work() -> list[list[float]]:
        embedder = Embedder(address(server), "m")
        try:
            return await embedder.vectors(["bread", "rain"], "document")
        finally:
            await embedder.close()

    bread, rain = asyncio.run(work())
    assert (bread.index(max(bread)), rain.index(max(rain))) == (1, 2)


def test_a_key_does_not_cross_a_network_in_the_open() -> None:
    with pytest.raises(AiError, match="unencrypted"):
        Embedder("http://example.org/v1", "m", "secret")
