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
    rules = {f"choice-{n}": f.choices for n, f in enumerate(fields) if f.choices}
    names = [f"choice-{n}" if f.choices else "text" for n, f in enumerate(fields)]
    lines = [
        f"{_literal(one_line(f.label) + ': ')} {name}"
        for f, name in zip(fields, names, strict=True)
    ]
    root = r' "\n" '.join(lines)
    chosen = "".join(f"{name} ::= {_one_of(texts)}\n" for name, texts in rules.items())
    return f"root ::= {root}\ntext ::= {TEXT}\n{chosen}"


def choice(texts: Sequence[str]) -> str:
    """Return the grammar of a choice that follows a colon."""
    return f'root ::= " " ( {_one_of(texts)} )\n'


def exactly(text: str) -> str:
    """Return a grammar that allows this text alone."""
    return f"root ::= {_literal(text)}\n"


def _one_of(texts: Sequence[str]) -> str:
    return " | ".join(_literal(text) for text in texts)


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
