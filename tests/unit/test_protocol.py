"""`protocol.py` and `lua/neovim_ai/types.lua` say the same, name by name and type by type.

So do `protocol_notes.py` and `lua/neovim_ai/notes/types.lua`, and the same of the tests.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_type_hints, is_typeddict

import pytest

from neovim_ai import protocol, protocol_notes, protocol_tests

LUA = Path(__file__).parents[2] / "lua" / "neovim_ai"
TYPES = LUA / "types.lua"

MESSAGES = {
    name: value
    for module in (protocol, protocol_notes, protocol_tests)
    for name, value in vars(module).items()
    if is_typeddict(value) and value.__module__ == module.__name__
}


def lua_classes() -> dict[str, dict[str, str]]:
    """Read the `(exact)` classes: name → field → type as written, `?` kept on the name."""
    classes: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    files = (TYPES, LUA / "notes" / "types.lua", LUA / "tests" / "types.lua")
    for line in "\n".join(file.read_text(encoding="utf-8") for file in files).splitlines():
        if found := re.match(r"---@class \(exact\) neovim_ai\.(\w+)", line):
            current = classes.setdefault(found[1], {})
        elif line.startswith("---@class"):
            current = {}
        elif found := re.match(r"---@field (\w+\??) (.+)", line):
            current[found[1]] = found[2]
    return classes


def as_lua(hint: Any) -> str:
    """Write a Python annotation as LuaCATS does."""
    text = str(hint) if not isinstance(hint, type) else hint.__name__
    text = text.replace("typing.", "")
    text = re.sub(r"neovim_ai\.protocol(_\w+)?\.", "", text)
    for python, lua in (
        (r"NotRequired\[(.+)\]", r"\1"),
        (r"Literal\['(\w+)'\]", r'"\1"'),
        (r"dict\[str, Any\]", "table"),
        (r"dict\[(\w+), (\w+)\]", r"table<\1, \2>"),
        (r"list\[(\w+)\]", r"\1[]"),
        (r"list\[(\w+\[\])\]", r"\1[]"),
        (r" \| None", "|vim.NIL"),
        (r"\bstr\b", "string"),
        (r"\bint\b", "integer"),
        (r"\bfloat\b", "number"),
        (r"\bbool\b", "boolean"),
        (r"\b(\w+Message)\b", r"neovim_ai.\1"),
        (r"\b(Buffer|DocOptions|TestOptions|CheckOptions)\b", r"neovim_ai.\1"),
    ):
        text = re.sub(python, lua, text)
    return text


def fields(message: Any) -> dict[str, str]:
    hints = get_type_hints(message, include_extras=True)
    return {
        f"{name}?" if "NotRequired" in str(hint) else name: as_lua(hint)
        for name, hint in hints.items()
    }


def test_there_are_messages_to_compare() -> None:
    assert {"Request", "ProposalMessage", "DraftEvent", "ErrorEvent"} <= set(MESSAGES)


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_lua_mirrors_each_message(name: str) -> None:
    assert lua_classes().get(name) == fields(MESSAGES[name])


def test_lua_names_no_message_that_python_lacks() -> None:
    assert set(lua_classes()) == set(MESSAGES)


def test_each_event_is_in_the_alias() -> None:
    text = TYPES.read_text(encoding="utf-8")
    listed = set(re.findall(r"^---\| neovim_ai\.(\w+)$", text, re.MULTILINE))
    assert listed == {name for name in MESSAGES if name.endswith("Event")}
