"""Vectors from another machine: the way there, the key, and what does not leave."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.unit.notes.notebook import Notebook
from tests.unit.notes.test_meaning import Server, address, server

from neovim_ai.llm.embeddings import Embedder
from neovim_ai.methods.notes import embeddings
from neovim_ai.notes.meaning import Meaning
from neovim_ai.notes.model import Embeddings
from neovim_ai.settings import EmbeddingSettings, NotesSettings, Settings

__all__ = ["server"]
AWAY = "http://vectors.example/v1"


def test_another_machine_is_reached_through_the_proxy(server: Server) -> None:
    proxy = address(server).removesuffix("/v1")

    async def work() -> list[list[float]]:
        embedder = Embedder(AWAY, "m", proxy=proxy)
        try:
            return await embedder.vectors(["bread"], "query")
        finally:
            await embedder.close()

    assert len(asyncio.run(work())) == 1
    assert server.asked


@pytest.mark.parametrize(
    ("base_url", "sent"), [(AWAY, {"Shopping"}), ("", {"Shopping", "Passwords"})]
)
def test_a_private_note_stays_on_this_machine(
    tmp_path: Path, server: Server, base_url: str, sent: set[str]
) -> None:
    notebook = Notebook(tmp_path / "vault", "fts")
    notebook.write("secret.md", "# Passwords\n\nbread\n")
    notebook.write("open.md", "# Shopping\n\nbread\n")
    proxy = address(server).removesuffix("/v1")
    wanted = Embeddings(
        base_url or address(server), "m", proxy=proxy if base_url else "", private=("secret.md",)
    )

    async def work() -> None:
        meaning = Meaning(wanted)
        await notebook.vault.refresh()
        await meaning.learn(notebook.vault)
        assert not meaning.lacks(notebook.vault)
        await meaning.close()

    asyncio.run(work())
    assert {text.split("\n")[0] for body in server.asked for text in body["input"]} == sent


@pytest.mark.parametrize(
    ("base_url", "key"),
    [("https://one.example/other/v1", "sk-kept"), ("https://two.example/v1", "")],
)
def test_a_key_goes_only_to_the_server_that_it_is_for(
    monkeypatch: pytest.MonkeyPatch, base_url: str, key: str
) -> None:
    monkeypatch.setenv("TRIAL_KEY", "sk-kept")
    settings = Settings(
        base_url="https://one.example/v1",
        api_key_env="TRIAL_KEY",
        notes=NotesSettings(embeddings=EmbeddingSettings(base_url, "m")),
    )
    assert asyncio.run(embeddings(settings)).api_key == key
