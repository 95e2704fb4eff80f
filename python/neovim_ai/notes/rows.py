"""A section as a row of the result: its best line with the matches marked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from neovim_ai.notes import words as w
from neovim_ai.notes.model import MatchKind, NotesRow
from neovim_ai.notes.query import Query
from neovim_ai.notes.rank.model import Hit, Tier
from neovim_ai.notes.store import StoredSection

_LONGEST = 200
_BEFORE = 40
_MOST_MATCHES = 24
_RUNS = re.compile(r"([^\x00-\x7f]+)")
_ELLIPSIS = "\u2026"
_KINDS = {
    Tier.PHRASE: MatchKind.EXACT,
    Tier.HEADING: MatchKind.EXACT,
    Tier.SECTION: MatchKind.EXACT,
    Tier.PREFIX: MatchKind.PREFIX,
    Tier.TYPO: MatchKind.TYPO,
    Tier.SOME: MatchKind.SOME,
    Tier.MEANING: MatchKind.MEANING,
}


class Marker:
    """Finds a query's words in texts as they are written."""

    def __init__(self, query: Query, expansions: Sequence[str] = ()) -> None:
        opened = {word.parts[-1] for word in query.words if word.prefix and word.parts}
        closed = {part for word in query.words for part in word.parts}
        closed |= {part for phrase in query.phrases for part in phrase} | set(expansions)
        wholes = {word.whole for word in query.words if word.whole}
        self._forms = [
            *(_Form(one, starts=False, ends=False) for one in sorted(wholes)),
            *(_Form(one, starts=not _is_cjk(one), ends=False) for one in sorted(opened)),
            *(
                _Form(one, starts=not _is_cjk(one), ends=not _is_cjk(one))
                for one in sorted(closed - opened)
            ),
        ]

    def best_line(self, text: str) -> tuple[int, str, tuple[tuple[int, int], ...]]:
        """Return the number of the best line, what to show of it, and byte ranges to mark."""
        folded = fold_in_place(text)
        # Of the words that may be meant, forty for each that was typed, few stand in one text.
        forms = [form for form in self._forms if form.text in folded]
        start, end = _best(text, folded, forms)
        spans = _spans(folded[start:end], forms)
        return text.count("\n", 0, start), *_shown(text[start:end], spans)


def _spans(line: str, forms: Sequence[_Form]) -> list[tuple[int, int]]:
    """Return where words stand in a folded line; of two that overlap the longer one."""
    every = [span for form in forms for span in form.spans(line, len(line))]
    spans: list[tuple[int, int]] = []
    for start, end in sorted(every, key=lambda span: (span[0], -span[1])):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def _best(text: str, folded: str, forms: Sequence[_Form]) -> tuple[int, int]:
    """Return the line with the most different words; of equals the first below the heading."""
    held: dict[int, int] = {}
    for form in forms:
        last = -1
        for at, _ in form.spans(folded, _MOST_MATCHES):
            start = text.rfind("\n", 0, at) + 1
            if start != last:
                held[start] = held.get(start, 0) + 1
                last = start
    if not held or (len(held) == 1 and 0 in held):
        # Only the heading, which the breadcrumb shows: tell what follows.
        start = _first_line_of_body(text)
    else:
        start = max(held, key=lambda at: (held[at], at > 0, -at))
    end = text.find("\n", start)
    return start, len(text) if end < 0 else end


@dataclass(frozen=True, slots=True)
class _Form:
    """A folded word as it is looked for: where it must begin and end as a word does."""

    text: str
    starts: bool
    ends: bool

    def spans(self, folded: str, most: int) -> Iterator[tuple[int, int]]:
        at, count = folded.find(self.text), 0
        while at >= 0 and count < most:
            end = at + len(self.text)
            inside = (self.starts and at > 0 and folded[at - 1].isalnum()) or (
                self.ends and end < len(folded) and folded[end].isalnum()
            )
            if not inside:
                count += 1
                yield at, end
            at = folded.find(self.text, end)


def row(hit: Hit, stored: StoredSection, number: int, marker: Marker) -> NotesRow:
    """Return the row of a section that clients know by a number."""
    line, snippet, matches = marker.best_line(stored.text)
    return NotesRow(
        path=stored.path,
        row=stored.row,
        end_row=stored.end_row,
        heading_path=stored.heading_path,
        snippet=snippet,
        matches=matches,
        kind=_KINDS[hit.tier],
        score=round(hit.tier * 1000 + hit.score, 3),
        row_of_best=stored.row + line,
        section=number,
    )


def fold_in_place(text: str) -> str:
    """Fold so that every character stays where it is."""
    if text.isascii():
        return text.lower()
    # ASCII by the fast way, and the rest, which is mostly little, character by character.
    return "".join(
        run.lower() if run.isascii() else run.translate(_IN_PLACE) for run in _RUNS.split(text)
    )


class _InPlace(dict[int, str]):
    """What a character is folded to, where that is one character; filled as they come."""

    def __missing__(self, code: int) -> str:
        bare = w.fold(unicodedata.normalize("NFKD", chr(code))[0])
        self[code] = bare if len(bare) == 1 else chr(code)
        return self[code]


_IN_PLACE = _InPlace()


def _is_cjk(word: str) -> bool:
    return word[:1] > "\u2fff"


def _first_line_of_body(text: str) -> int:
    at = text.find("\n") + 1
    body = text[at:]
    start = at + len(body) - len(body.lstrip())
    return text.rfind("\n", 0, start) + 1 if at and body.strip() else 0


def _shown(line: str, spans: Sequence[tuple[int, int]]) -> tuple[str, tuple[tuple[int, int], ...]]:
    first, last = len(line) - len(line.lstrip()), len(line.rstrip())
    lead = ""
    if last - first > _LONGEST:
        wanted = spans[0][0] if spans else first
        if wanted - first > _LONGEST - _BEFORE:
            first, lead = wanted - _BEFORE, _ELLIPSIS
        last = min(last, first + _LONGEST)
    shown = lead + line[first:last]
    marks = []
    for start, end in spans:
        if start >= first and end <= last:
            at = len((lead + line[first:start]).encode("utf-8", "replace"))
            marks.append((at, at + len(line[start:end].encode("utf-8", "replace"))))
    return shown, tuple(marks)
