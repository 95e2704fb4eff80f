"""Vectors from another machine: the way there, the key, and what does not leave."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.unit.notes.notebook import Notebook
from tests.unit.notes.test_meaning import Server, address, server

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.embeddings import Embedder
from neovim_ai.llm.spending import Spending
from neovim_ai.methods.notes import embeddings
from neovim_ai.notes.client import open_notes
from neovim_ai.notes.meaning import Meaning
from neovim_ai.notes.model import Embeddings
from neovim_ai.notes.process.server import Config
from neovim_ai.settings import BudgetSettings, EmbeddingSettings, NotesSettings, Settings

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


def spent() -> int:
    return Spending.of(BudgetSettings()).today()


def asked_of(server: Server, texts: list[str], budget: BudgetSettings, base_url: str = AWAY) -> int:
    """Ask for vectors within a budget; return how many came."""

    async def work() -> int:
        proxy = "" if base_url != AWAY else address(server).removesuffix("/v1")
        embedder = Embedder(base_url, "m", proxy=proxy, budget=budget)
        try:
            return len(await embedder.vectors(texts, "document"))
        finally:
            await embedder.close()

    return asyncio.run(work())


def test_vectors_from_another_machine_are_spent_of_the_days_budget(server: Server) -> None:
    assert asked_of(server, ["bread" * 80], BudgetSettings(day=150)) == 1
    assert spent() == 100
    server.asked.clear()
    with pytest.raises(AiError, match=r"100 of 150 tokens are spent, this takes up to 100") as over:
        asked_of(server, ["bread" * 80], BudgetSettings(day=150))
    assert (over.value.kind, server.asked) == (Kind.BUDGET, [])


def test_what_a_server_counts_is_what_is_spent(server: Server) -> None:
    server.usage = {"prompt_tokens": 7, "total_tokens": 7}
    asked_of(server, ["bread" * 80], BudgetSettings())
    assert spent() == 7


def test_vectors_from_this_machine_cost_nothing(server: Server) -> None:
    budget = BudgetSettings(request=1, day=1)
    assert asked_of(server, ["bread" * 80], budget, address(server)) == 1
    assert spent() == 0


def test_many_texts_are_asked_for_in_requests_within_the_budget(server: Server) -> None:
    texts = [f"bread {at} " + "x" * 391 for at in range(5)]
    assert asked_of(server, texts, BudgetSettings(request=250)) == 5
    assert [len(body["input"]) for body in server.asked] == [2, 2, 1]
    assert [text for body in server.asked for text in body["input"]] == texts
    with pytest.raises(AiError, match=r"budget\.request"):
        asked_of(server, ["x" * 1200], BudgetSettings(request=250))


def test_the_budget_reaches_the_process_of_the_notes(tmp_path: Path, server: Server) -> None:
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault" / "open.md").write_text("# Shopping\n\nbread\n", "utf-8")
    settings = Settings(
        proxy=address(server).removesuffix("/v1"),
        budget=BudgetSettings(day=1),
        notes=NotesSettings(embeddings=EmbeddingSettings(AWAY, "m")),
    )

    async def work() -> str:
        vaults = [str(tmp_path / "vault")]
        notes = await open_notes(vaults, await embeddings(settings), Config(0.5))
        try:
            return (await notes.find("bread and butter", meaning=True)).problem
        finally:
            await notes.close()

    assert "Today's budget would be passed" in asyncio.run(work())
    assert server.asked == []


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
