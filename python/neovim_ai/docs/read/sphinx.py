"""Styles of fields: reST's `:param type name: text` and Epytext's `@param name: text`.

Doxygen's `@param[in] name text` is read as well, and what is added beside it is Epytext.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from neovim_ai.docs.model import SlotKind, Style
from neovim_ai.docs.read.lines import Line
from neovim_ai.docs.read.model import Entry, Range
from neovim_ai.docs.read.names import bare, exceptions

_FIELDS = {
    SlotKind.PARAMETER: "param parameter arg argument key keyword kwarg kwparam",
    SlotKind.RETURNS: "return returns",
    SlotKind.YIELDS: "yield yields",
    SlotKind.RAISES: "raise raises except exception throw throws",
    SlotKind.ATTRIBUTE: "ivar cvar var",
}
_TYPES = {
    SlotKind.PARAMETER: "type kwtype paramtype",
    SlotKind.RETURNS: "rtype",
    SlotKind.YIELDS: "ytype",
    SlotKind.ATTRIBUTE: "vartype",
}
_SAYS = {word: kind for kind, words in _FIELDS.items() for word in words.split()}
_TYPED = {word: kind for kind, words in _TYPES.items() for word in words.split()}
_ANY = re.compile(r"[:@][A-Za-z]\w*(?:\s[^:]*)?:(?:\s|\Z)")
_FIELD = re.compile(
    rf"(?P<mark>[:@])(?P<word>{'|'.join(sorted({*_SAYS, *_TYPED}, key=len, reverse=True))})"
    r"(?:\[[a-z, ]+\])?"
    r"(?:\s+(?P<about>(?:[^:`]|`[^`]*`|:(?!\s|\Z))*?))?\s*:(?:\s+|\Z)"
)
_DOXYGEN = re.compile(
    r"(?P<mark>[@\\])(?:(?P<word>param)(?:\[[a-z, ]+\])?[ \t]+(?P<about>\*{0,2}[^\W\d]\w*)"
    r"|(?P<raises>throws?|exception)[ \t]+(?P<class>[^\W\d][\w.]*)|(?P<gives>returns?))"
    r"(?:[ \t]+(?=[^\s:])|\Z)"
)


def is_field(line: Line) -> bool:
    """Tell whether a line starts a field that we know."""
    return bool(_FIELD.match(line.body) or _DOXYGEN.match(line.body))


def end(lines: Sequence[Line], at: int, code: Collection[int]) -> int:
    """Return the number after the last line of the field that starts at a line."""
    stop = at + 1
    for number in range(at + 1, len(lines)):
        line = lines[number]
        if line.blank:
            continue
        deeper = line.column > lines[at].column or number in code
        # A line that follows at the same column is a person's way of going on.
        follows = number == stop and not (_ANY.match(line.body) or is_field(line))
        if not deeper and (not follows or line.column < lines[at].column):
            break
        stop = number + 1
    return stop


def entry(lines: Sequence[Line], at: int, stop: int) -> Entry:
    """Read the field between two lines."""
    line, last = lines[at], lines[stop - 1].last
    found = _FIELD.match(line.body)
    if found is None:
        return _doxygen(line, last)
    word, about = found.group("word"), (found.group("about") or "").strip()
    text = Range(min(line.first + found.end(), last), last)
    kind = _SAYS.get(word) or _TYPED[word]
    span = Range(line.first, last)
    style = Style.SPHINX if found.group("mark") == ":" else Style.EPYTEXT
    if word in _TYPED:
        return Entry(kind, _names(kind, about), span, text, text, False, style, only_type=True)
    said = lines[at].text[text.start - line.start :] if text.start <= line.last else ""
    names = _names(kind, about) or (exceptions(said) if kind is SlotKind.RAISES else ())
    start = line.first + found.start("about")
    inner = about.rpartition(" ")[0] if kind in (SlotKind.PARAMETER, SlotKind.ATTRIBUTE) else ""
    typed = Range(start, start + len(inner)) if inner else None
    return Entry(kind, names, span, typed, text, text.start < text.end, style)


def _doxygen(line: Line, last: int) -> Entry:
    found = _DOXYGEN.match(line.body)
    if found is None:
        raise ValueError("no field starts here")
    about = found["about"] or found["class"] or ""
    word = found["word"] or found["raises"] or found["gives"]
    text = Range(min(line.first + found.end(), last), last)
    span, said = Range(line.first, last), text.start < text.end
    names = _names(_SAYS[word], about)
    return Entry(_SAYS[word], names, span, None, text, said, Style.EPYTEXT)


def _names(kind: SlotKind, about: str) -> tuple[str, ...]:
    if kind in (SlotKind.RETURNS, SlotKind.YIELDS) or not about:
        return ()
    if kind is SlotKind.RAISES:
        return exceptions(about) or bare(about)
    last = about.split()[-1]
    return tuple(name for name in (re.sub(r"[\\*`]", "", last),) if name)
