"""A screen as an SVG: text that can be selected, in the colours Neovim drew."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby

from doc.pictures.screen import Look, Screen

WIDTH, HEIGHT, BASELINE = 8.4, 18, 13.5
MARGIN = 10
FONTS = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace"


def svg(screen: Screen, what: str) -> str:
    """Return the picture; `what` says in words what it shows."""
    wide = screen.columns * WIDTH + 2 * MARGIN
    high = screen.rows * HEIGHT + 2 * MARGIN
    rows = (line for number in range(screen.rows) for line in _row(screen, number))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" '
            f'role="img" font-family="{FONTS}" font-size="14">',
            f"<title>{escape(what)}</title>",
            f'<rect width="{wide:g}" height="{high:g}" rx="8" fill="{screen.look().ground}"/>',
            f'<g transform="translate({MARGIN} {MARGIN})">',
            *rows,
            "</g>",
            "</svg>",
            "",
        ]
    )


def _row(screen: Screen, number: int) -> Iterator[str]:
    column, y = 0, number * HEIGHT
    for look, group in groupby(screen.row(number), key=lambda cell: cell[1]):
        cells = [text for text, _ in group]
        if look.ground != screen.look().ground:
            yield (
                f'<rect x="{column * WIDTH:.4g}" y="{y}" width="{len(cells) * WIDTH:.4g}" '
                f'height="{HEIGHT}" fill="{look.ground}"/>'
            )
        text = "".join(cells)
        if text.strip() or look.struck or look.underlined:
            yield _text(text, len(cells), look, column, y)
        column += len(cells)


def _text(text: str, cells: int, look: Look, column: int, y: int) -> str:
    kept = text if look.struck or look.underlined else text.rstrip()
    before = 0 if look.struck or look.underlined else len(kept) - len(kept.lstrip())
    wide = cells - (len(text) - len(kept)) - before
    return (
        f'<text x="{(column + before) * WIDTH:.4g}" y="{y + BASELINE:g}" '
        f'textLength="{wide * WIDTH:.4g}" fill="{look.text}"{_form(look)}>'
        f"{_spaced(kept[before:])}</text>"
    )


def _spaced(text: str) -> str:
    """Escape a text; browsers would make one of several plain spaces."""
    return escape(text, quote=False).replace(" ", "&#160;")


def _form(look: Look) -> str:
    lines = "underline " * look.underlined + "line-through" * look.struck
    return (
        ' font-weight="bold"' * look.bold
        + ' font-style="italic"' * look.italic
        + (f' text-decoration="{lines.strip()}"' if lines else "")
    )
