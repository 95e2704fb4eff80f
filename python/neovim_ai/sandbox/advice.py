"""Which tier this machine has, and how to get a better one, for people."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

from neovim_ai.sandbox.choose import Trial, survey
from neovim_ai.sandbox.model import Tier

Line = tuple[str, str, tuple[str, ...]]
"""Level (`ok`, `info`, `warn`), message, advice."""

_UBUNTU = Path("/proc/sys/kernel/apparmor_restrict_unprivileged_userns")
_DEBIAN = Path("/proc/sys/kernel/unprivileged_userns_clone")


def lines() -> list[Line]:
    """Try the tiers and say what came of it; takes a trial's time, and no loop may run here."""
    return list(told(asyncio.run(_trials())))


def told(trials: list[Trial]) -> Iterator[Line]:
    """Yield what to say about trials, which end with the first tier that can be used."""
    usable = next((trial for trial in trials if trial.sandbox), None)
    if usable:
        yield "ok", usable.tier.label, ()
    for trial in trials:
        if not trial.sandbox:
            yield "info", f"{trial.tier} cannot be used: {trial.why}", tuple(better(trial))
    if not usable:
        yield (
            "warn",
            Tier.NONE.label,
            ("Without one :AiTest only shows what docstrings say, not run.",),
        )


def better(trial: Trial) -> Iterator[str]:
    """Yield what makes a tier usable here."""
    if "not installed" in trial.why:
        yield "Install the package `bubblewrap` of your distribution, or run :AiInstall."
    elif trial.tier in (Tier.BUBBLEWRAP, Tier.NAMESPACES):
        if _holds(_UBUNTU, "1"):
            yield "AppArmor forbids user namespaces here: allow them to bwrap by a profile, or run"
            yield "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0"
        if _holds(_DEBIAN, "0"):
            yield "sudo sysctl kernel.unprivileged_userns_clone=1"
    elif trial.tier is Tier.LANDLOCK:
        yield "It needs Linux 6.12 or newer with Landlock among the kernel's security modules."


def _holds(setting: Path, value: str) -> bool:
    try:
        return setting.read_text(encoding="ascii").strip() == value
    except OSError:
        return False


async def _trials() -> list[Trial]:
    return [trial async for trial in survey(until_one=True)]
