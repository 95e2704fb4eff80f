"""Asks a model for calls, and takes of its lines what is one call of the definition."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from neovim_ai.docs.ask import around
from neovim_ai.llm.model import Field, Prompt
from neovim_ai.source.context import Context
from neovim_ai.source.model import Definition, DefinitionKind, Facts

ASKED = 4
"""Calls that are asked for; some will raise or print what nobody can read."""

SYSTEM = """\
You write short calls that show what Python code does, as for its documentation. Each answer is \
one expression on one line, with small literal values, without its result and without imports.

For `def clip(value, low, high)` good answers are:
call_1: clip(15, 0, 10)
call_2: clip(-3, 0, 10)
call_3: clip("m", "a", "f")
For a method `def area(self)` of `class Box` with `def __init__(self, width, height)`:
call_1: Box(2, 3).area()"""

_TOKENS = 48
_RESULT = re.compile(r"\s(?:->|=>|→|==>|#|gives\b|returns\b)\s.*$")
_FORBIDDEN = frozenset(
    {
        *("eval", "exec", "compile", "open", "input", "breakpoint", "exit", "quit", "__import__"),
        *("globals", "locals", "vars", "id", "hash", "object", "help"),
    }
)


def fields(definition: Definition, facts: Facts) -> tuple[Field, ...]:
    """Return the lines that are asked for, each begun with the call itself."""
    lead = _lead(definition, facts)
    names = (f"call_{number}" for number in range(1, ASKED + 1))
    return tuple(Field(name, max_tokens=_TOKENS, lead=lead, sentences=99) for name in names)


def prompt(definition: Definition, context: Context) -> Prompt:
    """Build the question."""
    shown = f"```python\n{context.definition}\n```"
    asked = f"Each is a different call of `{definition.qualname}` that does not fail."
    return Prompt(SYSTEM, "", f"{shown}\n\n{asked}", around=around(context))


def chosen(lines: Sequence[str], definition: Definition, longest: int) -> list[str]:
    """Return the calls among a model's lines, each once, in their order.

    Args:
        lines: What the model wrote.
        definition: What is to be called.
        longest: Characters of the longest call that fits into the docstring.
    """
    found = (call(line, definition) for line in lines)
    return list(dict.fromkeys(one for one in found if one and len(one) <= longest))


def call(line: str, definition: Definition) -> str | None:
    """Return the one expression of a line that calls the definition; None when it is not one."""
    text = _RESULT.sub("", line.strip().strip("`").removeprefix(">>>").strip())
    try:
        body = ast.parse(text, mode="eval").body
        if isinstance(body, ast.Compare) and len(body.ops) == 1:
            body = body.left  # `clip(15, 0, 10) == 10` says what only a run can
        shown = ast.get_source_segment(text, body) or ""
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    nodes = list(ast.walk(body))
    if "\n" in shown or not all(map(_is_harmless, nodes)):
        return None
    name = definition.qualname.split(".")[-2 if definition.name == "__init__" else -1]
    return shown if any(_called(node) == name for node in nodes) else None


def _lead(definition: Definition, facts: Facts) -> str:
    parts = definition.qualname.split(".")
    lead = f"{parts[0]}(" if definition.kind is not DefinitionKind.FUNCTION else f"{parts[-1]}("
    return f"list({lead}" if facts.is_generator and len(parts) == 1 else lead


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _is_harmless(node: ast.AST) -> bool:
    """Whether a part of an expression may stand in an example; the sandbox holds, this reads."""
    if isinstance(node, ast.Attribute):
        return not node.attr.startswith("_")
    if isinstance(node, ast.Name):
        return node.id not in _FORBIDDEN
    return not isinstance(node, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom)
