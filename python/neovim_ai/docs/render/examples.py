"""Examples: a doctest, below a title where the style has sections."""

from __future__ import annotations

from neovim_ai.docs.model import Style

TITLE = "Examples"
STEP = "    "


def block(text: str, style: Style, *, indent: str) -> list[str]:
    """Return the lines of a doctest with what opens it.

    Args:
        text: The doctest's lines, without indent.
        style: The style to write in.
        indent: White space before the docstring's lines.
    """
    inner = indent + STEP if style is Style.GOOGLE else indent
    lines = [inner + line for line in text.split("\n")]
    if style is Style.GOOGLE:
        return [f"{indent}{TITLE}:", *lines]
    if style is Style.NUMPY:
        return [indent + TITLE, indent + "-" * len(TITLE), *lines]
    return lines
