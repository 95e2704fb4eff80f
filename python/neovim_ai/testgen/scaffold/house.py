"""How a project writes its tests, read off the tests it has and its formatter's configuration."""

from __future__ import annotations

import ast
import configparser
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neovim_ai.testgen.model import Subject
from neovim_ai.testgen.subject import pytest_config

_MOST_SIBLINGS = 8
_DEFAULT_WIDTH = 88
_WIDTHS = (79, 88, 100, 120)


@dataclass(frozen=True)
class TestHouse:
    """What new tests should look like.

    Attributes:
        width: Longest line.
        quote: The kind of quotes of strings.
        classes: Tests stand in classes, one a function or class under test.
        annotated: Test functions say `-> None`.
        configured: The project configures ruff: it is asked with that, not with what we saw.
        future: Test files begin with `from __future__ import annotations`.
    """

    __test__ = False  # the name is the domain's; pytest is not to collect it

    width: int = _DEFAULT_WIDTH
    quote: str = '"'
    classes: bool = False
    annotated: bool = False
    configured: bool = False
    future: bool = False


def detect(subject: Subject) -> TestHouse:
    """Return the habits of the project's tests, those of the same file first."""
    texts = list(_samples(subject))
    tables = list(_tables(subject.test_path.parent, subject.root))
    told = [value for table in tables for value in [_told_width(table)] if value]
    ruff = any(_has_ruff(folder) for folder in _folders(subject.test_path.parent, subject.root))
    return TestHouse(
        width=next(iter(told), 0) or _seen_width(texts),
        quote=_told_quote(tables) or _seen_quote(texts),
        classes=_votes(texts, _stands_in_class),
        annotated=_votes(texts, lambda node, _: node.returns is not None),
        configured=ruff,
        future=bool(texts) and "from __future__ import annotations" in texts[0],
    )


def _samples(subject: Subject) -> Iterator[str]:
    if subject.existing is not None:
        yield subject.existing
        if "def test_" in subject.existing:
            return
    folder = subject.test_path.parent
    siblings = sorted(folder.glob("*.py")) if folder.is_dir() else []
    tests = [p for p in siblings if p != subject.test_path and "test" in p.stem]
    for path in tests[:_MOST_SIBLINGS]:
        yield pytest_config.text(path)


def _votes(texts: list[str], says: Any) -> bool:
    """Let every test function vote; a tie is a no."""
    votes: Counter[bool] = Counter()
    for text in texts:
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError):
            continue
        for holder in ast.walk(tree):
            for node in getattr(holder, "body", ()) if isinstance(holder, _HOLDERS) else ():
                if isinstance(node, _FUNCTIONS) and node.name.startswith("test"):
                    votes[bool(says(node, holder))] += 1
    return votes[True] > votes[False]


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_HOLDERS = (ast.Module, ast.ClassDef)


def _stands_in_class(_: ast.AST, holder: ast.AST) -> bool:
    if not isinstance(holder, ast.ClassDef):
        return False
    return not any("TestCase" in ast.unparse(base) for base in holder.bases)


def _seen_width(texts: list[str]) -> int:
    longest = max((len(line) for text in texts for line in text.splitlines()), default=0)
    return next((width for width in _WIDTHS if longest <= width), _WIDTHS[-1]) if longest else 88


def _seen_quote(texts: list[str]) -> str:
    double = sum(len(re.findall(r'(?<!")"(?!"")[^"\n]*"', text)) for text in texts)
    single = sum(len(re.findall(r"(?<!')'(?!'')[^'\n]*'", text)) for text in texts)
    return "'" if single > double else '"'


def _folders(start: Path, root: Path) -> Iterator[Path]:
    for folder in (start, *start.parents):
        yield folder
        if folder == root or (folder / ".git").exists():
            return


def _has_ruff(folder: Path) -> bool:
    if (folder / "ruff.toml").is_file() or (folder / ".ruff.toml").is_file():
        return True
    project = pytest_config.toml(folder / "pyproject.toml")
    return bool(pytest_config.table(project, "tool", "ruff"))


def _tables(start: Path, root: Path) -> Iterator[Mapping[str, Any]]:
    """Yield what formatters are told, as tables, the nearest folder first."""
    for folder in _folders(start, root):
        for name in (".ruff.toml", "ruff.toml"):
            yield pytest_config.toml(folder / name)
        project = pytest_config.toml(folder / "pyproject.toml")
        yield from (
            pytest_config.table(project, "tool", one) for one in ("ruff", "black", "flake8")
        )
        yield from (_ini(folder / name) for name in ("setup.cfg", "tox.ini", ".flake8"))


def _ini(path: Path) -> Mapping[str, Any]:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(pytest_config.text(path))
    except configparser.Error:
        return {}
    found: dict[str, str] = {}
    for section in ("pycodestyle", "flake8"):
        if parser.has_section(section):
            found |= {k.replace("_", "-"): v for k, v in parser.items(section)}
    return found


def _told_width(table: Mapping[str, Any]) -> int:
    for key in ("line-length", "max-line-length"):
        text = str(table.get(key) or "").strip()
        if text.isdecimal() and 20 <= int(text) <= 400:
            return int(text)
    return 0


def _told_quote(tables: list[Mapping[str, Any]]) -> str:
    for table in tables:
        style = pytest_config.table(table, "format").get("quote-style")
        if style in ("single", "double"):
            return "'" if style == "single" else '"'
    return ""
