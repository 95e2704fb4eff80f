"""Code actions from inside: at once, with kinds, only what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.editor.driver import Editor
from tests.editor.host_fakes import FakeMethod
from tests.fake_llm import FakeLLM

CODE = '''\
import os


def cut(text, limit):
    """Cut it.

    Args:
        text: My words.
    """
    return text[:limit]


class Box:
    def put(
        self,
        thing,
    ):
        return thing


if os.name:
    x = 1
'''
DRIFTED, BARE, NOWHERE = 8, 17, 20
FINDING = {
    "kind": "parameter_missing",
    "qualname": "cut",
    "ordinal": 0,
    "row": 6,
    "key": "parameter:limit",
    "message": "The docstring lists parameters but not 'limit'.",
    "severity": "info",
    "mendable": True,
}


@pytest.fixture
def actions(editor: Editor, tmp_path: Path, fake_llm: FakeLLM) -> Iterator[Editor]:
    """A buffer with drift in one function and no docstring in another, both known."""
    fake = FakeMethod(editor, "check")
    editor.setup(
        provider="url",
        base_url=fake_llm.base_url,
        code_actions=True,
        diagnostics={"debounce": 1},
    )
    editor.open(tmp_path / "acting.py", CODE)
    editor.wait("#vim.lsp.get_clients({ bufnr = 0, name = 'neovim-ai' }) == 1")
    fake.answer({"findings": [FINDING]}, fake.count() or 1)
    editor.wait("#(require('neovim_ai.drift').findings(vim.api.nvim_get_current_buf()) or {}) == 1")
    yield editor
    fake.end()
    editor.setup()


def offered(editor: Editor, row: int, **context: Any) -> list[dict[str, Any]]:
    """Ask for code actions as an editor's client does."""
    return list(
        editor.lua(
            """
            local row, context = ...
            context.diagnostics = {}
            local position = { line = row, character = 0 }
            local replies = vim.lsp.buf_request_sync(0, "textDocument/codeAction", {
              textDocument = vim.lsp.util.make_text_document_params(),
              range = { start = position, ["end"] = position },
              context = context,
            }, 20000)
            local found = {}
            for _, reply in pairs(replies or {}) do
              vim.list_extend(found, reply.result or {})
            end
            return found
            """,
            row,
            context,
        )
    )


def titles(editor: Editor, row: int, **context: Any) -> list[tuple[str, str]]:
    return [(action["title"], action["kind"]) for action in offered(editor, row, **context)]


FIX = ("Update docstring: lists parameters but not 'limit'", "quickfix")
WRITE = ("Write docstring", "refactor.rewrite")
TEST = ("Generate tests", "refactor.test")


@pytest.mark.parametrize(
    ("row", "context", "expected"),
    [
        (DRIFTED, {}, [FIX, TEST]),
        (BARE, {}, [WRITE, TEST]),
        (BARE - 3, {}, [WRITE, TEST]),
        (NOWHERE, {}, []),
        (0, {}, []),
        (DRIFTED, {"only": ["quickfix"]}, [FIX]),
        (DRIFTED, {"only": ["refactor"]}, [TEST]),
        (BARE, {"only": ["refactor"]}, [WRITE, TEST]),
        (BARE, {"only": ["refactor.rewrite"]}, [WRITE]),
        (BARE, {"only": ["refactor.extract", "source"]}, []),
        (BARE, {"only": ["quickfix"]}, []),
        (BARE, {"triggerKind": 1}, [WRITE, TEST]),
        (BARE, {"triggerKind": 2}, []),
        (DRIFTED, {"triggerKind": 2}, [FIX]),
    ],
)
def test_what_is_offered_fits_the_place_and_the_question(
    actions: Editor, row: int, context: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert titles(actions, row, **context) == expected


def test_asking_asks_nobody_else(actions: Editor) -> None:
    actions.lua("require('neovim_ai.client').request = function() error('asked') end")
    assert titles(actions, DRIFTED) == [FIX, TEST]
    assert actions.messages() == ""


def test_what_needs_a_persons_words_is_no_action(actions: Editor) -> None:
    actions.lua(
        """
        local findings = require("neovim_ai.drift").findings(vim.api.nvim_get_current_buf())
        findings[1].mendable = false
        """
    )
    assert titles(actions, DRIFTED) == [TEST]


def test_several_findings_are_one_action(actions: Editor) -> None:
    actions.lua(
        """
        local findings = require("neovim_ai.drift").findings(vim.api.nvim_get_current_buf())
        findings[2] = findings[1]
        """
    )
    assert titles(actions, DRIFTED)[0] == (FIX[0] + " (and 1 more)", FIX[1])


@pytest.mark.parametrize(("row", "name"), [(DRIFTED, "cut"), (BARE, "Box.put")])
def test_choosing_one_asks_for_its_docstring(actions: Editor, row: int, name: str) -> None:
    actions.lua(
        "vim.ui.select = function(items, _, done) done(items[1], 1) end"
        " vim.api.nvim_win_set_cursor(0, { ..., 4 })",
        row + 1,
    )
    actions.lua("vim.lsp.buf.code_action()")
    actions.offered(1)
    assert actions.lua("return require('neovim_ai.offers').offered()[1].qualname") == name


def test_nothing_is_attached_unless_wanted(editor: Editor, tmp_path: Path) -> None:
    editor.setup()
    editor.open(tmp_path / "plain.py", CODE)
    assert editor.lua("return #vim.lsp.get_clients({ bufnr = 0 })") == 0


def test_one_client_serves_all_python_buffers_and_no_other(actions: Editor, tmp_path: Path) -> None:
    actions.open(tmp_path / "second.py", CODE)
    actions.wait("#vim.lsp.get_clients({ bufnr = 0, name = 'neovim-ai' }) == 1")
    assert actions.lua("return #vim.lsp.get_clients({ name = 'neovim-ai' })") == 1
    actions.lua("vim.cmd.edit(...)", str(tmp_path / "notes.txt"))
    assert actions.lua("return #vim.lsp.get_clients({ bufnr = 0 })") == 0


def test_switching_it_off_ends_the_client(actions: Editor) -> None:
    actions.setup()
    actions.wait("#vim.lsp.get_clients({ name = 'neovim-ai' }) == 0")
    assert actions.messages() == ""


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (3, ("cut", True)),
        (4, ("cut", True)),
        (9, ("cut", True)),
        (12, ("Box", False)),
        (13, ("Box.put", False)),
        (16, ("Box.put", False)),
        (17, ("Box.put", False)),
        (18, ("Box.put", False)),
        (20, None),
        (21, None),
    ],
)
def test_the_outline_knows_the_definition_around_a_row(
    editor: Editor, row: int, expected: tuple[str, bool] | None
) -> None:
    code = "return require('neovim_ai.outline').at(...)"
    found = editor.lua(code, CODE.splitlines(), row)
    assert (found and (found["qualname"], found["documented"])) == expected
