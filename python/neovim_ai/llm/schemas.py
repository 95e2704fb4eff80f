"""Fields as a JSON object: its schema, how it is asked for, and how it is read while it arrives."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from neovim_ai.llm.grammar import one_line
from neovim_ai.llm.lines import folded, says_something
from neovim_ai.llm.model import Field, FieldText

ASK = "Answer with one JSON object with exactly these keys, in this order, each value one sentence:"
ASK_CHOICES = "Answer with one JSON object with exactly these keys, in this order:"

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)("|\\?\Z)', re.DOTALL)
_COLON = re.compile(r"\s*:\s*")
_HALF_ESCAPE = re.compile(r"(?<!\\)((?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?\Z")
_BAD_ESCAPE = re.compile(r'\\(\\|(?!["/bfnrt]|u[0-9a-fA-F]{4}))')


def ask(fields: Sequence[Field]) -> str:
    """Return the part of a prompt that asks for an object."""
    shape = json.dumps({f.name: "..." for f in fields}, ensure_ascii=False)
    hints = [f"{one_line(f.name)}: {one_line(f.hint)}" for f in fields if f.hint]
    opening = ASK_CHOICES if all(f.choices for f in fields) else ASK
    return "\n".join([opening, shape, *(["Facts:", *hints] if hints else [])])


def schema(fields: Sequence[Field]) -> dict[str, Any]:
    """Return a strict schema with the fields as required strings, in order."""
    return {
        "type": "object",
        "properties": {f.name: _string(f) for f in fields},
        "required": [f.name for f in fields],
        "additionalProperties": False,
    }


def _string(field: Field) -> dict[str, Any]:
    return {"type": "string"} | ({"enum": list(field.choices)} if field.choices else {})


def response_format(body: dict[str, Any]) -> dict[str, Any]:
    """Wrap a schema as Chat Completions wants it."""
    named = {"name": "fields", "strict": True, "schema": body}
    return {"type": "json_schema", "json_schema": named}


class JsonReader:
    """Reads the strings of an object as they arrive, at whatever depth a model put them."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._names = {f.name.casefold(): f.name for f in fields}
        self._names |= {f.label.casefold(): f.name for f in fields}
        self._names |= {f.name: f.name for f in fields}

    def read(self, reply: str, *, final: bool) -> list[FieldText]:
        """Return the fields found in a reply so far.

        Args:
            reply: All of the reply that has arrived.
            final: Nothing more will come.
        """
        found: dict[str, FieldText] = {}
        place = max(reply.find("{"), 0)
        while match := _STRING.search(reply, place):
            place = match.end()
            colon = _COLON.match(reply, place)
            name = self._name(unescaped(match[1])) if colon and match[2] == '"' else None
            if colon is None or name is None:
                continue
            value = _STRING.match(reply, colon.end())
            if value is None:
                continue
            place = value.end()
            text = folded(unescaped(value[1]))
            if says_something(text) and name not in found:
                found[name] = FieldText(name, text, final or value[2] == '"')
        return list(found.values())

    def _name(self, key: str) -> str | None:
        return self._names.get(key) or self._names.get(key.casefold())


def unescaped(raw: str) -> str:
    """Return what the inside of a JSON string means, also when it is cut or not quite JSON."""
    whole = _HALF_ESCAPE.sub(r"\1", raw)
    try:
        text = json.loads(f'"{whole}"', strict=False)
    except ValueError:
        repaired = _BAD_ESCAPE.sub(r"\\\\", whole)
        text = json.loads(f'"{repaired}"', strict=False)
    return str(text).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
