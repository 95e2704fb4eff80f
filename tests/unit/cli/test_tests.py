"""`neovim-ai test`, over the stand-in lab."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.unit.testgen.desk_lab import DeskLab
from tests.unit.testgen.small import call

from neovim_ai import cli
from neovim_ai.cli import test as command
from neovim_ai.docs.memory import Memory
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import providers
from neovim_ai.llm.model import Model
from neovim_ai.testgen.laboratory import Lab
from neovim_ai.testgen.model import Subject

CODE = '''\
def clip(value, high=10):
    """Limit a number.

    >>> clip(11)
    {wanted}
    """
    if value < 0:
        return 0
    return min(value, high)
'''
CALLS = (call("clip", "-1"), call("clip", "3"))
NAMES = {
    "path",
    "qualname",
    "test_path",
    "new_source",
    "tests",
    "coverage_before",
    "coverage_after",
    "mutants",
    "possible_bugs",
    "refused",
    "prompt_tokens",
    "completion_tokens",
    "seconds",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / ".git").mkdir(parents=True)
    (root / "words.py").write_text(CODE.format(wanted="10"))
    return root


def run(*arguments: str) -> int:
    async def open_lab(subject: Subject) -> Lab:
        return DeskLab(subject, CALLS)

    chosen = cli.parser().parse_args(["test", *arguments, "--no-model"])
    return command.run(chosen, open_lab)


def run_without_sandbox(*arguments: str) -> int:
    async def open_lab(_: Subject) -> Lab:
        raise AiError(Kind.SANDBOX, "There is no sandbox here: nothing.", "Install one.")

    chosen = cli.parser().parse_args(["test", *arguments, "--no-model"])
    return command.run(chosen, open_lab)


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert run(*arguments, "--json") == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_json_holds_what_the_design_names(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = printed(capsys, f"{project / 'words.py'}::clip")
    assert set(found) >= NAMES
    assert found["test_path"] == str(project / "test_words.py")
    assert found["coverage_after"]["percent"] == 100
    one = found["tests"][0]
    assert {"name", "provenance", "lines", "branches", "kills", "runs", "seconds"} <= set(one)
    assert found["mutants"]["total"] == found["mutants"]["killed"]
    assert not (project / "test_words.py").exists()


def test_diff_is_printed_and_nothing_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(project / "words.py")) == 0
    said = capsys.readouterr()
    assert "+    assert clip(" in said.out
    assert "100% lines and branches" in said.err
    assert not (project / "test_words.py").exists()


def test_write_makes_the_file_and_again_adds_nothing(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = str(project / "words.py")
    assert run(target, "--write") == 0
    written = (project / "test_words.py").read_bytes()
    assert b"def test_clip" in written
    assert run(target, "--write") == 0
    assert (project / "test_words.py").read_bytes() == written
    assert "nothing left to add" in capsys.readouterr().err


def test_write_leaves_disputed_cases_out_and_lists_them(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "words.py").write_text(CODE.format(wanted="11"))
    assert run(str(project / "words.py"), "--write") == 0
    said = capsys.readouterr().err
    assert "possible bug, or wrong expectation? clip(11)" in said
    assert "expected 11" in said
    assert "observed 10" in said
    assert not (project / "test_words.py").exists()
    found = printed(capsys, str(project / "words.py"))
    assert [one["call"] for one in found["possible_bugs"]] == ["clip(11)"]


def test_tests_dir_decides_where_the_file_goes(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project / "checks" / "unit"
    assert run(str(project / "words.py"), "--write", "--tests-dir", str(folder)) == 0
    assert (folder / "test_words.py").is_file()


def test_encoding_of_an_existing_file_is_kept(project: Path) -> None:
    path = project / "test_words.py"
    path.write_bytes("# coding: latin-1\r\nNAME = 'é'\r\n".encode("latin-1"))
    assert run(str(project / "words.py"), "--write") == 0
    data = path.read_bytes()
    assert data.startswith(b"# coding: latin-1\r\n")
    assert "\r\nNAME = 'é'\r\n".encode("latin-1") in data
    assert b"\n" not in data.replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere.py"], "There is no file"),
        (["words.py::nothing"], "There is no 'nothing' here"),
    ],
)
def test_what_cannot_be_tested_is_one_line(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(project)
    assert cli.main(["test", *arguments, "--no-model"]) in (1, 2)
    said = capsys.readouterr().err.strip()
    assert said.startswith("neovim-ai: ")
    assert says in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("first", "status", "says"),
    [
        ("words.py::nothing", 1, "words.py::nothing: There is no 'nothing' here"),
        ("empty.py", 1, "empty.py: "),
        ("nowhere.py", 2, "nowhere.py: There is no file"),
    ],
)
def test_a_target_that_fails_is_remembered_and_the_rest_is_done(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    first: str,
    status: int,
    says: str,
) -> None:
    monkeypatch.chdir(project)
    (project / "empty.py").write_text("SIZE = 3\n")
    assert run(first, "words.py", "--write") == status
    assert (project / "test_words.py").is_file()
    said = capsys.readouterr().err.splitlines()
    assert [line for line in said if line.startswith("neovim-ai: ")] == [said[0]]
    assert says in said[0]


def test_nothing_left_to_add_is_no_failure(project: Path) -> None:
    assert [run(str(project / "words.py"), "--write") for _ in range(2)] == [0, 0]


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        (Kind.CONNECTION, "Without the model's advice: nowhere:1 does not answer."),
        (Kind.NO_PROVIDER, "neovim-ai: no model is set up; going on without one."),
    ],
)
def test_a_model_that_cannot_be_reached_ends_nothing_but_its_advice(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    kind: Kind,
    says: str,
) -> None:
    async def refuse(*_: object, **__: object) -> Model:
        raise AiError(kind, "nowhere:1 does not answer.")

    async def open_lab(subject: Subject) -> Lab:
        return DeskLab(subject, CALLS)

    monkeypatch.setattr(providers, "connect", refuse)
    chosen = cli.parser().parse_args(["test", str(project / "words.py"), "--write"])
    assert command.run(chosen, open_lab) == 0
    assert (project / "test_words.py").is_file()
    assert says in capsys.readouterr().err.splitlines()


@pytest.mark.parametrize("option", [["--runs", "0"], ["--budget", "x"], ["--runs", "many"]])
def test_numbers_that_are_none_are_refused(option: list[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.parser().parse_args(["test", "x.py", *option])
    assert ended.value.code == 2


def test_what_this_tool_wrote_is_no_specification(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = {"Limit a number.", ">>> clip(11) 11"}
    monkeypatch.setattr(Memory, "written_by_us", lambda _, text: text in ours)
    (project / "words.py").write_text(CODE.format(wanted="11"))
    found = printed(capsys, str(project / "words.py"))
    assert found["possible_bugs"] == []
    assert {one["provenance"] for one in found["tests"]} == {"observed"}


def test_without_a_sandbox_a_diff_of_tests_that_were_not_run(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_without_sandbox(str(project / "words.py")) == 0
    said = capsys.readouterr()
    assert "+    assert clip(11) == 10" in said.out
    assert said.err.count("not run: no sandbox on this machine") == 2
    assert "Install one." in said.err
    assert "100%" not in said.err


def test_without_a_sandbox_nothing_is_written(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_without_sandbox(str(project / "words.py"), "--write") == 1
    said = capsys.readouterr().err.strip()
    assert said.startswith(f"neovim-ai: {project / 'test_words.py'} is not written: ")
    assert "\n" not in said
    assert not (project / "test_words.py").exists()


def test_without_a_sandbox_and_without_examples_one_line_says_what_to_do(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "words.py").write_text("def f(n):\n    return n\n")
    assert run_without_sandbox(str(project / "words.py"), "--json") == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("neovim-ai: There is no sandbox here: nothing.")
    assert said.err.strip().endswith("Install one.")
