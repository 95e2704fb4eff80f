"""The ways to ask for fields, best first, and what each sends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from neovim_ai.llm import continuing, grammar, lines, schemas
from neovim_ai.llm.continuing import ContinuedReader
from neovim_ai.llm.lines import LineReader, folded, is_labelled, says_something
from neovim_ai.llm.model import Field, FieldText, Prompt

ODDS = 20
"""Tokens whose odds a server is asked for, in place of a choice; more are refused by some."""


class Rung(StrEnum):
    """How a reply is held to its fields."""

    CONTINUE = "continue"
    GRAMMAR = "grammar"
    JSON_SCHEMA = "json_schema"
    JSON_OBJECT = "json_object"
    LINES = "lines"
    PLAIN = "plain"

    @property
    def one_at_a_time(self) -> bool:
        """Whether a request asks for a single field."""
        return self in (Rung.CONTINUE, Rung.PLAIN)

    @property
    def next(self) -> Rung | None:
        """The rung below; None at the bottom."""
        rungs = list(Rung)
        place = rungs.index(self) + 1
        return rungs[place] if place < len(rungs) else None


class Reader(Protocol):
    """Finds fields in a reply that is still arriving."""

    def read(self, reply: str, *, final: bool) -> list[FieldText]:
        """Return the fields found so far."""


class PlainReader:
    """Takes the whole reply as the text of the one field that was asked for.

    A server that always answers by lines, whatever is asked, means its lines for their own fields.
    """

    def __init__(self, field: Field) -> None:
        self._name = field.name
        self._lines = LineReader([field], wrapped=True)

    def read(self, reply: str, *, final: bool) -> list[FieldText]:
        """Return the first paragraph, as far as it has come; of labelled lines the field's own."""
        first, _, rest = reply.strip().strip('`"').partition("\n\n")
        if is_labelled(first):
            return self._lines.read(first, final=final)
        text = folded(first)
        return (
            [FieldText(self._name, text, final or bool(rest.strip()))]
            if says_something(text)
            else []
        )


def asked_at_once(rung: Rung, fields: Sequence[Field]) -> Sequence[Field]:
    """Return the fields that one request of a rung can ask for."""
    return fields[:1] if rung.one_at_a_time else fields


def reader(rung: Rung, fields: Sequence[Field], body: Mapping[str, Any]) -> Reader:
    """Return what reads the reply to a request of a rung."""
    match rung:
        case Rung.CONTINUE:
            return ContinuedReader(fields[0], str(body["messages"][-1]["content"]))
        case Rung.GRAMMAR:
            return LineReader(fields, wrapped=False)
        case Rung.JSON_SCHEMA | Rung.JSON_OBJECT:
            return schemas.JsonReader(fields)
        case Rung.LINES:
            return LineReader(fields, wrapped=True)
        case Rung.PLAIN:
            return PlainReader(fields[0])


def read_anyhow(reply: str, fields: Sequence[Field]) -> list[FieldText]:
    """Read a finished reply that did not come in the form asked for."""
    found = LineReader(fields, wrapped=True).read(reply, final=True)
    return found or schemas.JsonReader(fields).read(reply, final=True)


def request(
    rung: Rung,
    prompt: Prompt,
    fields: Sequence[Field],
    everything: Sequence[Field] = (),
    texts: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return messages and constraints of a request, the part that servers cache first.

    Args:
        rung: How the reply is held to its fields.
        prompt: What is asked.
        fields: What this request asks for.
        everything: All fields of the question, where it is asked in several requests.
        texts: What earlier requests of the same question brought.
    """
    return {
        "messages": _messages(rung, prompt, fields, everything, texts or {}),
        "max_tokens": _enough(fields),
        "temperature": 0.0,
        "stream_options": {"include_usage": True},
        **_constraint(rung, fields),
        **({"logprobs": True, "top_logprobs": ODDS} if any(f.choices for f in fields) else {}),
    }


def _messages(
    rung: Rung,
    prompt: Prompt,
    fields: Sequence[Field],
    everything: Sequence[Field],
    texts: Mapping[str, str],
) -> list[dict[str, str]]:
    system, begun = prompt.system, prompt.begun if rung is Rung.CONTINUE else None
    if begun:
        system, question = begun.system, "\n\n".join(p for p in (prompt.stable, begun.task) if p)
        opening = begun.opening(texts, fields[0])
    else:
        listed = everything if rung is Rung.CONTINUE and everything else fields
        question = "\n\n".join(p for p in (prompt.stable, prompt.task, _ask(rung, listed)) if p)
        opening = continuing.opening(listed, texts, fields[0]) if rung is Rung.CONTINUE else ""
    said = {"system": system, "user": question, "assistant": opening}
    return [{"role": role, "content": content} for role, content in said.items() if content]


def _ask(rung: Rung, fields: Sequence[Field]) -> str:
    match rung:
        case Rung.CONTINUE | Rung.GRAMMAR | Rung.LINES:
            return lines.ask(fields)
        case Rung.JSON_SCHEMA | Rung.JSON_OBJECT:
            return schemas.ask(fields)
        case Rung.PLAIN:
            label = grammar.one_line(fields[0].label)
            if fields[0].choices:
                return f"Write {' or '.join(fields[0].choices)}, and nothing else, for:\n{label}"
            return f"Write one sentence, and nothing else, for:\n{label}"


def _constraint(rung: Rung, fields: Sequence[Field]) -> dict[str, Any]:
    match rung:
        case Rung.CONTINUE:
            choices = fields[0].choices
            held = {"grammar": grammar.choice(choices)} if choices else {}
            return {"stop": continuing.stops(fields[0]), **held}
        case Rung.GRAMMAR:
            return {"grammar": grammar.grammar(fields)}
        case Rung.JSON_SCHEMA:
            return {"response_format": schemas.response_format(schemas.schema(fields))}
        case Rung.JSON_OBJECT:
            return {"response_format": {"type": "json_object"}}
        case Rung.LINES | Rung.PLAIN:
            return {}


def _enough(fields: Sequence[Field]) -> int:
    # a label costs about a token for three characters, and JSON some quotes more
    return sum(f.max_tokens + len(f.label) // 3 + 8 for f in fields)
