"""A Python source as text that can be edited without touching another byte."""

from __future__ import annotations

import codecs
import io
import tokenize
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from neovim_ai.errors import AiError, Kind


@dataclass(frozen=True, order=True)
class Span:
    """A half-open range of UTF-8 byte offsets into `SourceText.utf8`."""

    start: int
    end: int

    def __contains__(self, offset: object) -> bool:
        return isinstance(offset, int) and self.start <= offset < self.end

    def covers(self, other: Span) -> bool:
        """Tell whether `other` lies inside this span."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True)
class Edit:
    """Replace the bytes of `span` with `text`; the only way this program changes source."""

    span: Span
    text: str


@dataclass(frozen=True)
class SourceText:
    """Decoded text with its newlines as they stand, and what is needed to write it back.

    Attributes:
        text: The decoded text, without a byte-order mark, every newline as in the file.
        path: Where it comes from; None for a buffer without a name.
        encoding: The encoding it is written in, as Python names it.
        bom: Whether the file starts with a UTF-8 byte-order mark.
    """

    text: str
    path: Path | None = None
    encoding: str = "utf-8"
    bom: bool = False

    @cached_property
    def utf8(self) -> bytes:
        """The text as the UTF-8 bytes that every offset in this package counts."""
        return self.text.encode("utf-8", "surrogatepass")

    @cached_property
    def newline(self) -> str:
        r"""The file's commonest line ending: `\n`, `\r\n` or `\r`; `\n` where there is none."""
        crlf = self.text.count("\r\n")
        lf = self.text.count("\n") - crlf
        cr = self.text.count("\r") - crlf
        most = max(crlf, lf, cr)
        if most == 0 or most == lf:
            return "\n"
        return "\r\n" if most == crlf else "\r"

    @classmethod
    def from_bytes(cls, data: bytes, path: Path | None = None) -> SourceText:
        """Decode a file as Python itself would: byte-order mark, coding cookie, else UTF-8.

        Raises:
            AiError: `not_python` when the bytes are not in the encoding the file declares.
        """
        try:
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            bom = data.startswith(codecs.BOM_UTF8)
            body = data[len(codecs.BOM_UTF8) :] if bom else data
            encoding = "utf-8" if encoding == "utf-8-sig" else encoding
            return cls(body.decode(encoding), path, encoding, bom)
        except (SyntaxError, UnicodeDecodeError, LookupError) as error:
            name = path or "this text"
            raise AiError(
                Kind.NOT_PYTHON,
                f"{name} cannot be decoded: {error}.",
                "Declare its encoding in a coding comment on the first line.",
            ) from error

    @classmethod
    def from_lines(
        cls, lines: Sequence[str], path: Path | None = None, encoding: str = "utf-8"
    ) -> SourceText:
        r"""Take an editor buffer's lines; each gets `\n`, however the file will be written."""
        return cls("".join(line + "\n" for line in lines), path, encoding)

    def to_bytes(self) -> bytes:
        """Encode for writing back.

        Raises:
            UnicodeEncodeError: If the text holds a character the encoding lacks.
        """
        mark = codecs.BOM_UTF8 if self.bom else b""
        return mark + self.text.encode(self.encoding)

    def slice(self, span: Span) -> str:
        """Return the text of a span."""
        return self.utf8[span.start : span.end].decode("utf-8", "surrogatepass")

    def apply(self, edits: Iterable[Edit]) -> SourceText:
        """Return the text after non-overlapping edits, all in offsets of this text.

        Raises:
            ValueError: If two edits overlap or one lies outside the text.
        """
        data, pieces, at = self.utf8, [], 0
        for edit in sorted(edits, key=lambda e: (e.span.start, e.span.end)):
            if edit.span.start < at or edit.span.end > len(data):
                raise ValueError(f"edit {edit.span} overlaps another or leaves the text")
            pieces += [data[at : edit.span.start], edit.text.encode("utf-8", "surrogatepass")]
            at = edit.span.end
        pieces.append(data[at:])
        return replace(self, text=b"".join(pieces).decode("utf-8", "surrogatepass"))

    def combine(self, edits: Sequence[Edit]) -> Edit:
        """Return the one edit that does what several do, from the first start to the last end.

        Raises:
            ValueError: If there is none, or they overlap.
        """
        ordered = sorted(edits, key=lambda e: (e.span.start, e.span.end))
        whole = Span(ordered[0].span.start, ordered[-1].span.end) if ordered else Span(0, 0)
        if not ordered:
            raise ValueError("no edits to combine")
        after = self.apply(ordered).utf8
        kept = len(self.utf8) - whole.end
        return Edit(whole, after[whole.start : len(after) - kept].decode("utf-8", "surrogatepass"))

    @cached_property
    def _line_starts(self) -> list[int]:
        lengths = map(len, self.utf8.split(b"\n")[:-1])
        return [*accumulate((length + 1 for length in lengths), initial=0)]

    def row(self, offset: int) -> int:
        r"""Return the 0-based row of a byte offset, rows ending at `\n` as in the editor."""
        return bisect_right(self._line_starts, offset) - 1

    def row_text(self, row: int) -> str:
        """Return a 0-based row without its newline; empty past the end."""
        starts = self._line_starts
        if row >= len(starts):
            return ""
        end = starts[row + 1] - 1 if row + 1 < len(starts) else len(self.utf8)
        return self.utf8[starts[row] : end].decode("utf-8", "surrogatepass")

    def row_start(self, row: int) -> int:
        """Return the byte offset where a 0-based row starts."""
        return self._line_starts[row]

    def line(self, offset: int) -> int:
        """Return the 1-based line number of a byte offset, for people."""
        return self.row(offset) + 1
