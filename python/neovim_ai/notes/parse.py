"""Markdown into sections with typed spans, by a CommonMark parser that gives source ranges.

Every text parses. The sections tile the file: each byte belongs to exactly one, so that a position
found in a section is a position in the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePath
from typing import Any

from neovim_ai.notes import marks
from neovim_ai.notes.model import Note, ParsedSection, Span, SpanKind

_LEVELS = {"H1": 1, "H2": 2, "H3": 3, "H4": 4, "H5": 5, "H6": 6}
_CONTAINERS = ("BlockQuote", "Item", "FootnoteDefinition")
LARGEST = 32 * 1024
"""Bytes after which a section is cut at the next paragraph; both parts keep its heading path."""
_BOM = b"\xef\xbb\xbf"
_DEFINITION = re.compile(rb"^ {0,3}(\[(?!\^)[^\]\n]+\]:[^\r\n]+)", re.MULTILINE)


def parse(data: bytes, path: str) -> Note:
    """Return a file's sections.

    Args:
        data: The file as it is on disk, in whatever encoding; bytes that are not UTF-8 are read as
            question marks, which keeps every offset.
        path: Names what has no heading.
    """
    text = _readable(data)
    raw = text.encode()
    reading = _Reading(raw)
    for event, span in _events(text):
        reading.take(event, span["start"], span["end"])
    reading.take_definitions()
    front = marks.front_matter(reading.front)
    title = front.title or PurePath(path).stem
    return Note(title, front, tuple(_sections(raw, reading, title)))


class Lines:
    """Where the lines of a file begin."""

    def __init__(self, raw: bytes) -> None:
        self.starts = [0]
        at = raw.find(b"\n")
        while at >= 0:
            self.starts.append(at + 1)
            at = raw.find(b"\n", at + 1)

    def row(self, offset: int) -> int:
        """Return the row, from 0, in which a byte lies."""
        return bisect_right(self.starts, offset) - 1


def _readable(data: bytes) -> str:
    """Decode so that encoding again gives as many bytes in the same places."""
    if data.startswith(_BOM):
        data = b"   " + data[3:]
    text = data.decode("utf-8", "surrogateescape")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = "".join("?" if "\udc80" <= char <= "\udcff" else char for char in text)
    return text


def _events(text: str) -> Any:
    import pyromark

    options = pyromark.Options
    return pyromark.events_with_range(
        text,
        merge_text=True,
        options=options.ENABLE_TABLES
        | options.ENABLE_TASKLISTS
        | options.ENABLE_MATH
        | options.ENABLE_WIKILINKS
        | options.ENABLE_FOOTNOTES
        | options.ENABLE_STRIKETHROUGH
        | options.ENABLE_YAML_STYLE_METADATA_BLOCKS,
    )


@dataclass
class _Heading:
    level: int
    start: int
    end: int
    words: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join("".join(self.words).split())


@dataclass
class _Reading:
    """Collects headings and spans while the parser's events go by."""

    raw: bytes
    headings: list[_Heading] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    front: str = ""
    front_end: int = 0
    _depth: int = 0
    _heading: _Heading | None = None
    _block: tuple[SpanKind, str] | None = None
    _front_open: bool = False
    _links: list[tuple[int, str, int]] = field(default_factory=list)
    _todo_end: int = -1

    def take(self, event: Any, start: int, end: int) -> None:
        """Take one event with its byte range."""
        if isinstance(event, str):
            if event in ("SoftBreak", "HardBreak") and self._heading:
                self._heading.words.append(" ")
            return
        ((name, value),) = event.items()
        if name == "Text":
            self._text(value, start, end)
        elif name == "Start":
            self._open(value, start, end)
        elif name == "End":
            self._close(value, end)
        elif name == "Code":
            self._leaf(SpanKind.CODE, start, end, value)
        elif name in ("InlineMath", "DisplayMath"):
            self._leaf(SpanKind.MATH, start, end, value)
        elif name in ("Html", "InlineHtml"):
            self._html(value, start, end)
        elif name == "TaskListMarker":
            self._task("done" if value else "open", end)

    def take_definitions(self) -> None:
        """Take lines that say where a link leads, of which the parser tells nothing.

        They are text that stands there: as links they count where they are used.
        """
        if b"]:" not in self.raw:
            return
        taken = sorted((span.start, span.end) for span in self.spans)
        for found in _DEFINITION.finditer(self.raw, self.front_end):
            at = bisect_right(taken, (found.start(1), len(self.raw)))
            if not any(end > found.start(1) for _, end in taken[max(0, at - 2) : at]):
                line = found[1].decode("utf-8", "replace")
                self.spans.append(Span(SpanKind.PROSE, found.start(1), found.end(1), line))

    def _open(self, tag: Any, start: int, end: int) -> None:
        if isinstance(tag, str):
            self._depth += tag in _CONTAINERS
            return
        ((name, value),) = tag.items()
        if name == "Heading" and not self._depth:
            self._heading = _Heading(_LEVELS[value["level"]], start, end)
        elif name == "CodeBlock":
            fenced = value.get("Fenced", "") if isinstance(value, dict) else ""
            self._block = (SpanKind.CODE, fenced.strip().split(" ")[0].strip("{}.").lower())
        elif name == "MetadataBlock":
            self._front_open, self.front_end = True, end
        elif name in ("Link", "Image"):
            self._links.append((start, str(value["dest_url"]), len(self.spans)))
        self._depth += name in _CONTAINERS

    def _close(self, tag: Any, end: int) -> None:
        name = tag if isinstance(tag, str) else next(iter(tag))
        if name == "Heading" and self._heading:
            self.headings.append(self._heading)
            self._heading = None
        elif name == "CodeBlock":
            self._block = None
        elif name == "MetadataBlock":
            self._front_open = False
        elif name in ("Link", "Image") and self._links:
            start, target, first = self._links.pop()
            words = "".join(s.text for s in self.spans[first:])
            self.spans.append(Span(SpanKind.LINK, start, end, words, target))
        self._depth -= name in _CONTAINERS

    def _text(self, text: str, start: int, end: int) -> None:
        if self._front_open:
            self.front += text
        elif self._block:
            self.spans.append(Span(self._block[0], start, end, text, self._block[1]))
        elif self._heading:
            self._heading.words.append(text)
            self.spans.append(Span(SpanKind.HEADING, start, end, text))
            self._marks(text, start, end)
        else:
            self.spans.append(Span(SpanKind.PROSE, start, end, text))
            self._marks(text, start, end)

    def _leaf(self, kind: SpanKind, start: int, end: int, text: str) -> None:
        if self._heading:
            self._heading.words.append(text)
        self.spans.append(Span(kind, start, end, text))

    def _html(self, text: str, start: int, end: int) -> None:
        words = marks.without_tags(text)
        if words.strip():
            self.spans.append(Span(SpanKind.PROSE, start, end, words))

    def _marks(self, text: str, start: int, end: int) -> None:
        if "#" in text:
            for tag in marks.TAG.finditer(text):
                at = self._at(text, tag.start(), start, end)
                length = len(tag[0].encode())
                self.spans.append(Span(SpanKind.TAG, at, at + length, tag[1]))
        if "TODO" in text or "DONE" in text or "FIXME" in text:
            for todo in marks.TODO.finditer(text):
                at = self._at(text, todo.start(), start, end)
                if at >= self._todo_end:
                    self._todo(at, len(todo[0].encode()), marks.todo_state(todo))

    def _at(self, text: str, index: int, start: int, end: int) -> int:
        """Return where a character of a text is in the file; escapes make the text shorter."""
        before = len(text[:index].encode())
        if len(text.encode()) == end - start:
            return start + before
        found = self.raw.find(text[index : index + 4].encode(), start + before, end)
        return found if found >= 0 else start

    def _task(self, state: str, marker_end: int) -> None:
        at = marker_end - 3
        self._todo(at, 3, state)

    def _todo(self, at: int, mark: int, state: str) -> None:
        line_end = self.raw.find(b"\n", at)
        line_end = len(self.raw) if line_end < 0 else line_end
        text = self.raw[at + mark : line_end].decode("utf-8", "replace").strip()
        self._todo_end = line_end
        self.spans.append(Span(SpanKind.TODO, at, line_end, text, state))


