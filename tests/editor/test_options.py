"""Options, stubs, status, health: what stands around the one job."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest

from neovim_ai.settings import Settings, from_mapping
from tests.editor.driver import ROOT, Editor


def test_sourcing_the_plugin_loads_no_module_of_ours(fresh_editor: Editor) -> None:
    loaded = fresh_editor.lua(
        """
        for name in pairs(package.loaded) do
          if name:find("^neovim_ai") then package.loaded[name] = nil end
        end
        vim.g.loaded_neovim_ai = nil
        vim.cmd.source(...)
        return vim.tbl_filter(function(name)
          return name:find("^neovim_ai") ~= nil
        end, vim.tbl_keys(package.loaded))
        """,
        str(ROOT / "plugin" / "neovim_ai.lua"),
    )
    assert loaded == []
    assert fresh_editor.lua("return vim.fn.exists(':AiDoc')") == 2


def test_an_old_neovim_gets_one_line_and_no_commands(fresh_editor: Editor) -> None:
    fresh_editor.lua(
        """
        vim.g.loaded_neovim_ai = nil
        vim.api.nvim_del_user_command("AiDoc")
        local has = vim.fn.has
        vim.fn.has = function() return 0 end
        vim.cmd.source(...)
        vim.fn.has = has
        """,
        str(ROOT / "plugin" / "neovim_ai.lua"),
    )
    assert "needs Neovim 0.10 or newer" in fresh_editor.messages()
    assert fresh_editor.lua("return vim.fn.exists(':AiDoc')") == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"base_ulr": "x"}, "unknown option 'base_ulr'. Did you mean 'base_url'?"),
        ({"docs": {"styl": "google"}}, "unknown option 'docs.styl'. Did you mean 'docs.style'?"),
        ({"zzzzzzzzzz": 1}, "unknown option 'zzzzzzzzzz'. See :help neovim-ai-options."),
        ({"model": 7}, "option 'model' must be a string, not a number."),
        ({"api_key_cmd": "pass x"}, "option 'api_key_cmd' must be a list, not a string."),
        ({"docs": {"style": "x"}}, "option 'docs.style' must be one of google, numpy, sphinx"),
        ({"keymaps": "yes"}, "option 'keymaps' must be a boolean, not a string."),
    ],
)
def test_a_wrong_option_is_named_and_the_others_hold(
    editor: Editor, options: dict[str, Any], message: str
) -> None:
    editor.setup(max_prompt_tokens=123, **options)
    editor.said(message)
    assert editor.lua("return require('neovim_ai.config').get('max_prompt_tokens')") == 123


def test_python_takes_every_setting_and_the_defaults_are_the_same(editor: Editor) -> None:
    editor.setup()
    settings = editor.lua("return require('neovim_ai.config').settings()")
    assert from_mapping(settings) == Settings()
    assert leaves(settings) == paths(Settings())


def leaves(values: dict[str, Any], prefix: str = "") -> set[str]:
    found: set[str] = set()
    for name, value in values.items():
        found |= leaves(value, f"{name}.") if isinstance(value, dict) else {prefix + name}
    return found


def paths(settings: Any, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for field in fields(settings):
        value = getattr(settings, field.name)
        inner = paths(value, f"{field.name}.") if is_dataclass(value) else {prefix + field.name}
        found |= inner
    return found


def test_each_option_has_a_help_line(editor: Editor) -> None:
    helps = editor.lua(
        "return vim.tbl_map(function(o) return o.help end, require('neovim_ai.config').schema)"
    )
    assert len(helps) >= 15
    assert all(line.endswith(".") for line in helps)


def test_keymaps_are_set_on_request_alone(editor: Editor, code: str, tmp_path: Path) -> None:
    assert editor.lua("return vim.fn.hasmapto('<Plug>(neovim-ai-doc)', 'n')") == 0
    editor.setup(keymaps=True)
    editor.open(tmp_path / "mapped.py", code)
    assert editor.lua("return vim.fn.hasmapto('<Plug>(neovim-ai-doc)', 'n')") == 1
    editor.nvim.command("autocmd! neovim_ai_keymaps")


@pytest.mark.parametrize(
    ("line", "candidates"),
    [
        ("AiDoc style=n", ["style=numpy"]),
        ("AiDoc detail=3 d", []),
        ("AiDoc detail=3 audience=", [f"audience={level}" for level in range(1, 6)]),
        ("AiDoc! m", ["module"]),
        ("AiDoc module r", ["rewrite"]),
        ("AiDoc -- style", []),
        ("AiModel qwen2.5-coder-0", ["qwen2.5-coder-0.5b"]),
    ],
)
def test_arguments_are_completed(editor: Editor, line: str, candidates: list[str]) -> None:
    code = "return vim.fn.getcompletion(..., 'cmdline')"
    # Names of models come from the host, for which completion waits a second and no more.
    editor.until(lambda: editor.lua(code, line) == candidates, what=f"{line} → {candidates}")
    assert editor.lua(code, line) == candidates


def test_status_shows_what_was_spent_and_exactly_what_was_sent(editor: Editor, code: str) -> None:
    editor.nvim.command("AiDoc")
    editor.offered()
    editor.nvim.command("AiStatus")
    editor.wait("vim.api.nvim_buf_get_name(0):find('neovim-ai://status', 1, true)")
    assert "Proposed: parse_size" in editor.text()
    assert "tokens sent" in editor.text()
    editor.nvim.command("close | AiStatus!")
    editor.wait("vim.api.nvim_buf_get_name(0):find('neovim-ai://sent', 1, true)")
    assert "def parse_size" in editor.text()
    editor.nvim.input("q")
    editor.until(lambda: editor.text() == code)


def test_the_log_keeps_what_was_rejected(editor: Editor, code: str) -> None:
    editor.nvim.command("AiDoc")
    editor.offered()
    editor.nvim.command("AiReject | AiLog")
    editor.wait("vim.api.nvim_buf_get_name(0):find('neovim-ai://log', 1, true)")
    assert "rejected: parse_size" in editor.text()
    assert '"""' in editor.text()
    editor.nvim.command("close")


def test_health_reports_each_section(editor: Editor) -> None:
    editor.lua("vim.g.python3_host_prog = 'python3'")
    editor.nvim.command("checkhealth neovim_ai")
    text = editor.text()
    assert "answers in" in text
    assert "Neovim 0." in text
    assert "models:" in text
    assert "neovim-ai: sandbox" in text
    assert "bubblewrap" in text or "nothing that a model wrote is run" in text
    editor.nvim.command("close")


def test_health_without_a_host_says_what_to_run(fresh_editor: Editor) -> None:
    fresh_editor.setup(python="/nonexistent/python")
    fresh_editor.lua("vim.g.python3_host_prog = 'python3'")
    fresh_editor.nvim.command("checkhealth neovim_ai")
    assert "/nonexistent/python" in fresh_editor.text()
    assert "ERROR" in fresh_editor.text()


def test_picking_a_model_that_is_not_there_asks_before_downloading(editor: Editor) -> None:
    editor.lua("vim.ui.select = function(items, o, done) Asked = o.prompt; done(nil, nil) end")
    editor.nvim.command("AiModel qwen2.5-coder-0.5b")
    editor.wait("Asked ~= nil")
    assert "Download 0.5 GB?" in editor.lua("return Asked")
    assert editor.lua("return require('neovim_ai').status()") == ""


def test_a_model_that_does_not_exist_is_named(editor: Editor) -> None:
    editor.nvim.command("AiModel nonsense")
    editor.said("There is no model 'nonsense'. Known: qwen2.5-coder-1.5b")
