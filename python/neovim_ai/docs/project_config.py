"""Reads what a project's linters and formatters are told about docstrings; runs nothing."""

from __future__ import annotations

import configparser
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_MOST_BYTES = 1_000_000
_INI = ("setup.cfg", "tox.ini", ".pydocstyle", ".pydocstyle.ini", ".pydocstylerc", ".flake8")


@dataclass(frozen=True)
class Config:
    """What is configured; None or empty where nothing is.

    Attributes:
        style: `google`, `numpy`, `sphinx`; `pep257` and the like say nothing of sections.
        types: Whether parameter types are to be repeated.
        return_types: The same for returned and yielded values.
        width: Longest line of a docstring, in characters; 0 when not configured.
        first_line: Whether the summary starts on the line of the quotes.
        because: Which file said so, by name of the field.
    """

    style: str = ""
    types: bool | None = None
    return_types: bool | None = None
    width: int = 0
    first_line: bool | None = None
    because: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Said:
    """One statement of one file about one field."""

    name: str
    value: Any
    where: str


def read(root: Path) -> Config:
    """Read a project's configuration; a file that cannot be read says nothing.

    Args:
        root: The project's directory.
    """
    chosen: dict[str, _Said] = {}
    for said in _statements(root):
        if said.value not in (None, "", 0) or isinstance(said.value, bool):
            chosen.setdefault(said.name, said)
    values = {name: said.value for name, said in chosen.items()}
    return Config(**values, because={name: said.where for name, said in chosen.items()})


def _statements(root: Path) -> Iterator[_Said]:
    """Yield what is said, the most binding first."""
    for name in (".ruff.toml", "ruff.toml"):
        yield from _ruff(_toml(root / name), name)
    project = _toml(root / "pyproject.toml")
    yield from _ruff(_table(project, "tool", "ruff"), "pyproject.toml [tool.ruff]")
    yield from _pydoclint(_table(project, "tool", "pydoclint"), "pyproject.toml [tool.pydoclint]")
    yield from _pydocstyle(
        _table(project, "tool", "pydocstyle"), "pyproject.toml [tool.pydocstyle]"
    )
    for name in _INI:
        yield from _ini(root / name)
    for tool, key in (("black", "line-length"), ("pycodestyle", "max-line-length")):
        where = f"pyproject.toml [tool.{tool}]"
        yield _Said("width", _number(_table(project, "tool", tool).get(key)), where)
    yield _Said("width", _editorconfig(root / ".editorconfig"), ".editorconfig")


def _ruff(table: Mapping[str, Any], where: str) -> Iterator[_Said]:
    lint = _table(table, "lint")
    for docs in (_table(lint, "pydocstyle"), _table(table, "pydocstyle")):
        yield _Said("style", _convention(docs.get("convention")), f"{where} convention")
    rules = _rules(lint) + _rules(table)
    if ("D212" in rules) != ("D213" in rules):
        yield _Said("first_line", "D212" in rules, where)
    for style in (_table(lint, "pycodestyle"), _table(table, "pycodestyle")):
        yield _Said("width", _number(style.get("max-doc-length")), f"{where} max-doc-length")
    yield _Said("width", _number(table.get("line-length")), f"{where} line-length")


def _rules(table: Mapping[str, Any]) -> list[str]:
    selected: list[str] = []
    for key in ("select", "extend-select"):
        value = table.get(key)
        selected += [str(rule) for rule in value] if isinstance(value, list) else []
    return selected


def _pydoclint(table: Mapping[str, Any], where: str) -> Iterator[_Said]:
    if not table:
        return
    options = {str(key).replace("_", "-"): value for key, value in table.items()}
    yield _Said("style", _convention(options.get("style", "numpy")), where)
    # These are on unless they are switched off.
    yield _Said("types", bool(options.get("arg-type-hints-in-docstring", True)), where)
    yield _Said("return_types", bool(options.get("check-return-types", True)), where)


def _pydocstyle(table: Mapping[str, Any], where: str) -> Iterator[_Said]:
    yield _Said("style", _convention(table.get("convention")), where)


def _ini(path: Path) -> Iterator[_Said]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(_text(path))
    except configparser.Error:
        return
    for section in ("pydocstyle", "flake8", "pycodestyle", "pydoclint"):
        if not parser.has_section(section):
            continue
        options = {k.replace("_", "-"): v for k, v in parser.items(section)}
        where = f"{path.name} [{section}]"
        for key in ("convention", "docstring-convention", "style"):
            yield _Said("style", _convention(options.get(key)), where)
        for key in ("max-doc-length", "max-line-length"):
            yield _Said("width", _number(options.get(key)), where)
        yield _Said("types", _truth(options.get("arg-type-hints-in-docstring")), where)
        yield _Said("return_types", _truth(options.get("check-return-types")), where)


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
    name = str(value or "").strip().lower()
    return {"google": "google", "numpy": "numpy", "sphinx": "sphinx", "rest": "sphinx"}.get(
        name, ""
    )


def _number(value: object) -> int:
    text = str(value if value is not None else "").strip()
    return int(text) if text.isdecimal() and int(text) < 1000 else 0


def _truth(value: str | None) -> bool | None:
    return None if value is None else value.strip().lower() in {"true", "1", "yes", "on"}
