"""A TODO marked as done: one small replacement in its line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from neovim_ai.errors import AiError, Kind
from neovim_ai.notes import marks
from neovim_ai.notes.model import LineEdit

_BOX = re.compile(r"^\s*(?:>\s*)*(?:[-*+]|\d+[.)])\s+\[( )\](?=\s)")


def done(lines: Sequence[str], row: int) -> LineEdit:
    """Return the edit that marks the TODO in a row as done: `[ ]` to `[x]`, `TODO` to `DONE`.

    Raises:
        AiError: `no_target` when no open TODO stands there.
    """
    line = lines[row] if 0 <= row < len(lines) else ""
    if box := _BOX.match(line):
        return _edit(line, row, box.start(1), box.end(1), "x")
    for match in marks.TODO.finditer(line):
        if match[1]:
            return _edit(line, row, match.start(1), match.end(1), "DONE")
    raise AiError(Kind.NO_TARGET, "No open TODO stands in this line.")


def _edit(line: str, row: int, start: int, end: int, text: str) -> LineEdit:
    first = len(line[:start].encode())
    return LineEdit(row, first, row, first + len(line[start:end].encode()), (text,))
