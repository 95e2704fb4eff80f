"""Gate 2: every byte outside the docstring is the same."""

from __future__ import annotations

import io
import re
import tokenize

from neovim_ai.docs.gates.located import Pair
from neovim_ai.docs.model import Gate
from neovim_ai.source.model import DefinitionKind
from neovim_ai.source.text import Span

NAME = "rest unchanged"
_BLANK = re.compile(rb"(?:[ \t\f\r\n]|\\\r?\n)*")
_LINE_END = re.compile(rb"[ \t]*(?:\r\n|\r|\n|\Z)")
_WITH_BLANK_LINE = re.compile(rb"[ \t]*(?:\r\n|\r|\n)(?:\r\n|\r|\n)")
_WHITE = b" \t\f\r\n"


def unchanged(pair: Pair) -> Gate:
    """Compare the bytes around the docstring and the comments inside the old one."""
    new = pair.after.docstring
    if new is None:
        return Gate(NAME, False, "there is no docstring to set apart")
    if pair.before.source.encoding != pair.after.source.encoding:
        return Gate(NAME, False, "the encoding differs")
    old = pair.definition.docstring
    if old is None:
        return _inserted(pair, new)
    if _comments(pair.before.source.slice(old)) != _comments(pair.after.source.slice(new)):
        return Gate(NAME, False, "a comment inside the docstring's parentheses differs")
    return _replaced(pair, old, new)


def _replaced(pair: Pair, old: Span, new: Span) -> Gate:
    before, after = pair.before.source.utf8, pair.after.source.utf8
    old, new = _with_parentheses(before, old), _with_parentheses(after, new)
    heads = (before[: old.start], after[: new.start])
    if _is_one_liner(pair):
        heads = (heads[0].rstrip(_WHITE), heads[1].rstrip(_WHITE))
    if heads[0] != heads[1]:
        return Gate(NAME, False, "the text above the docstring differs")
    if before[old.end :] != after[new.end :]:
        return Gate(NAME, False, "the text below the docstring differs")
    return Gate(NAME, True, "same bytes around the docstring")


def _inserted(pair: Pair, new: Span) -> Gate:
    before, after = pair.before.source.utf8, pair.after.source.utf8
    if not _is_one_liner(pair) and pair.definition.kind is not DefinitionKind.MODULE:
        if _without_lines(after, new) == before:
            return Gate(NAME, True, "same bytes, new lines apart")
        gapped = pair.definition.kind is DefinitionKind.CLASS
        if gapped and _without_lines(after, new, _WITH_BLANK_LINE) == before:
            return Gate(NAME, True, "same bytes, new lines and the blank one below apart")
        return Gate(NAME, False, "more than the docstring's lines was added or changed")
    head, tail = after[: new.start].rstrip(_WHITE), after[new.end :].lstrip(_WHITE)
    between = before[len(head) : len(before) - len(tail)]
    whole = len(head) + len(tail) <= len(before)
    if not (whole and before.startswith(head) and before.endswith(tail)):
        return Gate(NAME, False, "the text around the docstring differs")
    if not _BLANK.fullmatch(between):
        return Gate(NAME, False, "something but white space was lost beside the docstring")
    return Gate(NAME, True, "same bytes, white space beside the docstring apart")


def _is_one_liner(pair: Pair) -> bool:
    definition = pair.definition
    return definition.kind is not DefinitionKind.MODULE and definition.body_indent is None


def _without_lines(data: bytes, span: Span, ending: re.Pattern[bytes] = _LINE_END) -> bytes:
    """Take out the lines that a span alone stands on; others stay, and so does the difference."""
    start = max(data.rfind(b"\n", 0, span.start), data.rfind(b"\r", 0, span.start)) + 1
    end = ending.match(data, span.end)
    if end is None or data[start : span.start].strip(b" \t\f"):
        return data
    return data[:start] + data[end.end() :]


def _with_parentheses(data: bytes, span: Span) -> Span:
    """Widen a span over the parentheses around it: two parsers disagree whether they belong."""
    start, end = span.start, span.end
    while True:
        left = data[:start].rstrip(_WHITE)
        right = data[end:].lstrip(_WHITE)
        if not (left.endswith(b"(") and right.startswith(b")")):
            return Span(start, end)
        start, end = len(left) - 1, len(data) - len(right) + 1


def _comments(literal: str) -> list[str]:
    if "#" not in literal:
        return []
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(f"({literal}\n)").readline))
    except (tokenize.TokenError, SyntaxError):
        return [literal]
    return [token.string for token in tokens if token.type == tokenize.COMMENT]
