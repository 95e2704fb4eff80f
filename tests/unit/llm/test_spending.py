"""A budget is kept before anything is sent, by every way of asking, and a private file stays."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.fake_llm import FakeLLM

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import providers
from neovim_ai.llm.model import Field, Prompt, Usage
from neovim_ai.llm.privacy import is_private
from neovim_ai.llm.spending import Spending
from neovim_ai.settings import PRIVATE, BudgetSettings, Settings


def remote(fake: FakeLLM, **budget: int) -> Settings:
    """Settings for another machine, whose proxy the fake server stands in for."""
    proxy = f"http://127.0.0.1:{fake.port}"
    budgets = BudgetSettings(**budget)
    return Settings(base_url="http://models.example/v1", proxy=proxy, budget=budgets)


def ask(settings: Settings, files: tuple[Path, ...] = ()) -> None:
    async def once() -> None:
        model = await providers.connect(settings, lambda _: None)
        try:
            prompt = Prompt("Rules.", "", "word " * 400, files)
            async for _ in model.fill(prompt, [Field("summary")]):
                continue
        finally:
            await model.close()

    asyncio.run(once())


def failure(settings: Settings, files: tuple[Path, ...] = ()) -> AiError:
    with pytest.raises(AiError) as caught:
        ask(settings, files)
    return caught.value


def spending(day: int = 0) -> Spending:
    return Spending.of(BudgetSettings(day=day))


def test_a_request_over_its_budget_is_not_sent(fake_llm: FakeLLM) -> None:
    error = failure(remote(fake_llm, request=300))
    assert (error.kind, "budget.request" in error.message) == (Kind.BUDGET, True)
    assert fake_llm.chats == []


def test_what_was_spent_today_counts(fake_llm: FakeLLM) -> None:
    ask(remote(fake_llm, day=100_000))
    spent = spending().today()
    assert spent >= 500
    chats = len(fake_llm.chats)
    error = failure(remote(fake_llm, day=spent + 10))
    assert (error.kind, str(spent) in error.message) == (Kind.BUDGET, True)
    assert len(fake_llm.chats) == chats


def test_this_machine_costs_nothing(fake_llm: FakeLLM) -> None:
    budget = BudgetSettings(request=1, day=1)
    ask(Settings(base_url=fake_llm.base_url, budget=budget))
    assert spending().today() == 0


def test_a_stream_that_nobody_waits_for_is_counted(fake_llm: FakeLLM) -> None:
    async def leave_early() -> None:
        settings = remote(fake_llm)
        model = await providers.connect(settings, lambda _: None)
        events = model.fill(Prompt("Rules.", "", "word " * 400), [Field("summary"), Field("x")])
        async for event in events:
            if type(event).__name__ == "FieldText":
                break
        await events.aclose()
        await model.close()

    asyncio.run(leave_early())
    assert spending().today() >= 500


def test_many_at_once_lose_no_token() -> None:
    spent = spending()
    with ThreadPoolExecutor(8) as pool:
        for _ in range(40):
            pool.submit(spent.add, Usage(3, 2))
    assert spent.today() == 200


def test_a_damaged_record_spends_nothing_more() -> None:
    spent = spending(day=1000)
    spent.file.write_bytes(b"not a database" * 100)
    with pytest.raises(AiError, match=r"Remove .*spending\.sqlite"):
        spent.require(1)


def test_a_private_file_does_not_leave(fake_llm: FakeLLM, tmp_path: Path) -> None:
    error = failure(remote(fake_llm), (tmp_path / ".env.py",))
    assert error.kind is Kind.PRIVATE
    assert fake_llm.chats == []


def test_a_private_file_may_be_read_on_this_machine(fake_llm: FakeLLM, tmp_path: Path) -> None:
    ask(Settings(base_url=fake_llm.base_url), (tmp_path / ".env.py",))
    assert len(fake_llm.chats) == 1


@pytest.mark.parametrize(
    ("file", "patterns", "private"),
    [
        ("/p/.env", PRIVATE, True),
        ("/p/.env.local", PRIVATE, True),
        ("/p/server.pem", PRIVATE, True),
        ("/p/environment.py", PRIVATE, False),
        ("/p/keys.py", PRIVATE, False),
        ("/p/secret/a.py", ("secret/*",), True),
        ("/p/other/a.py", ("secret/*",), False),
        ("/p/a.py", ("/p/*",), True),
    ],
)
def test_what_is_private(file: str, patterns: tuple[str, ...], private: bool) -> None:
    assert is_private(Path(file), patterns) is private
