"""`:AiDoc`'s arguments: what they mean, and what is said of those that mean nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM


def read(editor: Editor, text: str) -> Any:
    return editor.lua("return (require('neovim_ai.arguments').read(...))", text)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("detail=3 audience=2 style=numpy", {"detail": 3, "audience": 2, "style": "numpy"}),
        ("rewrite module", {"rewrite": True, "module": True}),
        ("-- say why", {"note": "say why"}),
        (
            'detail=1 -- name=value -- and | a "bar"',
            {"detail": 1, "note": 'name=value -- and | a "bar"'},
        ),
        ("style=google --", {"style": "google"}),
    ],
)
def test_each_argument_becomes_an_option(
    editor: Editor, text: str, options: dict[str, Any]
) -> None:
    assert read(editor, text) == options


def test_a_note_reaches_the_request_as_it_was_typed(editor: Editor, code: str) -> None:
    editor.lua(
        """
        local client = require("neovim_ai.client")
        Original = client.request
        client.request = function(method, params, handlers)
          Sent = params
          return Original(method, params, handlers)
        end
        """
    )
    try:
        editor.nvim.command('AiDoc detail=1 -- say "why" | how')
    finally:
        editor.lua("require('neovim_ai.client').request = Original")
    assert editor.lua("return Sent.options") == {"detail": 1, "note": 'say "why" | how'}


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("style=nonsense", "There is no docstring style 'nonsense'. Known: style=google, style=n"),
        ("nonsense", ":AiDoc does not know 'nonsense'. Known: module, rewrite, style="),
        ("colour=red", ":AiDoc does not know 'colour=red'."),
        ("detial=3", ":AiDoc does not know 'detial=3'. Did you mean 'detail'?"),
        ("modul", "Did you mean 'module'?"),
        ("detail=6", "'detail' must be a number from 1 to 5, not '6'."),
        ("audience=", "'audience' must be a number from 1 to 5, not ''."),
        ("say why", "-- what to say"),
    ],
)
def test_an_argument_that_is_not_known_is_named_and_nothing_is_asked(
    editor: Editor, code: str, fake_llm: FakeLLM, argument: str, message: str
) -> None:
    editor.nvim.command(f"AiDoc {argument}")
    editor.said(message)
    assert fake_llm.requests == []
    assert editor.text() == code
