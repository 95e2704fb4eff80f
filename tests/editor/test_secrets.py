"""Planted secrets, in a real Neovim, looked for in every place where they could end up.

The fake server stands in for another machine as its proxy. What is sent to this machine itself is
the control: there the same search finds every secret.
"""

from __future__ import annotations

import json
import os
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.editor.conftest import sandbox
from tests.editor.driver import Editor
from tests.editor.test_notes_real import stop
from tests.fake_llm import Asked, FakeLLM, Gate, Wire, derived, pausing
from tests.faults.sampling import ALL
from tests.unit.redaction.planted import TEMPLATES, made

FUNCTIONS = 31 if ALL else 1
"""Functions, each with a secret of every format: 2,108 in a long run."""

ROUNDS = [[made(one, random.Random(3 + at)) for one in TEMPLATES] for at in range(FUNCTIONS)]
SECRETS = [secret for secrets in ROUNDS for secret in secrets]
KEY = "my-own-key-of-no-known-form-7731"


def function(number: int, secrets: list[str]) -> str:
    """Return a function that holds secrets."""
    held = "".join(f"    host.add('{secret}')\n" for secret in secrets)
    return f"def connect{number}(host):\n{held}    return host\n"


CODE = "\n\n".join(function(number, secrets) for number, secrets in enumerate(ROUNDS))


@pytest.fixture
def shada(tmp_path: Path) -> Path:
    return tmp_path / "main.shada"


@pytest.fixture
def secretive(sandboxed_home: Path, shada: Path, fake_llm: FakeLLM) -> Iterator[Editor]:
    """An editor with a shada file, whose models stand on another machine."""
    with pytest.MonkeyPatch.context() as patch:
        sandbox(patch, sandboxed_home)
        patch.setenv("OWN_KEY", KEY)
        editor = Editor("-i", str(shada))
    editor.setup(**far(fake_llm))
    yield editor
    editor.close()


def far(fake: FakeLLM) -> dict[str, object]:
    proxy = f"http://127.0.0.1:{fake.port}"
    return {"provider": "url", "base_url": "http://models.example/v1", "proxy": proxy}


def window(editor: Editor, command: str) -> str:
    """Return what a command opens to read."""
    before = editor.nvim.current.buffer.number
    editor.nvim.command(command)
    editor.until(lambda: editor.nvim.current.buffer.number != before, what=command)
    text = editor.text()
    editor.nvim.command("close")
    return text


def everywhere(editor: Editor, shada: Path, home: Path) -> dict[str, str]:
    """Return the text of each place that is not the user's own buffer or file."""
    editor.nvim.command("wshada!")
    # the index of the notes is a copy of the notes, in the user's own cache
    kept = [p for p in home.rglob("*") if p.is_file() and "cache_home" not in p.parts]
    return {
        "messages": editor.messages(),
        ":AiStatus!": window(editor, "AiStatus!"),
        ":AiLog": window(editor, "AiLog"),
        "vim.g": str(editor.nvim.command_output("let g:")),
        "shada": shada.read_bytes().decode("latin-1"),
        **{p.name: p.read_bytes().decode("latin-1") for p in kept},
    }


def wire(fake: FakeLLM) -> str:
    return json.dumps([[r.path, r.headers, r.body] for r in fake.requests])


def leaks(places: dict[str, str], secrets: list[str]) -> dict[str, int]:
    found = {name: sum(s in text for s in secrets) for name, text in places.items()}
    return {name: count for name, count in found.items() if count}


async def quoting(wire: Wire, asked: Asked) -> None:
    """Fail with the request in the message, as some gateways do."""
    quoted = {"message": f"cannot parse {asked.prompt}"}
    await wire.stream()
    await wire.event(error=quoted)


@pytest.mark.parametrize("saved", [True, False], ids=["code", "buffer"])
def test_code_leaves_no_secret_anywhere(
    secretive: Editor,
    fake_llm: FakeLLM,
    shada: Path,
    sandboxed_home: Path,
    tmp_path: Path,
    saved: bool,
    record_property: Callable[[str, int], None],
) -> None:
    record_property("secrets looked for in an editor", len(SECRETS))
    secretive.open(tmp_path / "code.py", CODE if saved else "")
    if not saved:
        secretive.nvim.current.buffer[:] = CODE.splitlines()
    secretive.at(1)
    secretive.nvim.command("AiDoc!")
    secretive.offered(FUNCTIONS)
    fake_llm.script(quoting)
    secretive.nvim.command("AiReject!")
    secretive.nvim.command("AiDoc")
    secretive.said("reports an error")
    places = everywhere(secretive, shada, sandboxed_home)
    assert leaks({**places, "wire": wire(fake_llm)}, SECRETS) == {}
    assert len(fake_llm.chats) == FUNCTIONS + 1


