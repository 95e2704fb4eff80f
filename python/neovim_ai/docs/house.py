"""Finds out how a project writes its docstrings: what it configures, then what it does."""

from __future__ import annotations

from pathlib import Path

from neovim_ai.docs import votes
from neovim_ai.docs.model import House, Style
from neovim_ai.docs.project_config import Config, read
from neovim_ai.settings import DocSettings
from neovim_ai.source.text import SourceText

_WIDTH = 88
_LINTERS = {"google": Style.GOOGLE, "numpy": Style.NUMPY, "sphinx": Style.SPHINX}


def detect(source: SourceText, root: Path | None, settings: DocSettings) -> House:
    """Return how docstrings are written here, each choice with where it came from.

    The user's settings come first, then the linters' configuration, then a vote of the file's own
    docstrings, then Google style and the formatter's defaults.

    Args:
        source: The file; its docstrings vote.
        root: The project's directory; None outside of one.
        settings: What the user has set.
    """
    config = read(root) if root else Config()
    ballots = votes.ballots(source)
    because: dict[str, str] = {}
    style = _style(settings, config, ballots, because)
    types = _types(config, ballots, style, because)
    width = _width(settings, config, because)
    layout = votes.layout(ballots)
    if ballots:
        because["layout"] = f"{len(ballots)} docstrings of this file"
    return House(
        style=style,
        types=types,
        quotes=layout.quotes,
        first_line=_first_line(config, layout.first_line),
        blank_last=layout.blank_last,
        width=width,
        because=because,
        return_types=config.return_types,
    )


def _style(
    settings: DocSettings,
    config: Config,
    ballots: tuple[votes.Ballot, ...],
    because: dict[str, str],
) -> Style:
    if settings.style in _LINTERS:
        because["style"] = "your settings"
        return _LINTERS[settings.style]
    if config.style in _LINTERS:
        because["style"] = config.because["style"]
        return _LINTERS[config.style]
    voted = votes.style(ballots)
    because["style"] = "docstrings of this file" if voted else "default"
    return voted or Style.GOOGLE


def _types(
    config: Config, ballots: tuple[votes.Ballot, ...], style: Style, because: dict[str, str]
) -> bool:
    if config.types is not None:
        because["types"] = config.because["types"]
        return config.types
    voted = votes.types(ballots, style)
    because["types"] = "default" if voted is None else "docstrings of this file"
    return bool(voted)


def _width(settings: DocSettings, config: Config, because: dict[str, str]) -> int:
    if settings.width > 0:
        because["width"] = "your settings"
        return settings.width
    because["width"] = config.because.get("width", "default")
    return config.width or _WIDTH


def _first_line(config: Config, voted: bool) -> bool:
    return voted if config.first_line is None else config.first_line
