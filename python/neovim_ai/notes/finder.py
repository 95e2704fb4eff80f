"""A query answered out of several vaults and unsaved buffers, rows and all."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from neovim_ai.notes import rows
from neovim_ai.notes import words as w
from neovim_ai.notes.buffers import OpenBuffer
from neovim_ai.notes.chosen import Favourites
from neovim_ai.notes.model import Found, NotesRow, Progress, Section
from neovim_ai.notes.query import Query, parse_query
from neovim_ai.notes.rank.model import Hit, Ranking, Tier
from neovim_ai.notes.rank.ranker import Asked, Ranker
from neovim_ai.notes.recents import recents
from neovim_ai.notes.store import Heading, StoredSection
from neovim_ai.notes.vault import Vault

if TYPE_CHECKING:
    from neovim_ai.notes.meaning import Meaning

_LOOKED_AT = 2
"""How many times the limit is looked at closely, to break ties."""
_COVERED_IS_WORTH = 2.0
_RECENT_IS_WORTH = 0.2
_RRF = 60
_SOME_WEIGHT = 0.05
_DAY_NS = 86_400 * 10**9


@dataclass
class View:
    """What one client sees.

    Attributes:
        vaults: Those it named.
        buffers: By path.
        meaning: What knows which sections are near in meaning, if anything does.
    """

    vaults: list[Vault] = field(default_factory=list)
    buffers: dict[str, OpenBuffer] = field(default_factory=dict)
    meaning: Meaning | None = None


class Finder:
    """Answers queries; one for all clients.

    Attributes:
        answered: How many so far.
    """

    def __init__(self, ranker: Ranker[Any], favourites: Favourites) -> None:
        self.answered = 0
        self._ranker = ranker
        self._favourites = favourites
        self._paths: dict[tuple[object, ...], frozenset[int]] = {}

    def find(self, view: View, text: str, limit: int, near: Sequence[Sequence[int]] = ()) -> Found:
        """Return the best sections for what was typed.

        Args:
            view: Where.
            text: What was typed.
            limit: How many.
            near: For each vault, sections near in meaning, nearest first. They stand below all that
                hold the words, and among those that hold only some of them.
        """
        began = time.perf_counter()
        self.answered += 1
        query = parse_query(text, lambda form: any(v.reader.knows(form) for v in view.vaults))
        sources = self._sources(view, query)
        if query.is_empty:
            ranking = _recent_ones(sources, limit)
        else:
            ranking = self._ranker.rank([source.asked for source in sources], query, limit)
        if near:
            ranking = _fused(ranking, sources, near)
        made, total = self._rows(sources, query, ranking, limit), ranking.total
        problem = next((vault.problem for vault in view.vaults if vault.problem), "")
        return Found(made, total, progress(view), time.perf_counter() - began, problem)

    def passages(self, view: View, question: str, limit: int) -> tuple[Section, ...]:
        """Return the sections likeliest to answer a question."""
        query = parse_query(question + " ")
        if not query.words:
            return ()
        sources = self._sources(view, query)
        ranking = self._ranker.likely([source.asked for source in sources], query, limit)
        chosen = self._closely(sources, query, ranking.hits, limit)
        return tuple(section(stored, sources[hit.store].outer(stored.id)) for hit, stored in chosen)

    def sections(self, view: View, ids: Sequence[int]) -> tuple[Section, ...]:
        """Return sections by the ids of rows, in their order."""
        found: dict[int, StoredSection] = {}
        for source in self._sources(view, Query()):
            mine = {one: inner for one in ids if (inner := source.inner(one)) is not None}
            stored = source.sections(list(mine.values()))
            found.update({one: stored[inner] for one, inner in mine.items() if inner in stored})
        return tuple(section(found[one], one) for one in ids if one in found)

    def remember(self, path: str, heading_path: Sequence[str]) -> None:
        """Remember that the user went there."""
        self._favourites.remember(path, heading_path)

    def status(self, view: View) -> dict[str, Any]:
        """Return what `neovim-ai notes index --stats` shows of a client's vaults."""
        vaults = []
        for vault in view.vaults:
            files, sections = vault.store.counts()
            size = sum(f.stat().st_size for f in vault.store.folder.iterdir() if f.is_file())
            vaults.append(
                {"root": str(vault.root), "files": files, "sections": sections, "bytes": size}
            )
        return {"pid": os.getpid(), "ranker": self._ranker.name, "vaults": vaults}

    def _sources(self, view: View, query: Query) -> list[_Source]:
        sources = []
        for number, vault in enumerate(view.vaults):
            if query.vaults and not any(name in w.fold(vault.root.name) for name in query.vaults):
                continue
            buffers = [b for b in view.buffers.values() if b.vault is vault]
            hidden = frozenset(b.file for b in buffers if b.file is not None)
            asked = Asked(
                vault.reader,
                self._files(vault, query.paths),
                hidden,
                self._favourites.of(vault),
            )
            sources.append(_Source(asked, number, vault=vault))
            sources += [
                _Source(Asked(b.reader), _BUFFERS + at, buffer=b)
                for at, b in enumerate(view.buffers.values())
                if b.vault is vault and all(path in w.fold(b.path) for path in query.paths)
            ]
        return sources

    def _files(self, vault: Vault, parts: Sequence[str]) -> frozenset[int] | None:
        if not parts:
            return None
        key = (vault.root, vault.version, tuple(parts))
        if key not in self._paths:
            if len(self._paths) > 16:
                self._paths.clear()
            rows = vault.store.db.execute("SELECT id, path FROM files")
            root = str(vault.root.parent)
            self._paths[key] = frozenset(
                file for file, path in rows if _has_all(w.fold(path.removeprefix(root)), parts)
            )
        return self._paths[key]

    def _rows(
        self, sources: Sequence[_Source], query: Query, ranking: Ranking, limit: int
    ) -> tuple[NotesRow, ...]:
        marker = rows.Marker(query, ranking.expansions)
        chosen = self._closely(sources, query, ranking.hits, limit)
        return tuple(
            rows.row(hit, stored, sources[hit.store].outer(stored.id), marker)
            for hit, stored in chosen
        )

    def _closely(
        self, sources: Sequence[_Source], query: Query, ranked: Sequence[Hit], limit: int
    ) -> list[tuple[Hit, StoredSection]]:
        """Order by what only the sections themselves tell; a tier is never left."""
        hits = ranked[: limit * _LOOKED_AT]
        headings = _by_source(hits, lambda number, ids: sources[number].headings(ids))
        asked = {part for word in query.words for part in word.parts}
        opened = tuple(word.parts[-1] for word in query.words if word.prefix and word.parts)
        now = time.time_ns()
        seen: set[tuple[str, int]] = set()
        chosen = []
        for hit in hits:
            one = headings.get((hit.store, hit.section))
            if one is None or (one.path, one.row) in seen:
                continue
            seen.add((one.path, one.row))
            score = hit.score
            if hit.tier > Tier.MEANING:
                score += _covered(one, asked, opened) + _recent(one, now)
            chosen.append(Hit(hit.store, hit.section, hit.tier, score))
        chosen.sort(key=lambda hit: (-max(hit.tier, Tier.SOME), -hit.score))
        stored = _by_source(chosen[:limit], lambda number, ids: sources[number].sections(ids))
        return [
            (hit, stored[hit.store, hit.section])
            for hit in chosen[:limit]
            if (hit.store, hit.section) in stored
        ]


