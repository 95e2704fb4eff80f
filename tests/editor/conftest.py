"""Child editors: one warm for the tests of a module, and fresh ones for what breaks them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from neovim_ai.errors import AiError
from neovim_ai.neovim import find_neovim, version_of
from tests.editor.driver import Editor
from tests.editor.played_tests import Played
from tests.fake_llm import FakeLLM

CODE = """\
def parse_size(text, unit="B"):
    if not text:
        raise ValueError("empty")
    return int(text)


def join_all(parts):
    return "".join(parts)
"""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which Neovim was tested: where that of `$PATH` is too old it is not that one."""
    try:
        nvim = find_neovim()
    except AiError as error:
        terminalreporter.write_line(f"no Neovim: {error}")
        return
    version = ".".join(map(str, version_of(nvim) or ()))
    terminalreporter.write_line(f"Neovim {version}: {nvim}")


def sandbox(patch: pytest.MonkeyPatch, home: Path) -> None:
    """Point a child at directories of its own; a module's editor outlives a test's sandbox."""
    for name in ("HOME", "CONFIG_HOME", "DATA_HOME", "STATE_HOME", "CACHE_HOME", "RUNTIME_DIR"):
        place = home / name.lower()
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        patch.setenv(name if name == "HOME" else f"XDG_{name}", str(place))
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "NVIM", "VIMINIT", "NVIM_APPNAME"):
        patch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def warm_editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    with pytest.MonkeyPatch.context() as patch:
        sandbox(patch, tmp_path_factory.mktemp("warm"))
        editor = Editor()
    yield editor
    editor.close()


@pytest.fixture
def editor(warm_editor: Editor, fake_llm: FakeLLM) -> Iterator[Editor]:
    """The module's editor, its buffers gone, asking this test's fake model."""
    warm_editor.nvim.command("messages clear")
    warm_editor.setup(provider="url", base_url=fake_llm.base_url)
    yield warm_editor
    warm_editor.nvim.input("<C-\\><C-n>")
    warm_editor.nvim.command("AiStop!")
    warm_editor.nvim.command("silent! fclose!")
    warm_editor.nvim.command("silent! only! | %bwipeout!")


@pytest.fixture
def fresh_editor(sandboxed_home: Path, fake_llm: FakeLLM) -> Iterator[Editor]:
    """An editor of this test alone, its host not started yet."""
    with pytest.MonkeyPatch.context() as patch:
        sandbox(patch, sandboxed_home)
        editor = Editor()
    editor.setup(provider="url", base_url=fake_llm.base_url)
    yield editor
    editor.close()


@pytest.fixture
def code(editor: Editor, tmp_path: Path) -> str:
    """Two functions in the editor's buffer, the cursor in the first."""
    editor.open(tmp_path / "code.py", CODE)
    editor.at(1)
    return CODE


@pytest.fixture
def tests(editor: Editor, tmp_path: Path) -> Iterator[Played]:
    """Code and a place for its tests, the host's methods of `:AiTest` played."""
    played = Played(editor, tmp_path)
    yield played
    editor.nvim.command("AiReject!")
    played.test.end()