def test_this_machine_is_sent_the_code_as_it_is_and_the_search_sees_it(
    secretive: Editor, fake_llm: FakeLLM, shada: Path, sandboxed_home: Path, tmp_path: Path
) -> None:
    secretive.setup(provider="url", base_url=fake_llm.base_url)
    secretive.open(tmp_path / "code.py", CODE)
    secretive.at(1)
    fake_llm.script(*[derived] * FUNCTIONS, quoting)
    secretive.nvim.command("AiDoc!")
    secretive.offered(FUNCTIONS)
    secretive.nvim.command("AiReject!")
    secretive.nvim.command("AiDoc")
    secretive.said("reports an error")
    places = everywhere(secretive, shada, sandboxed_home)
    found = leaks({**places, "wire": wire(fake_llm)}, SECRETS)
    assert found.pop("wire") == len(SECRETS)
    # What was sent last is one function, which the user asked to see.
    assert found.pop(":AiStatus!") >= len(TEMPLATES)
    assert found == {}


def test_notes_leave_no_secret_anywhere(
    secretive: Editor,
    fake_llm: FakeLLM,
    shada: Path,
    sandboxed_home: Path,
    tmp_path: Path,
    record_property: Callable[[str, int], None],
) -> None:
    import asyncio

    record_property("secrets looked for in an editor", len(SECRETS))
    vault = tmp_path / "vault"
    vault.mkdir()
    text = "".join(f"- the harbour gate opens with `{s}`\n" for s in SECRETS)
    (vault / "gate.md").write_text(f"# Harbour gate\n\n{text}", encoding="utf-8")
    secretive.setup(**far(fake_llm), notes={"vaults": [str(vault)]})
    try:
        secretive.nvim.command("NotesAsk What opens the harbour gate?")
        secretive.until(lambda: "harbour gate" in wire(fake_llm).replace("What opens the", ""))
        secretive.until(lambda: secretive.lua("return require('neovim_ai').status()") == "")
        assert "harbour gate opens with" in wire(fake_llm)
        secretive.nvim.command("silent! only")
        places = everywhere(secretive, shada, sandboxed_home)
        assert leaks({**places, "wire": wire(fake_llm)}, SECRETS) == {}
    finally:
        asyncio.run(stop(vault))


@pytest.mark.parametrize("by_command", [False, True])
def test_the_key_is_in_no_place_but_the_request(
    secretive: Editor,
    fake_llm: FakeLLM,
    shada: Path,
    sandboxed_home: Path,
    tmp_path: Path,
    by_command: bool,
) -> None:
    held = tmp_path / "held"
    held.write_text(f"{KEY}\n", encoding="utf-8")
    cat = [sys.executable, "-c", "import sys; print(open(sys.argv[1]).read())", str(held)]
    source = {"api_key_cmd": cat} if by_command else {"api_key_env": "OWN_KEY"}
    fake_llm.key = KEY
    secretive.setup(provider="url", base_url=fake_llm.base_url, **source)
    secretive.open(tmp_path / "code.py", "def f(a):\n    return a\n")
    secretive.at(1)
    gate = Gate()
    fake_llm.script(pausing("summary: Return", gate, " it.\na: One.\nreturns: It.\n"))
    secretive.nvim.command("AiDoc")
    gate.wait_reached()
    assert KEY not in command_lines()
    gate.open()
    secretive.offered()
    fake_llm.key = "another"
    secretive.nvim.command("AiReject")
    secretive.nvim.command("AiDoc")
    secretive.said("refused the key")
    places = everywhere(secretive, shada, sandboxed_home)
    assert leaks(places, [KEY]) == {}
    assert f"Bearer {KEY}" in wire(fake_llm)
    assert KEY not in str(secretive.lua("return vim.inspect(require('neovim_ai.config'))"))


def command_lines() -> str:
    """Return the arguments of all processes that may be looked at."""
    texts = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and os.access(entry / "cmdline", os.R_OK):
            try:
                texts.append((entry / "cmdline").read_bytes().decode("latin-1"))
            except OSError:
                continue  # it has ended meanwhile
    assert any("neovim_ai_host" in text for text in texts)
    return "\n".join(texts)
