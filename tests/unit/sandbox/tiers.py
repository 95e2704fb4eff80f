"""The tiers that the tests run in, where this machine has them."""

from __future__ import annotations

import asyncio
import functools
import os
import tempfile
from pathlib import Path

import pytest

from neovim_ai.errors import AiError
from neovim_ai.sandbox import bubblewrap, canary, confined, rooms
from neovim_ai.sandbox.caged import Caged
from neovim_ai.sandbox.model import Tier

TIERS = (Tier.BUBBLEWRAP, Tier.NAMESPACES, Tier.LANDLOCK)


def made(tier: Tier) -> Caged:
    """Make a tier; bubblewrap must be there."""
    if tier is Tier.BUBBLEWRAP:
        program = bubblewrap.find()
        assert program is not None
        return bubblewrap.sandbox(program)
    return confined.namespaces() if tier is Tier.NAMESPACES else confined.landlock()


def rooms_left() -> list[Path]:
    """Return what this process's jobs have left, on the disk and in memory."""
    places = [rooms.on_disk(), rooms.in_memory()]
    found = [room for place in places if place for room in rooms.of_ours(place)]
    return [room for room in found if room.name.startswith(f"{rooms.PREFIX}{os.getpid()}-")]


@functools.cache
def lacks(tier: Tier) -> str:
    """Say why this machine does not have a tier; empty when it has."""
    if tier is Tier.BUBBLEWRAP and bubblewrap.find() is None:
        return "bubblewrap is not installed"
    with tempfile.TemporaryDirectory() as cache, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", cache)
        try:
            asyncio.run(canary.let_sing(made(tier)))
        except AiError as error:
            return error.message
    return ""
