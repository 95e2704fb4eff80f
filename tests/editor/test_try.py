"""What `make try` does without a terminal, with the fake model in the real one's place."""

from __future__ import annotations

import ast
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.editor.conftest import sandbox
from tests.editor.driver import ROOT, nvim_path
from tests.fake_llm import FakeLLM

EXAMPLES = ROOT / "examples"


def accept_in(
    folder: Path, base_url: str, monkeypatch: pytest.MonkeyPatch
) -> subprocess.CompletedProcess[str]:
    """Run the headless half of `make try` on a copy of the example."""
    sandbox(monkeypatch, folder / "home")
    subject = Path(shutil.copy(EXAMPLES / "durations.py", folder))
    setup = f'require("neovim_ai").setup({{ provider = "url", base_url = "{base_url}" }})'
    words = ["--clean", "--headless", "-u", str(EXAMPLES / "init.lua"), "+/def parse_duration"]
    words += ["-c", f"lua {setup}", "-S", str(EXAMPLES / "accept.lua"), str(subject)]
    return subprocess.run(
        [nvim_path(), *words],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_try_writes_a_docstring_and_prints_diff_seconds_and_tokens(
    fake_llm: FakeLLM, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = accept_in(tmp_path, fake_llm.base_url, monkeypatch)
    assert done.returncode == 0, done.stdout + done.stderr
    tree = ast.parse((tmp_path / "durations.py").read_text(encoding="utf-8"))
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    written = ast.get_docstring(functions[0]) or ""
    assert "default_unit" in written
    added = "\n".join(line[1:] for line in done.stdout.splitlines() if line.startswith("+"))
    assert all(line in added for line in written.splitlines())
    assert "tokens" in done.stdout
    assert " s ·" in done.stdout


def test_try_says_what_failed_and_exits_1(
    fake_llm: FakeLLM, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = (EXAMPLES / "durations.py").read_bytes()
    done = accept_in(tmp_path, "http://127.0.0.1:9/v1", monkeypatch)
    assert done.returncode == 1
    assert "127.0.0.1:9" in done.stderr
    assert (tmp_path / "durations.py").read_bytes() == before
