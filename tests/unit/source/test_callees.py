from __future__ import annotations

import os
import textwrap
from pathlib import Path

import pytest

from neovim_ai.source import callees, target
from neovim_ai.source.callees import Project
from neovim_ai.source.text import SourceText


def of(text: str, name: str = "f", path: Path | None = None, project: Project | None = None):
    source = SourceText(textwrap.dedent(text), path)
    found = callees.raises(source, target.by_qualname(source, name), None, project)
    return [(r.exception, r.line, r.via) for r in found]


def test_an_exception_of_a_callee_arrives_with_its_way() -> None:
    text = """\
    def f(x):
        return g(x)
    def g(x):
        return h(x)
    def h(x):
        raise ValueError(x)
    """
    assert of(text) == [("ValueError", 2, ("g:4", "h:6"))]


@pytest.mark.parametrize("handler", ["ValueError", "Exception", "(KeyError, ValueError)"])
def test_what_is_caught_around_the_call_does_not_arrive(handler: str) -> None:
    text = f"""\
    def f(x):
        try:
            return g(x)
        except {handler}:
            return None
    def g(x):
        raise ValueError(x)
    """
    assert of(text) == []


def test_what_the_callee_itself_catches_does_not_arrive() -> None:
    text = """\
    def f(x):
        return g(x)
    def g(x):
        try:
            raise ValueError(x)
        except ValueError:
            return 1
    """
    assert of(text) == []


def test_the_condition_is_that_of_the_call() -> None:
    source = SourceText("def f(x):\n    if x:\n        g()\ndef g():\n    raise OSError\n")
    found = callees.raises(source, target.by_qualname(source, "f"))
    assert [r.condition for r in found] == ["x"]


def test_functions_that_call_one_another_end() -> None:
    text = """\
    def f(x):
        return g(x)
    def g(x):
        f(x)
        raise KeyError(x)
    """
    assert of(text) == [("KeyError", 2, ("g:5",))]


def test_methods_and_constructors_are_followed() -> None:
    text = """\
    class A:
        def __init__(self):
            raise OSError
        def f(self):
            self.g()
            A()
        def g(self):
            raise KeyError
    """
    assert of(text, "A.f") == [("KeyError", 5, ("g:8",)), ("OSError", 6, ("__init__:3",))]


@pytest.mark.parametrize(
    ("call", "arrives"), [("g()", False), ("for x in g(): pass", True), ("list(g())", True)]
)
def test_a_generator_raises_only_when_it_is_gone_through(call: str, arrives: bool) -> None:
    text = f"def f():\n    {call}\ndef g():\n    yield 1\n    raise OSError\n"
    assert bool(of(text)) is arrives


@pytest.mark.parametrize(("call", "arrives"), [("g()", False), ("await g()", True)])
def test_a_coroutine_raises_only_when_it_is_awaited(call: str, arrives: bool) -> None:
    text = f"async def f():\n    {call}\nasync def g():\n    raise OSError\n"
    assert bool(of(text)) is arrives


@pytest.fixture
def package(tmp_path: Path) -> Path:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "__init__.py").write_text("")
    (tmp_path / "pkg" / "low.py").write_text(
        "class Bad(OSError):\n    pass\ndef read():\n    raise Bad('no')\n"
    )
    return tmp_path


@pytest.mark.parametrize(
    ("line", "call"),
    [
        ("from pkg.low import read", "read()"),
        ("from .low import read as r", "r()"),
        ("from . import low", "low.read()"),
        ("import pkg.low", "pkg.low.read()"),
        ("import pkg.low as l", "l.read()"),
    ],
)
def test_calls_are_followed_into_the_project(package: Path, line: str, call: str) -> None:
    text = f"{line}\ndef f():\n    {call}\n"
    found = of(text, path=package / "pkg" / "top.py", project=Project(package))
    assert found == [("Bad", 3, ("read:4",))]


def test_a_handler_knows_the_bases_of_another_file(package: Path) -> None:
    text = """\
    from .low import read
    def f():
        try:
            read()
        except OSError:
            x = 1
    """
    assert of(text, path=package / "pkg" / "top.py", project=Project(package)) == []


def test_a_parameter_hides_an_import(package: Path) -> None:
    text = "from .low import read\ndef f(read):\n    read()\n"
    assert of(text, path=package / "pkg" / "top.py", project=Project(package)) == []


def test_a_file_outside_of_the_project_is_not_read(package: Path) -> None:
    text = "from .low import read\ndef f():\n    read()\n"
    other = package / "other"
    other.mkdir()
    assert of(text, path=package / "pkg" / "top.py", project=Project(other)) == []


def test_a_changed_file_is_read_again(package: Path) -> None:
    project, path = Project(package), package / "pkg" / "top.py"
    text = "from .low import read\ndef f():\n    read()\n"
    assert of(text, path=path, project=project)
    low = package / "pkg" / "low.py"
    low.write_text("def read():\n    return 1\n")
    os.utime(low, ns=(1, 1))
    assert of(text, path=path, project=project) == []
