"""`:AiTest` for real: sandbox, search and proof, in projects as people have them.

What is accepted and saved passes with plain pytest, without this plugin.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editor.driver import Editor
from tests.editor.projects import PROJECTS, WORLDLY, Project

SECONDS = 2
"""Of a search: these tests need its first calls; how far it gets is tried in `unit/testgen`."""


@pytest.fixture
def testing(warm_editor: Editor) -> Iterator[Editor]:
    """An editor that asks no model for tests and does not search for long."""
    warm_editor.nvim.command("messages clear")
    warm_editor.setup(tests={"model": False, "budget": SECONDS, "runs": 2})
    yield warm_editor
    warm_editor.nvim.command("AiStop!")
    warm_editor.nvim.command("silent! AiReject!")
    warm_editor.nvim.command("silent! fclose!")
    warm_editor.nvim.command("silent! only! | %bwipeout!")
    warm_editor.setup()


def plain_pytest(project: Project, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the tests as their author would."""
    environment = dict(os.environ)
    # What the project's own environment has, for ours, which has pytest.
    environment["PYTHONPATH"] = os.pathsep.join(str(folder / name) for name in project.editable)
    test = os.path.relpath(folder / project.tests, folder / project.run)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *project.options, test],
        cwd=folder / project.run,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def asked(editor: Editor, file: Path, line: int, command: str = "AiTest") -> None:
    """Ask for tests and wait for what comes of it."""
    editor.open(file, file.read_text())
    editor.at(line)
    editor.nvim.command(command)
    editor.until(lambda: "neovim-ai: " in editor.messages(), 120, "an end of :AiTest")


def written(folder: Path) -> set[str]:
    return {str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file()}


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
def test_tests_are_accepted_saved_and_pass(
    testing: Editor, tmp_path: Path, project: Project
) -> None:
    folder = tmp_path / "project"
    file = project.write(folder)
    before = written(folder)
    kept = (folder / project.tests).read_text() if project.tests in before else ""
    asked(testing, file, project.line, "AiTest!" if project is WORLDLY else "AiTest")
    assert "proposed" in testing.messages(), testing.messages()
    assert written(folder) == before
    testing.nvim.command("AiAccept!")
    testing.said("now in")
    assert written(folder) == before
    testing.lua(
        "vim.api.nvim_buf_call(vim.fn.bufnr(...), vim.cmd.write)", str(folder / project.tests)
    )
    assert written(folder) - before <= {project.tests}
    text = (folder / project.tests).read_text()
    assert all(line in text.splitlines() for line in kept.splitlines())
    done = plain_pytest(project, folder)
    assert done.returncode == 0, done.stdout + text


ENDINGS = {
    "endless loop": ("def f(n: int) -> int:\n    while True:\n        n += 1\n", 1),
    "memory bomb": ("def f(n: int) -> int:\n    return len([0] * 10**11) + n\n", 1),
    "leaves the process": ("import os\n\n\ndef f(n: int) -> int:\n    os._exit(3)\n", 4),
    "output flood": (
        "def f(n: int) -> int:\n    while True:\n        print('x' * 10000)\n",
        1,
    ),
    "import that fails": ("import not_there_at_all\n\n\ndef f(n: int) -> int:\n    return n\n", 4),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_code_that_does_harm_ends_in_one_line(testing: Editor, tmp_path: Path, name: str) -> None:
    text, line = ENDINGS[name]
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "harm.py").write_text(text)
    asked(testing, folder / "harm.py", line)
    said = [one for one in testing.messages().splitlines() if one]
    assert len(said) == 1, said
    assert len(said[0]) < 240
    assert "Traceback" not in said[0]
    assert written(folder) == {"harm.py"}
    assert still_running(folder) == []


def still_running(folder: Path) -> list[str]:
    """Return the command lines of processes that work in or on a folder."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            where, line = (place / "cwd").readlink(), (place / "cmdline").read_bytes()
        except OSError:
            continue
        if where.is_relative_to(folder) or str(folder).encode() in line:
            found.append(line.decode(errors="replace").replace("\0", " "))
    return found


def test_stopping_leaves_nothing_running(testing: Editor, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    file = PROJECTS[1].write(folder)
    testing.open(file, file.read_text())
    testing.at(1)
    testing.nvim.command("AiTest budget=60")
    testing.until(lambda: "search" in testing.lua("return require('neovim_ai').status()"), 60)
    testing.nvim.command("AiStop")
    testing.said("Stopped 1.")
    testing.until(lambda: still_running(folder) == [], what="an end of all processes")
    assert written(folder) == {"clip.py"}


def test_an_unsaved_buffer_is_tested_as_it_stands(testing: Editor, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    file = folder / "live.py"
    testing.open(file, "def f(n: int) -> int:\n    return n\n")
    testing.lua("vim.api.nvim_buf_set_lines(0, 1, 2, false, { '    return n + 1000' })")
    testing.at(1)
    testing.nvim.command("AiTest")
    testing.until(lambda: "proposed" in testing.messages(), 120, "an end of :AiTest")
    assert "100" in testing.shown()
    assert file.read_text().endswith("return n\n")


def test_asking_again_adds_nothing_that_is_there(testing: Editor, tmp_path: Path) -> None:
    folder = tmp_path / "project"
    file = PROJECTS[1].write(folder)
    asked(testing, file, 1)
    testing.nvim.command("AiAccept!")
    testing.said("now in")
    testing.lua(
        "vim.api.nvim_buf_call(vim.fn.bufnr(...), vim.cmd.write)", str(folder / "test_clip.py")
    )
    before = (folder / "test_clip.py").read_text()
    testing.nvim.command("messages clear")
    asked(testing, file, 1)
    shown = testing.shown()
    names = [line.split("(")[0] for line in before.splitlines() if line.startswith("def test_")]
    assert "nothing left to add" in testing.messages() or not any(f"+ {n}(" in shown for n in names)
