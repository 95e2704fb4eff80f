"""Says where a docstring goes, and what else has to move: white space at most."""

from __future__ import annotations

import re

from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import Edit, SourceText, Span

_LINE_END = re.compile(rb"\r\n|\r|\n")
_REST = re.compile(rb"[ \t\f]*(?:#[^\r\n]*)?(\r\n|\r|\n)")
_BLANK_LINE = re.compile(rb"[ \t\f]*(?:\r\n|\r|\n|\Z)")
_LEADING = re.compile(r"([ \t]+)[^\s#]")
_PRAGMA = re.compile(
    r"^#!|coding[:=]|copyright|licen[sc]e|SPDX|\(c\)|all rights reserved|"
    r"^#\s*(?:mypy|pylint|pyright|ruff|flake8|noqa|type|isort|fmt|yapf|pragma|-\*-|vim?|///)\b",
    re.IGNORECASE,
)


def docstring_indent(source: SourceText, definition: Definition) -> str:
    """Return the white space that stands before this definition's docstring and its lines."""
    if definition.kind is DefinitionKind.MODULE:
        return ""
    if definition.body_indent is not None:
        return definition.body_indent.rpartition("\f")[2]
    return definition.indent + indent_unit(source)


def indent_unit(source: SourceText) -> str:
    """Return one level of the file's indentation: a tab, or its smallest run of spaces."""
    indents = [match[1] for line in source.text.splitlines() if (match := _LEADING.match(line))]
    if not indents:
        return "    "
    if sum(one[0] == "\t" for one in indents) * 2 > len(indents):
        return "\t"
    spaces = [len(one) for one in indents if one.strip(" ") == ""]
    usual = [unit for unit in (4, 2, 8, 3) if spaces and _fits(spaces, unit)]
    return " " * (usual[0] if usual else 4)


def _fits(spaces: list[int], unit: int) -> bool:
    # Continuation lines are aligned at will, so a unit need not divide every indent.
    return unit in spaces and sum(n % unit == 0 for n in spaces) * 10 >= len(spaces) * 8


def insert(
    source: SourceText, definition: Definition, literal: str, class_gap: bool = False
) -> Edit:
    r"""Return the edit that gives a definition its first docstring.

    It stands right below the header (above comments of the body); the body of a one-liner moves
    to a line of its own; a module's stands below shebang, coding and licence comments.

    Args:
        source: The text `definition` was found in.
        definition: What is documented; must have no docstring.
        literal: The literal with `\n` newlines, continuation lines indented already.
        class_gap: Whether a blank line is to stand below a class's docstring.
    """
    text = literal.replace("\n", source.newline)
    if definition.kind is DefinitionKind.MODULE:
        return _into_module(source, text)
    indent = docstring_indent(source, definition)
    rest = _REST.match(source.utf8, definition.header.end)
    gap = class_gap and definition.kind is DefinitionKind.CLASS
    if rest:
        blank = source.newline if gap and not _BLANK_LINE.match(source.utf8, rest.end()) else ""
        return Edit(Span(rest.end(), rest.end()), f"{indent}{text}{source.newline}{blank}")
    return _into_one_liner(source, definition, text, indent, source.newline if gap else "")


def replace(source: SourceText, definition: Definition, literal: str) -> Edit:
    r"""Return the edit that puts a new literal in the place of the whole existing docstring.

    Args:
        source: The text `definition` was found in.
        definition: What is documented; must have a docstring.
        literal: The literal with `\n` newlines, continuation lines indented already.

    Raises:
        ValueError: If the definition has no docstring.
    """
    span = definition.docstring
    if span is None:
        raise ValueError("only an existing docstring can be replaced")
    text = literal.replace("\n", source.newline)
    if definition.kind is DefinitionKind.MODULE or definition.body_indent is not None:
        return Edit(span, text)
    indent = docstring_indent(source, definition)
    return Edit(Span(definition.header.end, span.end), f"{source.newline}{indent}{text}")


def _into_one_liner(
    source: SourceText, definition: Definition, text: str, indent: str, blank: str
) -> Edit:
    """Put docstring and body on lines of their own, below a header that shares its line."""
    end, newline = definition.header.end, source.newline
    if definition.body.start <= end:
        return Edit(Span(end, end), f"{newline}{indent}{text}{newline}")
    gap = Span(end, definition.body.start)
    return Edit(gap, f"{newline}{indent}{text}{newline}{blank}{indent}")


def _into_module(source: SourceText, text: str) -> Edit:
    offset = _module_offset(source)
    before, after = source.utf8[:offset], source.utf8[offset:]
    newline = source.newline
    lead = "" if not before or before.endswith((b"\n", b"\r")) else newline
    blank = newline if after.strip() and not _LINE_END.match(after) else ""
    return Edit(Span(offset, offset), f"{lead}{text}{newline}{blank}")


def _module_offset(source: SourceText) -> int:
    """Return the offset of the line where the module's docstring belongs.

    A block of comments that touches the code below it speaks of that code and stays with it,
    unless it speaks of the file.
    """
    lines = _comment_lines(source)
    everything = sum(map(len, lines))
    start = len(lines)
    while start and lines[start - 1].strip():
        start -= 1
    touching = lines[start:] if everything < len(source.utf8) else []
    if not touching or any(map(_speaks_of_file, touching)):
        return everything
    return sum(map(len, lines[:start]))


def _speaks_of_file(line: bytes) -> bool:
    return _PRAGMA.search(line.decode("utf-8", "replace")) is not None


def _comment_lines(source: SourceText) -> list[bytes]:
    """Return the comment and blank lines before the first code, line ends included."""
    lines = re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", source.utf8)
    found: list[bytes] = []
    for line in lines:
        bare = line.strip(b" \t\f\r\n")
        if bare and not bare.startswith(b"#"):
            break
        found.append(line)
    return found
