"""Finds out how a project writes its docstrings: what it configures, then what it does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeVar

from neovim_ai.docs import constructors, project_votes, votes
from neovim_ai.docs.linters import Linters
from neovim_ai.docs.model import House, Style
from neovim_ai.docs.project_config import Config, read
from neovim_ai.settings import DocSettings
from neovim_ai.source import target
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText

Choice = TypeVar("Choice")

_WIDTH = 88
_STYLES = {str(style): style for style in Style} | {"pep257": Style.PLAIN}
_DOCFORMAT = re.compile(r"^__docformat__\s*=\s*[\"'](\w+)", re.MULTILINE)
_DOCFORMATS = {
    "epytext": Style.EPYTEXT,
    "restructuredtext": Style.SPHINX,
    "google": Style.GOOGLE,
    "numpy": Style.NUMPY,
}
# A single docstring of another file makes no habit of the project's.
_SEVERAL = 3
_OWN = "docstrings of this file"
_OTHERS = "docstrings of the project"


def detect(source: SourceText, root: Path | None, settings: DocSettings) -> House:
    """Return how docstrings are written here, each choice with where it came from.

    The user's settings come first, then the linters' configuration, then a vote of the file's own
    docstrings, then of the project's, then Google style and the formatter's defaults.

    Args:
        source: The file; its docstrings vote, and folders above it may configure.
        root: The project's directory; None outside of one.
        settings: What the user has set.
    """
    config = read(root, source.path) if root else Config()
    return _Detection(source, root, settings, config).house()


class _Detection:
    """Asks, for each choice, those who may decide it, until one does."""

    def __init__(
        self, source: SourceText, root: Path | None, settings: DocSettings, config: Config
    ) -> None:
        self._source, self._root = source, root
        self._settings, self._config = settings, config
        self._because: dict[str, str] = {}
        self._own = votes.ballots(source)
        self._others: tuple[votes.Ballot, ...] | None = None

    def house(self) -> House:
        style = self._style()
        linters = self._config.linters
        layout = self._layout()
        definitions = target.definitions(self._source)
        return House(
            style=style,
            types=self._types(style),
            quotes=layout.quotes,
            first_line=_decided(self._config.first_line, layout.first_line),
            blank_last=layout.blank_last or (_sectioned(style) and linters.rules.active("D413")),
            width=self._width(),
            because=self._because,
            return_types=self._config.return_types,
            full_stop=layout.full_stop or _active(linters, "D400", "D415"),
            capital=layout.capital or _active(linters, "D403"),
            class_gap=self._class_gap(linters, definitions),
            init_documented=self._init_documented(linters, definitions),
            linters=linters,
        )

    def _style(self) -> Style:
        config = self._config
        docformat = _DOCFORMAT.search(self._source.text)
        named = docformat and _DOCFORMATS.get(docformat[1].lower())
        if self._settings.style in _STYLES:
            return self._told("style", "your settings", _STYLES[self._settings.style])
        if config.style in _STYLES:
            return self._told("style", config.because["style"], _STYLES[config.style])
        voted = votes.style(self._own)
        if voted:
            return self._told("style", _OWN, voted)
        if named:
            return self._told("style", "__docformat__", named)
        voted = votes.style(self._project(), _SEVERAL)
        return self._told("style", _OTHERS if voted else "default", voted or Style.GOOGLE)

    def _types(self, style: Style) -> bool:
        if self._config.types is not None:
            return self._told("types", self._config.because["types"], self._config.types)
        voted = votes.types(self._own, style)
        if voted is not None:
            return self._told("types", _OWN, voted)
        voted = votes.types(self._project(), style)
        return self._told("types", "default" if voted is None else _OTHERS, bool(voted))

    def _layout(self) -> votes.Layout:
        if self._own:
            return self._told("layout", f"{len(self._own)} {_OWN}", votes.layout(self._own))
        others = self._project()
        where = f"{len(others)} {_OTHERS}" if others else "default"
        return self._told("layout", where, votes.layout(others))

    def _width(self) -> int:
        if self._settings.width > 0:
            return self._told("width", "your settings", self._settings.width)
        where = self._config.because.get("width", "default")
        return self._told("width", where, self._config.width or _WIDTH)

    def _class_gap(self, linters: Linters, definitions: tuple[Definition, ...]) -> bool:
        if linters.rules.active("D204"):
            return self._told("class_gap", linters.rules.where, True)
        gaps = [_followed_by_blank(self._source, one) for one in definitions]
        known = [gap for gap in gaps if gap is not None]
        return self._told("class_gap", _OWN if known else "default", sum(known) * 2 > len(known))

    def _init_documented(self, linters: Linters, definitions: tuple[Definition, ...]) -> bool:
        if linters.pydoclint and not linters.pydoclint.on("allowInitDocstring", False):
            return self._told("init_documented", linters.pydoclint.where, False)
        voted = constructors.init_documented(self._source, definitions)
        where = "default" if voted is None else _OWN
        return self._told("init_documented", where, bool(voted))

    def _project(self) -> tuple[votes.Ballot, ...]:
        """Return the other files' votes, read once and only when somebody needs them."""
        if self._others is None:
            path = self._source.path
            self._others = project_votes.ballots(self._root, path) if self._root else ()
        return self._others

    def _told(self, name: str, where: str, choice: Choice) -> Choice:
        self._because[name] = where
        return choice


def _decided(configured: bool | None, voted: bool) -> bool:
    return voted if configured is None else configured


def _sectioned(style: Style) -> bool:
    return style in (Style.GOOGLE, Style.NUMPY)


def _active(linters: Linters, *codes: str) -> bool:
    return any(linters.rules.active(code) for code in codes)


def _followed_by_blank(source: SourceText, definition: Definition) -> bool | None:
    """Tell whether a blank line stands below a class's docstring; None where nothing follows."""
    if definition.kind is not DefinitionKind.CLASS or definition.docstring is None:
        return None
    rest = source.utf8[definition.docstring.end : definition.body.end]
    if not rest.strip():
        return None
    return re.match(rb"[ \t]*(?:\r\n|\r|\n)[ \t\f]*(?:\r\n|\r|\n)", rest) is not None
