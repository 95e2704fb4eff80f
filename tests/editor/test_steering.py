"""Sliders and notes ask again for what they concern; what is offered stays until the answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM, Gate, pausing

CODE = '''\
def cut(text, delim, limit):
    """Cut it.

    Args:
        text: My words.
    """
    return text.split(delim)[:limit]
'''


@pytest.fixture
def update(editor: Editor, tmp_path: Path) -> Editor:
    """An update that is offered, the cursor in its window on the first hunk."""
    editor.open(tmp_path / "update.py", CODE)
    editor.at(1)
    editor.nvim.command("AiDoc")
    editor.offered()
    editor.nvim.command("AiNext")
    record(editor)
    return editor


def record(editor: Editor) -> None:
    """Keep what is asked of the host from now on."""
    editor.lua(
        """
        local client = require("neovim_ai.client")
        Asked, Original = {}, Original or client.request
        client.request = function(method, params, handlers)
          Asked[#Asked + 1] = { method = method, options = params.options }
          return Original(method, params, handlers)
        end
        """
    )


@pytest.fixture(autouse=True)
def _as_it_was(editor: Editor) -> Any:
    yield
    editor.lua("local c = require('neovim_ai.client'); c.request = Original or c.request")
    editor.lua("vim.ui.input = Input or vim.ui.input")


def asked(editor: Editor, count: int = 1) -> dict[str, Any]:
    """Wait for a request; return its options."""
    editor.wait(f"#Asked >= {count}")
    options: dict[str, Any] = editor.lua("return Asked[...].options", count)
    return options


def shown(editor: Editor) -> str:
    return next(text for text in editor.floats() if "Args:" in text)


def answering(editor: Editor, note: str | None) -> None:
    """Answer the next question with a note."""
    editor.lua(
        """
        Input = Input or vim.ui.input
        local note = ...
        vim.ui.input = function(options, done) Prompt = options.prompt; done(note) end
        """,
        note,
    )


def settled(editor: Editor) -> None:
    """Wait until nothing is asked for any more."""
    editor.until(lambda: editor.lua("return require('neovim_ai').status()") == "")


def test_the_sliders_stand_with_the_proposal(update: Editor) -> None:
    assert "detail ▮▮▯▯▯ - +" in shown(update)
    assert "audience ▮▮▮▯▯ < >" in shown(update)


@pytest.mark.parametrize(
    ("key", "name", "level", "slider"),
    [
        ("+", "detail", 3, "detail ▮▮▮▯▯"),
        (">", "audience", 4, "audience ▮▮▮▮▯"),
        ("<lt>", "audience", 2, "audience ▮▮▯▯▯"),
    ],
)
def test_a_key_moves_its_slider_and_asks_again(
    update: Editor, key: str, name: str, level: int, slider: str
) -> None:
    update.nvim.input(key)
    assert asked(update)[name] == level
    update.until(lambda: slider in shown(update))
    settled(update)
    assert slider in shown(update)


def test_where_less_detail_leaves_nothing_to_say_the_offer_stays(update: Editor) -> None:
    before = shown(update)
    update.nvim.input("-")
    assert asked(update)["detail"] == 1
    update.said("Its docstring describes all of it.")
    settled(update)
    update.offered(1)
    assert shown(update) == before


def test_detail_keeps_the_texts_and_another_reader_keeps_none(update: Editor) -> None:
    texts = update.lua("return require('neovim_ai.offers').here().message.texts")
    update.nvim.input("+")
    assert asked(update)["kept"] == texts
    settled(update)
    update.nvim.input(">")
    options = asked(update, 2)
    assert "kept" not in options
    assert (options["detail"], options["audience"]) == (3, 4)
    settled(update)


def test_two_steps_in_a_row_add_up(update: Editor, fake_llm: FakeLLM) -> None:
    update.nvim.input(">>")
    assert asked(update, 2)["audience"] == 5
    settled(update)
    update.nvim.input(">")
    update.said("Audience goes from 1 to 5.")
    assert update.lua("return #Asked") == 2


def test_what_is_offered_stays_until_the_new_one_is_whole(
    update: Editor, fake_llm: FakeLLM
) -> None:
    gate = Gate()
    names = ("delim", "limit", "returns")
    fake_llm.script(
        pausing("delim: Where it is", gate, " cut.\nlimit: How many.\nreturns: New words.\n")
    )
    before = shown(update)
    update.nvim.input(">")
    gate.wait_reached()
    update.until(lambda: "writing" in update.lua("return require('neovim_ai').status()"))
    held = shown(update)
    assert [line for line in held.splitlines() if line.startswith(("+", "-"))] == (
        [line for line in before.splitlines() if line.startswith(("+", "-"))]
    )
    gate.open()
    update.until(lambda: "New words." in shown(update))
    assert all(name in shown(update) for name in names)
    update.offered(1)


def test_accepting_meanwhile_takes_what_is_shown_and_hangs_up(
    update: Editor, fake_llm: FakeLLM
) -> None:
    gate = Gate()
    fake_llm.script(pausing("delim: Never to be ", gate, "seen.\n"))
    update.nvim.input(">")
    gate.wait_reached()
    update.nvim.input("gga")
    update.offered(0)
    assert fake_llm.chats[-1].gone.wait(20)
    assert "Never to be" not in update.text()
    assert "delim: " in update.text()


def test_accepting_a_hunk_meanwhile_hangs_up_too(update: Editor, fake_llm: FakeLLM) -> None:
    gate = Gate()
    fake_llm.script(pausing("delim: Never to be ", gate, "seen.\n"))
    update.nvim.input(">")
    gate.wait_reached()
    update.nvim.input("a")
    assert fake_llm.chats[-1].gone.wait(20)
    code = "return vim.fn.getbufline('update.py', 1, '$')"
    update.until(lambda: any("delim: " in line for line in update.lua(code)))
    settled(update)
    update.offered(1)


def test_stopping_meanwhile_keeps_what_was_offered(update: Editor, fake_llm: FakeLLM) -> None:
    gate = Gate()
    fake_llm.script(pausing("delim: Never to be ", gate, "seen.\n"))
    update.nvim.input(">")
    gate.wait_reached()
    update.nvim.command("AiStop")
    assert fake_llm.chats[-1].gone.wait(20)
    update.offered(1)
    update.until(lambda: "audience ▮▮▮▯▯" in shown(update))


def test_e_says_what_to_change_in_one_hunk_and_keeps_the_others(update: Editor) -> None:
    answering(update, "  Name the unit. ")
    texts = update.lua("return require('neovim_ai.offers').here().message.texts")
    key = update.lua("return select(2, require('neovim_ai.offers').here())")
    update.nvim.input("e")
    options = asked(update)
    assert options["note"] == "Name the unit."
    assert options["kept"] == {name: text for name, text in texts.items() if name != key}
    assert "parameter delim" in update.lua("return Prompt")
    settled(update)


def test_e_elsewhere_asks_for_all_of_it_again(update: Editor, fake_llm: FakeLLM) -> None:
    answering(update, "Name the unit.")
    before = len(fake_llm.chats)
    update.nvim.input("gge")
    assert "kept" not in asked(update)
    settled(update)
    assert any("Name the unit." in chat.prompt for chat in fake_llm.chats[before:])


@pytest.mark.parametrize("note", [None, " "])
def test_e_without_a_word_asks_nothing(update: Editor, note: str | None) -> None:
    answering(update, note)
    update.nvim.input("e")
    update.wait("Prompt ~= nil")
    assert update.lua("return #Asked") == 0


def test_maps_move_the_sliders_of_what_stands_between_the_lines(editor: Editor, code: str) -> None:
    editor.nvim.command("nmap <buffer> g+ <Plug>(neovim-ai-detail-more)")
    editor.nvim.command("AiDoc")
    editor.offered()
    assert any("detail ▮▮▯▯▯ g+" in line for line in editor.virtual_lines())
    record(editor)
    editor.nvim.input("g+")
    assert asked(editor)["detail"] == 3
    editor.until(lambda: "detail ▮▮▮▯▯" in editor.shown())
    settled(editor)


def test_what_stands_between_the_lines_stays_until_the_new_one_is_whole(
    editor: Editor, code: str, fake_llm: FakeLLM
) -> None:
    editor.nvim.command("AiDoc")
    editor.offered()
    before = [line for line in editor.virtual_lines() if "▮" not in line]
    gate = Gate()
    fake_llm.script(pausing("summary: Return something ", gate, "else.\n"))
    editor.lua("require('neovim_ai').move('audience', 1)")
    gate.wait_reached()
    editor.until(lambda: "writing" in editor.lua("return require('neovim_ai').status()"))
    assert [line for line in editor.virtual_lines() if "▮" not in line] == before
    editor.nvim.command("AiStop")
