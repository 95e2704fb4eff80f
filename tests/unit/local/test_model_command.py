"""`neovim-ai model` as a user runs it: a process, its exit status, its one line."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from neovim_ai.llm.local import catalogue
from neovim_ai.llm.local.catalogue import MODELS

COMMAND = """
import argparse, sys
from neovim_ai.cli import model
from neovim_ai.errors import AiError
top = argparse.ArgumentParser()
model.add(top.add_subparsers(required=True))
args = top.parse_args(sys.argv[1:])
try:
    sys.exit(args.run(args))
except AiError as error:
    sys.exit(f"neovim-ai: {error}")
"""


@pytest.fixture(autouse=True)
def as_another_user(user: Path) -> None:
    """Keep away from the real one's models."""


def command(*words: str) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-c", COMMAND, "model", *words]
    return subprocess.run(argv, capture_output=True, text=True, check=False, timeout=60)


def test_list_shows_each_model_with_its_state() -> None:
    catalogue.place(MODELS[1]).write_bytes(b"half")
    shown = command("list").stdout.splitlines()
    assert "absent" in shown[0]
    assert "damaged" in shown[1]
    entries = json.loads(command("list", "--json").stdout)["models"]
    assert [e["name"] for e in entries] == [m.name for m in MODELS if m.offered]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("pull", "gpt"), "There is no model 'gpt'. Known: qwen2.5-coder-1.5b"),
        (("use", "qwen2.5-coder-0.5b"), "Run: neovim-ai model pull qwen2.5-coder-0.5b"),
        (("serve",), "Run: neovim-ai model pull qwen2.5-coder-1.5b"),
        (("pull", "--from", "/nowhere/at/all"), "There is no /nowhere/at/all."),
    ],
)
def test_what_cannot_be_done_is_one_line_with_the_next_step(
    words: tuple[str, ...], told: str
) -> None:
    done = command(*words)
    assert done.returncode == 1
    assert told in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr


def test_openai_is_a_choice_that_holds_for_the_next_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "some-key-of-mine")
    catalogue.place(MODELS[0]).write_bytes(b"half")
    asking = (
        "import asyncio; from neovim_ai.llm import providers; from neovim_ai.settings import *\n"
        "async def ask():\n"
        "    model = await providers.connect(Settings(), print, usual=())\n"
        "    print(model.route)\n"
        "    await model.close()\n"
        "asyncio.run(ask())\n"
    )
    done = command("use", "openai")
    assert (done.returncode, "may be sent to api.openai.com" in done.stdout) == (0, True)
    asked = [sys.executable, "-c", asking]
    told = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60).stdout
    assert told.strip() == "api.openai.com"
    assert "* openai" in command("list").stdout
    assert json.loads(command("list", "--json").stdout)["openai"] is True


def test_stop_without_a_server_is_no_failure() -> None:
    done = command("stop")
    assert (done.returncode, done.stdout) == (0, "no model server was running\n")
