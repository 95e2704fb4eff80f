"""One server for all clients of a user, and none when nobody needs it: with real processes."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import stat
import sys
from typing import Any

import httpx2
import pytest

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.local import address, connection
from neovim_ai.llm.model import Waiting

from .conftest import MODEL, OTHER, House, eventually, gone, run

HOLDER = """
import asyncio, sys
from neovim_ai.llm.local import connection, supervisor
async def main():
    config = supervisor.config_from_json(sys.argv[1].encode())
    server = await connection.connect(config.model, lambda w: None, config)
    print(server.base_url, flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


def quiet(_: Waiting) -> None:
    return


async def ask(server: connection.LocalServer, script: dict[str, Any], **body: Any) -> Any:
    message = [{"role": "user", "content": json.dumps(script)}]
    async with httpx2.AsyncClient(trust_env=False, timeout=60) as client:
        return await client.post(
            f"{server.base_url}/chat/completions",
            headers={"Authorization": f"Bearer {server.token}"},
            json={"messages": message, **body},
        )


def test_two_clients_at_once_get_one_server(house: House) -> None:
    async def test() -> None:
        servers = await asyncio.gather(
            *(connection.connect(MODEL, quiet, house.config()) for _ in range(4))
        )
        assert len({s.base_url for s in servers}) == 1
        assert len(house.pids()) == 1
        assert (await connection.state())["clients"] == 4

    run(test())


def test_the_server_leaves_when_the_last_client_has_left_for_a_while(house: House) -> None:
    async def test() -> None:
        server = await connection.connect(MODEL, quiet, house.config(idle=0.5))
        supervisor = address.published()
        assert supervisor is not None
        await server.close()
        await eventually(lambda: gone(supervisor.pid) and gone(house.pids()[0]))
        assert await connection.state() == {"up": False}

    run(test())


def test_the_server_stays_while_a_silent_client_is_there(house: House) -> None:
    async def test() -> None:
        short, long = house.config(idle=0.3), 4
        first = await connection.connect(MODEL, quiet, short)
        other = await connection.connect(MODEL, quiet, short)
        await other.close()
        # As many checks for idleness as would have ended it several times over.
        for _ in range(long):
            await asyncio.wait({asyncio.get_running_loop().create_future()}, timeout=0.5)
            assert first.alive
        assert (await ask(first, {"id": "a"})).status_code == 200

    run(test())


def test_a_client_killed_without_a_word_does_not_keep_the_server(house: House) -> None:
    async def test() -> None:
        config = house.config(idle=0.5).to_json().decode()
        client = await asyncio.create_subprocess_exec(
            sys.executable, "-c", HOLDER, config, stdout=asyncio.subprocess.PIPE
        )
        assert client.stdout is not None
        assert await client.stdout.readline()
        supervisor = address.published()
        assert supervisor is not None
        client.send_signal(signal.SIGKILL)
        await client.wait()
        await eventually(lambda: gone(supervisor.pid) and gone(house.pids()[0]))

    run(test())


def test_the_model_server_dies_with_its_supervisor_and_the_next_client_gets_a_new_one(
    house: House,
) -> None:
    async def test() -> None:
        first = await connection.connect(MODEL, quiet, house.config())
        supervisor = address.published()
        assert supervisor is not None
        os.kill(supervisor.pid, signal.SIGKILL)
        await eventually(lambda: gone(house.pids()[0]) and not first.alive)
        second = await connection.connect(MODEL, quiet, house.config())
        assert (await ask(second, {"id": "a"})).status_code == 200
        assert second.base_url != first.base_url

    run(test())


def test_a_crashed_model_server_fails_its_request_and_serves_the_next(house: House) -> None:
    async def test() -> None:
        server = await connection.connect(MODEL, quiet, house.config())
        failed = await ask(server, {"id": "a", "crash": True})
        assert failed.status_code == 502
        assert failed.json()["error"]["message"]
        assert (await ask(server, {"id": "b"})).status_code == 200
        assert len(house.pids()) == 2

    run(test())


def test_a_model_that_cannot_be_loaded_is_told_with_its_reason(house: House) -> None:
    async def test() -> None:
        with pytest.raises(AiError) as caught:
            await connection.connect(MODEL, quiet, house.config(fail=True))
        assert caught.value.kind is Kind.SERVER
        assert "upside down" in caught.value.hint

    run(test())


def test_a_request_for_another_model_is_answered_by_that_model(house: House) -> None:
    async def test() -> None:
        server = await connection.connect(MODEL, quiet, house.config())
        answers = [await ask(server, {"id": n}, model=n) for n in (MODEL, OTHER, "any")]
        assert [a.json()["model"] for a in answers] == [MODEL, OTHER, OTHER]
        assert gone(house.pids()[0])
        assert not gone(house.pids()[1])

    run(test())


def test_only_the_owner_can_read_the_token_and_only_the_token_is_answered(house: House) -> None:
    async def test() -> None:
        server = await connection.connect(MODEL, quiet, house.config())
        file = next((house.directory / "run").rglob("server.json"))
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        for path in ("models", "chat/completions"):
            async with httpx2.AsyncClient(trust_env=False) as client:
                url = f"{server.base_url}/{path}"
                reply = await client.post(url, headers={"Authorization": "Bearer no"}, json={})
                assert reply.status_code == 401
        assert house.events() == [f"pid {house.pids()[0]}"]

    run(test())


def test_the_address_left_by_a_dead_server_is_not_believed(house: House) -> None:
    async def test() -> None:
        stranger = await asyncio.start_server(lambda r, w: strangers.append(w), "127.0.0.1", 0)
        port = stranger.sockets[0].getsockname()[1]
        old = address.Address(f"http://127.0.0.1:{port}/v1", "secret", os.getpid())
        address.publish(old).release()
        server = await connection.connect(MODEL, quiet, house.config())
        assert str(port) not in server.base_url
        assert strangers == []
        stranger.close()

    strangers: list[asyncio.StreamWriter] = []
    run(test())


def test_stop_ends_the_server_and_says_whether_there_was_one(house: House) -> None:
    async def test() -> None:
        assert not await connection.stop()
        server = await connection.connect(MODEL, quiet, house.config())
        assert await connection.stop()
        await eventually(lambda: gone(house.pids()[0]) and not server.alive)

    run(test())
