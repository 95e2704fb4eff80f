"""What the fake model says: derived from the request, as far as its server enforces anything."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

Answers = Callable[[str], str]

PROSE = "Good morning to you, and have a nice day."


@dataclass(frozen=True)
class Mode:
    """What a server enforces, ignores and rejects."""

    continues: bool = False
    grammar: bool = False
    json_schema: bool = False
    json_object: bool = False
    follows: bool = True
    tokenize: bool = False
    rejects: tuple[str, ...] = ()


LLAMA = Mode(grammar=True, json_schema=True, json_object=True, tokenize=True)
OPENAI = Mode(json_schema=True, json_object=True, rejects=("grammar",))
OBJECT = Mode(json_object=True)
TEXT = Mode()
STUBBORN = Mode(follows=False)
CONTINUING = replace(LLAMA, continues=True)
MODES = {
    "llama": LLAMA,
    "continuing": CONTINUING,
    "openai": OPENAI,
    "object": OBJECT,
    "text": TEXT,
    "stubborn": STUBBORN,
}


def plausible(name: str) -> str:
    """Return a harmless sentence for a field."""
    fixed = {
        "summary": "Return the result that the caller asked for.",
        "description": "The input is read once and is never changed.",
        "returns": "The finished result, ready for the caller.",
        "yields": "One finished item after another.",
    }
    if name in fixed:
        return fixed[name]
    if name.split(".")[-1][:1].isupper():
        return "If the input cannot be used."
    return f"What the caller wants {name.lstrip('*')} to be."


_NASTY = (
    'A """quoted""" text with \\ backslashes\\',
    'Ends in a quote"',
    "Curly {braces} and %s and %(percent)s and $dollar",
    "A " + "verylongword" * 12,
    "Markup *star* `code` ``double`` <b>bold</b> |pipe|",
    "Args: x: nothing. Returns: nothing.",
    "def f(): return 1  # code",
    "Trailing backslash \\",
    "Unicode \u03b1\u2192\u03b2 \u2211, caf\u00e9 and \u4e2d\u6587",
    ":param x: a field list inside",
    "\u202eright to left\u202c and zero\u200bwidth",
)


class Adversarial:
    """Returns the next nasty text, whatever the field."""

    def __init__(self) -> None:
        self._next = itertools.cycle(_NASTY)

    def __call__(self, name: str) -> str:
        return next(self._next)


ADVERSARIAL: Answers = Adversarial()


def derived_reply(body: dict[str, Any], mode: Mode, answers: Answers) -> str:
    """Return what this server's model answers to a request."""
    if body["messages"][-1]["role"] == "assistant":
        return continued(str(body["messages"][-1]["content"]), answers) if mode.continues else PROSE
    if mode.grammar and body.get("grammar"):
        return from_grammar(body["grammar"], answers)
    form = body.get("response_format") or {}
    if mode.json_schema and form.get("type") == "json_schema":
        return json.dumps(_value(form["json_schema"]["schema"], "", answers), ensure_ascii=False)
    question = str(body["messages"][-1]["content"])
    names = _json_names(question)
    if mode.json_object and form.get("type") in ("json_object", "json_schema"):
        return json.dumps({name: answers(name) for name in names}, ensure_ascii=False)
    if not mode.follows and "and nothing else, for:" not in question:
        return PROSE
    if names:
        return json.dumps({name: answers(name) for name in names}, ensure_ascii=False)
    _, _, lines = question.partition("exactly these lines")
    labels = re.findall(r"^(.+):$", lines.partition("\n")[2], re.MULTILINE)
    if labels:
        return "\n".join(f"{label}: {answers(_name(label))}" for label in labels)
    single = re.search(r"nothing else, for:\n(.+)\Z", question)
    return answers(_name(single[1])) if single else PROSE


def continued(begun: str, answers: Answers) -> str:
    """Go on with a reply that the client began: a code said twice, or a field's line."""
    again = re.fullmatch(r"The code is (\w+)\. I say it again: (\w+)", begun)
    if again:
        return again[1].removeprefix(again[2])
    label, _, lead = begun.rsplit("\n", 1)[-1].rpartition(":")
    if begun.startswith('"""'):
        label, lead = _of_a_docstring(begun)
    text = " ".join(answers(_name(label)).split())
    return " " + text.removeprefix(lead.strip()).strip()


def _of_a_docstring(begun: str) -> tuple[str, str]:
    """Return what a docstring that the client began has come to, and the words that it begins."""
    *above, last = begun.split("\n")
    named = re.fullmatch(r" {4}([*\w.]+):(.*)", last)
    if named:
        return named[1], named[2]
    if above and above[-1] in ("Returns:", "Yields:"):
        return above[-1].lower().rstrip(":"), last
    return ("description", last) if above else ("summary", last.removeprefix('"""'))


def from_grammar(grammar: str, answers: Answers) -> str:
    """Walk a GBNF grammar of literals, rule names and character classes; text is ours."""
    rules = dict(re.findall(r"^([\w-]+) ::= (.*)$", grammar, re.MULTILINE))
    out = ""
    for token in re.findall(r'"(?:[^"\\]|\\.)*"|[\w-]+|\S+', rules["root"]):
        if token.startswith('"'):
            out += _unquoted(token)
        elif token in rules:
            label = out.rsplit("\n", 1)[-1].removesuffix(": ")
            out += " ".join(answers(_name(label)).split())
        else:
            raise ValueError(f"unexpected {token} in grammar")
    return out


def _unquoted(literal: str) -> str:
    escapes = {"n": "\n", "t": "\t", "r": "\r"}
    return re.sub(r"\\(.)", lambda m: escapes.get(m[1], m[1]), literal[1:-1])


def _name(label: str) -> str:
    return label.split(" (")[0]


def _json_names(question: str) -> list[str]:
    for line in question.splitlines():
        if line.startswith('{"') and line.endswith("}"):
            return list(json.loads(line))
    return []


def _value(schema: dict[str, Any], name: str, answers: Answers) -> Any:
    if "const" in schema:
        return schema["const"]
    if schema.get("type") == "object":
        return {n: _value(s, n, answers) for n, s in schema["properties"].items()}
    return answers(name)
