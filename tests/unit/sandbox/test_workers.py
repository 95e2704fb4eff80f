"""A job that is spoken to: answers, its end, and what it leaves behind: nothing."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.unit.sandbox.tiers import TIERS, lacks, made, rooms_left

from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox import interpreter, kept
from neovim_ai.sandbox.kept import Kept
from neovim_ai.sandbox.model import Job, Limits, Tier

ECHO = "import sys\nfor line in sys.stdin: print(line.strip()[::-1], flush=True)"

Body = Callable[[Kept], Awaitable[None]]


@pytest.fixture(params=TIERS)
def tier(request: pytest.FixtureRequest) -> Tier:
    if why := lacks(request.param):
        pytest.skip(why)
    return Tier(request.param)


def spoken_to(
    tier: Tier, code: str, body: Body, project: Path | None = None, limits: Limits | None = None
) -> Kept:
    async def speak() -> Kept:
        python = Path(sys.executable)
        worker = await made(tier).start(
            Job(
                (str(python), "-I", "-S", "-c", code),
                cwd=project or Path("/tmp"),
                project=project,
                readable=await interpreter.readable_for(python),
                limits=limits or Limits(wall_s=None),
            )
        )
        try:
            async with asyncio.timeout(60):
                await body(worker)
        finally:
            await worker.stop()
        return worker

    return asyncio.run(speak())


def test_lines_are_answered(tier: Tier) -> None:
    async def body(worker: Kept) -> None:
        for word in (b"abc", b"xyz"):
            await worker.write(word + b"\n")
            assert await worker.readline() == word[::-1] + b"\n"
        assert worker.returncode is None

    ended = spoken_to(tier, ECHO, body)
    assert ended.returncode is not None


def test_worker_that_died_is_one_line_with_its_last_words(tier: Tier) -> None:
    async def body(worker: Kept) -> None:
        assert await worker.readline() == b""
        with pytest.raises(AiError) as caught:
            await worker.readexactly(4)
        assert caught.value.kind is Kind.SANDBOX
        assert "\n" not in caught.value.message

    ended = spoken_to(tier, "raise SystemExit('no more')", body)
    assert ended.returncode == 1
    assert b"no more" in ended.stderr


def test_writing_to_a_dead_worker_is_an_error(tier: Tier) -> None:
    async def body(worker: Kept) -> None:
        assert await worker.readline() == b""
        with pytest.raises(AiError):
            for _ in range(100):
                await worker.write(b"x" * 65536)

    spoken_to(tier, "import os; os.close(0); os._exit(3)", body)


def test_answer_without_an_end_is_stopped(tier: Tier, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neovim_ai.sandbox.bubblewrap.LONGEST_LINE", 2**16)
    monkeypatch.setattr("neovim_ai.sandbox.confined.LONGEST_LINE", 2**16)

    async def body(worker: Kept) -> None:
        with pytest.raises(AiError, match="answered a line"):
            await worker.readline()
        assert worker.why == "output"

    spoken_to(tier, "while True: print('x' * 1000, end='')", body)
    assert kept.LONGEST_LINE > 2**20


def test_limit_that_ends_a_worker_is_named(tier: Tier) -> None:
    async def body(worker: Kept) -> None:
        assert await worker.readline() == b""
        assert worker.why == "wall"

    spoken_to(tier, "import time; time.sleep(60)", body, limits=Limits(wall_s=0.3))


def test_copy_is_written_to_where_the_worker_says_it_is(tier: Tier, tmp_path: Path) -> None:
    project = tmp_path / "work" / "shop"
    project.mkdir(parents=True)
    (project / "a.txt").write_text("old", encoding="utf-8")
    code = (
        "import os, sys\nopen('a.txt', 'w').write('new')\n"
        "print(os.getcwd(), open('a.txt').read(), flush=True)\nsys.stdin.read()"
    )

    async def body(worker: Kept) -> None:
        where, read = (await worker.readline()).decode().split()
        assert (where, read) == (str(worker.project), "new")

    ended = spoken_to(tier, code, body, project)
    assert (project / "a.txt").read_text(encoding="utf-8") == "old"
    assert (ended.project == project) == (tier is not Tier.LANDLOCK)
    assert rooms_left() == []


def test_stopping_twice_is_no_error(tier: Tier) -> None:
    async def body(worker: Kept) -> None:
        await worker.stop()

    spoken_to(tier, ECHO, body)


def test_program_that_is_not_there_is_one_line(tier: Tier) -> None:
    job = Job(("/nowhere/python", "-c", "pass"))
    try:
        ended = asyncio.run(made(tier).run(job))
    except AiError as error:
        assert error.kind is Kind.SANDBOX
        assert "\n" not in str(error)
    else:
        assert ended.returncode != 0
        assert b"/nowhere/python" in ended.stderr
