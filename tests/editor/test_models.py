"""`:AiModel`: nothing is downloaded and nothing leaves the machine without a yes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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


def test_openai_is_switched_to_after_a_yes_that_names_the_host(editor: Editor, host: Host) -> None:
    editor.setup()
    answering(editor, 1)
    editor.nvim.command("AiModel openai")
    assert "api.openai.com" in editor.lua("return Asked")
    assert host.consent.asked() == {"host": "api.openai.com"}
    assert host.use.count() == 0
    host.consent.answer({"host": "api.openai.com"})
    assert host.use.asked() == {"name": "openai"}
    host.use.answer({"name": "openai"})
    editor.said("OpenAI answers from now on: your code may be sent to api.openai.com.")
    assert "setup()" not in editor.messages()


def test_a_host_that_cannot_remember_it_is_switched_for_this_session(
    editor: Editor, host: Host
) -> None:
    answering(editor, 1)
    editor.nvim.command("AiModel openai")
    host.consent.answer({})
    host.use.fail({"kind": "usage", "message": "There is no model 'openai'."})
    editor.said("Set provider = 'openai' in setup() to keep it so.")
    assert editor.lua("return require('neovim_ai.config').settings().provider") == "openai"


def test_without_a_yes_nothing_is_switched(editor: Editor, host: Host) -> None:
    answering(editor, 2)
    editor.nvim.command("AiModel openai")
    editor.wait("Asked ~= nil")
    assert (host.consent.count(), host.use.count()) == (0, 0)


def test_a_provider_that_setup_names_is_told_to_be_stronger(editor: Editor, host: Host) -> None:
    answering(editor, 1)
    editor.nvim.command("AiModel openai")
    host.consent.answer({})
    host.use.answer({})
    editor.said("But setup() says provider = 'url'")


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


def test_the_real_host_lets_openai_answer_after_a_yes(editor: Editor, code: str) -> None:
    editor.lua("vim.env.OPENAI_API_KEY = nil; Select = vim.ui.select")
    editor.setup()
    answering(editor, 1)
    editor.nvim.command("AiModel openai")
    editor.said("OpenAI answers from now on: your code may be sent to api.openai.com.")
    editor.lua("vim.ui.select = Select")
    editor.nvim.command("AiDoc")
    editor.said("OPENAI_API_KEY")
    assert editor.text() == code
