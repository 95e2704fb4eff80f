"""What a model is shown of the code: the definition first, then what helps to understand it."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText, Span

_CALLED = re.compile(r"(?:\b(self|cls)\s*\.\s*|(?<![\w.]))([A-Za-z_]\w*)\s*\(")
_RESULT = re.compile(r"\s*(?:return|yield)\b")
_ERROR = re.compile(r"\s*raise\b")
_REASON = re.compile(r"\s*(?:if|elif|else|except|case)\b.*:\s*(?:#.*)?$")
_CALLEES = 4


@dataclass(frozen=True)
class Context:
    """Pieces of text for a prompt, each already dedented.

    Attributes:
        definition: The source of the definition, its docstring left out.
        owner: The header of its class with the first sentence of the class's docstring.
        callees: Headers of definitions of this file that it calls, with their summaries.
    """

    definition: str
    owner: str = ""
    callees: tuple[str, ...] = ()


def gather(
    source: SourceText,
    definition: Definition,
    definitions: Sequence[Definition],
    max_lines: int = 120,
) -> Context:
    """Collect what is known about a definition from its own file.

    Args:
        source: The text the definition was found in.
        definition: What is asked about.
        definitions: All definitions of the text.
        max_lines: Longest excerpt of the definition, in lines; more is cut in the middle.
    """
    others = [d for d in definitions if d.qualname != definition.qualname]
    shown = _body_text(source, definition, others)
    return Context(
        _cut(shown, max_lines),
        _owner(source, definition, others),
        _callees(source, definition, others),
    )


def essence(code: str, most: int = 24) -> str:
    """Keep of a long function its beginning and where it ends: results, errors and their reasons.

    Args:
        code: A definition without blank lines, as `Context` has it.
        most: Lines that are kept, about.
    """
    lines = code.splitlines()
    if len(lines) <= most:
        return code
    start = most * 2 // 3
    rest = range(start, len(lines))
    results = [n for n in rest if _RESULT.match(lines[n])][-(most - start) // 2 :]
    errors = [n for n in rest if _ERROR.match(lines[n])]
    reasons = [n - 1 for n in errors if n > start and _REASON.match(lines[n - 1])]
    kept = sorted({*results, *errors, *reasons})
    shown, last = lines[:start], start - 1
    for number in kept:
        shown += [f"{_indent(lines[number])}..."] * (number > last + 1) + [lines[number]]
        last = number
    shown += [f"{_indent(lines[-1])}..."] * (last < len(lines) - 1)
    return "\n".join(shown)


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]


def _body_text(source: SourceText, definition: Definition, others: Sequence[Definition]) -> str:
    if definition.kind is DefinitionKind.MODULE:
        return "\n".join(_signature(source, d) for d in others if "." not in d.qualname)
    if definition.kind is DefinitionKind.CLASS:
        return _class_outline(source, definition, others)
    return textwrap.dedent(_without_docstring(source, definition))


def _class_outline(source: SourceText, definition: Definition, others: Sequence[Definition]) -> str:
    """Show a class as its own statements, with the bodies of its methods left out."""
    text, at = [], definition.span.start
    for method in others:
        inside = definition.body.covers(method.span) and method.owner == definition.qualname
        if not inside or method.span.start < at or method.name == "__init__":
            continue
        text += [source.slice(Span(at, method.header.end)), " ..."]
        at = method.span.end
    text.append(source.slice(Span(at, definition.span.end)))
    outline = "".join(text)
    if definition.docstring:
        outline = outline.replace(source.slice(definition.docstring), "", 1)
    start = source.slice(Span(definition.span.start, definition.header.start))
    return textwrap.dedent(definition.indent + outline if not start else outline)


def _without_docstring(source: SourceText, definition: Definition) -> str:
    head = Span(source.row_start(source.row(definition.span.start)), definition.span.end)
    if not definition.docstring:
        return source.slice(head)
    before = Span(head.start, definition.docstring.start)
    after = Span(definition.docstring.end, head.end)
    return source.slice(before).rstrip() + source.slice(after)


def _owner(source: SourceText, definition: Definition, others: Sequence[Definition]) -> str:
    for other in others:
        if other.qualname == definition.owner and other.kind is DefinitionKind.CLASS:
            return _signature(source, other)
    return ""


def _callees(
    source: SourceText, definition: Definition, others: Sequence[Definition]
) -> tuple[str, ...]:
    if definition.kind not in (DefinitionKind.FUNCTION, DefinitionKind.METHOD):
        return ()
    calls = {(bool(owner), name) for owner, name in _CALLED.findall(source.slice(definition.body))}
    found = [
        d
        for d in others
        if ((d.owner is not None and d.owner == definition.owner), d.name) in calls
        and (d.owner is None or d.owner == definition.owner)
    ]
    return tuple(_signature(source, d) for d in found[:_CALLEES])


def _signature(source: SourceText, definition: Definition) -> str:
    header = " ".join(source.slice(definition.header).split())
    summary = _summary(source, definition)
    return f"{header}  # {summary}" if summary else header


def _summary(source: SourceText, definition: Definition) -> str:
    """Return the first sentence of a docstring, roughly: it is shown to a model, never inserted."""
    if definition.docstring is None:
        return ""
    text = source.slice(definition.docstring).strip("rRuU\"'( \t\n")
    first = text.strip().split("\n\n", 1)[0]
    return " ".join(first.split())[:120].rstrip("\"' )")


def _cut(text: str, max_lines: int) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) <= max_lines:
        return "\n".join(lines)
    head = max_lines * 3 // 4
    tail = max_lines - head - 1
    return "\n".join([*lines[:head], "    ...", *lines[-tail:]])
