"""What a person types into the one box, understood.

`words in any order`, the last one half typed; `"a phrase"`; `#tag`; `todo:` `code:` `math:` `link:`
with or without a word; `lang:sh`; `in:vault`; `path:part`; `-word`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from neovim_ai.notes import words as w

_ITEM = re.compile(r'(-?)(?:([a-z]+):)?"([^"]*)("|$)|(\S+)')
_FIELDS = {"todo": w.TODO, "code": w.CODE, "math": w.MATH, "maths": w.MATH, "link": w.LINK}
_NAMES = {"maths": "math"}
_SHORT_OPTION = len("-rf")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a query.

    Attributes:
        parts: What must be there, together; empty for a word of signs only (`->`).
        whole: The word as typed when that is more than its parts, else empty.
        prefix: It may go on.
        field: A flag of `words` that the match must carry, or 0.
    """

    parts: tuple[str, ...]
    whole: str = ""
    prefix: bool = False
    field: int = 0


@dataclass(frozen=True, slots=True)
class Query:
    """A query, understood.

    Attributes:
        words: All must be found.
        phrases: So must each of these, as it stands.
        without: None of these may be found.
        marks: What the section must have: terms of `words` that begin with a control character.
        without_marks: What it must not have.
        vaults: Parts of vault names, any of which will do; none means all.
        paths: What the path must hold, all of them.
    """

    words: tuple[Word, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    without: tuple[tuple[str, ...], ...] = ()
    marks: tuple[str, ...] = ()
    without_marks: tuple[str, ...] = ()
    vaults: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked for that a section could have."""
        return not (self.words or self.phrases or self.marks or self.paths or self.vaults)


def parse_query(text: str, is_option: Callable[[str], bool] = lambda _: False) -> Query:
    """Return what a query means; any text means something.

    Args:
        text: As typed.
        is_option: Whether the notes know a form like `-exec`. If so it is looked for and not taken
            for `-word`; `-"exec"` always leaves out.
    """
    found = _Found(not text.endswith((" ", '"')), is_option)
    items = list(_ITEM.finditer(text.replace("\0", " ")))
    for number, item in enumerate(items):
        is_last = number == len(items) - 1
        if item[5] is None:
            found.phrase(item[1] == "-", item[2] or "", item[3])
        else:
            found.item(item[5], is_last)
    return found.query()


class _Found:
    def __init__(self, last_open: bool, is_option: Callable[[str], bool]) -> None:
        self._last_open = last_open
        self._is_option = is_option
        self._words: list[Word] = []
        self._phrases: list[tuple[str, ...]] = []
        self._without: list[tuple[str, ...]] = []
        self._marks: list[str] = []
        self._without_marks: list[str] = []
        self._vaults: list[str] = []
        self._paths: list[str] = []

    def phrase(self, negated: bool, name: str, text: str) -> None:
        parts = tuple(w.parts(w.fold(text)))
        if not parts:
            return
        if negated:
            self._without.append(parts)
        elif name == "path":
            self._paths.append(w.fold(text))
        elif name == "in":
            self._vaults.append(w.fold(text))
        else:
            if name in _FIELDS:
                self._marks.append(w.HAS + _NAMES.get(name, name))
            self._phrases.append(parts)

    def item(self, text: str, is_last: bool) -> None:
        negated = len(text) > _SHORT_OPTION and text[0] == "-" and text[1].isalnum()
        negated = negated and not self._is_option(w.fold(text))
        bare = text[1:] if negated or text.startswith("-#") else text
        name, colon, value = bare.partition(":")
        if bare.startswith("#") and bare[1:2].isalpha():
            self._mark(w.TAG + w.fold(bare[1:]), negated or bare is not text)
        elif colon and name in ("in", "path", "lang"):
            self._filter(name, w.fold(value), negated)
        elif colon and name in _FIELDS:
            self._in_field(name, value, negated, is_last)
        elif negated:
            self._without.append(tuple(w.parts(w.fold(bare))))
        else:
            self._word(text, 0, is_last)

    def _mark(self, mark: str, negated: bool) -> None:
        (self._without_marks if negated else self._marks).append(mark)

    def _filter(self, name: str, value: str, negated: bool) -> None:
        if not value:
            return
        if name == "lang":
            self._mark(w.LANG + value, negated)
        else:
            (self._vaults if name == "in" else self._paths).append(value)

    def _in_field(self, name: str, value: str, negated: bool, is_last: bool) -> None:
        self._mark(w.HAS + _NAMES.get(name, name), negated)
        if value and not negated:
            self._word(value, _FIELDS[name], is_last)

    def _word(self, text: str, field: int, is_last: bool) -> None:
        folded = w.fold(text)
        parts = tuple(w.parts(folded))
        whole = folded.strip("\"'`()[]{},;")[: w.LONGEST]
        if not parts and not whole:
            return
        ends_in_sign = bool(parts) and not folded.endswith(parts[-1])
        self._words.append(
            Word(
                parts=parts,
                whole="" if parts == (whole,) else whole,
                prefix=is_last and self._last_open and not ends_in_sign,
                field=field,
            )
        )

    def query(self) -> Query:
        return Query(
            tuple(self._words),
            tuple(self._phrases),
            tuple(parts for parts in self._without if parts),
            tuple(self._marks),
            tuple(self._without_marks),
            tuple(self._vaults),
            tuple(self._paths),
        )
