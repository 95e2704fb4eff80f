"""A vault to look into, the rows a host would send for it, and our picker as a test sees it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.editor.driver import Editor

NOTES = """\
# Notes

## Networking

Find the address: `ip addr`.

## Docker

### Images

Save an image to a file: `docker save -o file image`.
Load it elsewhere: `docker load -i file`.

TODO: write about volumes

## Wörter

Ein schöner Satz über 日本語 und Käse.
"""


def section(
    path: Path, best: str, *heading: str, kind: str = "exact", **more: Any
) -> dict[str, Any]:
    """Return the row for the section whose best line is the first one that holds a text."""
    lines = path.read_text(encoding="utf-8").splitlines()
    at = next(number for number, line in enumerate(lines) if best in line)
    starts = [number for number, line in enumerate(lines) if line.startswith("#")]
    start = max([0, *(number for number in starts if number <= at)])
    end = min([len(lines), *(number for number in starts if number > at)]) - 1
    begin = len(lines[at].encode()[: lines[at].encode().index(best.encode())])
    return {
        "path": str(path),
        "row": start,
        "end_row": end,
        "heading_path": list(heading),
        "snippet": lines[at],
        "matches": [[begin, begin + len(best.encode())]],
        "kind": "exact",
        "score": 1.0,
        "row_of_best": at,
        "section": start,
        **more,
    }


def found(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the result of `notes_find`."""
    counts = {"total": len(rows), "indexing": {}, "seconds": 0.001, "problem": ""}
    return {"rows": list(rows), **counts, **more}


class Picker:
    """Our own picker, seen from outside."""

    def __init__(self, editor: Editor) -> None:
        self._editor = editor

    def panes(self) -> dict[str, int]:
        """Return the windows by what they are."""
        panes: dict[str, int] = self._editor.lua(
            """
            local panes = vim.empty_dict()
            for _, win in ipairs(vim.api.nvim_list_wins()) do
              if vim.api.nvim_win_get_config(win).zindex == 45 then
                local prompt = vim.bo[vim.api.nvim_win_get_buf(win)].buftype == "prompt"
                local what = prompt and "prompt" or vim.wo[win].cursorline and "list" or "preview"
                panes[what] = win
              end
            end
            return panes
            """
        )
        return panes

    def opened(self) -> None:
        """Wait until it is there and takes keys."""
        self._editor.until(lambda: {"prompt", "list"} <= set(self.panes()), what="the picker")
        self._editor.until(lambda: self._editor.mode() == "i", what="insert mode in the prompt")

    def closed(self) -> None:
        """Wait until it is gone and Neovim is back in Normal mode."""
        self._editor.until(lambda: self.panes() == {}, what="no picker")
        self._editor.until(lambda: self._editor.mode() == "n", what="normal mode")

    def text(self, what: str) -> list[str]:
        """Return the lines of `prompt`, `list` or `preview`."""
        win = self.panes().get(what)
        if win is None:
            return []
        code = "return vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(...), 0, -1, false)"
        lines: list[str] = self._editor.lua(code, win)
        return lines

    def rows(self) -> list[str]:
        return [line for line in self.text("list") if line]

    def shows(self, *parts: str) -> None:
        """Wait until there are as many rows as parts, each holding its own."""

        def held() -> bool:
            rows = self.rows()
            pairs = zip(rows, parts, strict=False)
            return len(rows) == len(parts) and all(part in row for row, part in pairs)

        self._editor.until(held, what=f"rows {parts}, not {self.rows()}")

    def selected(self) -> str:
        code = "return vim.api.nvim_win_get_cursor(...)[1]"
        row: int = self._editor.lua(code, self.panes()["list"])
        return self.text("list")[row - 1]

    def marked(self, what: str, group: str = "NeovimAiMatch") -> list[str]:
        """Return the texts that carry a highlight."""
        marked: list[str] = self._editor.lua(
            """
            local win, group = ...
            local buf, texts = vim.api.nvim_win_get_buf(win), {}
            local marks = vim.api.nvim_buf_get_extmarks(buf, -1, 0, -1, { details = true })
            for _, mark in ipairs(marks) do
              if mark[4].hl_group == group then
                local line = vim.api.nvim_buf_get_lines(buf, mark[2], mark[2] + 1, false)[1]
                texts[#texts + 1] = line:sub(mark[3] + 1, mark[4].end_col)
              end
            end
            return texts
            """,
            self.panes()[what],
            group,
        )
        return marked
