"""`:NotesAsk`: sentences as they come, their sources, what is struck, the thread."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editor.driver import Editor
from tests.editor.host_fakes import FakeMethod
from tests.editor.notes_fakes import NOTES, section

USAGE = {
    "prompt_tokens": 90,
    "completion_tokens": 10,
    "cached_tokens": 0,
    "requests": 1,
    "estimated": False,
}


@pytest.fixture
def note(editor: Editor, tmp_path: Path) -> Path:
    path = tmp_path / "notes.md"
    path.write_text(NOTES, encoding="utf-8")
    editor.setup(notes={"vaults": [str(path)]})
    editor.nvim.command("enew!")
    return path


@pytest.fixture
def asks(editor: Editor, note: Path) -> Iterator[FakeMethod]:
    fake = FakeMethod(editor, "notes_ask")
    for other in ("notes_chosen", "notes_buffer"):
        FakeMethod(editor, other)
    FakeMethod(editor, "notes_refresh").answers({})
    yield fake
    fake.end()


def sentence(text: str, *citations: dict[str, Any]) -> dict[str, Any]:
    return {"sentence": text, "struck": not citations, "citations": list(citations)}


def citation(note: Path, number: int, quote: str) -> dict[str, Any]:
    row = section(note, quote, "Notes", "Docker", "Images")
    return {
        "number": number,
        "path": str(note),
        "row": row["row_of_best"],
        "heading_path": row["heading_path"],
        "quote": quote,
    }


def answered(*sentences: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "answer": list(sentences),
        "struck": sum(one["struck"] for one in sentences),
        "in_notes": any(not one["struck"] for one in sentences),
        "sections": [],
        "seconds": 1.5,
        "usage": USAGE,
        "model": "small",
        **more,
    }


def saved(note: Path) -> dict[str, Any]:
    return sentence("It is saved with `docker save`.", citation(note, 1, "docker save -o file"))


def loaded(note: Path) -> dict[str, Any]:
    return sentence("It is loaded there.", citation(note, 2, "docker load -i file"))


def lines_hold(editor: Editor, *parts: str) -> None:
    editor.until(lambda: all(part in editor.text() for part in parts), what=f"{parts}")


def test_sentences_appear_as_they_are_verified(
    editor: Editor, asks: FakeMethod, note: Path
) -> None:
    editor.nvim.command("NotesAsk how is an image saved?")
    assert asks.asked() == {"question": "how is an image saved?", "thread": []}
    lines_hold(editor, "how is an image saved?", "…")
    asks.event({"type": "answer", "lines": [saved(note)]})
    lines_hold(editor, "It is saved with `docker save`. [1]")
    asks.answer(answered(saved(note), loaded(note)))
    lines_hold(editor, "It is loaded there. [2]", "small · 1.5 s · 100 tokens")
    assert f"[2] Notes › Docker › Images · {note.name}:12" in editor.lines()
    assert "    docker load -i file" in editor.lines()
    assert not editor.lua("return vim.bo.modifiable")


def test_gf_goes_to_the_source_of_the_number_at_the_cursor(
    editor: Editor, asks: FakeMethod, note: Path
) -> None:
    both = sentence(
        "Save it and load it.",
        citation(note, 1, "docker save -o file"),
        citation(note, 2, "docker load -i file"),
    )
    editor.nvim.command("NotesAsk images?")
    asks.answer(answered(both))
    lines_hold(editor, "Save it and load it. [1] [2]")
    asked_in = editor.nvim.current.window.handle
    row = editor.lines().index("Save it and load it. [1] [2]") + 1
    editor.at(row, editor.lines()[row - 1].index("[2]") + 1)
    editor.nvim.input("gf")
    editor.until(lambda: "docker load" in editor.nvim.current.line)
    assert editor.nvim.current.window.handle != asked_in
    editor.lua("vim.api.nvim_set_current_win(...)", asked_in)
    editor.at(row, 0)
    editor.nvim.input("<CR>")
    editor.until(lambda: "docker save" in editor.nvim.current.line)
    editor.lua("vim.api.nvim_set_current_win(...)", asked_in)
    editor.at(1)
    editor.nvim.input("gf")
    editor.said("No source is at the cursor.")


def test_struck_sentences_are_shown_struck_and_counted(
    editor: Editor, asks: FakeMethod, note: Path
) -> None:
    editor.nvim.command("NotesAsk images?")
    asks.answer(answered(saved(note), sentence("Docker is from 1999.")))
    lines_hold(editor, "✗ Docker is from 1999.", "1 sentence is struck out")
    groups = editor.lua(
        """
        local groups = {}
        for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, -1, 0, -1, { details = true })) do
          local line = vim.api.nvim_buf_get_lines(0, mark[2], mark[2] + 1, false)[1]
          if line:find("1999") then groups[#groups + 1] = mark[4].hl_group end
        end
        return groups
        """
    )
    assert groups == ["NeovimAiStruck"]
    assert editor.lua("return vim.api.nvim_get_hl(0, { name = 'NeovimAiStruck', link = false })")[
        "strikethrough"
    ]


def test_not_in_your_notes_is_an_answer(editor: Editor, asks: FakeMethod) -> None:
    editor.nvim.command("NotesAsk who won?")
    asks.answer(answered())
    lines_hold(editor, "Not in your notes.")


def test_without_a_model_the_sections_are_listed(
    editor: Editor, asks: FakeMethod, note: Path
) -> None:
    row = section(note, "docker save", "Notes", "Docker", "Images")
    editor.nvim.command("NotesAsk images?")
    asks.answer(answered(model="", sections=[row]))
    lines_hold(editor, "No model is there to answer", "[1] Notes › Docker › Images")
    editor.at(editor.lines().index(next(x for x in editor.lines() if x.startswith("[1]"))) + 1)
    editor.nvim.input("gf")
    editor.until(lambda: "docker save" in editor.nvim.current.line)


def test_a_further_question_keeps_the_thread_and_another_window_begins_anew(
    editor: Editor, asks: FakeMethod, note: Path
) -> None:
    editor.nvim.command("NotesAsk images?")
    asks.answer(answered(saved(note), sentence("Docker is from 1999.")))
    lines_hold(editor, "1999")
    editor.lua("vim.ui.input = function(_, done) done('and then?') end")
    editor.nvim.input("a")
    asked = asks.asked(2)
    assert asked["question"] == "and then?"
    assert asked["thread"] == [{"question": "images?", "answer": "It is saved with `docker save`."}]
    asks.answer(answered(loaded(note)), 2)
    lines_hold(editor, "images?", "and then?", "It is loaded there. [2]")
    editor.nvim.command("NotesAsk third?")
    assert len(asks.asked(3)["thread"]) == 2
    editor.nvim.command("wincmd p | NotesAsk other?")
    assert asks.asked(4)["thread"] == []


def test_links_stand_there_in_full_and_text_stays_on_its_line(
    editor: Editor, asks: FakeMethod, note: Path
) -> None:
    hostile = "See [it](https://example.com/x).\n# Not a heading\x1b[31m"
    editor.nvim.command("NotesAsk images?")
    asks.answer(answered(sentence(hostile, citation(note, 1, "docker save -o file"))))
    lines_hold(editor, "See [it](https://example.com/x). # Not a heading [31m [1]")
    assert editor.lua("return vim.bo.filetype .. vim.bo.syntax") == ""
    assert editor.lua("return vim.wo.conceallevel") == 0


def test_a_failure_is_one_line(editor: Editor, asks: FakeMethod) -> None:
    editor.nvim.command("NotesAsk images?")
    asks.fail({"kind": "connection", "message": "The server is gone.", "hint": "Start it."})
    lines_hold(editor, "The server is gone. Start it.")
    editor.said("neovim-ai: The server is gone. Start it.")


def test_closing_the_window_ends_the_question(editor: Editor, asks: FakeMethod, note: Path) -> None:
    editor.lua(
        """
        local client = require("neovim_ai.client")
        Cancelled, RealCancel = {}, client.cancel
        client.cancel = function(id) Cancelled[#Cancelled + 1] = id end
        """
    )
    editor.nvim.command("NotesAsk images?")
    asks.asked()
    editor.nvim.input("q")
    editor.until(lambda: editor.lua("return vim.fn.winnr('$')") == 1)
    assert editor.lua("return Cancelled") == [1000001]
    asks.event({"type": "answer", "lines": [saved(note)]})
    asks.answer(answered(saved(note)))
    assert "E5108" not in editor.messages()
    editor.lua("require('neovim_ai.client').cancel = RealCancel")


def test_a_question_is_asked_for_where_none_is_given(editor: Editor, asks: FakeMethod) -> None:
    editor.lua("vim.ui.input = function(_, done) done(' which? ') end")
    editor.nvim.command("NotesAsk")
    assert asks.asked()["question"] == "which?"