def _recent_ones(sources: Sequence[_Source], limit: int) -> Ranking:
    """Rank what is worth a look before anything is typed; open buffers come first of all."""
    hits = []
    for number, source in enumerate(sources):
        if source.buffer:
            scores = dict.fromkeys(list(source.buffer.sections)[:limit], 1.0)
        elif source.vault:
            asked = source.asked
            scores = recents(source.vault.store, asked.favourites, asked.hidden_files, limit)
        hits += [Hit(number, one, Tier.SECTION, score) for one, score in scores.items()]
    hits.sort(key=lambda hit: -hit.score)
    return Ranking(tuple(hits[:limit]), len(hits))


def _fused(ranking: Ranking, sources: Sequence[_Source], near: Sequence[Sequence[int]]) -> Ranking:
    """Join what is near in meaning to what holds some of the words, by reciprocal rank."""
    full = [hit for hit in ranking.hits if hit.tier > Tier.SOME]
    taken = {(hit.store, hit.section) for hit in full}
    some = [(hit.store, hit.section) for hit in ranking.hits if hit.tier is Tier.SOME]
    numbers = {source.number: at for at, source in enumerate(sources) if source.vault}
    meant = [
        (numbers[vault], one)
        for vault, ids in enumerate(near)
        if vault in numbers
        for one in ids
        if (numbers[vault], one) not in taken
    ]
    worth: dict[tuple[int, int], float] = {}
    for ranked, weight in ((some, _SOME_WEIGHT), (meant, 1.0)):
        for rank, key in enumerate(ranked):
            worth[key] = worth.get(key, 0.0) + weight / (_RRF + rank)
    fused = [Hit(*key, Tier.MEANING, score) for key, score in worth.items()]
    fused.sort(key=lambda hit: -hit.score)
    total = max(ranking.total, len(full) + len(fused))
    return Ranking((*full, *fused), total, ranking.expansions)


