"""`:AiModel`: nothing is downloaded and nothing leaves the machine without a yes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from neovim_ai.llm.local.catalogue import MODELS
from tests.editor.conftest import CODE
from tests.editor.driver import Editor
from tests.editor.host_fakes import FakeMethod

MODEL = {"name": "small", "bytes": 500_000_000, "state": "absent", "chosen": False}


class Host:
    """The methods that concern models."""

    def __init__(self, editor: Editor) -> None:
        self.models = FakeMethod(editor, "models")
        self.use = FakeMethod(editor, "model_use")
        self.pull = FakeMethod(editor, "model_pull")
        self.consent = FakeMethod(editor, "consent")


@pytest.fixture
def host(editor: Editor) -> Iterator[Host]:
    fakes = Host(editor)
    editor.lua("Select = vim.ui.select")
    yield fakes
    editor.lua("vim.ui.select = Select")
    fakes.models.end()


def answering(editor: Editor, index: int) -> None:
    """Answer the next question with one of its choices."""
    editor.lua(
        """
        local index = ...
        vim.ui.select = function(items, options, done)
          Asked = options.prompt
          Shown = vim.tbl_map(options.format_item or tostring, items)
          done(items[index], items[index] and index)
        end
        """,
        index,
    )


def status(editor: Editor) -> str:
    return str(editor.lua("return require('neovim_ai').status()"))


def test_the_question_names_the_host(editor: Editor, host: Host) -> None:
    answering(editor, 1)
    editor.nvim.command("AiModel openai")
    assert "api.openai.com" in editor.lua("return Asked")
    assert host.consent.asked() == {"host": "api.openai.com"}
    assert host.use.count() == 0


def test_without_a_yes_nothing_is_switched(editor: Editor, host: Host) -> None:
    answering(editor, 2)
    editor.nvim.command("AiModel openai")
    editor.wait("Asked ~= nil")
    assert (host.consent.count(), host.use.count()) == (0, 0)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"provider": "url"}, "provider = 'url'"),
        ({"base_url": "http://127.0.0.1:9/v1"}, "base_url = 'http://127.0.0.1:9/v1'"),
    ],
)
def test_what_setup_names_is_told_to_be_stronger(
    editor: Editor, host: Host, options: dict[str, str], named: str
) -> None:
    editor.setup(**options)
    editor.nvim.command("AiModel small")
    host.models.answer({"models": [{**MODEL, "state": "pulled"}]})
    host.use.answer({})
    editor.said(f"The local model is now small. But setup() says {named}")


def test_openai_can_be_picked_from_the_list(editor: Editor, host: Host) -> None:
    answering(editor, 2)
    editor.nvim.command("AiModel")
    host.models.answer({"models": [MODEL]})
    editor.wait("Asked ~= nil and Asked:find('api.openai.com')")
    assert host.pull.count() == 0


def test_a_download_shows_how_far_it_is_and_then_the_model_is_used(
    editor: Editor, host: Host
) -> None:
    answering(editor, 1)
    editor.lua(
        """
        local status = require("neovim_ai.status")
        Phases, Phase = {}, Phase or status.phase
        status.phase = function(_, what, detail) Phases[#Phases + 1] = what .. " " .. detail end
        """
    )
    editor.nvim.command("AiModel small")
    host.models.answer({"models": [MODEL]})
    assert "Download 0.5 GB?" in editor.lua("return Asked")
    progress = {"type": "progress", "what": "downloading"}
    host.pull.event({**progress, "done": 125_000_000, "total": 500_000_000})
    host.pull.event({**progress, "done": 250_000_000, "total": 0})
    phases = editor.lua("require('neovim_ai.status').phase = Phase; return Phases")
    assert phases == ["downloading 25%", "downloading 250 MB"]
    host.pull.answer({"name": "small"})
    assert host.use.asked() == {"name": "small"}
    host.use.answer({"name": "small"})
    editor.said("The local model is now small.")


def test_without_a_yes_nothing_is_downloaded(editor: Editor, host: Host) -> None:
    answering(editor, 2)
    editor.nvim.command("AiModel small")
    host.models.answer({"models": [MODEL]})
    editor.wait("Asked ~= nil")
    assert host.pull.count() == 0
    assert status(editor) == ""


def test_a_model_that_is_here_is_used_at_once(editor: Editor, host: Host) -> None:
    editor.nvim.command("AiModel small")
    host.models.answer({"models": [{**MODEL, "state": "pulled"}]})
    assert host.use.asked() == {"name": "small"}


def test_the_log_shows_the_hosts_log_file(editor: Editor, code: str) -> None:
    editor.nvim.command("AiDoc")
    editor.offered()
    path = Path(editor.lua("return require('neovim_ai.client').hello_result.log"))
    with path.open("a", encoding="utf-8") as log:
        log.write("what the host wrote\n")
    editor.nvim.command("AiLog")
    editor.wait("vim.api.nvim_buf_get_name(0):find('neovim-ai://log', 1, true)")
    assert f"== {path}" in editor.text()
    assert "what the host wrote" in editor.text()
    editor.nvim.command("close")


@pytest.fixture
def free(fresh_editor: Editor) -> Editor:
    """An editor with the real host, nothing set, and the file of a local model."""
    fresh_editor.lua("vim.env.OPENAI_API_KEY = nil")
    fresh_editor.setup()
    place = Path(fresh_editor.lua("return vim.env.XDG_DATA_HOME"), "neovim-ai", "models")
    place.mkdir(parents=True)
    (place / MODELS[0].file).write_bytes(b"half of it")
    return fresh_editor


def test_openai_is_remembered_by_the_host_when_neovim_has_ended(
    free: Editor, tmp_path: Path
) -> None:
    answering(free, 1)
    free.nvim.command("AiModel openai")
    free.said("OpenAI answers from now on: your code, and notes you ask about, may be sent to")
    assert "setup()" not in free.messages()
    free.lua("require('neovim_ai.host').stop()")
    free.open(tmp_path / "code.py", CODE)
    free.at(1)
    free.nvim.command("AiDoc")
    free.said("Set OPENAI_API_KEY")
    assert free.text() == CODE


def test_openai_that_is_chosen_is_marked_in_the_list(free: Editor) -> None:
    answering(free, 1)
    free.nvim.command("AiModel openai")
    free.said("OpenAI answers from now on")
    answering(free, 0)
    free.nvim.command("AiModel")
    free.wait("#(Shown or {}) > 2")
    marked = [row for row in free.lua("return Shown") if row.startswith("●")]
    assert [row.split()[1] for row in marked] == ["openai"]


def test_a_no_to_openai_leaves_the_local_model(free: Editor, tmp_path: Path) -> None:
    answering(free, 2)
    free.nvim.command("AiModel openai")
    free.wait("Asked ~= nil")
    free.open(tmp_path / "code.py", CODE)
    free.at(1)
    free.nvim.command("AiDoc")
    free.said(f"The model {MODELS[0].name} is damaged")
