"""Small projects on disk, and the stand-in lab over them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

Make = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Write a project's files and return its root; `.git` marks where it ends."""
    known = set(sys.path), set(sys.modules)

    def written(files: Mapping[str, str]) -> Path:
        root = tmp_path / "project"
        (root / ".git").mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
        return root

    yield written
    sys.path[:] = [one for one in sys.path if one in known[0]]
