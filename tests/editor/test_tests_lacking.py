"""`:AiTest` where what it needs is not there: one line says what, and nothing is left behind."""

from __future__ import annotations

import sysconfig
import venv
from pathlib import Path
from shutil import copytree

import pytest

from tests.editor.driver import Editor
from tests.editor.test_tests_real import asked, still_running, written

CODE = "def f(n: int) -> int:\n    return n + 1 if n > 3 else 0\n"


def environment(place: Path, *, without: tuple[str, ...] = (), first: str = "") -> Path:
    """Make an environment with our packages for the host to run in; return its interpreter.

    Args:
        place: Where.
        without: Names of packages that are left out.
        first: A statement that it begins with.
    """
    venv.EnvBuilder(symlinks=True).create(place)
    (packages,) = place.glob("lib/python*/site-packages")
    for one in Path(sysconfig.get_path("purelib")).iterdir():
        if one.name.partition("-")[0] not in without:
            (packages / one.name).symlink_to(one)
    if first:
        (packages / "_first.pth").write_text(f"import sys; {first}\n")
    return place / "bin" / "python"


def one_line(editor: Editor, folder: Path) -> str:
    """Ask for tests in a project; return the only line that comes of it."""
    before = written(folder)
    asked(editor, folder / "small.py", 1)
    said = [line for line in editor.messages().splitlines() if line]
    assert len(said) == 1, said
    assert len(said[0]) < 240
    assert "Traceback" not in said[0]
    assert written(folder) == before
    editor.until(lambda: still_running(folder) == [], what="an end of all processes")
    return said[0]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a Python of its own that has no packages at all."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "small.py").write_text(CODE)
    venv.EnvBuilder(symlinks=True).create(folder / ".venv")
    return folder


def setup(editor: Editor, python: Path) -> None:
    editor.setup(python=str(python), tests={"model": False, "budget": 5, "runs": 1})


def test_a_python_without_pytest_where_none_can_be_lent(
    fresh_editor: Editor, tmp_path: Path, project: Path
) -> None:
    python = environment(tmp_path / "host", without=("pytest", "_pytest", "coverage"))
    (packages,) = (tmp_path / "host").glob("lib/python*/site-packages")
    # What is lent is seen from inside of the sandbox, where a link leads nowhere.
    copytree(Path(sysconfig.get_path("purelib")) / "coverage", packages / "coverage")
    setup(fresh_editor, python)
    said = one_line(fresh_editor, project)
    assert "pytest" in said
    assert "Install pytest in the project's environment." in said


def test_a_system_without_a_sandbox(fresh_editor: Editor, tmp_path: Path, project: Path) -> None:
    setup(fresh_editor, environment(tmp_path / "host", first="sys.platform = 'freebsd14'"))
    said = one_line(fresh_editor, project)
    assert "There is no sandbox here" in said
    assert "freebsd14" in said
