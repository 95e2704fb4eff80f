"""A docstring's literal in the source: its value, and where each character of it stands."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from neovim_ai.errors import AiError, Kind
from neovim_ai.source.text import Edit, SourceText, Span

_BETWEEN = re.compile(r"(?:[ \t\f\r\n()]|#[^\r\n]*|\\(?:\r\n|\r|\n))*")
_OPENING = re.compile(r"([uUrR]?)(\"\"\"|'''|\"|')")
_ESCAPE = re.compile(
    r"\\(?:(?P<fold>\r\n|\r|\n)|(?P<octal>[0-7]{1,3})|x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})"
    r"|U(?P<U>[0-9a-fA-F]{8})|N\{(?P<name>[^}]+)\}|(?P<plain>[\\'\"abfnrtv]))"
)
_RAW = re.compile(r"(?P<newline>\r\n|\r)")
_SPECIAL = re.compile(rf"{_RAW.pattern}|{_ESCAPE.pattern}")
_PLAIN = dict(zip("\\'\"abfnrtv", "\\'\"\a\b\f\n\r\t\v", strict=True))
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\r\ud800-\udfff]")
_NEWLINE = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True)
class Part:
    """One string token; all numbers are offsets into the literal's own text.

    Attributes:
        prefix: `r`, `u`, `R`, `U` or nothing.
        quotes: What opens and closes it: one or three quote characters.
        start: Where the prefix starts.
        inside: Where the first character after the opening quotes stands.
        end: Where the closing quotes start.
    """

    prefix: str
    quotes: str
    start: int
    inside: int
    end: int

    @property
    def raw(self) -> bool:
        """Whether backslashes stand for themselves."""
        return self.prefix in ("r", "R")

    @property
    def tripled(self) -> bool:
        """Whether line breaks may stand in it as they are."""
        return len(self.quotes) == 3


class _Run(NamedTuple):
    """Characters of the value that are spelled as they are, or one that is spelled otherwise."""

    text: str
    start: int
    end: int
    part: int


class _Characters:
    """Where each character of a value is spelled; kept as runs, since nearly all stand as they are.

    A `_Run` of one character is what each of them looks like from outside.
    """

    def __init__(self, runs: Sequence[_Run]) -> None:
        self._runs = runs
        self._starts = [0, *accumulate(len(run.text) for run in runs)]

    def __len__(self) -> int:
        return self._starts[-1]

    def at(self, offset: int) -> _Run:
        """Return the character at an offset of the value.

        Raises:
            IndexError: When there is none.
        """
        if not 0 <= offset < len(self):
            raise IndexError(offset)
        number = bisect_right(self._starts, offset) - 1
        run, inside = self._runs[number], offset - self._starts[number]
        if len(run.text) == 1:
            return run
        start = run.start + inside
        return _Run(run.text[inside], start, start + 1, run.part)


@dataclass(frozen=True)
class Literal:
    r"""A string expression and the map between its value and its source.

    Attributes:
        span: The whole expression, parentheses and all parts of a concatenation included.
        text: Its source text.
        value: What Python makes of it, newlines read as `\n`.
        parts: Its string tokens, in order; at least one.
    """

    span: Span
    text: str
    value: str
    parts: tuple[Part, ...]
    _characters: _Characters

    @classmethod
    def read(cls, source: SourceText, span: Span) -> Literal:
        """Read the string expression of a span.

        Raises:
            AiError: `syntax` when there is anything but plain string literals.
        """
        text = source.slice(span)
        parts = _parts(text)
        runs: list[_Run] = []
        for number, part in enumerate(parts):
            _runs(text, part, number, runs)
        return cls(span, text, "".join(run.text for run in runs), parts, _Characters(runs))

    @property
    def newline(self) -> str | None:
        """The line ending used inside, None where there is none."""
        found = _NEWLINE.search(self.text)
        return found.group() if found else None

    def part_at(self, offset: int) -> int:
        """Return the number of the part that text inserted at a value offset would stand in.

        At the border between two parts that is the earlier one, which holds the line so far.
        """
        if offset > 0:
            return self._characters.at(offset - 1).part
        return self._characters.at(0).part if self._characters else 0

    def fitted(self, insertions: Sequence[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
        r"""Return texts as this literal can hold them, one for each place, sorted.

        A raw string has no escapes: quotes that would close it become the other ones, and a
        backslash at the very end goes.

        Args:
            insertions: Value offset and text (lines ending in `\n`), in the order they shall stand.

        Raises:
            AiError: `gate` when a text has characters that this literal cannot hold.
        """
        gathered: dict[int, str] = {}
        for offset, text in insertions:
            gathered[offset] = gathered.get(offset, "") + text
        return tuple(
            (at, self._fit(text, self.part_at(at))) for at, text in sorted(gathered.items())
        )

    def inserted(self, texts: Sequence[tuple[int, str]], newline: str) -> tuple[Edit, ...]:
        """Return the edits that put texts into the value, every byte that is there kept.

        Args:
            texts: What `fitted` gave.
            newline: The line ending to write.

        Raises:
            AiError: `gate` when a text cannot stand there without changing what is there.
        """
        quoted: dict[int, str] = {}
        opened: set[int] = set()
        for offset, text in texts:
            number = self.part_at(offset)
            part = self.parts[number]
            self._require_room(offset, text)
            if "\n" in text and not part.tripled:
                opened.add(number)
            at = self._place(offset, part)
            written = escape(text, part) or ""
            quoted[at] = quoted.get(at, "") + written.replace("\n", newline)
        for number in opened:
            part = self.parts[number]
            quoted[part.inside] = part.quotes * 2 + quoted.get(part.inside, "")
            quoted[part.end] = quoted.get(part.end, "") + part.quotes * 2
        return tuple(self._edit(at, text) for at, text in sorted(quoted.items()))

    def removed(self, start: int, end: int) -> Edit | None:
        """Return the edit that takes a range of the value out; None where parts meet in it."""
        end = min(end, len(self._characters))
        if not 0 <= start < end:
            return None
        opening, closing = self._characters.at(start), self._characters.at(end - 1)
        if opening.part != closing.part:
            return None
        first, last = (
            self.span.start + len(self.text[:at].encode("utf-8", "surrogatepass"))
            for at in (opening.start, closing.end)
        )
        return Edit(Span(first, last), "")

    def _place(self, offset: int, part: Part) -> int:
        if offset > 0:
            return self._characters.at(offset - 1).end
        return self._characters.at(0).start if self._characters else part.inside

    def _require_room(self, offset: int, text: str) -> None:
        """Refuse a place where a backslash that stands before the text would act on it."""
        if offset == 0 or self._characters.at(offset - 1).text != "\\":
            return
        before = self._characters.at(offset - 1)
        written = self.text[before.start : before.end]
        raw_line_end = self.parts[before.part].raw and text.startswith("\n")
        if written == "\\" and not raw_line_end:
            raise AiError(
                Kind.GATE,
                "A backslash in the docstring stands where text has to be added.",
                "Move the backslash away from the end of its line.",
            )

    def _fit(self, text: str, number: int) -> str:
        part = self.parts[number]
        if escape(text, part) is not None:
            return text
        other = "'" if part.quotes[0] == '"' else '"'
        text = text.replace(part.quotes[0], other).rstrip("\\")
        if escape(text, part) is None:
            raise AiError(
                Kind.GATE,
                "The new text holds a control character that a raw docstring cannot hold.",
                "Ask again, or take the `r` from the docstring.",
            )
        return text

    def _edit(self, at: int, text: str) -> Edit:
        offset = self.span.start + len(self.text[:at].encode("utf-8", "surrogatepass"))
        return Edit(Span(offset, offset), text)


def escape(text: str, part: Part) -> str | None:
    r"""Spell a text so that it can be inserted into a part, whatever stands beside it.

    Line breaks stay line breaks.

    Returns:
        The spelling, or None when a raw string cannot hold the text: it would meet or make closing
        quotes, ends in a backslash, or has characters that only an escape can write.
    """
    quote = part.quotes[0]
    risky = re.compile(rf"^{quote}+|{quote}{{3,}}|{quote}+$")
    if part.raw:
        unfit = risky.search(text) or text.endswith("\\") or _UNWRITABLE.search(text)
        return None if unfit else text
    text = text.replace("\\", "\\\\")
    text = risky.sub(lambda found: ("\\" + quote) * len(found.group()), text)
    return _UNWRITABLE.sub(_numbered, text)


def _numbered(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _parts(text: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    at = _skip(text, 0)
    while at < len(text):
        opening = _OPENING.match(text, at)
        if opening is None:
            raise _unreadable("it is not a plain string")
        prefix, quotes = opening.groups()
        end = _closing(text, opening.end(), quotes)
        parts.append(Part(prefix, quotes, at, opening.end(), end))
        at = _skip(text, end + len(quotes))
    if not parts:
        raise _unreadable("it is not a string")
    return tuple(parts)


def _skip(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _closing(text: str, at: int, quotes: str) -> int:
    """Find the closing quotes; a backslash shields the next character in raw strings too."""
    scan = re.compile(rf"\\.|{quotes}" if len(quotes) == 3 else rf"\\.|{quotes}|[\r\n]", re.DOTALL)
    while found := scan.search(text, at):
        if found.group() == quotes:
            return found.start()
        if found.group() in ("\r", "\n"):
            break
        # A backslash before CRLF shields both characters.
        at = found.end() + (text[found.start() : found.end() + 1] == "\\\r\n")
    raise _unreadable("its quotes do not close")


def _runs(text: str, part: Part, number: int, runs: list[_Run]) -> None:
    """Add the runs of one part to those of the parts before it."""
    at, first = part.inside, len(runs)
    # In a raw string only a newline of two characters is not what it looks like.
    for found in (_RAW if part.raw else _SPECIAL).finditer(text, part.inside, part.end):
        if found.start() > at:
            runs.append(_Run(text[at : found.start()], at, found.start(), number))
        at = found.end()
        if found["newline"]:
            runs.append(_Run("\n", found.start(), at, number))
        elif found["fold"] is None:
            runs.append(_Run(_meaning(found), found.start(), at, number))
        elif len(runs) > first:
            # A folded line break belongs to what stands before it: text added there follows it.
            last = runs.pop()
            if len(last.text) > 1 and last.end - last.start == len(last.text):
                runs.append(_Run(last.text[:-1], last.start, last.end - 1, number))
                last = _Run(last.text[-1], last.end - 1, last.end, number)
            runs.append(_Run(last.text, last.start, at, number))
    if part.end > at:
        runs.append(_Run(text[at : part.end], at, part.end, number))


def _meaning(found: re.Match[str]) -> str:
    if plain := found.group("plain"):
        return _PLAIN[plain]
    if octal := found.group("octal"):
        return chr(int(octal, 8))
    if name := found.group("name"):
        return _named(name)
    code = int(found.group("x") or found.group("u") or found.group("U"), 16)
    if code > 0x10FFFF:
        raise _unreadable("it has an escape beyond Unicode")
    return chr(code)


def _named(name: str) -> str:
    try:
        character = unicodedata.lookup(name)
    except KeyError as error:
        raise _unreadable(f"it names an unknown character, {name}") from error
    if len(character) != 1:
        raise _unreadable(f"{name} names a sequence of characters")
    return character


def _unreadable(why: str) -> AiError:
    return AiError(
        Kind.SYNTAX, f"The docstring cannot be read: {why}.", "Make it one plain string."
    )
