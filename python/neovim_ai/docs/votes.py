"""Lets the docstrings of a file say how the next one is to be written."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from neovim_ai.docs.model import Style
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

_HABIT = 5
_OPENING = re.compile(r"\(?\s*([A-Za-z]{0,2})('''|\"\"\"|'|\")")
_MARKS = {
    # Before Google's, whose titles it shares.
    Style.PLAIN: re.compile(
        r"^([ \t]*)(?:\w+ )?(?:[Aa]rguments|Args|Parameters|Attributes|Raises):[ \t]*\n"
        r"\1\*{0,2}[\w.]+(?: \([^\n]*\))? -- \S",
        re.MULTILINE,
    ),
    Style.GOOGLE: re.compile(
        r"^[ \t]*(?:Args|Arguments|Returns|Yields|Raises|Attributes):[ \t]*$", re.MULTILINE
    ),
    Style.NUMPY: re.compile(
        r"^[ \t]*(?:Parameters|Returns|Yields|Raises|Attributes)[ \t]*\n[ \t]*-{3,}[ \t]*$",
        re.MULTILINE,
    ),
    Style.EPYTEXT: re.compile(
        r"^[ \t]*@(?:param|type|return|rtype|raise|yield|ivar)\b[^\n:]*:", re.MULTILINE
    ),
    Style.SPHINX: re.compile(
        r"^[ \t]*:(?:param|type|returns?|rtype|raises?|yields?|ivar)\b[^\n:]*:", re.MULTILINE
    ),
}
_TYPED = {
    Style.PLAIN: re.compile(r"^[ \t]*\*{0,2}\w+ \([^\n]+\) -- ", re.MULTILINE),
    Style.EPYTEXT: re.compile(r"^[ \t]*@(?:type|rtype)\b", re.MULTILINE),
    Style.GOOGLE: re.compile(r"^[ \t]+\*{0,2}\w+ \([^()\n]*\S[^\n]*\):", re.MULTILINE),
    Style.NUMPY: re.compile(r"^[ \t]*\*{0,2}\w+ : \S", re.MULTILINE),
    Style.SPHINX: re.compile(r"^[ \t]*:(?:type|rtype)\b|^[ \t]*:param \S+ \w+:", re.MULTILINE),
}
_UNTYPED = {
    Style.PLAIN: re.compile(r"^[ \t]*\*{0,2}\w+ -- ", re.MULTILINE),
    Style.EPYTEXT: re.compile(r"^[ \t]*@param \w+:", re.MULTILINE),
    Style.GOOGLE: re.compile(r"^[ \t]*Args:[ \t]*\n[ \t]+\*{0,2}\w+:", re.MULTILINE),
    Style.NUMPY: re.compile(
        r"^[ \t]*Parameters[ \t]*\n[ \t]*-{3,}[ \t]*\n[ \t]*\*{0,2}\w+[ \t]*$", re.MULTILINE
    ),
    Style.SPHINX: re.compile(r"^[ \t]*:param \*{0,2}\w+:", re.MULTILINE),
}


@dataclass(frozen=True)
class Ballot:
    """What one docstring says about style; None where it cannot tell.

    Attributes:
        style: Of its sections or fields.
        typed: Whether they repeat types.
        quotes: What it stands between.
        raw: Whether it is raw without need.
        first_line: Whether its summary starts on the line of the quotes.
        blank_last: Whether a blank line ends it.
        stopped: Whether its only line ends in a full stop.
        capital: Whether it starts with a capital.
    """

    style: Style | None
    typed: bool | None
    quotes: str
    raw: bool
    first_line: bool | None
    blank_last: bool | None
    stopped: bool | None = None
    capital: bool | None = None


@dataclass(frozen=True)
class Layout:
    """The look that does not depend on the style."""

    quotes: str
    first_line: bool
    blank_last: bool
    full_stop: bool = True
    capital: bool = True


def ballots(source: SourceText) -> tuple[Ballot, ...]:
    """Read each docstring of a file as a vote."""
    spans = (d.docstring for d in target.definitions(source))
    read = (ballot(source.slice(span).replace("\r\n", "\n")) for span in spans if span)
    return tuple(one for one in read if one)


@lru_cache(maxsize=2048)
def ballot(literal: str) -> Ballot | None:
    """Read one docstring's literal as a vote; None for what is no string."""
    opening = _OPENING.match(literal)
    if opening is None:
        return None
    quotes = opening[2]
    body = literal[opening.end() :].rstrip(") \t").removesuffix(quotes)
    several = "\n" in body
    style = next((s for s, mark in _MARKS.items() if mark.search(body)), None)
    said = body.strip()
    return Ballot(
        style=style,
        typed=_typed(body, style),
        quotes=quotes,
        raw="r" in opening[1].lower() and "\\" not in body,
        first_line=bool(body.split("\n", 1)[0].strip()) if several else None,
        blank_last=re.search(r"\n[ \t]*\n[ \t]*$", body) is not None if several else None,
        stopped=said[-1] in ".!?:" if said and not several else None,
        capital=said[0].isupper() if said[:1].isalpha() else None,
    )


def _typed(body: str, style: Style | None) -> bool | None:
    if style is None:
        return None
    if _TYPED[style].search(body):
        return True
    return False if _UNTYPED[style].search(body) else None


def style(votes: Iterable[Ballot], least: int = 1) -> Style | None:
    """Return the commonest style; None where fewer than `least` docstrings are written in it."""
    counted = Counter(vote.style for vote in votes if vote.style)
    most, count = counted.most_common(1)[0] if counted else (None, 0)
    return most if count >= least else None


def types(votes: Iterable[Ballot], style: Style) -> bool | None:
    """Return whether most docstrings of a style repeat types; None where none can tell."""
    told = [vote.typed for vote in votes if vote.style is style and vote.typed is not None]
    return sum(told) * 2 > len(told) if told else None


def layout(votes: Iterable[Ballot]) -> Layout:
    """Return the commonest quotes, place of the summary and last line."""
    cast = list(votes)
    quotes = Counter(vote.quotes for vote in cast if len(vote.quotes) == 3)
    common = quotes.most_common(1)[0][0] if quotes else '"""'
    raw = sum(vote.raw for vote in cast) * 2 > len(cast)
    return Layout(
        quotes=("r" if raw else "") + common,
        first_line=_most([vote.first_line for vote in cast], True),
        blank_last=_most([vote.blank_last for vote in cast], False),
        full_stop=not _never([vote.stopped for vote in cast]),
        capital=not _never([vote.capital for vote in cast]),
    )


def _most(told: list[bool | None], otherwise: bool) -> bool:
    known = [one for one in told if one is not None]
    return sum(known) * 2 > len(known) if known else otherwise


def _never(told: list[bool | None]) -> bool:
    """Tell whether a project plainly does without something: a habit needs several cases."""
    known = [one for one in told if one is not None]
    return len(known) >= _HABIT and sum(known) * 10 <= len(known)
