"""Examples that no longer hold, and docstrings that are older than their code."""

from __future__ import annotations

import asyncio
import os
import subprocess
import textwrap
from pathlib import Path

import pytest

from neovim_ai.docs.drift import age
from neovim_ai.docs.drift.model import Finding, FindingKind
from neovim_ai.docs.examples import check
from neovim_ai.errors import AiError
from neovim_ai.sandbox import choose
from neovim_ai.source.text import SourceText


@pytest.fixture(scope="module")
def sandboxed() -> None:
    """Skip where nothing may run."""
    try:
        asyncio.run(choose.choose())
    except AiError as error:
        pytest.skip(error.message)


def failing(code: str, path: Path | None = None) -> tuple[Finding, ...]:
    async def run() -> tuple[Finding, ...]:
        source = SourceText(textwrap.dedent(code).lstrip("\n"), path=path)
        return await check.failing(source, await choose.choose())

    return asyncio.run(run())


def documented(*lines: str, body: str = "return n + 1") -> str:
    inner = "".join(f"    {line}\n" for line in lines)
    return f'def add(n):\n    """Add one.\n\n{inner}    """\n    {body}\n'


pytestmark = pytest.mark.usefixtures("sandboxed")


def test_example_that_gives_something_else_is_found_at_its_line() -> None:
    [found] = failing(documented(">>> add(1)", "2", ">>> add(2)", "4"))
    assert (found.kind, found.qualname, found.line) == (FindingKind.EXAMPLE_FAILS, "add", 6)
    assert found.message == "The example `add(2)` no longer holds. It shows 4 and gives 3."


@pytest.mark.parametrize(
    "lines",
    [
        (">>> add(1)", "2"),
        (">>> n = add(1)", ">>> n + 1", "3"),
        (">>> add('x')", "Traceback (most recent call last):", "    ...", "TypeError: can only "
         'concatenate str (not "int") to str'),
        (">>> add('x')  # doctest: +IGNORE_EXCEPTION_DETAIL", "Traceback (most recent call last):",
         "TypeError: other words"),
        (">>> add(1)  # doctest: +SKIP", "7"),
        (">>> list(range(add(20)))  # doctest: +ELLIPSIS", "[0, 1, ..., 20]"),
        (">>> import socket", ">>> socket.create_connection(('127.0.0.1', 9)) is None", "True"),
        (">>> import not_there", ">>> not_there.f(add(1))", "3"),
        (">>> for n in range(2):", "...     print(add(n))", "1", "2"),
    ],
)  # fmt: skip
def test_example_that_holds_or_cannot_be_told_is_no_finding(lines: tuple[str, ...]) -> None:
    assert failing(documented(*lines)) == ()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((">>> add('x')", "'x1'"), "gives TypeError: can only concatenate"),
        ((">>> add(1)", "Traceback (most recent call last):", "ValueError: no"), "gives 2."),
        ((">>> minus(1)", "0"), "gives NameError"),
        ((">>> add(1)",), "It shows nothing and gives 2."),
    ],
)
def test_raising_otherwise_than_shown_is_found(lines: tuple[str, ...], said: str) -> None:
    [found] = failing(documented(*lines))
    assert said in found.message


def test_each_docstring_has_names_of_its_own() -> None:
    code = '"""Module.\n\n>>> x = 1\n"""\n\n' + documented(">>> x", "1")
    [found] = failing(code)
    assert "NameError" in found.message


def test_endless_example_is_one_finding() -> None:
    [found] = failing(documented(">>> add(1)", "2", body="\n    while True: pass"))
    assert "came to no end" in found.message


def test_names_that_a_conftest_lends_are_not_missed(tmp_path: Path) -> None:
    project = tmp_path / "work"
    project.mkdir()
    (project / "pyproject.toml").touch()
    code = documented(">>> lent(1)", "2")
    assert failing(code, project / "a.py")
    (project / "conftest.py").write_text("def f(doctest_namespace): ...\n", encoding="utf-8")
    assert failing(code, project / "a.py") == ()


