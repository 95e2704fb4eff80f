"""What README, `:help` and the first steps tell people to type: it parses, exists and loads."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from neovim_ai import cli
from neovim_ai.neovim import find_neovim

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "doc/neovim_ai.txt", "CONTRIBUTING.md", "examples/README.md")

# Reads each line as Neovim would, without running it: a command that is not there, a `!` or a
# range that it does not take are errors. Arguments are read by the plugin's own parsers.
READ_LINES = """
vim.opt.runtimepath:prepend(arg[1])
vim.cmd.source(arg[1] .. "/plugin/neovim_ai.lua")
local readers = {
  AiDoc = require("neovim_ai.arguments").read,
  AiTest = require("neovim_ai.tests.options").read,
}
local refused = {}
for _, line in ipairs(vim.json.decode(vim.fn.readblob(arg[2]))) do
  local ok, parsed = pcall(vim.api.nvim_parse_cmd, line, {})
  local options, failure = {}, { message = parsed }
  if ok and readers[parsed.cmd] then
    options, failure = readers[parsed.cmd](table.concat(parsed.args, " "))
  end
  if not ok or not options then
    refused[#refused + 1] = line .. ": " .. failure.message
  end
end
io.stdout:write(table.concat(refused, "\\n"))
"""

LOAD_BLOCKS = """
local refused = {}
for _, block in ipairs(vim.json.decode(vim.fn.readblob(arg[2]))) do
  if not (loadstring(block) or loadstring("return " .. block)) then
    refused[#refused + 1] = block
  end
end
io.stdout:write(table.concat(refused, "\\n"))
"""


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def refused_by_neovim(script: str, given: list[str], folder: Path) -> str:
    """Run Lua on a list of texts, in a Neovim that has nothing else; return what it prints."""
    texts = folder / "texts.json"
    texts.write_text(json.dumps(given), encoding="utf-8")
    command = [str(find_neovim()), "--clean", "-l", "-", str(ROOT), str(texts)]
    done = subprocess.run(command, input=script, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def blocks(name: str, language: str) -> list[str]:
    """Return the blocks of code of a page that are in a language."""
    fence, help_block = rf"```{language}\n(.*?)```", rf">{language}\n\n(.*?)\n(?=<|\S)"
    pattern = fence if name.endswith(".md") else help_block
    return [textwrap.dedent(block) for block in re.findall(pattern, page(name), re.DOTALL)]


def said_in_code(name: str, start: str) -> Iterator[str]:
    """Yield the pieces of code within sentences that begin with a text."""
    for code in re.findall(rf"`({start}[^`]*)`", page(name)):
        yield " ".join(code.split())


def shell_lines() -> list[str]:
    """Return every line of a shell that the pages show, and what a sentence names."""
    lines = [
        line.strip() for name in PAGES for block in blocks(name, "sh") for line in block.split("\n")
    ]
    lines += [code for name in PAGES for code in said_in_code(name, "neovim-ai ")]
    ours = [re.sub(r"[\[\]{}]", "", line) for line in lines if line.startswith("neovim-ai ")]
    return sorted({shlex.join(shlex.split(line, comments=True)) for line in ours})


def complete(line: str) -> str:
    """Add what a sentence that only names a command leaves out."""
    missing = {"notes ask": "QUESTION", "notes find": "QUERY", "model use": "NAME", "doc": "FILE"}
    command = line.removeprefix("neovim-ai ").replace("COMMAND", "doc")
    named = command in (*missing, "test", "check", "doc --all", "check --fix", "test --write")
    return f"{command} {missing.get(command, 'FILE')}" if named else command


@pytest.mark.parametrize("line", shell_lines())
def test_lines_of_the_command_line_parse(line: str) -> None:
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
        try:
            parsed = cli.parser().parse_args(shlex.split(complete(line)))
        except SystemExit as ended:
            assert ended.code == 0, f"{line}: {said.getvalue()}"
            return
    assert callable(parsed.run)


def test_there_are_lines_of_the_command_line_to_look_at() -> None:
    shown = shell_lines()
    assert "neovim-ai doctor" in shown
    assert any(line.startswith("neovim-ai doc --all src") for line in shown)


def test_commands_of_the_editor_are_taken_as_they_are_shown(tmp_path: Path) -> None:
    shown = [code for name in PAGES for code in said_in_code(name, r":(?:Ai|Notes)")]
    shown += [line for block in blocks("doc/neovim_ai.txt", "vim") for line in block.split("\n")]
    # `[query]` and `{name}` stand for what a user thinks of, `…` for one of several.
    typed = [line.strip(" :") for line in shown if not re.search(r"[\[{…<]|=$", line)]
    assert "AiTest kill" in typed
    assert refused_by_neovim(READ_LINES, [line for line in typed if line], tmp_path) == ""


def test_a_command_that_is_not_there_is_noticed(tmp_path: Path) -> None:
    wrong = ["AiDoc style=gogle", "AiDocs", "AiTest budget=long", "AiLog!"]
    told = refused_by_neovim(READ_LINES, ["AiDoc style=google", *wrong], tmp_path).split("\n")
    assert [line.split(":")[0] for line in told] == wrong


@pytest.mark.parametrize("name", PAGES)
def test_every_command_that_is_named_exists(name: str) -> None:
    plugin = page("plugin/neovim_ai.lua")
    named = set(re.findall(r"(?<![\w/]):((?:Ai|Notes)[A-Z]\w+)", page(name)))
    assert [command for command in sorted(named) if not re.search(rf"\b{command}\b", plugin)] == []


def test_blocks_of_lua_are_lua(tmp_path: Path) -> None:
    shown = [block for name in PAGES for block in blocks(name, "lua")]
    assert len(shown) > 5
    assert refused_by_neovim(LOAD_BLOCKS, shown, tmp_path) == ""
    assert refused_by_neovim(LOAD_BLOCKS, ["{ opts = { }"], tmp_path) != ""


@pytest.mark.parametrize("name", PAGES)
def test_targets_of_make_that_are_named_exist(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", page("Makefile"), re.MULTILINE))
    named = re.findall(r"(?:`|^)make ([a-z-]+)", page(name), re.MULTILINE)
    assert set(named) <= targets
