"""From a key in the prompt of our own picker to its rows on the screen, in a real Neovim."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence

import pytest
from tests.editor.driver import Editor
from tests.editor.notes_fakes import Picker

from bench.notes_corpus import Corpus

WARM_SECONDS = 8.0
BETWEEN_KEYS = 0.12
"""Seconds from one key to the next of somebody who types fast: a hundred words a minute."""

LINES, COLUMNS = 40, 120
"""Of the screen; as many rows as its picker shows are asked for first."""

# What the picker itself runs (`normal! zz`) is no typed key. Rows that stand in their buffer are on
# the screen with the end of the redraw that follows.
_WATCH = """
vim.on_key(function(_, typed)
  if typed ~= "" then
    Pressed = vim.uv.hrtime()
  end
end)
Drawn = {}
local function drawn()
  local all = require("neovim_ai.notes").timings()
  local last = all[#all]
  if last and last.shown ~= Drawn.shown then
    Drawn = { shown = last.shown, query = last.query, at = vim.uv.hrtime() }
  end
end
local namespace = vim.api.nvim_create_namespace("bench_notes_keys")
vim.api.nvim_set_decoration_provider(namespace, { on_end = drawn })
"""
_LAST = """
if Drawn.query == ... then
  return { Drawn.shown, (Drawn.at - Pressed) / 1e6 }
end
"""
Taken = Mapping[str, list[float]]


def through_neovim(corpus: Corpus, queries: Mapping[str, list[str]]) -> Taken:
    """Type each query; return the milliseconds from its last key to its rows, by class."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("NVIM", raising=False)
        editor = Editor()
    try:
        editor.lua("vim.o.lines, vim.o.columns = ...", LINES, COLUMNS)
        editor.setup(notes={"vaults": [str(corpus.folder)], "picker": "float"})
        editor.nvim.command("NotesFind")
        Picker(editor).opened()
        editor.lua(_WATCH)
        typing = _Typing(editor)
        # The host starts, looks at the files and imports what it needs.
        deadline = time.monotonic() + WARM_SECONDS
        while time.monotonic() < deadline:
            typing.type("the")
            typing.type("and")
        return {kind: [typing.type(query) for query in asked] for kind, asked in queries.items()}
    finally:
        editor.close()


class _Typing:
    """Somebody at the prompt."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor
        self._stands = ""
        self._shown = 0

    def type(self, query: str) -> float:
        """Type a query; return the milliseconds of its last key."""
        self._until(query[:-1], "<BS>" * len(self._stands) + _keys(query[:-1]))
        threading.Event().wait(BETWEEN_KEYS)
        return self._until(query, _keys(query[-1]))

    def _until(self, query: str, keys: str) -> float:
        """Press keys after which a query stands in the prompt, and wait for its rows."""
        if query == self._stands:
            return 0.0
        self._editor.nvim.input(keys)
        found: Sequence[float] = []

        def there() -> bool:
            nonlocal found
            found = self._editor.lua(_LAST, query) or []
            return bool(found) and found[0] > self._shown

        self._editor.until(there, 60, f"rows for {query!r}")
        self._stands, self._shown = query, int(found[0])
        return float(found[1])


def _keys(text: str) -> str:
    return text.replace("<", "<lt>")
