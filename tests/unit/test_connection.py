"""A host's connection to its model outlives neither the server nor the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import providers
from neovim_ai.llm.local import catalogue
from neovim_ai.methods.connection import Connection
from neovim_ai.settings import Settings


class Fake:
    """A model that remembers what became of it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.alive = True
        self.closed = False
        self.remote = False

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Fake]:
    models: list[Fake] = []

    async def connect(settings: Settings, waiting: Any) -> Fake:
        await asyncio.to_thread(lambda: None)  # let another request come in between
        models.append(Fake(settings))
        return models[-1]

    monkeypatch.setattr(providers, "connect", connect)
    return models


def run(test: Callable[[Connection], Awaitable[None]]) -> None:
    async def inside() -> None:
        await test(Connection())

    asyncio.run(inside())


def quiet(_event: dict[str, Any]) -> None:
    return None


def test_requests_at_once_share_one_connection(made: list[Fake]) -> None:
    async def test(connection: Connection) -> None:
        one, two = await asyncio.gather(connection.open(quiet), connection.open(quiet))
        assert one is two

    run(test)
    assert len(made) == 1


def test_a_server_that_went_away_is_connected_to_anew(made: list[Fake]) -> None:
    async def test(connection: Connection) -> None:
        await connection.open(quiet)
        made[0].alive = False
        assert await connection.open(quiet) is made[1]

    run(test)
    assert made[0].closed


def test_after_a_lost_connection_the_next_command_connects_anew(made: list[Fake]) -> None:
    async def test(connection: Connection) -> None:
        await connection.open(quiet)
        await connection.after(AiError(Kind.EMPTY, "said nothing"))
        assert connection.model is made[0]
        await connection.after(AiError(Kind.CONNECTION, "gone"))
        assert connection.model is None

    run(test)


def test_a_choice_made_in_a_shell_holds_for_the_next_request(
    made: list[Fake], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "chosen", lambda: "small")

    async def test(connection: Connection) -> None:
        await connection.open(quiet)
        assert await connection.open(quiet) is made[0]
        assert not connection.may_leave()
        catalogue.choose("openai")
        assert connection.may_leave()
        assert await connection.open(quiet) is made[1]

    run(test)
    assert made[0].closed


def test_a_choice_means_nothing_where_the_settings_name_a_server(made: list[Fake]) -> None:
    async def test(connection: Connection) -> None:
        await connection.use(Settings(base_url="http://127.0.0.1:1/v1"))
        await connection.open(quiet)
        catalogue.choose("openai")
        assert await connection.open(quiet) is made[0]

    run(test)


def test_a_request_right_after_other_settings_goes_by_them(made: list[Fake]) -> None:
    other = Settings(provider="url", base_url="http://127.0.0.1:1/v1")

    async def test(connection: Connection) -> None:
        await connection.open(quiet)
        _, model = await asyncio.gather(connection.use(other), connection.open(quiet))
        assert model is made[-1]

    run(test)
    assert made[-1].settings == other
    assert made[0].closed
