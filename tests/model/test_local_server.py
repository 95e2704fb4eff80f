"""A real model behind the real supervisor."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from neovim_ai.llm.local import connection
from neovim_ai.llm.model import Waiting

GRAMMAR = r'root ::= "summary: " [A-Z] [a-z ]{5,60} ".\n"'

pytestmark = pytest.mark.model


def test_a_real_model_answers_under_a_grammar(weights: str) -> None:
    async def test() -> None:
        from openai import AsyncOpenAI

        seen: list[Waiting] = []
        server = await connection.connect(weights, seen.append)
        assert (await connection.state())["model"] == weights
        async with AsyncOpenAI(base_url=server.base_url, api_key=server.token) as openai:
            answer = await openai.chat.completions.create(
                model=server.model,
                messages=[{"role": "user", "content": "Say what a list is."}],
                max_tokens=60,
                extra_body={"grammar": GRAMMAR},
            )
        text = answer.choices[0].message.content or ""
        assert re.fullmatch(r"summary: [A-Z][a-z ]{5,60}\.\n", text)
        assert answer.usage is not None
        assert answer.usage.completion_tokens > 0
        assert "loading the model" in [w.why for w in seen]
        await server.close()

    asyncio.run(test())


def test_a_stranger_without_the_token_gets_nothing_from_the_model_server(weights: str) -> None:
    async def test() -> None:
        import httpx2

        server = await connection.connect(weights, lambda _: None)
        pid = (await connection.state())["server_pid"]
        async with httpx2.AsyncClient(trust_env=False) as client:
            for port in listening(pid):
                url = f"http://127.0.0.1:{port}"
                asked = await client.post(f"{url}/v1/chat/completions", json={"messages": []})
                assert asked.status_code == 401
                page = await client.get(url, headers={"Origin": "http://evil.example"})
                assert page.headers.get("access-control-allow-origin", "") == ""
                assert "<html" not in page.text.lower()
        await server.close()

    asyncio.run(test())


def listening(pid: int) -> list[int]:
    """Return the loopback ports a process listens on, as Linux tells; at least one."""
    sockets = {str(f.readlink()) for f in Path(f"/proc/{pid}/fd").iterdir() if f.is_symlink()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    ports = [
        int(r[1].split(":")[1], 16) for r in rows if r[3] == "0A" and f"socket:[{r[9]}]" in sockets
    ]
    assert ports
    return ports
