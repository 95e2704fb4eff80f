"""Where there is no sandbox: what people wrote down, as tests that say that they were never run."""

from __future__ import annotations

import ast
import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.unit.testgen.conftest import Make
from tests.unit.testgen.desk_lab import DeskLab
from tests.unit.testgen.small import said_of, subject_of
from tests.unit.testgen.test_methods import Desk, made

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.model import Usage
from neovim_ai.testgen import messages, unrun
from neovim_ai.testgen.laboratory import Lab
from neovim_ai.testgen.model import Subject
from neovim_ai.testgen.proposal import TestProposal

LACKING = AiError(Kind.SANDBOX, "There is no sandbox here: nothing.", "Install bubblewrap.")
CODE = '''
    from decimal import Decimal


    def clip(value, high=10):
        """Limit a number.

        >>> clip(11)
        10
        >>> clip(3, high=2)
        2

        Raises:
            ValueError: If high is negative.
        """
        if high < 0:
            raise ValueError("empty range")
        return min(value, high)


    def price(text):
        """Read a price.

        >>> price("1.5")
        Decimal('1.5')
        """
        return Decimal(text)


    def shout(text):
        return text.upper()
'''


def proposed(code: str, root: Path, existing: str | None = None) -> TestProposal:
    subject = subject_of(code, root, existing)
    return unrun.propose(subject, said_of(subject), LACKING)


def written(docstring: str, root: Path, body: str = "return n", header: str = "f(n)") -> str:
    """Return the tests of a function with a docstring; empty when nothing of it is known."""
    code = f'import os\n\n\ndef {header}:\n    """Do.\n\n    {docstring}\n    """\n    {body}\n'
    try:
        found = proposed(code, root).new_source
    except AiError as error:
        assert error.kind is Kind.SANDBOX
        return ""
    ast.parse(found)
    return found


def test_examples_and_documented_exceptions_become_tests(tmp_path: Path) -> None:
    found = proposed(CODE, tmp_path)
    ast.parse(found.new_source)
    assert "@pytest.mark.parametrize" in found.new_source or "clip(11) == 10" in found.new_source
    assert "with pytest.raises(ValueError):\n        clip(11, high=-1)" in found.new_source
    assert "Decimal('1.5')" in found.new_source.replace('"', "'")
    assert "shout" not in found.new_source


def test_they_pass_once_there_is_a_way_to_run_them(tmp_path: Path) -> None:
    found = proposed(CODE, tmp_path)
    subject = found.subject
    subject.source.path.write_text(subject.source.text)  # type: ignore[union-attr]
    file = tmp_path / "test_words.py"
    file.write_text(found.new_source)
    names = [one.test.name for one in found.kept]
    lab = DeskLab(subject)
    seen = asyncio.run(lab.prove(found.new_source, names, 1))
    assert [seen[name].refused for name in names] == [""] * len(names)


def test_each_is_labelled_and_claims_nothing(tmp_path: Path) -> None:
    found = proposed(CODE, tmp_path)
    assert found.summary == f"{len(found.kept)} tests, not run: no sandbox on this machine"
    for one in found.kept:
        said = messages.evidence_line(one, found)
        assert said.startswith("not run: no sandbox on this machine · spec: ")
        assert "(line " in said
        assert not any(word in said for word in ("runs", "kills", "lines +", "ms", "observed"))
    assert (found.mutants, found.disputes) == ((), ())
    assert "Install bubblewrap." in found.notes


def test_json_claims_no_coverage_and_keeps_nothing(tmp_path: Path) -> None:
    line: dict[str, Any] = messages.json_line(proposed(CODE, tmp_path), "")
    assert line["not_run"] == "no sandbox on this machine"
    assert line["coverage_before"] is line["coverage_after"] is None
    assert line["mutants"] == {"total": 0, "killed": 0, "survivors": []}
    assert {one["status"] for one in line["tests"]} == {"not run"}
    assert {(one["runs"], one["passed"]) for one in line["tests"]} == {(0, 0)}


def test_nothing_known_is_one_line_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AiError) as caught:
        proposed("def f(n):\n    return n\n", tmp_path)
    assert caught.value.kind is Kind.SANDBOX
    assert caught.value.message.startswith(LACKING.message)
    assert "none is left" in caught.value.message
    assert caught.value.hint == "Install bubblewrap."


def test_what_the_test_file_says_already_is_not_said_again(tmp_path: Path) -> None:
    existing = "from words import clip\n\n\ndef test_clip():\n    assert clip(11) == 10\n"
    found = proposed(CODE, tmp_path, existing)
    assert found.new_source.count("clip(11) == 10") == 1
    assert "clip(3, high=2) == 2" in found.new_source
    assert all(line in found.new_source.split("\n") for line in existing.split("\n"))


@pytest.mark.parametrize(
    ("docstring", "body"),
    [
        (">>> f(1)  # doctest: +SKIP\n    2", "return n + 1"),
        (">>> f(1)\n    [1, ..., 9]", "return n"),
        (">>> f(1)\n    Hello there", "return n"),
        (">>> f(1)\n    Hello", "return n"),
        (">>> f(1)\n    <object f at 0x7f>", "return n"),
        (">>> f(1)\n    3", "os.write(1, b'3')"),
        (">>> print(f(1), 2)\n    1 2", "return n"),
        (">>> f(Point(1))\n    1", "return n"),
        ("Raises:\n        ValueError: If the moon is full.", "return n"),
        ("Raises:\n        Odd: If n is negative.", "return n"),
        ("Raises:\n        np.Odd: If n is negative.", "return n"),
        ("Raises:\n        ValueError: If n is empty.", "return n"),
    ],
)
def test_what_only_a_run_could_tell_is_left_out(tmp_path: Path, docstring: str, body: str) -> None:
    assert written(docstring, tmp_path, body) == ""


