"""Real weights: from NEOVIM_AI_TEST_MODEL (a path), else what this user has pulled."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from neovim_ai.llm.local import catalogue, connection
from neovim_ai.llm.local.pull import pull

TRIAL = "smollm2-135m"

_GIVEN = os.environ.get("NEOVIM_AI_TEST_MODEL", "")
# Looked for at import: every test has a home of its own, without models.
SOURCE = Path(_GIVEN) if _GIVEN else catalogue.pulled(TRIAL)


@pytest.fixture
def weights(sandboxed_home: Path) -> Iterator[str]:
    """Give the test's user the trial model; its server ends with the test."""
    if SOURCE is None:
        pytest.skip(f"no weights: neovim-ai model pull {TRIAL}, or set NEOVIM_AI_TEST_MODEL")
    pull(TRIAL, source=SOURCE, progress=lambda *_: None)
    yield TRIAL
    asyncio.run(connection.stop())
