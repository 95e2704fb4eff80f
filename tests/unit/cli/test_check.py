from __future__ import annotations

import asyncio
import json
import shlex
import subprocess
from pathlib import Path

import pytest

from neovim_ai import cli
from neovim_ai.cli import check
from neovim_ai.errors import AiError
from neovim_ai.sandbox import choose

DRIFTED = '''def f(newer, size=6):
    """Do it.

    Args:
        new: It.
        size: Of it. Defaults to 5.
    """
    return newer
'''
CLEAN = 'def f():\n    """Do it."""\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "bad.py").write_text(DRIFTED)
    (tmp_path / "good.py").write_text(CLEAN)
    return tmp_path


def test_findings_are_printed_with_their_place_and_exit_1(folder: Path, capsys) -> None:
    assert cli.main(["check", str(folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(": ")[0] for line in lines] == [f"{folder}/bad.py:5", f"{folder}/bad.py:6"]


def test_agreement_exits_0_and_prints_nothing(folder: Path, capsys) -> None:
    assert cli.main(["check", str(folder / "good.py")]) == 0
    assert capsys.readouterr().out == ""


def test_a_path_that_is_not_there_is_a_usage_error(folder: Path) -> None:
    assert cli.main(["check", str(folder / "none.py")]) == 2


def test_json_has_one_object_a_line(folder: Path, capsys) -> None:
    cli.main(["check", "--format", "json", str(folder)])
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(f["kind"], f["was"], f["now"], f["line"]) for f in found] == [
        ("parameter_renamed", "new", "newer", 5),
        ("default_changed", "5", "6", 6),
    ]


def test_github_lines_are_escaped(tmp_path: Path, capsys) -> None:
    path = tmp_path / "a,b%:c.py"
    path.write_text(DRIFTED.replace("size=6", "size='%'").replace("to 5", "to 'x'"))
    cli.main(["check", "--format", "github", str(path)])
    lines = capsys.readouterr().out.splitlines()
    assert all(
        line.startswith(f"::warning file={tmp_path}/a%2Cb%25%3Ac.py,line=") for line in lines
    )
    assert lines[1].endswith("in the code '%25'.")


def test_a_file_that_cannot_be_read_takes_one_line_and_the_rest_is_checked(
    folder: Path, capsys
) -> None:
    (folder / "latin.py").write_bytes(b"# \xff\n")
    assert cli.main(["check", str(folder)]) == 1
    said = capsys.readouterr()
    assert "latin.py: not checked" in said.err
    assert "bad.py:5" in said.out


def test_missing_tells_what_is_left_out(folder: Path, capsys) -> None:
    (folder / "good.py").write_text('def f(x):\n    """Do it."""\n')
    assert cli.main(["check", str(folder / "good.py")]) == 0
    assert cli.main(["check", "--missing", str(folder / "good.py")]) == 1
    assert "does not describe 'x'" in capsys.readouterr().out


def test_fix_writes_names_and_defaults_alone(folder: Path) -> None:
    assert cli.main(["check", "--fix", str(folder)]) == 0
    expected = DRIFTED.replace("new: It", "newer: It").replace("Defaults to 5", "Defaults to 6")
    assert (folder / "bad.py").read_text() == expected
    assert (folder / "good.py").read_text() == CLEAN


def test_examples_are_run_only_when_asked_for(folder: Path, capsys) -> None:
    try:
        asyncio.run(choose.choose())
    except AiError as error:
        pytest.skip(error.message)
    code = 'def add(n):\n    """Add one.\n\n    >>> add(1)\n    3\n    """\n    return n + 1\n'
    (folder / "sums.py").write_text(code)
    assert cli.main(["check", str(folder / "sums.py")]) == 0
    assert cli.main(["check", "--examples", str(folder / "sums.py")]) == 1
    assert "sums.py:4: add: The example `add(1)` no longer holds." in capsys.readouterr().out


def test_without_a_sandbox_no_example_runs_and_one_line_says_so(
    folder: Path, capsys, monkeypatch
) -> None:
    choose._found.cache_clear()
    monkeypatch.setattr(choose, "_tiers", lambda: iter(()))
    ended = cli.main(["check", "--examples", str(folder)])
    choose._found.cache_clear()
    said = capsys.readouterr()
    assert (ended, said.out, said.err.count("\n")) == (1, "", 1)
    assert "no sandbox" in said.err


def test_module_that_cannot_run_keeps_its_other_findings(folder: Path, capsys) -> None:
    try:
        asyncio.run(choose.choose())
    except AiError as error:
        pytest.skip(error.message)
    code = "import not_there\n" + DRIFTED.replace("    Args", "    >>> 1\n    1\n\n    Args", 1)
    (folder / "bad.py").write_text(code)
    assert cli.main(["check", "--examples", str(folder / "bad.py")]) == 1
    said = capsys.readouterr()
    assert "[parameter_" in said.out
    assert "bad.py: not checked: its examples: `bad` cannot be imported" in said.err


def test_age_is_told_only_when_asked_for(folder: Path, capsys) -> None:
    def git(*words: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@b.example"]
        subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)

    path = folder / "good.py"
    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "one", "--date", "2024-01-01T12:00:00Z")
    path.write_text(CLEAN + "    x = 1\n    return x\n")
    assert cli.main(["check", str(path)]) == 0
    cli.main(["check", "--age", str(path)])
    assert "changed since, last now (not committed)" in capsys.readouterr().out


def test_without_fix_nothing_is_written(folder: Path) -> None:
    cli.main(["check", str(folder)])
    assert (folder / "bad.py").read_text() == DRIFTED


def test_virtual_environments_and_hidden_folders_are_left_out(folder: Path, capsys) -> None:
    for name in (".venv", "build", "made"):
        (folder / name).mkdir()
        (folder / name / "x.py").write_text(DRIFTED)
    (folder / "made" / "pyvenv.cfg").write_text("")
    cli.main(["check", str(folder)])
    assert "x.py" not in capsys.readouterr().out


def test_what_git_ignores_is_left_out_unless_named(folder: Path, capsys) -> None:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    (folder / ".gitignore").write_text("made/\n")
    (folder / "made").mkdir()
    (folder / "made" / "x.py").write_text(DRIFTED)
    cli.main(["check", str(folder)])
    assert "x.py" not in capsys.readouterr().out
    cli.main(["check", str(folder / "made")])
    assert "x.py" in capsys.readouterr().out


def test_exclude_leaves_out_what_a_pattern_names(folder: Path) -> None:
    assert cli.main(["check", "--exclude", "*/bad.py", str(folder)]) == 0


def test_processes_give_what_one_process_gives(folder: Path, monkeypatch) -> None:
    paths = sorted(folder.glob("*.py"))
    alone = list(check.checked(paths))
    monkeypatch.setattr(check, "_WORTH_PROCESSES", 1)
    monkeypatch.setattr(check.os, "cpu_count", lambda: 2)
    assert list(check.checked(paths)) == alone
    assert sum(len(one.findings) for one in alone) == 2


def test_the_hook_runs_a_command_that_there_is() -> None:
    text = (Path(__file__).parents[3] / ".pre-commit-hooks.yaml").read_text()
    entry = next(line.partition(":")[2] for line in text.splitlines() if "entry:" in line)
    program, *arguments = shlex.split(entry)
    assert program == "neovim-ai"
    assert cli.parser().parse_args([*arguments, "a.py"]).run is check.run
