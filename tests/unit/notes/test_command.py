"""`neovim-ai notes` from the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from neovim_ai import cli, paths
from neovim_ai.cli import notes as command
from neovim_ai.errors import AiError
from neovim_ai.notes import vaults
from neovim_ai.notes.client import open_notes
from neovim_ai.notes.process.server import Config


@pytest.fixture(autouse=True)
def leaving_soon(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the process that a command starts go when the test has ended."""

    async def opened(vaults: list[str]) -> object:
        return await open_notes(vaults, config=Config(idle_seconds=0.5))

    monkeypatch.setattr(command, "open_notes", opened)
    yield


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    folder.mkdir()
    (folder / "a.md").write_text("# Top\n\n## Part\n\nsome silver words\n")
    return folder


def test_find_as_json_counts_lines_from_one(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["notes", "find", "silver", "wor", "--vault", str(vault), "--json"]) == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row.pop("score") > 0
    assert row == {
        "path": str(vault / "a.md"),
        "line": 3,
        "end_line": 5,
        "heading_path": ["Top", "Part"],
        "snippet": "some silver words",
        "matches": [[5, 11], [12, 15]],
        "kind": "prefix",
    }


def test_find_prints_a_line_for_each_section(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["notes", "find", "silver", "--vault", str(vault)]) == 0
    assert capsys.readouterr().out == f"{vault / 'a.md'}:5: Top › Part: some silver words\n"


def test_nothing_found_is_told_by_the_exit_code(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["notes", "find", "qqqq", "--vault", str(vault), "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == []


def test_index_says_what_there_is(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["notes", "index", "--vault", str(vault), "--stats"]) == 0
    out, err = capsys.readouterr()
    assert "2 sections in 1 files" in err
    (told,) = json.loads(out)["vaults"]
    assert (told["files"], told["sections"]) == (1, 2)


def test_a_vault_that_is_not_there_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["notes", "find", "x", "--vault", str(tmp_path / "gone")]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "cannot be read" in said


def test_without_a_vault_it_is_the_environments_else_the_editors(
    vault: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["notes", "find", "silver"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "--vault PATH" in said
    vaults.remember([str(vault)])
    assert cli.main(["notes", "find", "silver"]) == 0
    assert str(vault / "a.md") in capsys.readouterr().out
    other = tmp_path / "other.md"
    other.write_text("# Other\n\nsilver\n")
    monkeypatch.setenv("NEOVIM_AI_NOTES", f"{other}:{tmp_path / 'vault'}")
    assert cli.main(["notes", "find", "silver"]) == 0
    out = capsys.readouterr().out
    assert (str(other) in out, str(vault) in out) == (True, True)
    assert cli.main(["notes", "find", "silver", "--vault", str(other)]) == 0
    assert str(vault) not in capsys.readouterr().out


def test_what_is_remembered_and_damaged_is_nothing(vault: Path) -> None:
    vaults.remember([str(vault)])
    (paths.state_dir() / "notes-vaults.json").write_text("{")
    with pytest.raises(AiError, match="No notes are named"):
        vaults.chosen([])
