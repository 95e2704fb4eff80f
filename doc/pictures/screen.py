"""What Neovim draws, cell by cell: the client's side of its UI protocol (`:help ui-linegrid`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

BLANK = (" ", 0)


@dataclass(frozen=True)
class Look:
    """The colours and the form of a cell; colours are `#rrggbb`."""

    text: str
    ground: str
    bold: bool = False
    italic: bool = False
    struck: bool = False
    underlined: bool = False


class Screen:
    """One grid; events that are about anything but its cells and colours are left alone."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.cursor = (0, 0)
        self._cells = [[BLANK] * columns for _ in range(rows)]
        self._styles: dict[int, dict[str, Any]] = {}
        self._text, self._ground = 0xFFFFFF, 0x000000

    def draw(self, redraw: Iterable[list[Any]]) -> None:
        """Follow the events of one `redraw` notification."""
        for name, *calls in redraw:
            follow = getattr(self, f"_{name}", None)
            for arguments in calls if follow else ():
                follow(*arguments)

    def row(self, number: int) -> list[tuple[str, Look]]:
        """Return the cells of a row; behind a character of double width stands an empty one."""
        return [(text, self._look(style)) for text, style in self._cells[number]]

    def look(self) -> Look:
        """Return how a cell without a style looks."""
        return self._look(0)

    def _look(self, style: int) -> Look:
        found = self._styles.get(style, {})
        text = found.get("foreground", self._text)
        ground = found.get("background", self._ground)
        if found.get("reverse"):
            text, ground = ground, text
        return Look(
            f"#{text:06x}",
            f"#{ground:06x}",
            bold=found.get("bold", False),
            italic=found.get("italic", False),
            struck=found.get("strikethrough", False),
            underlined=bool({"underline", "undercurl", "underdouble"} & found.keys()),
        )

    def _default_colors_set(self, text: int, ground: int, *_rest: int) -> None:
        self._text, self._ground = text, ground

    def _hl_attr_define(self, style: int, rgb: dict[str, Any], *_rest: Any) -> None:
        self._styles[style] = rgb

    def _grid_resize(self, _grid: int, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self._grid_clear()

    def _grid_clear(self, *_grid: int) -> None:
        self._cells = [[BLANK] * self.columns for _ in range(self.rows)]

    def _grid_cursor_goto(self, _grid: int, row: int, column: int) -> None:
        self.cursor = (row, column)

    def _grid_line(
        self, _grid: int, row: int, column: int, cells: list[list[Any]], *_rest: Any
    ) -> None:
        style = 0
        for text, *more in cells:
            style = more[0] if more else style
            for _ in range(more[1] if len(more) > 1 else 1):
                self._cells[row][column] = (text, style)
                column += 1

    def _grid_scroll(
        self, _grid: int, top: int, bottom: int, left: int, right: int, by: int, *_rest: int
    ) -> None:
        targets = range(top, bottom - by) if by > 0 else range(bottom - 1, top - by - 1, -1)
        for row in targets:
            self._cells[row][left:right] = self._cells[row + by][left:right]