def _sections(raw: bytes, reading: _Reading, title: str) -> list[ParsedSection]:
    cuts = _smaller(raw, _cuts(raw, reading), reading.spans)
    lines = Lines(raw)
    by_section = _shared_out(reading.spans, [start for start, _ in cuts])
    path: list[tuple[int, str]] = []
    made: list[ParsedSection] = []
    bounds = [*(start for start, _ in cuts), len(raw)]
    for (start, end), (_, heading), spans in zip(pairwise(bounds), cuts, by_section, strict=True):
        if heading:
            path = [(level, text) for level, text in path if level < heading.level]
            path.append((heading.level, heading.text))
        names = tuple(text for _, text in path if text) if heading else ()
        blank = end - start - len(raw[start:end].lstrip())
        row = lines.row(start + (blank if blank < end - start else 0))
        text = raw[max(start, lines.starts[row]) : end].decode("utf-8", "replace")
        made.append(
            ParsedSection(
                heading_path=names or (title,),
                start=start,
                end=end,
                row=row,
                end_row=lines.row(max(end - 1, start)),
                own=1 if heading and heading.text else 0,
                text=text.replace("\r\n", "\n"),
                spans=tuple(spans),
            )
        )
    return made


def _cuts(raw: bytes, reading: _Reading) -> list[tuple[int, _Heading | None]]:
    """Return where sections begin: at the headings' lines, and at the file's own beginning."""
    cuts: list[tuple[int, _Heading | None]] = [
        (raw.rfind(b"\n", 0, heading.start) + 1, heading) for heading in reading.headings
    ]
    if not cuts or (cuts[0][0] > 0 and raw[: cuts[0][0]].strip()):
        return [(0, None), *cuts]
    return [(0, cuts[0][1]), *cuts[1:]]


def _smaller(
    raw: bytes, cuts: list[tuple[int, _Heading | None]], spans: list[Span]
) -> list[tuple[int, _Heading | None]]:
    """Cut what is too long to be read as one answer, where a paragraph begins."""
    if len(raw) <= LARGEST:
        return cuts
    blanks = (b"\n\n", b"\r\n\r\n")
    blocks = sorted({s.start for s in spans if raw[max(0, s.start - 4) : s.start].endswith(blanks)})
    smaller = []
    for (start, heading), (end, _) in pairwise([*cuts, (len(raw), None)]):
        smaller.append((start, heading))
        for at in blocks[bisect_right(blocks, start) : bisect_right(blocks, end - 1)]:
            if at - smaller[-1][0] > LARGEST:
                smaller.append((at, heading))
    return smaller


def _shared_out(spans: list[Span], starts: list[int]) -> list[list[Span]]:
    shared: list[list[Span]] = [[] for _ in starts]
    for span in sorted(spans, key=lambda s: s.start):
        shared[bisect_right(starts, span.start) - 1].append(span)
    return shared
