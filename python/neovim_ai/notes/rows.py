"""A section as a row of the result: its best line with the matches marked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from neovim_ai.notes import words as w
from neovim_ai.notes.model import MatchKind, NotesRow
from neovim_ai.notes.query import Query
from neovim_ai.notes.rank.model import Hit, Tier
from neovim_ai.notes.store import StoredSection

_LONGEST = 200
_BEFORE = 40
_MOST_MATCHES = 400
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
        wholes = {word.whole for word in query.words if word.whole}
        closed = {part for phrase in query.phrases for part in phrase} | set(expansions)
        opened = set()
        for word in query.words:
            closed.update(word.parts)
            if word.prefix and word.parts:
                opened.add(word.parts[-1])
        forms = [re.escape(one) for one in sorted(wholes, key=len, reverse=True)]
        forms += [_pattern(one, "") for one in _longest_first(opened)]
        forms += [_pattern(one, _END) for one in _longest_first(closed - opened)]
        self._pattern = re.compile("|".join(forms)) if forms else None

    def best_line(self, text: str) -> tuple[int, str, tuple[tuple[int, int], ...]]:
        """Return the number of the best line, what to show of it, and byte ranges to mark."""
        number, start, end = self._best(text)
        line = text[start:end]
        spans = [match.span() for match in self._matches(line)]
        return number, *_shown(line, spans)

    def _matches(self, text: str) -> Iterable[re.Match[str]]:
        return self._pattern.finditer(_fold_in_place(text)) if self._pattern else ()

    def _best(self, text: str) -> tuple[int, int, int]:
        """Return the line with the most different words; of equals the first below the heading."""
        held: dict[int, set[str]] = {}
        end = -1
        start = 0
        for count, match in enumerate(self._matches(text)):
            if count > _MOST_MATCHES:
                break
            if match.start() > end:
                start = text.rfind("\n", 0, match.start()) + 1
                end = text.find("\n", match.start())
                end = len(text) if end < 0 else end
            held.setdefault(start, set()).add(match[0])
        if not held or (len(held) == 1 and 0 in held):
            # Only the heading, which the breadcrumb shows: tell what follows.
            start = _first_line_of_body(text)
        else:
            start = max(held, key=lambda at: (len(held[at]), at > 0, -at))
        end = text.find("\n", start)
        return text.count("\n", 0, start), start, len(text) if end < 0 else end


def row(hit: Hit, stored: StoredSection, number: int, marker: Marker) -> NotesRow:
    """Return the row of a section that clients know by a number."""
    number, snippet, matches = marker.best_line(stored.text)
    return NotesRow(
        path=stored.path,
        row=stored.row,
        end_row=stored.end_row,
        heading_path=stored.heading_path,
        snippet=snippet,
        matches=matches,
        kind=_KINDS[hit.tier],
        score=round(hit.tier * 1000 + hit.score, 3),
        row_of_best=stored.row + number,
        section=number,
    )


_START = r"(?<![^\W_])"
_END = r"(?![^\W_])"


def _longest_first(forms: Iterable[str]) -> list[str]:
    return sorted(forms, key=lambda form: (-len(form), form))


def _pattern(word: str, end: str) -> str:
    is_cjk = word[:1] > "\u2fff"
    return re.escape(word) if is_cjk else _START + re.escape(word) + end


def _fold_in_place(text: str) -> str:
    """Fold so that every character stays where it is."""
    if text.isascii():
        return text.lower()
    return "".join(_folded(char) for char in text)


def _folded(char: str) -> str:
    if char.isascii():
        return char.lower()
    bare = w.fold(unicodedata.normalize("NFKD", char)[0])
    return bare if len(bare) == 1 else char


def _first_line_of_body(text: str) -> int:
    for match in re.finditer(r"[^\n]*\S[^\n]*", text):
        if match.start() > 0:
            return match.start()
    return 0


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