@pytest.mark.parametrize(
    ("docstring", "header", "test"),
    [
        ("Raises:\n        ValueError: If n is negative.", "f(n)", "f(-1)"),
        ("Raises:\n        ValueError: If n is less than 3.", "f(n)", "f(2)"),
        ("Raises:\n        ValueError: If n is empty.", "f(n: str)", 'f("")'),
        ("Raises:\n        ValueError: If n is longer than 2.", "f(n: list[int])", "f([0, 0, 0])"),
        ("Raises:\n        TypeError: If n is not a string.", "f(n)", "f(None)"),
        ("Raises:\n        ValueError: If n is negative.", "f(n, *, m=1)", "f(-1)"),
        (
            ">>> f('a', 'b')\n    1\n\n    Raises:\n        ValueError: If m is empty.",
            "f(n, m)",
            'f("a", "")',
        ),
    ],
)
def test_a_condition_that_can_be_read_gives_an_input(
    tmp_path: Path, docstring: str, header: str, test: str
) -> None:
    found = written(docstring, tmp_path, "return n", header)
    assert "with pytest.raises(" in found
    assert f"\n        {test}\n" in found


def test_two_sentences_that_want_different_things_of_a_call_give_no_test(tmp_path: Path) -> None:
    both = "Raises:\n        ValueError: If n is negative.\n        TypeError: If n is below 0."
    assert written(both, tmp_path) == ""
    shown = ">>> f(-1)\n    1\n\n    Raises:\n        ValueError: If n is negative."
    assert "raises" not in written(shown, tmp_path)


def test_a_name_that_the_module_lacks_is_told(tmp_path: Path) -> None:
    code = CODE.replace(">>> clip(3, high=2)", ">>> clip(Point(3), high=2)")
    found = proposed(code, tmp_path)
    assert "Point" not in found.new_source
    assert [one.reason for one in found.refused] == ["`Point` is not defined in the module"]


async def no_lab(_: Subject) -> Lab:
    raise LACKING


@pytest.fixture
def desk(make: Make) -> Desk:
    marker = "open('ran', 'w').close()\n"
    text = marker + "".join(
        line[4:] if line.startswith("    ") else line for line in CODE.splitlines(keepends=True)
    )
    root = make({"pyproject.toml": "", "words.py": text})
    desk = Desk(root, text)
    desk.methods._open_lab = no_lab
    return desk


def test_the_editor_is_told_and_no_code_runs(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = desk.test(whole=True)
    assert (found["status"], found["not_run"]) == ("proposed", "no sandbox on this machine")
    assert all(one["evidence"].startswith("not run: ") for one in found["hunks"])
    assert (found["mutants"], found["survivors"], found["disputes"]) == (0, [], [])
    assert desk.model.prompts == []
    assert desk.spent[-1] == Usage()
    assert not (tmp_path / "ran").exists()


def test_accepting_says_that_they_were_not_run(desk: Desk) -> None:
    found = desk.test(whole=True)
    done = desk.apply(found)
    assert done["verified"] == "not run, no sandbox on this machine"
    assert "def test_clip" in "\n".join(made([], done["edits"]))


def test_what_was_run_once_is_never_accepted_unrun(desk: Desk) -> None:
    found = {**desk.test(whole=True), "not_run": ""}
    with pytest.raises(AiError) as caught:
        desk.apply(found)
    assert caught.value.kind is Kind.SANDBOX


def test_where_there_is_a_sandbox_nothing_is_labelled_so(desk: Desk) -> None:
    desk.methods._open_lab = desk._open
    desk.lines = desk.lines[1:]
    found = desk.test(whole=True)
    assert found["not_run"] == ""
    assert all("not run" not in one["evidence"] for one in found["hunks"])
    assert desk.apply(found)["verified"].endswith("2/2 runs")


ELSEWHERE = """
import asyncio, subprocess, sys, tempfile, concurrent.futures.thread

sys.path.insert(0, sys.argv.pop(1))
lacking = {"fcntl", "resource", "pwd", "grp", "termios"}
for name in lacking:
    sys.modules.pop(name, None)

class Lacking:
    def find_spec(self, name, path=None, target=None):
        if name in lacking:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Lacking())
from neovim_ai import cli
from neovim_ai.sandbox import choose
choose.sys = type("sys", (), {"platform": "win32"})
sys.exit(cli.main(sys.argv[1:]))
"""


def test_a_system_without_posix_modules_shows_them_too(tmp_path: Path, make: Make) -> None:
    text = 'def f(n):\n    """Do.\n\n    >>> f(1)\n    2\n    """\n    return n\n'
    root = make({"pyproject.toml": "", "words.py": text})
    package = Path(unrun.__file__).parents[2]
    asked = ["test", str(root / "words.py"), "--no-model"]
    ended = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(package), *asked],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "+    assert f(1) == 2\n" in ended.stdout
    assert "not run: no sandbox on this machine" in ended.stderr
    assert "WSL" in ended.stderr
