"""The strongest way this machine has of keeping a job in, found by trying each."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import cache

from neovim_ai.errors import AiError, Kind
from neovim_ai.sandbox import canary
from neovim_ai.sandbox.model import Sandbox, Tier

_ADVICE = {
    "linux": "Install bubblewrap (Debian, Fedora, Arch: the package `bubblewrap`), "
    "see :checkhealth.",
    "win32": "Run Neovim in WSL, where bubblewrap can be installed.",
}


@dataclass(frozen=True)
class Trial:
    """What came of trying one tier.

    Attributes:
        tier: Which.
        why: Why it cannot be used; empty when it can.
        sandbox: The tier itself when it can be used.
    """

    tier: Tier
    why: str
    sandbox: Sandbox | None = None


async def choose() -> Sandbox:
    """Return the strongest tier that kept the trial in; remembered for this process.

    Raises:
        AiError: `sandbox` when there is none: then nothing that a model wrote may run.
    """
    found = _found()
    if not found:
        trials = [trial async for trial in survey(until_one=True)]
        found += [trial.sandbox for trial in trials if trial.sandbox]
        if not found:
            raise AiError(
                Kind.SANDBOX,
                f"There is no sandbox here: {_reasons(trials)}.",
                _ADVICE.get(sys.platform, "See :help neovim-ai-sandbox."),
            )
    return found[0]


@cache
def _found() -> list[Sandbox]:
    """Return the memory of this process: a list that holds the chosen tier once it is known."""
    return []


async def survey(*, until_one: bool = False) -> AsyncIterator[Trial]:
    """Yield what came of trying each tier of this system, the strongest first.

    Args:
        until_one: Whether to end with the first that can be used.
    """
    for tier, made in _tiers():
        trial = await _tried(tier, made)
        yield trial
        if trial.sandbox and until_one:
            return


async def _tried(tier: Tier, made: Sandbox | str) -> Trial:
    if isinstance(made, str):
        return Trial(tier, made)
    try:
        await canary.let_sing(made)
    except AiError as error:
        return Trial(tier, error.message)
    return Trial(tier, "", made)


def _tiers() -> Iterator[tuple[Tier, Sandbox | str]]:
    """Yield each tier this system may have, or why it lacks it."""
    if sys.platform == "linux":
        from neovim_ai.sandbox import bubblewrap, confined

        program = bubblewrap.find()
        made = bubblewrap.sandbox(program) if program else "bwrap is not installed"
        yield Tier.BUBBLEWRAP, made
        yield Tier.NAMESPACES, confined.namespaces()
        yield Tier.LANDLOCK, confined.landlock()
    if sys.platform == "darwin":
        from neovim_ai.sandbox import seatbelt

        found = seatbelt.find()
        yield Tier.SEATBELT, seatbelt.sandbox(found) if found else "sandbox-exec is not installed"


def _reasons(trials: list[Trial]) -> str:
    told = [f"{trial.tier}: {trial.why}" for trial in trials]
    return "; ".join(told) or f"there is none for {sys.platform}"
