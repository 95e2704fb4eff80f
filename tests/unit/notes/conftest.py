from __future__ import annotations

from pathlib import Path

import pytest
from tests.unit.notes.notebook import Notebook


@pytest.fixture(params=["impact", "fts"])
def notebook(request: pytest.FixtureRequest, tmp_path: Path) -> Notebook:
    """An empty vault, once for each ranker."""
    return Notebook(tmp_path / "vault", request.param)
