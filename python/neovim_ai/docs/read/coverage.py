"""Which facts a docstring already describes, in entries or in a person's prose."""

from __future__ import annotations

import re
from collections.abc import Collection

from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.docs.read.document import Docstring
from neovim_ai.docs.read.model import Entry, PieceKind
from neovim_ai.source.model import DefinitionKind, Facts, ParameterKind

_GIVES = re.compile(r"returns?\b", re.IGNORECASE)
_RAISING = re.compile(r"\b(?:rais(?:e|es|ed|ing)|throws?|thrown)\b", re.IGNORECASE)
_SPOKEN = (PieceKind.SUMMARY, PieceKind.PROSE, PieceKind.TEXT)
# Words that head a line like an entry does and never name a parameter.
_REMARKS = {"default", "defaults", "example", "examples", "note", "notes", "see", "todo", "warning"}


def described(docstring: Docstring, facts: Facts) -> set[str]:
    """Return the slot keys that a docstring covers, `summary` and `parameter:delim` among them.

    A parameter counts when an entry has words for it, or when prose does: its name set apart
    (``x``, `x`, *x*) or at the head of a line of a hand-made list (`x -- text`). An exception
    counts when prose says that it is raised. A docstring without sections whose summary starts
    with "Return" describes the return value, unless something else is missing: then sections come
    anyway, and linters and readers expect this one among them.
    """
    entries = [entry for entry in docstring.entries if entry.described]
    kinds = {entry.kind for entry in entries}
    keys = _prose_keys(docstring) | _named_keys(docstring, entries, facts)
    keys |= {str(kind) for kind in (SlotKind.RETURNS, SlotKind.YIELDS) if kind in kinds}
    if _shows_examples(docstring):
        keys.add(str(SlotKind.EXAMPLES))
    if SlotKind.RETURNS in kinds and facts.is_generator and not facts.returns:
        keys.add(str(SlotKind.YIELDS))
    if _summary_gives(docstring, facts, keys):
        keys.add(str(SlotKind.RETURNS))
    return keys


def _shows_examples(docstring: Docstring) -> bool:
    titles = (section.header.of(docstring.value) for section in docstring.sections)
    titled = any(title.strip().casefold().startswith("example") for title in titles)
    return titled or ">>> " in docstring.value


def stale(docstring: Docstring, facts: Facts) -> tuple[Entry, ...]:
    """Return the entries about parameters and exceptions that the code does not have.

    With `**kwargs` any name may be meant, so none is reported; exceptions may also come from what
    the function calls, so a caller should put those more softly.
    """
    return tuple(
        entry for entry in docstring.entries if entry.names and _gone(entry, docstring, facts)
    )


def _gone(entry: Entry, docstring: Docstring, facts: Facts) -> bool:
    if entry.kind is SlotKind.RAISES:
        last = {_last(r.exception) for r in facts.raises}
        return not facts.is_abstract and not any(_last(name) in last for name in entry.names)
    if entry.kind is not SlotKind.PARAMETER or docstring.of is DefinitionKind.CLASS:
        return False
    if any(p.kind is ParameterKind.VAR_KEYWORD for p in facts.parameters):
        return False
    known = {p.name for p in facts.parameters} | {"self", "cls"} | _REMARKS
    return not any(name in known or name.casefold() in _REMARKS for name in entry.names)


def _prose_keys(docstring: Docstring) -> set[str]:
    kinds = [piece.kind for piece in docstring.pieces]
    keys = {str(SlotKind.SUMMARY)} if PieceKind.SUMMARY in kinds else set()
    if PieceKind.PROSE in kinds:
        keys.add(str(SlotKind.DESCRIPTION))
    return keys


def _named_keys(docstring: Docstring, entries: Collection[Entry], facts: Facts) -> set[str]:
    prose = [p.span.of(docstring.value) for p in docstring.pieces if p.kind in _SPOKEN]
    parameters = _names(entries, SlotKind.PARAMETER)
    attributes = parameters | _names(entries, SlotKind.ATTRIBUTE)
    raised = {_last(name) for name in _names(entries, SlotKind.RAISES)}
    slots = [
        Slot(SlotKind.PARAMETER, p.starred)
        for p in facts.parameters
        if p.name in parameters or explains(prose, p.name)
    ]
    slots += [
        Slot(SlotKind.ATTRIBUTE, a.name)
        for a in facts.attributes
        if a.name in attributes or explains(prose, a.name)
    ]
    slots += [
        Slot(SlotKind.RAISES, r.exception)
        for r in facts.raises
        if _last(r.exception) in raised or _says_raised(prose, r.exception)
    ]
    return {slot.key for slot in slots}


def _names(entries: Collection[Entry], kind: SlotKind) -> set[str]:
    return {name for entry in entries if entry.kind is kind for name in entry.names}


def _last(name: str) -> str:
    """Return `BadZipFile` of `zipfile.BadZipFile`: docstrings write it either way."""
    return name.rpartition(".")[2]


def explains(prose: Collection[str], name: str) -> bool:
    """Tell whether paragraphs of prose speak of a name as a name."""
    word = re.escape(name)
    apart = rf"``\*{{0,2}}{word}``|`\*{{0,2}}{word}`|(?<![\w*])\*{word}\*(?![\w*])|\*\*{word}\*\*"
    listed = rf"^[ \t]*(?:[-*+\u2022][ \t]+)?(?:\\?\*){{0,2}}{word}[ \t]*(?:\([^()\n]*\))?" + (
        r"[ \t]*(?::[ \t]|--?[ \t]|=[ \t]|[\u2013\u2014])[ \t]*\S"
    )
    pattern = re.compile(f"{apart}|{listed}", re.MULTILINE)
    return any(pattern.search(paragraph) for paragraph in prose)


def _says_raised(prose: Collection[str], name: str) -> bool:
    word = re.compile(rf"(?<!\w){re.escape(_last(name))}\b")
    sentences = (s for paragraph in prose for s in re.split(r"(?<=[.;])\s", paragraph))
    return any(word.search(s) and _RAISING.search(s) for s in sentences)


def _summary_gives(docstring: Docstring, facts: Facts, keys: Collection[str]) -> bool:
    if docstring.sections or docstring.entries or not _GIVES.match(docstring.value.lstrip()):
        return False
    needed = [Slot(SlotKind.PARAMETER, p.starred).key for p in facts.parameters]
    needed += [
        Slot(SlotKind.RAISES, name).key
        for name in facts.escaping
        if name.replace(".", "").isidentifier()
    ]
    return not facts.is_generator and all(key in keys for key in needed)
