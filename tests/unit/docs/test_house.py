from __future__ import annotations

from pathlib import Path

import pytest

from neovim_ai.docs.house import detect
from neovim_ai.docs.model import House, Style
from neovim_ai.settings import DocSettings
from neovim_ai.source.text import SourceText

EMPTY = SourceText("x = 1\n")
NUMPY = SourceText(
    "def f(a):\n    '''\n    Do.\n\n"
    "    Parameters\n    ----------\n    a : int\n        It.\n\n    '''\n"
)


def house(
    files: dict[str, str], root: Path, source: SourceText = EMPTY, **settings: object
) -> House:
    for name, text in files.items():
        (root / name).write_text(text, encoding="utf-8")
    return detect(source, root, DocSettings(**settings))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", '[tool.ruff.lint.pydocstyle]\nconvention = "numpy"\n'),
        ("pyproject.toml", '[tool.ruff.pydocstyle]\nconvention = "numpy"\n'),
        ("ruff.toml", '[lint.pydocstyle]\nconvention = "numpy"\n'),
        (".ruff.toml", '[pydocstyle]\nconvention = "numpy"\n'),
        ("pyproject.toml", '[tool.pydoclint]\nstyle = "numpy"\n'),
        ("pyproject.toml", '[tool.pydocstyle]\nconvention = "numpy"\n'),
        ("setup.cfg", "[pydocstyle]\nconvention = numpy\n"),
        ("tox.ini", "[flake8]\ndocstring-convention = numpy\n"),
        (".pydocstyle", "[pydocstyle]\nconvention=numpy\n"),
    ],
)
def test_a_linters_convention_decides_and_is_named(tmp_path: Path, name: str, text: str) -> None:
    found = house({name: text}, tmp_path)
    assert found.style is Style.NUMPY
    assert found.because["style"].startswith(name)


def test_the_users_setting_comes_before_the_projects(tmp_path: Path) -> None:
    files = {"pyproject.toml": '[tool.ruff]\nline-length = 99\n[tool.pydoclint]\nstyle = "numpy"\n'}
    found = house(files, tmp_path, style="sphinx", width=60)
    assert (found.style, found.width) == (Style.SPHINX, 60)
    assert found.because["style"] == "your settings"


def test_configuration_comes_before_the_files_docstrings(tmp_path: Path) -> None:
    found = house({"ruff.toml": '[lint.pydocstyle]\nconvention = "google"\n'}, tmp_path, NUMPY)
    assert found.style is Style.GOOGLE


def test_a_convention_without_sections_leaves_the_vote_to_the_file(tmp_path: Path) -> None:
    found = house({"ruff.toml": '[lint.pydocstyle]\nconvention = "pep257"\n'}, tmp_path, NUMPY)
    assert found.style is Style.NUMPY
    assert found.because["style"] == "docstrings of this file"


@pytest.mark.parametrize(
    ("table", "types", "returns"),
    [
        ("", True, True),
        ("arg-type-hints-in-docstring = false\n", False, True),
        ("arg_type_hints_in_docstring = false\ncheck-return-types = false\n", False, False),
    ],
)
def test_pydoclint_says_whether_types_are_repeated(
    tmp_path: Path, table: str, types: bool, returns: bool
) -> None:
    found = house({"pyproject.toml": "[tool.pydoclint]\nstyle = 'google'\n" + table}, tmp_path)
    assert (found.types, found.return_types) == (types, returns)


@pytest.mark.parametrize(
    ("name", "text", "width"),
    [
        ("pyproject.toml", "[tool.ruff]\nline-length = 101\n", 101),
        ("ruff.toml", "line-length = 101\n[lint.pycodestyle]\nmax-doc-length = 72\n", 72),
        ("pyproject.toml", "[tool.black]\nline-length = 101\n", 101),
        ("setup.cfg", "[flake8]\nmax-line-length = 101\n", 101),
        ("tox.ini", "[pycodestyle]\nmax_line_length = 101\n", 101),
        (
            ".editorconfig",
            "root = true\n[*]\nmax_line_length = 70\n[*.{py,pyi}]\nmax_line_length = 101\n",
            101,
        ),
        (".editorconfig", "[*.md]\nmax_line_length = 101\n", 88),
        (".editorconfig", "[*.py]\nmax_line_length = off\n", 88),
        ("pyproject.toml", "[tool.ruff\nline-length = 101\n", 88),
        ("setup.cfg", "no section\n[flake8", 88),
        ("pyproject.toml", "tool = 3\n", 88),
    ],
)
def test_the_width_is_the_formatters(tmp_path: Path, name: str, text: str, width: int) -> None:
    assert house({name: text}, tmp_path).width == width


def test_the_files_docstrings_vote_on_everything(tmp_path: Path) -> None:
    found = house({}, tmp_path, NUMPY)
    assert found.style is Style.NUMPY
    assert found.types
    assert found.quotes == "'''"
    assert not found.first_line
    assert found.blank_last


@pytest.mark.parametrize(
    ("body", "style", "types"),
    [
        ("Do.\n\n    Args:\n        a: It.\n    ", Style.GOOGLE, False),
        ("Do.\n\n    Args:\n        a (int): It.\n    ", Style.GOOGLE, True),
        ("Do.\n\n    Parameters\n    ----------\n    a\n        It.\n    ", Style.NUMPY, False),
        ("Do.\n\n    :param a: It.\n    ", Style.SPHINX, False),
        ("Do.\n\n    :param a: It.\n    :type a: int\n    ", Style.SPHINX, True),
    ],
)
def test_sections_show_style_and_types(body: str, style: Style, types: bool) -> None:
    for newline in ("\n", "\r\n"):
        text = f'def f(a):\n    """{body}"""\n'.replace("\n", newline)
        found = detect(SourceText(text), None, DocSettings())
        assert (found.style, found.types) == (style, types)
        assert found.first_line
        assert not found.blank_last


def test_the_majority_wins() -> None:
    google = 'def g(a):\n    """Do.\n\n    Args:\n        a: It.\n    """\n'
    found = detect(SourceText(google * 2 + NUMPY.text), None, DocSettings())
    assert found.style is Style.GOOGLE
    assert found.first_line


def test_without_anything_it_is_google() -> None:
    found = detect(EMPTY, None, DocSettings())
    assert found == House(because=found.because)
    assert found.because["style"] == "default"