def test_doctest_options_of_the_project_count(tmp_path: Path) -> None:
    project = tmp_path / "work"
    project.mkdir()
    code = documented(">>> [add(1),  add(2)]", "[2,    3]")
    (project / "pyproject.toml").touch()
    assert failing(code, project / "a.py")
    settings = "[tool.pytest.ini_options]\ndoctest_optionflags = 'NORMALIZE_WHITESPACE'\n"
    (project / "pyproject.toml").write_text(settings, encoding="utf-8")
    assert failing(code, project / "a.py") == ()


def test_text_without_examples_is_not_run() -> None:
    assert failing('def f():\n    """Do it."""\n    import nowhere\n') == ()


OLD = '''\
def grow(x):
    """Grow it."""
    # a note
    y = x + 1

    return y


def rest(x):
    """Rest."""

    def inner():
        return 1

    return inner
'''


class Repository:
    """A git repository whose commits are a day apart."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "code.py"
        self._folder, self._day = folder, 1
        self._git("init", "-q")

    def commit(self, text: str) -> str:
        self.file.write_text(text, encoding="utf-8")
        self._git("add", "-A")
        self._git("commit", "-q", "-m", f"day {self._day}")
        self._day += 1
        return self._git("rev-parse", "HEAD").strip()

    def older(self, text: str | None = None) -> tuple[Finding, ...]:
        data = self.file.read_bytes() if text is None else text.encode()
        return age.older(SourceText.from_bytes(data, self.file))

    def _git(self, *words: str) -> str:
        who = {f"GIT_{role}_{what}": "a@b.example" for role in ("AUTHOR", "COMMITTER")
               for what in ("NAME", "EMAIL")}  # fmt: skip
        day = f"2024-01-{self._day:02}T12:00:00Z"
        times = {"GIT_AUTHOR_DATE": day, "GIT_COMMITTER_DATE": day, "GIT_CONFIG_GLOBAL": os.devnull}
        done = subprocess.run(
            ["git", *words],
            cwd=self._folder,
            env={**os.environ, **who, **times},
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "work").mkdir()
    return Repository(tmp_path / "work")


def test_docstring_older_than_its_code_is_told_with_both_days(repository: Repository) -> None:
    repository.commit(OLD)
    assert repository.older() == ()
    repository.commit(OLD.replace("x + 1", "x + 2"))
    [found] = repository.older()
    assert (found.kind, found.qualname, found.line) == (FindingKind.OLDER_THAN_CODE, "grow", 2)
    assert "is of 2024-01-01; 1 line of code changed since, last 2024-01-02" in found.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("    y = x + 1\n", "    y  =  x + 1\n"),
        ("    # a note\n", "    # another note\n"),
        ("    return y\n\n\ndef", "    return y\n\n\n\ndef"),
        ('"""Grow it."""', '"""Grow it well."""'),
    ],
)
def test_white_space_comments_and_newer_words_make_no_docstring_older(
    repository: Repository, old: str, new: str
) -> None:
    repository.commit(OLD)
    repository.commit(OLD.replace(old, new))
    assert repository.older() == ()


def test_inner_function_does_not_age_the_outer_one(repository: Repository) -> None:
    repository.commit(OLD)
    repository.commit(OLD.replace("return 1", "return 2"))
    assert repository.older() == ()


def test_code_that_is_not_committed_yet_is_newer(repository: Repository) -> None:
    repository.commit(OLD)
    [found] = repository.older(OLD.replace("x + 1", "x + 3"))
    assert "last now (not committed)" in found.message


def test_commits_that_the_project_tells_git_to_ignore_do_not_count(repository: Repository) -> None:
    repository.commit(OLD)
    commit = repository.commit(OLD.replace("y", "result"))
    assert [one.qualname for one in repository.older()] == ["grow"]
    (repository.file.parent / ".git-blame-ignore-revs").write_text(commit + "\n", encoding="utf-8")
    assert repository.older() == ()


def test_file_outside_of_git_has_no_age(tmp_path: Path) -> None:
    assert age.older(SourceText(OLD, tmp_path / "loose.py")) == ()