T = TypeVar("T")


def _by_source(
    hits: Sequence[Hit], look: Callable[[int, list[int]], Mapping[int, T]]
) -> dict[tuple[int, int], T]:
    """Look hits up, each source asked once."""
    wanted: dict[int, list[int]] = {}
    for hit in hits:
        wanted.setdefault(hit.store, []).append(hit.section)
    return {
        (number, section): one
        for number, ids in wanted.items()
        for section, one in look(number, ids).items()
    }


@dataclass(frozen=True)
class _Source:
    """A store that is asked: a vault's, or a buffer's."""

    asked: Asked[Any]
    number: int
    vault: Vault | None = None
    buffer: OpenBuffer | None = None

    def sections(self, ids: Sequence[int]) -> dict[int, StoredSection]:
        if self.buffer:
            return {one: self.buffer.sections[one] for one in ids}
        return self.vault.store.sections(ids) if self.vault else {}

    def headings(self, ids: Sequence[int]) -> dict[int, Heading]:
        if self.buffer:
            return {one: self.buffer.heading(one) for one in ids}
        return self.vault.headings(ids) if self.vault else {}

    def outer(self, section: int) -> int:
        """Return the id by which clients know a section."""
        return section * _SOURCES + self.number

    def inner(self, section: int) -> int | None:
        """Return the id here of a section that clients name, None when it is not from here."""
        return section // _SOURCES if section % _SOURCES == self.number else None


_SOURCES = 1024
"""Ids of sections tell where they are from: the id there times this, and the source's number."""
_BUFFERS = 128
"""The number of the first buffer among the sources."""


def section(stored: StoredSection, number: int) -> Section:
    """Return a section as `:NotesAsk` reads it."""
    return Section(
        number,
        stored.path,
        stored.row,
        stored.end_row,
        stored.heading_path,
        stored.text,
    )


def progress(view: View) -> Progress | None:
    """Return how far the indexing of a client's vaults is, None when none goes on."""
    going = [vault.progress for vault in view.vaults if vault.progress]
    if not going:
        return None
    return Progress(sum(map(attrgetter("done"), going)), sum(map(attrgetter("total"), going)))


def _has_all(text: str, parts: Sequence[str]) -> bool:
    return all(part in text for part in parts)


def _covered(stored: Heading, asked: set[str], opened: tuple[str, ...]) -> float:
    """Return what it is worth that the query says much of the section's own heading."""
    own = stored.words
    if not own:
        return 0.0
    said = sum(part in asked or (bool(opened) and part.startswith(opened)) for part in own)
    return _COVERED_IS_WORTH * said / len(own)


def _recent(stored: Heading, now: int) -> float:
    days = max(0, now - stored.mtime_ns) / _DAY_NS
    return _RECENT_IS_WORTH / (1 + days / 30)
