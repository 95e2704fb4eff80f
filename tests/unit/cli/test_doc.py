"""`neovim-ai doc` from argument to file, against a model server on a real socket."""

from __future__ import annotations

import ast
import json
import subprocess
from pathlib import Path

import pytest
from tests.fake_answers import ADVERSARIAL
from tests.fake_faults import FAULTS
from tests.fake_llm import FakeLLM, derived

from neovim_ai.cli import main

CODE = '''"""A module."""


def split_fields(line, delim=",", *, limit=0):  # noqa: D103
    # how many
    if limit < 0:
        raise ValueError("limit must not be negative")
    return line.split(delim)


class Shelf:
    """Holds books."""

    def __init__(self, width):
        self.width = width

    def put(self, book):
        return self.width - book.width
'''


@pytest.fixture
def module(tmp_path: Path) -> Path:
    path = tmp_path / "project" / "shelf.py"
    path.parent.mkdir()
    path.write_text(CODE)
    return path


def run(fake: FakeLLM, *arguments: str) -> int:
    return main(["doc", *arguments, "--base-url", fake.base_url])


def test_diff_shows_the_docstring_and_changes_nothing(
    fake_llm: FakeLLM, module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(fake_llm, f"{module}::split_fields") == 0
    said = capsys.readouterr()
    assert '+    """Return the result' in said.out
    assert "+        delim: What" in said.out
    assert "-" not in [line[:1] for line in said.out.splitlines() if not line.startswith("---")]
    assert "tokens in" in said.err
    assert module.read_text() == CODE


def test_diff_of_a_file_is_one_patch_that_applies(
    fake_llm: FakeLLM, module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(fake_llm, str(module)) == 0
    patch = capsys.readouterr().out
    assert patch.count("\n+++ ") == 1
    patched = subprocess.run(
        ["git", "apply", "--unsafe-paths", "-p0", "-"], input=patch, text=True, cwd="/", check=False
    )
    assert patched.returncode == 0
    assert _without_docstrings(module.read_text()) == _without_docstrings(CODE)
    assert module.read_text() != CODE


def test_what_was_written_stays_when_the_model_fails_later(fake_llm: FakeLLM, module: Path) -> None:
    run(fake_llm, f"{module}::split_fields")
    fake_llm.script(derived, FAULTS["bad key"])
    assert run(fake_llm, str(module), "--write") == 1
    text = module.read_text()
    assert '"""Return the result' in text
    assert _without_docstrings(text) == _without_docstrings(CODE)


def test_write_changes_nothing_but_docstrings(fake_llm: FakeLLM, module: Path) -> None:
    assert run(fake_llm, str(module), "--write") == 0
    text = module.read_text()
    assert text.count('"""Return the result') == 2
    assert _without_docstrings(text) == _without_docstrings(CODE)
    assert [line for line in text.splitlines() if "#" in line] == [
        line for line in CODE.splitlines() if "#" in line
    ]


def test_writing_twice_is_writing_once(fake_llm: FakeLLM, module: Path) -> None:
    run(fake_llm, str(module), "--write")
    once, asked = module.read_text(), len(fake_llm.chats)
    assert run(fake_llm, str(module), "--write") == 0
    assert module.read_text() == once
    assert len(fake_llm.chats) == asked


def test_json_is_one_object_a_definition_with_the_whole_new_source(
    fake_llm: FakeLLM, module: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(fake_llm, f"{module}::Shelf.put", "--json") == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["qualname"], one["status"]) for one in found] == [("Shelf.put", "proposed")]
    assert {p["name"] for p in found[0]["facts"]["parameters"]} == {"book"}
    assert found[0]["slots"].keys() == {"summary", "parameter:book", "returns"}
    assert found[0]["docstring"] in found[0]["new_source"]
    assert found[0]["completion_tokens"] > 0
    assert module.read_text() == CODE


def test_constructor_is_described_once_in_its_class(fake_llm: FakeLLM, module: Path) -> None:
    run(fake_llm, str(module), "--write")
    tree = ast.parse(module.read_text())
    shelf = next(n for n in tree.body if isinstance(n, ast.ClassDef))
    init = next(n for n in shelf.body if isinstance(n, ast.FunctionDef) and n.name == "__init__")
    assert "width:" in (ast.get_docstring(shelf) or "")
    assert ast.get_docstring(init) is None


def test_hostile_answers_never_change_the_code(module: Path) -> None:
    with FakeLLM(answers=ADVERSARIAL) as fake:
        for _ in range(3):
            module.write_text(CODE)
            run(fake, str(module), "--write")
            assert _without_docstrings(module.read_text()) == _without_docstrings(CODE)


def test_style_is_as_asked(fake_llm: FakeLLM, module: Path) -> None:
    run(fake_llm, f"{module}::split_fields", "--style", "numpy", "--write")
    assert "    Parameters\n    ----------\n" in module.read_text()


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("{dir}/gone.py", "There is no file"),
        ("{dir}", "is a directory"),
        ("{file}::split_field", "split_fields"),
        ("{file}::broken", "syntax error"),
        ("{file}::latin", "cannot be decoded"),
    ],
)
def test_bad_targets_are_one_line_with_the_next_step(
    fake_llm: FakeLLM,
    module: Path,
    target: str,
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if "broken" in target:
        module.write_text("def broken(a):\n    return (a +\n\nx = 1\n")
    if "latin" in target:
        module.write_bytes(b"x = '\xe9'\n")
    before = module.read_bytes()
    assert run(fake_llm, target.format(dir=module.parent, file=module), "--write") in (1, 2)
    lines = [line for line in capsys.readouterr().err.splitlines() if "tokens in" not in line]
    assert len(lines) == 1
    assert words in lines[0]
    assert module.read_bytes() == before


@pytest.mark.parametrize("fault", ["bad key", "refusal", "end without finish", "gateway page"])
def test_a_failing_model_is_one_line_and_writes_nothing(
    fake_llm: FakeLLM, module: Path, fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    fake_llm.default = FAULTS[fault]
    assert run(fake_llm, f"{module}::split_fields", "--write") == 1
    error = capsys.readouterr().err.strip()
    assert error.startswith("neovim-ai: ")
    assert "\n" not in error
    assert module.read_text() == CODE


def test_nobody_answering_is_one_line(module: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doc", f"{module}::split_fields", "--base-url", "http://127.0.0.1:9/v1"]) == 1
    assert "127.0.0.1:9" in capsys.readouterr().err


def _without_docstrings(code: str) -> str:
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                node.body = node.body[1:]
    return ast.dump(tree)
