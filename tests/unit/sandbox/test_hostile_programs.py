"""No hostile program gets out of any tier that this machine has; without a tier each does."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.unit.sandbox import hostile
from tests.unit.sandbox.bait import Bait, laid, out_of
from tests.unit.sandbox.tiers import TIERS, lacks, made

from neovim_ai.sandbox import interpreter
from neovim_ai.sandbox.model import Job, Limits, Tier

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these tiers are Linux's")

LIMITS = Limits(wall_s=100.0, cpu_s=60)


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        # No program may find the key that this process has, not only the one of its victim.
        patch.setenv("A_KEY", "secret")
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield tmp_path_factory.mktemp("bait")


@functools.cache
def got_out(tier: Tier, places: Path) -> set[str]:
    """Run all attempts in a tier and name those that got out, by their word or by the traces."""
    with laid(places / tier) as bait:
        ended = asyncio.run(made(tier).run(_job(bait)))
        assert (ended.returncode, ended.why) == (0, ""), ended.stderr.decode()
        return out_of(ended.stdout) | bait.seen_outside()


@functools.cache
def gets_out_bare(places: Path) -> set[str]:
    """Run all attempts without a sandbox."""
    with laid(places / "bare") as bait:
        os.set_inheritable(bait.open_file, True)
        ended = subprocess.run(
            [sys.executable, "-I", "-S", "-c", hostile.PROGRAM],
            cwd=bait.project,
            input=json.dumps(bait.told).encode(),
            capture_output=True,
            pass_fds=[bait.open_file],
            check=True,
        )
        return out_of(ended.stdout) | bait.seen_outside()


def _job(bait: Bait) -> Job:
    executable = Path(sys.executable)
    readable = asyncio.run(interpreter.readable_for(executable))
    told = dict(bait.told)
    return Job(
        argv=(str(executable), "-I", "-S", "-c", hostile.PROGRAM),
        cwd=bait.project,
        project=bait.project,
        env={},
        readable=(*readable, bait.readable),
        stdin=json.dumps(told).encode(),
        limits=LIMITS,
    )


@pytest.mark.parametrize("name", hostile.ATTEMPTS)
@pytest.mark.parametrize("tier", TIERS)
def test_nothing_gets_out(tier: Tier, name: str, places: Path) -> None:
    if why := lacks(tier):
        pytest.skip(why)
    assert name not in got_out(tier, places)


@pytest.mark.parametrize("name", hostile.ATTEMPTS)
def test_without_a_sandbox_the_same_program_gets_out(name: str, places: Path) -> None:
    if name in hostile.NEEDS_ROOT and os.geteuid() != 0:
        pytest.skip("only root can do it at all")
    out = gets_out_bare(places)
    if name in hostile.MAY_FAIL and name not in out:
        pytest.skip("this kernel refuses it to everyone")
    assert name in out
