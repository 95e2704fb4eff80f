from __future__ import annotations

from pathlib import Path

import pytest

from neovim_ai.docs import project_votes
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


@pytest.mark.parametrize(
    ("name", "text", "style"),
    [
        ("docs/conf.py", "napoleon_google_docstring = False\n", Style.NUMPY),
        ("doc/conf.py", "napoleon_numpy_docstring = False\n", Style.GOOGLE),
        ("docs/source/conf.py", "extensions = ['numpydoc']\n", Style.NUMPY),
        (
            "docs/conf.py",
            "napoleon_google_docstring = napoleon_numpy_docstring = False\n"
            "napoleon_google_docstring = False\nnapoleon_numpy_docstring = False\n",
            Style.SPHINX,
        ),
        ("pyproject.toml", '[tool.pydoctor]\ndocformat = "epytext"\n', Style.EPYTEXT),
        ("setup.cfg", "[tool:pydoctor]\ndocformat = plaintext\n", Style.PLAIN),
        ("ruff.toml", '[lint]\nselect = ["D"]\n', Style.NUMPY),
    ],
)
def test_other_tools_settings_name_the_style(
    tmp_path: Path, name: str, text: str, style: Style
) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    found = house({name: text}, tmp_path)
    assert found.style is style
    assert found.because["style"].startswith(name)


def test_a_projects_configuration_is_never_run(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    witness = tmp_path / "ran"
    text = f"open({str(witness)!r}, 'w').close()\nnapoleon_google_docstring = False\n"
    assert house({"docs/conf.py": text}, tmp_path).style is Style.NUMPY
    assert not witness.exists()


def test_settings_further_up_a_repository_count_and_nearer_ones_come_first(tmp_path: Path) -> None:
    inner = tmp_path / "packages" / "one"
    inner.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    above = '[lint]\nselect = ["D"]\n[lint.pydocstyle]\nconvention = "numpy"\n'
    (tmp_path / "ruff.toml").write_text("line-length = 70\n" + above, encoding="utf-8")
    (inner / "pyproject.toml").write_text("[tool.black]\nline-length = 60\n", encoding="utf-8")
    source = SourceText("x = 1\n", inner / "src" / "m.py")
    found = detect(source, inner, DocSettings())
    assert (found.style, found.width) == (Style.NUMPY, 60)
    assert found.linters.rules.active("D204")
    assert found.linters.folder == tmp_path
    assert found.class_gap
    (tmp_path / ".git").rmdir()
    assert detect(source, inner, DocSettings()).style is Style.GOOGLE


@pytest.mark.parametrize(
    ("body", "style", "types"),
    [
        ("Do.\n\n    @param a: It.\n    @type a: int\n    ", Style.EPYTEXT, True),
        ("Do.\n\n    @param a: It.\n    @return: It.\n    ", Style.EPYTEXT, False),
        ("Do.\n\n    Keyword arguments:\n    a -- it (default 0.0)\n    ", Style.PLAIN, False),
        ("Do.\n\n    Arguments:\n    a (int) -- it\n    ", Style.PLAIN, True),
        ("Do.\n\n    Arguments:\n        a -- it\n    ", Style.GOOGLE, False),
    ],
)
def test_the_rarer_styles_are_known_by_their_marks(body: str, style: Style, types: bool) -> None:
    found = detect(SourceText(f'def f(a):\n    """{body}"""\n'), None, DocSettings())
    assert (found.style, found.types) == (style, types)


def test_a_file_that_says_nothing_does_as_the_files_beside_it(tmp_path: Path) -> None:
    silent = SourceText("def f(a): return a\n", tmp_path / "a" / "silent.py")
    (tmp_path / "a").mkdir()
    for number in range(3):
        (tmp_path / f"m{number}.py").write_text(NUMPY.text, encoding="utf-8")
        found = detect(silent, tmp_path, DocSettings())
        assert found.style is (Style.NUMPY if number == 2 else Style.GOOGLE)
    assert (found.types, found.quotes) == (True, "'''")
    assert found.because["style"] == "docstrings of the project"
    own = SourceText('def f(a):\n    """Do.\n\n    Args:\n        a: It.\n    """\n', silent.path)
    assert detect(own, tmp_path, DocSettings()).style is Style.GOOGLE


def test_a_file_that_changes_votes_anew(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(NUMPY.text * 3, encoding="utf-8")
    assert project_votes.ballots(tmp_path, None)[0].style is Style.NUMPY
    path.write_text("def f():\n    '''Do.'''\n", encoding="utf-8")
    assert project_votes.ballots(tmp_path, None)[0].style is None


def test_only_so_many_files_vote_and_the_nearest_do(tmp_path: Path) -> None:
    near = tmp_path / "near"
    near.mkdir()
    text = 'def f():\n    """Do."""\n'
    for number in range(project_votes.MOST_FILES + 5):
        (near / f"n{number}.py").write_text(text, encoding="utf-8")
    (tmp_path / "far.py").write_text(NUMPY.text, encoding="utf-8")
    cast = project_votes.ballots(tmp_path, near / "n0.py")
    assert len(cast) == project_votes.MOST_FILES - 1
    assert all(one.style is None for one in cast)


def test_a_habit_of_short_summaries_is_followed_unless_a_linter_forbids(tmp_path: Path) -> None:
    few = SourceText("".join(f'def f{n}():\n    """do it"""\n' for n in range(4)))
    many = SourceText("".join(f'def f{n}():\n    """do it"""\n' for n in range(9)))
    found = detect(few, None, DocSettings())
    assert (found.full_stop, found.capital) == (True, True)
    found = detect(many, None, DocSettings())
    assert (found.full_stop, found.capital) == (False, False)
    config = '[lint]\nselect = ["D400", "D403"]\n'
    found = house({"ruff.toml": config}, tmp_path, many)
    assert (found.full_stop, found.capital) == (True, True)


def test_where_constructors_are_described_is_voted(tmp_path: Path) -> None:
    inside = (
        "class A:\n    '''A.'''\n    def __init__(self, a):\n"
        "        '''Make.\n\n        Args:\n            a: It.\n        '''\n"
    )
    outside = "class B:\n    '''B.\n\n    Args:\n        a: It.\n    '''\n"
    assert detect(SourceText(inside), None, DocSettings()).init_documented
    assert not detect(SourceText(inside + outside * 2), None, DocSettings()).init_documented
    assert not detect(EMPTY, None, DocSettings()).init_documented
    strict = {"pyproject.toml": "[tool.pydoclint]\nstyle = 'google'\n"}
    assert not house(strict, tmp_path, SourceText(inside)).init_documented


def test_a_blank_line_below_a_class_docstring_is_the_files_habit() -> None:
    apart = "class A:\n    '''A.'''\n\n    x = 1\n"
    close = "class A:\n    '''A.'''\n    x = 1\n"
    assert detect(SourceText(apart), None, DocSettings()).class_gap
    assert not detect(SourceText(apart + close), None, DocSettings()).class_gap
    assert not detect(EMPTY, None, DocSettings()).class_gap


def test_without_anything_it_is_google() -> None:
    found = detect(EMPTY, None, DocSettings())
    assert found == House(because=found.because)
    assert found.because["style"] == "default"
