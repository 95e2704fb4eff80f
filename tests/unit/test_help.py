"""`:help neovim-ai` and the README against the plugin itself: nothing missing, nothing invented.

Run as a program it writes the options part of the help file anew (`make help-options`).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from neovim_ai import cli
from neovim_ai.neovim import find_neovim

ROOT = Path(__file__).resolve().parents[2]
HELP = ROOT / "doc" / "neovim_ai.txt"
OPTIONS = re.compile(r"\n4\. Options .*?\n<\n(.*?)(?=\n={78})", re.DOTALL)

NEOVIMS_HIGHLIGHTS = (
    "DiffAdd",
    "DiffDelete",
    "Comment",
    "NonText",
    "Title",
    "Search",
    "Identifier",
    "DiagnosticWarn",
)

# Everything a user can name, as the plugin itself tells it.
DUMP = """
vim.opt.runtimepath:prepend(arg[1])
vim.cmd.source(arg[1] .. "/plugin/neovim_ai.lua")
local commands, plugs = {}, {}
for name, command in pairs(vim.api.nvim_get_commands({})) do
  local ours = vim.startswith(name, "Ai") or vim.startswith(name, "Notes")
  if command.definition ~= "" and ours then commands[name] = command.bang end
end
for _, map in ipairs(vim.api.nvim_get_keymap("n")) do
  if vim.startswith(map.lhs, "<Plug>(neovim-ai") then plugs[#plugs + 1] = map.lhs end
end
local api = {}
for name, value in pairs(require("neovim_ai")) do
  if type(value) == "function" and not vim.startswith(name, "_") then api[#api + 1] = name end
end
for name, value in pairs(require("neovim_ai.notes")) do
  if type(value) == "function" then api[#api + 1] = "notes." .. name end
end
local words = {}
local runs = { AiDoc = "doc", AiTest = "test", AiCheck = "check", NotesFind = "notes_find" }
for name, run in pairs(runs) do
  words[name] = require("neovim_ai.commands").complete(run, "", name .. " ")
end
local schema = require("neovim_ai.config").schema
for _, option in ipairs(schema) do option.default = vim.inspect(option.default) end
local all = { commands = commands, plugs = plugs, api = api, words = words, schema = schema }
io.stdout:write(vim.json.encode(all))
"""


@cache
def plugin() -> dict[str, Any]:
    nvim = [str(find_neovim()), "--clean", "-l", "-", str(ROOT)]
    done = subprocess.run(nvim, input=DUMP, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    loaded: dict[str, Any] = json.loads(done.stdout)
    return loaded


def tags(pattern: str) -> set[str]:
    return set(re.findall(rf"\*({pattern})\*", HELP.read_text(encoding="utf-8")))


def lua_sources() -> str:
    return "\n".join(p.read_text(encoding="utf-8") for p in (ROOT / "lua").rglob("*.lua"))


def rendered_options() -> str:
    return "\n".join(_rendered(option) for option in plugin()["schema"])


def _rendered(option: dict[str, Any]) -> str:
    tag = f"*neovim-ai-option-{option['name']}*"
    default = "{}" if option["default"] in ("{}", "vim.empty_dict()") else option["default"]
    text = textwrap.fill(option["help"], 74, initial_indent="    ", subsequent_indent="    ")
    head = f"{option['name']} ({option['type']}, default `{default}`)"
    return f"\n{tag:>78}\n{head}\n{text}"


def test_help_describes_every_command_and_no_other() -> None:
    assert tags(r":(?:Ai|Notes)\w+") == {f":{name}" for name in plugin()["commands"]}


def part(start: str, end: str) -> str:
    """Return a part of the help file: from a line that holds one text to one that holds another."""
    text = HELP.read_text(encoding="utf-8")
    found = re.search(rf"[^\n]*{start}.*?\n(?=[^\n]*{end})", text, re.DOTALL)
    assert found is not None, start
    return found[0]


@pytest.mark.parametrize("name", ["AiDoc", "AiTest", "AiCheck"])
def test_help_describes_every_argument_of_a_command(name: str) -> None:
    described = part(rf"\*:{name}\*", r"\*:(?!" + name + r"\*)\w+\*")
    for word in plugin()["words"][name]:
        option, equals, value = word.partition("=")
        assert re.search(rf"\b{option}{equals}", described), word
        assert not value or value.isdigit() or f"`{value}`" in described, word


def test_help_describes_every_filter_of_notes() -> None:
    described = part("Queries ~", r"\*neovim-ai-notes-keys\*")
    assert set(re.findall(r"\b([a-z]+:)", described)) == set(plugin()["words"]["NotesFind"])


def commands_of(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, set[str]]]:
    """Yield each command of the command line with its options."""
    inner = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not inner:
        options = {o for action in parser._actions for o in action.option_strings}
        yield name.strip(), {option for option in options if option.startswith("--")} - {"--help"}
    for action in inner:
        for word, command in action.choices.items():
            yield from commands_of(command, f"{name} {word}")


def described_options() -> dict[str, set[str]]:
    """Return the options of the command line by the headings of its part of the help file."""
    lines = part(r"\*neovim-ai-command-line\*", r"\*neovim-ai-trouble\*").split("\n")
    found: dict[str, set[str]] = {"": set()}
    heading = ""
    for line in lines:
        heading = line.removesuffix(" ~") if line.endswith(" ~") else heading
        # Options head their line; other text only speaks of them.
        named = re.match(r"    ((?:--[\w-]+(?: [A-Z]+)? ?)+)", line)
        found.setdefault(heading, set()).update(re.findall(r"--[\w-]+", named[1] if named else ""))
    return found


def test_help_describes_every_option_of_the_command_line_and_no_other() -> None:
    described = described_options()
    asked = next(options for heading, options in described.items() if heading.startswith("Who is"))
    real = dict(commands_of(cli.parser()))
    for name, options in real.items():
        [heading] = [h for h in described if re.search(rf"(^|, ){name}\b", h) and h[0].islower()]
        whole = described[heading] | asked
        assert options <= whole, f"{name}: {options - whole}"
    everything = {option for options in described.values() for option in options}
    assert everything == {option for options in real.values() for option in options}


@pytest.mark.parametrize(
    "name", ["AiAccept", "AiReject", "AiStop", "AiStatus", "AiInstall", "NotesTodo"]
)
def test_help_tells_which_commands_take_a_bang(name: str) -> None:
    assert plugin()["commands"][name]
    assert f"\n:{name}[!]" in HELP.read_text(encoding="utf-8")


def test_help_describes_every_map_and_no_other() -> None:
    assert tags(r"<Plug>\([\w-]+\)") == set(plugin()["plugs"])


def test_help_describes_every_lua_function_and_no_other() -> None:
    assert tags(r"neovim_ai\.[\w.]+\(\)") == {f"neovim_ai.{name}()" for name in plugin()["api"]}


def test_help_describes_every_event_and_no_other() -> None:
    assert tags(r"NeovimAi\w+") == set(re.findall(r'event\("(NeovimAi\w+)"', lua_sources()))


def test_help_describes_every_highlight_and_no_other() -> None:
    linked = re.findall(r"^\s+(NeovimAi\w+) = \"", lua_sources(), re.MULTILINE)
    assert tags(r"hl-NeovimAi\w+") == {f"hl-{name}" for name in linked}


def test_help_describes_every_option_as_the_schema_does() -> None:
    written = OPTIONS.search(HELP.read_text(encoding="utf-8"))
    assert written is not None
    assert written[1] == rendered_options(), "run `make help-options`"


def test_help_tags_are_unique_and_links_lead_somewhere(tmp_path: Path) -> None:
    copy = tmp_path / "doc" / HELP.name
    copy.parent.mkdir()
    copy.write_text(HELP.read_text(encoding="utf-8"), encoding="utf-8")
    nvim = [str(find_neovim()), "--clean", "--headless", f"+helptags {copy.parent}", "+qall!"]
    done = subprocess.run(nvim, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr.strip() == ""
    known = {line.split("\t")[0] for line in (copy.parent / "tags").read_text().splitlines()}
    links = set(re.findall(r"\|([^|\s]+)\|", copy.read_text(encoding="utf-8")))
    foreign = {"User"} | {f"hl-{name}" for name in NEOVIMS_HIGHLIGHTS}
    assert links - known - foreign == set()


def test_help_lines_fit_its_width() -> None:
    lines = HELP.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if len(line) > 80] == []


@pytest.mark.parametrize("page", ["README.md", "doc/neovim_ai.txt"])
def test_setup_examples_name_only_options_that_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    calls = re.findall(r'require\("neovim_ai"\)\.setup\((\{\n.*?\n\s*\})\)', text, re.DOTALL)
    assert calls
    script = 'vim.opt.runtimepath:prepend(arg[1])\nlocal set = require("neovim_ai.config").set\n'
    script += "".join(f"io.stdout:write(vim.inspect(set({call})))\n" for call in calls)
    nvim = [str(find_neovim()), "--clean", "-l", "-", str(ROOT)]
    done = subprocess.run(nvim, input=script, capture_output=True, text=True, timeout=60)
    assert done.stdout == "{}" * len(calls), done.stdout + done.stderr


def test_contributing_lists_the_targets_of_make() -> None:
    targets = re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    listed = re.search(r"lists the targets:(.*?)\. A change", text, re.DOTALL)
    assert listed is not None
    assert re.findall(r"`([a-z-]+)`", listed[1]) == [
        t for t in targets if t not in ("help", "setup")
    ]


def test_readme_names_only_commands_that_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r":((?:Ai|Notes)[A-Z]\w+)", text))
    assert named
    assert named <= set(plugin()["commands"])


def write_options() -> None:
    """Put the options part into the help file."""
    text = HELP.read_text(encoding="utf-8")
    found = OPTIONS.search(text)
    assert found is not None
    HELP.write_text(text[: found.start(1)] + rendered_options() + text[found.end(1) :], "utf-8")


if __name__ == "__main__":
    sys.exit(write_options())
