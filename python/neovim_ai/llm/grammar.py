"""A GBNF grammar that holds a model to one line a field, labels fixed, text free."""

from __future__ import annotations

from collections.abc import Sequence

from neovim_ai.llm.model import Field

TEXT = r"[^ \t\r\n] [^\r\n]*"


def one_line(label: str) -> str:
    """Return a label as it stands in prompt, grammar and reply: on one line, spaces folded."""
    return " ".join("".join(c if c.isprintable() else " " for c in label).split())


def grammar(fields: Sequence[Field]) -> str:
    """Return the grammar of a reply with these fields in this order."""
    lines = [f"{_literal(one_line(f.label) + ': ')} text" for f in fields]
    root = r' "\n" '.join(lines)
    return f"root ::= {root}\ntext ::= {TEXT}\n"


def exactly(text: str) -> str:
    """Return a grammar that allows this text alone."""
    return f"root ::= {_literal(text)}\n"


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
