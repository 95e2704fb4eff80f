"""Reads what a project's linters and formatters are told about docstrings; runs nothing."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from neovim_ai.docs import napoleon
from neovim_ai.docs.linters import Linters, Pydoclint, Rules, pydoclint_options

_MOST_BYTES = 1_000_000
_STYLES = {
    "google": "google",
    "numpy": "numpy",
    "numpydoc": "numpy",
    "sphinx": "sphinx",
    "rest": "sphinx",
    "restructuredtext": "sphinx",
    "epytext": "epytext",
    "plaintext": "plain",
}
_INI = ("setup.cfg", "tox.ini", ".pydocstyle", ".pydocstyle.ini", ".pydocstylerc", ".flake8")


@dataclass(frozen=True)
class Config:
    """What is configured; None or empty where nothing is.

    Attributes:
        style: A style's name; `pep257` and the like say nothing of sections.
        types: Whether parameter types are to be repeated.
        return_types: The same for returned and yielded values.
        width: Longest line of a docstring, in characters; 0 when not configured.
        first_line: Whether the summary starts on the line of the quotes.
        linters: Who checks docstrings, and how.
        because: Which file said so, by name of the field.
    """

    style: str = ""
    types: bool | None = None
    return_types: bool | None = None
    width: int = 0
    first_line: bool | None = None
    linters: Linters = field(default_factory=Linters)
    because: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Said:
    """One statement of one file about one field."""

    name: str
    value: Any
    where: str


def read(root: Path, path: Path | None = None) -> Config:
    """Read a project's configuration; a file that cannot be read says nothing.

    What is not said near the file is said further up, as far as the repository goes.

    Args:
        root: The project's directory.
        path: The file in question; its own folders below the root count too.
    """
    chosen: dict[str, _Said] = {}
    linters = Linters()
    for folder in _folders(root, path):
        project = _toml(folder / "pyproject.toml")
        linters = _linters(linters, folder, project)
        for said in _statements(folder, project):
            if said.value not in (None, "", 0) or isinstance(said.value, bool):
                chosen.setdefault(said.name, said)
    _from_pydoclint(linters.pydoclint, chosen)
    _from_rules(linters.rules, chosen)
    values = {name: said.value for name, said in chosen.items()}
    because = {name: said.where for name, said in chosen.items()}
    return Config(**values, linters=linters, because=because)


def _folders(root: Path, path: Path | None) -> Iterator[Path]:
    """Yield the folders that may configure a file, the nearest first."""
    start = (path.parent if path else root).absolute()
    if not start.is_relative_to(root.absolute()):
        start = root.absolute()
    above = [start, *start.parents]
    tops = [n for n, folder in enumerate(above) if (folder / ".git").exists()]
    inside = [n for n, folder in enumerate(above) if folder == root.absolute()]
    yield from above[: max([*tops[:1], *inside]) + 1]


def _linters(found: Linters, folder: Path, project: Mapping[str, Any]) -> Linters:
    """Add what a folder says to what nearer ones have said."""
    pydoclint = found.pydoclint or _pydoclint_of(folder, project)
    rules, where = found.rules, found.folder
    if not rules.select:
        tables = [(name, _toml(folder / name)) for name in (".ruff.toml", "ruff.toml")]
        tables.append(("pyproject.toml [tool.ruff]", _table(project, "tool", "ruff")))
        name, table = next(((name, table) for name, table in tables if table), ("", {}))
        rules = _rules(table, name)
        where = folder if rules.select else where
    return Linters(pydoclint, rules, where)


def _rules(table: Mapping[str, Any], where: str) -> Rules:
    lint = _table(table, "lint")
    conventions = [_table(t, "pydocstyle").get("convention") for t in (lint, table)]
    return Rules(
        select=_selectors(lint, table, "select", "extend-select"),
        ignore=_selectors(lint, table, "ignore", "extend-ignore"),
        convention=str(next((c for c in conventions if c), "")).lower(),
        where=where,
    )


def _selectors(lint: Mapping[str, Any], table: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
    lists = (values.get(key) for values in (lint, table) for key in keys)
    return tuple(str(rule) for rules in lists if isinstance(rules, list) for rule in rules)


def _pydoclint_of(folder: Path, project: Mapping[str, Any]) -> Pydoclint | None:
    table = _table(project, "tool", "pydoclint")
    if table:
        return Pydoclint(pydoclint_options(table), "pyproject.toml [tool.pydoclint]")
    for name in (".flake8", "setup.cfg", "tox.ini"):
        options = _options(folder / name, "flake8")
        known = pydoclint_options(options)
        listed = " ".join(str(options.get(key, "")) for key in ("select", "extend-select"))
        if known or re.search(r"\bDOC\d*\b", listed):
            return Pydoclint(known, f"{name} [flake8]")
    return None


def _from_pydoclint(told: Pydoclint | None, chosen: dict[str, _Said]) -> None:
    if told is None:
        return
    for name, option in (
        ("types", "argTypeHintsInDocstring"),
        ("return_types", "checkReturnTypes"),
    ):
        chosen.setdefault(name, _Said(name, told.on(option, True), told.where))
    style = _convention(told.options.get("style", "numpy"))
    chosen.setdefault("style", _Said("style", style, told.where))


def _from_rules(rules: Rules, chosen: dict[str, _Said]) -> None:
    """Let the rules that are on decide what nothing else has."""
    for code, value in (("D212", True), ("D213", False)):
        if rules.active(code):
            chosen.setdefault("first_line", _Said("first_line", value, rules.where))
    if rules.active("D407") and not rules.convention:
        # Without a convention ruff wants every section's title underlined.
        chosen.setdefault("style", _Said("style", "numpy", f"{rules.where} D407"))


def _statements(root: Path, project: Mapping[str, Any]) -> Iterator[_Said]:
    """Yield what is said, the most binding first."""
    for name in (".ruff.toml", "ruff.toml"):
        yield from _ruff(_toml(root / name), name)
    yield from _ruff(_table(project, "tool", "ruff"), "pyproject.toml [tool.ruff]")
    yield from _pydoclint(_table(project, "tool", "pydoclint"), "pyproject.toml [tool.pydoclint]")
    yield from _pydocstyle(
        _table(project, "tool", "pydocstyle"), "pyproject.toml [tool.pydocstyle]"
    )
    for name in _INI:
        yield from _ini(root / name)
    for name in napoleon.PLACES:
        yield _Said("style", napoleon.style(root / name), name)
    docformat = _table(project, "tool", "pydoctor").get("docformat")
    yield _Said("style", _convention(docformat), "pyproject.toml [tool.pydoctor]")
    for tool, key in (("black", "line-length"), ("pycodestyle", "max-line-length")):
        where = f"pyproject.toml [tool.{tool}]"
        yield _Said("width", _number(_table(project, "tool", tool).get(key)), where)
    yield _Said("width", _editorconfig(root / ".editorconfig"), ".editorconfig")


def _ruff(table: Mapping[str, Any], where: str) -> Iterator[_Said]:
    lint = _table(table, "lint")
    for docs in (_table(lint, "pydocstyle"), _table(table, "pydocstyle")):
        yield _Said("style", _convention(docs.get("convention")), f"{where} convention")
    for style in (_table(lint, "pycodestyle"), _table(table, "pycodestyle")):
        yield _Said("width", _number(style.get("max-doc-length")), f"{where} max-doc-length")
    yield _Said("width", _number(table.get("line-length")), f"{where} line-length")


def _pydoclint(table: Mapping[str, Any], where: str) -> Iterator[_Said]:
    if table:
        yield _Said("style", _convention(table.get("style", "numpy")), where)


def _pydocstyle(table: Mapping[str, Any], where: str) -> Iterator[_Said]:
    yield _Said("style", _convention(table.get("convention")), where)


def _ini(path: Path) -> Iterator[_Said]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(_text(path))
    except configparser.Error:
        return
    for section in ("pydocstyle", "flake8", "pycodestyle", "pydoclint", "tool:pydoctor"):
        if not parser.has_section(section):
            continue
        options = {k.replace("_", "-"): v for k, v in parser.items(section)}
        where = f"{path.name} [{section}]"
        for key in ("convention", "docstring-convention", "style", "docformat"):
            yield _Said("style", _convention(options.get(key)), where)
        for key in ("max-doc-length", "max-line-length"):
            yield _Said("width", _number(options.get(key)), where)
        yield _Said("types", _truth(options.get("arg-type-hints-in-docstring")), where)
        yield _Said("return_types", _truth(options.get("check-return-types")), where)


def _options(path: Path, section: str) -> dict[str, str]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(_text(path))
    except configparser.Error:
        return {}
    return dict(parser.items(section)) if parser.has_section(section) else {}


def _editorconfig(path: Path) -> int:
    """Return the line length that holds for Python files; later sections override."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string("[preamble]\n" + _text(path))
    except configparser.Error:
        return 0
    length = 0
    for section in parser.sections():
        if section == "*" or "py" in re.split(r"[{},.]", section):
            length = _number(parser.get(section, "max_line_length", fallback=None)) or length
    return length


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(_text(path))
    except tomllib.TOMLDecodeError:
        return {}


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return ""


def _table(values: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    for name in names:
        inner = values.get(name)
        if not isinstance(inner, dict):
            return {}
        values = inner
    return values


def _convention(value: object) -> str:
    return _STYLES.get(str(value or "").strip().lower(), "")


def _number(value: object) -> int:
    text = str(value if value is not None else "").strip()
    return int(text) if text.isdecimal() and int(text) < 1000 else 0


def _truth(value: str | None) -> bool | None:
    return None if value is None else value.strip().lower() in {"true", "1", "yes", "on"}
