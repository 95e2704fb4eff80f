"""The editors of the matrix are those of `tests/editor`; with them ends what they have started."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editor.conftest import editor, fresh_editor, warm_editor
from tests.faults.processes import notes_of

__all__ = ["editor", "fresh_editor", "warm_editor"]


@pytest.fixture(scope="module", autouse=True)
def notes_end_with_the_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """End the notes' processes that stay for other editors; here none comes."""
    yield
    end_notes(tmp_path_factory.getbasetemp())


def end_notes(folder: Path) -> None:
    for pid in notes_of(folder):
        os.kill(pid, signal.SIGKILL)
