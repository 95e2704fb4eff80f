"""Each failure: one line with the next step, nothing changed, and the next command works."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editor.conftest import CODE
from tests.editor.driver import Editor
from tests.fake_faults import FAULTS, streaming
from tests.fake_llm import FakeLLM, derived


def fails(editor: Editor, message: str) -> None:
    """Ask, and see one line that tells why."""
    before = editor.text()
    editor.nvim.command("messages clear")
    editor.nvim.command("AiDoc")
    editor.said(message)
    said = [line for line in editor.messages().splitlines() if line]
    assert len(said) == 1, said
    assert said[0].startswith("neovim-ai: ")
    assert editor.text() == before
    assert editor.virtual_lines() == []
    assert editor.lua("return require('neovim_ai').status()") == ""


def works(editor: Editor) -> None:
    editor.nvim.command("AiDoc")
    editor.offered()


def test_a_cursor_outside_any_definition(editor: Editor, tmp_path: Path) -> None:
    editor.open(tmp_path / "out.py", "import os\n\n\n" + CODE)
    editor.at(1)
    fails(editor, "The cursor is not in a function or class. :AiDoc module")
    editor.at(4)
    works(editor)


def test_a_buffer_that_is_not_python(editor: Editor, code: str, fake_llm: FakeLLM) -> None:
    editor.nvim.command("setlocal filetype=lua")
    fails(editor, "This buffer is not Python (its filetype is 'lua'). Open a Python file.")
    assert fake_llm.requests == []


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (
            "nomodifiable",
            "This buffer cannot be changed ('modifiable' is off). Run :set modifiable",
        ),
        ("readonly", "This buffer is read-only. Run :set noreadonly"),
    ],
)
def test_a_buffer_that_must_not_change(
    editor: Editor, code: str, fake_llm: FakeLLM, option: str, message: str
) -> None:
    editor.nvim.command(f"setlocal {option}")
    fails(editor, message)
    assert fake_llm.requests == []


def test_a_syntax_error_in_this_very_function(
    editor: Editor, tmp_path: Path, fake_llm: FakeLLM
) -> None:
    editor.open(tmp_path / "bad.py", CODE.replace("int(text)", "int(text"))
    editor.at(1)
    fails(editor, "syntax error")
    assert fake_llm.chats == []


def test_a_refused_key(editor: Editor, code: str, fake_llm: FakeLLM) -> None:
    fake_llm.key = "right"
    fails(editor, "401")
    assert "OPENAI_API_KEY" in editor.messages() or "api_key" in editor.messages()
    fake_llm.key = ""
    works(editor)


def test_no_model_at_all(editor: Editor, code: str) -> None:
    editor.setup(provider="local")
    fails(editor, ":AiModel")


def test_nobody_listens_there(editor: Editor, code: str, fake_llm: FakeLLM) -> None:
    editor.setup(provider="url", base_url="http://127.0.0.1:1/v1")
    fails(editor, "127.0.0.1:1")
    editor.setup(provider="url", base_url=fake_llm.base_url)
    works(editor)


def test_the_server_goes_away_in_the_middle(editor: Editor, code: str, fake_llm: FakeLLM) -> None:
    fake_llm.default = streaming("summary: Return how many bytes a wri", reset=True)
    fails(editor, "127.0.0.1")
    fake_llm.default = derived
    works(editor)


@pytest.mark.parametrize("fault", ["bad key", "forbidden", "context"])
def test_a_fault_of_the_server_is_one_line(
    editor: Editor, code: str, fake_llm: FakeLLM, fault: str
) -> None:
    fake_llm.default = FAULTS[fault]
    fails(editor, "neovim-ai: ")


def test_bytes_that_are_not_text_are_refused(editor: Editor, tmp_path: Path) -> None:
    path = tmp_path / "bytes.py"
    editor.open(path, CODE)
    path.write_bytes(CODE.encode() + b"x = '\xe9'\n")
    editor.nvim.command("edit! ++enc=utf-8 ++bad=keep")
    editor.nvim.command("setlocal noreadonly")
    editor.at(1)
    fails(editor, "Line 9 holds bytes that are not UTF-8")


def test_an_error_event_carries_kind_and_hint(editor: Editor, code: str) -> None:
    editor.lua(
        """
        Failures = {}
        vim.api.nvim_create_autocmd("User", {
          pattern = "NeovimAiError",
          callback = function(event) Failures[#Failures + 1] = event.data end,
        })
        """
    )
    editor.nvim.command("setlocal readonly | AiDoc")
    assert editor.lua("return Failures[1].kind") == "read_only"
    editor.nvim.command("autocmd! User NeovimAiError")


def test_a_message_too_long_for_the_screen_does_not_ask_for_a_key(fresh_editor: Editor) -> None:
    fresh_editor.nvim.ui_attach(80, 24, rgb=True, ext_linegrid=True)
    fresh_editor.lua("require('neovim_ai.notify').warn(('word '):rep(40), 'Then do this.')")
    # The one call that Neovim answers even while it waits for a key.
    fresh_editor.until(lambda: fresh_editor.nvim.api.get_mode()["mode"] == "n")
    assert not fresh_editor.nvim.api.get_mode()["blocking"]
    fresh_editor.until(lambda: any("Then do this." in text for text in fresh_editor.floats()))
    assert not fresh_editor.nvim.api.get_mode()["blocking"]


@pytest.mark.parametrize("word", ["word ", "\u9577\u3044 "], ids=["narrow", "wide"])
def test_a_message_takes_two_lines_at_most_and_the_log_has_all_of_it(
    fresh_editor: Editor, word: str
) -> None:
    fresh_editor.nvim.command("set columns=100")
    warn = "require('neovim_ai.notify').warn('Begin ' .. (...):rep(400) .. 'end.', 'Do.')"
    fresh_editor.lua(warn, word)
    fresh_editor.said("end. Do.")
    (said,) = (line for line in fresh_editor.messages().splitlines() if "neovim-ai" in line)
    assert fresh_editor.lua("return vim.api.nvim_strwidth(...)", said) <= 2 * 100
    assert said.startswith("neovim-ai: Begin ")
    kept = fresh_editor.lua("return require('neovim_ai.notify').said")
    assert kept[-1].count(word.strip()) == 400
