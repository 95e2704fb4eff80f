"""How much of the matrix is run: a cell of each fault by default, all of it with `make torture`."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

ALL = bool(os.environ.get("NEOVIM_AI_TORTURE"))

Row = TypeVar("Row")
Column = TypeVar("Column")


def cells(
    rows: Sequence[Row], columns: Sequence[Column], shift: int = 0
) -> list[tuple[Row, Column]]:
    """Return the pairs to try: each row with one column, the columns in turn; or every pair."""
    if ALL:
        return [(row, column) for row in rows for column in columns]
    return [(row, columns[(at + shift) % len(columns)]) for at, row in enumerate(rows)]
