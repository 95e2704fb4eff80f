"""What clients see of the queue, over real sockets and with OpenAI's own library."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2
import pytest

from neovim_ai.llm.local import connection
from neovim_ai.llm.local.connection import LocalServer

from .conftest import MODEL, House, eventually, run


async def served(house: House) -> LocalServer:
    return await connection.connect(MODEL, lambda _: None, house.config())


def request_of(house: House, name: str, *, held: bool = False, **script: Any) -> dict[str, Any]:
    until = {"until": str(house.gate(name))} if held else {}
    content = json.dumps({"id": name, **until, **script})
    return {"model": MODEL, "messages": [{"role": "user", "content": content}]}


class Client:
    """One request and everything that came back."""

    def __init__(self, server: LocalServer, body: dict[str, Any], priority: str = "") -> None:
        self.text = ""
        self.status = 0
        headers = {"Authorization": f"Bearer {server.token}"}
        if priority:
            headers["X-Neovim-Ai-Priority"] = priority
        self.task = asyncio.create_task(self._read(server, body, headers))

    async def _read(self, server: LocalServer, body: dict[str, Any], headers: Any) -> None:
        url = f"{server.base_url}/chat/completions"
        async with (
            httpx2.AsyncClient(trust_env=False, timeout=60) as client,
            client.stream("POST", url, headers=headers, json=body) as reply,
        ):
            self.status = reply.status_code
            async for text in reply.aiter_text():
                self.text += text


def test_a_person_is_served_before_batches_and_each_is_told_its_place(house: House) -> None:
    async def test() -> None:
        server = await served(house)
        first = Client(server, request_of(house, "first", held=True))
        await eventually(lambda: "began first" in house.events())
        batch = Client(server, {**request_of(house, "batch"), "stream": True})
        await eventually(lambda: ": queued 1" in batch.text)
        person = Client(server, {**request_of(house, "person"), "stream": True}, "interactive")
        await eventually(lambda: ": queued 1" in person.text and ": queued 2" in batch.text)
        house.release("first")
        await asyncio.gather(first.task, batch.task, person.task)
        began = [e for e in house.events() if e.startswith("began")]
        assert began == ["began first", "began person", "began batch"]
        assert person.text.index(": queued 1") < person.text.index(": admitted")
        assert person.text.index(": admitted") < person.text.index("data: ")

    run(test())


def test_openai_s_library_reads_through_the_comments_of_the_queue(house: House) -> None:
    async def test() -> None:
        from openai import AsyncOpenAI

        server = await served(house)
        first = Client(server, request_of(house, "first", held=True))
        await eventually(lambda: "began first" in house.events())
        openai = AsyncOpenAI(base_url=server.base_url, api_key=server.token, max_retries=0)
        async with openai:
            stream = await openai.chat.completions.create(
                **request_of(house, "second"), stream=True
            )
            house.release("first")
            text = "".join([c.choices[0].delta.content or "" async for c in stream])
        assert text == "second0 second1 second2 "
        await first.task

    run(test())


def test_a_client_that_goes_away_gives_up_its_place_and_its_slot(house: House) -> None:
    async def test() -> None:
        server = await served(house)
        first = Client(server, request_of(house, "first", held=True))
        await eventually(lambda: "began first" in house.events())
        second = Client(server, {**request_of(house, "second"), "stream": True})
        await eventually(lambda: ": queued 1" in second.text)
        third = Client(server, {**request_of(house, "third"), "stream": True})
        await eventually(lambda: ": queued 2" in third.text)
        second.task.cancel()
        await eventually(lambda: ": queued 1" in third.text)
        first.task.cancel()
        await third.task
        assert "dropped first" in house.events()
        assert "began second" not in house.events()
        assert "third2" in third.text

    run(test())


def test_an_error_after_waiting_comes_as_an_event_with_its_status(house: House) -> None:
    async def test() -> None:
        server = await served(house)
        first = Client(server, request_of(house, "first", held=True))
        await eventually(lambda: "began first" in house.events())
        second = Client(server, {**request_of(house, "second", refuse=True), "stream": True})
        await eventually(lambda: ": queued" in second.text)
        house.release("first")
        await asyncio.gather(first.task, second.task)
        error = json.loads(second.text.rpartition("data: ")[2])["error"]
        assert (error["code"], error["message"]) == (400, "no such thing")

    run(test())


def test_an_error_at_once_keeps_its_status(house: House) -> None:
    async def test() -> None:
        client = Client(await served(house), request_of(house, "a", refuse=True))
        await client.task
        assert client.status == 400
        assert "no such thing" in client.text

    run(test())


def test_a_server_that_dies_in_the_middle_of_an_answer_says_so_in_it(house: House) -> None:
    async def test() -> None:
        body = {**request_of(house, "a", die_after_first=True), "stream": True}
        client = Client(await served(house), body)
        await client.task
        assert "a0" in client.text
        assert json.loads(client.text.rpartition("data: ")[2])["error"]["code"] == 502

    run(test())


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ({}, {"max_tokens": 1024}),
        ({"max_tokens": -1}, {"max_tokens": 1024}),
        ({"max_tokens": 7}, {"max_tokens": 7}),
        ({"max_completion_tokens": 9}, {"max_completion_tokens": 9}),
        ({"n_predict": None, "top_k": 1}, {"max_tokens": 1024, "top_k": 1}),
    ],
)
def test_every_request_has_a_limit(
    house: House, asked: dict[str, Any], sent: dict[str, Any]
) -> None:
    async def test() -> None:
        body = request_of(house, "a")
        client = Client(await served(house), {**body, **asked})
        await client.task
        assert json.loads(client.text)["got"] == {**body, **sent}

    run(test())


def test_what_is_not_served_is_not_passed_on(house: House) -> None:
    async def test() -> None:
        server = await served(house)
        base = server.base_url.removesuffix("/v1")
        async with httpx2.AsyncClient(trust_env=False) as client:
            client.headers["Authorization"] = f"Bearer {server.token}"
            for path, status in (("/v1/models", 200), ("/slots/0?action=save", 404), ("/", 404)):
                assert (await client.get(base + path)).status_code == status

    run(test())
