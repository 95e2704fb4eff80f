"""Gate 3: an independent parser finds each slot once, under its name, with its text."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Mapping, Sequence

from neovim_ai.docs.gates import own_reading
from neovim_ai.docs.gates.located import Pair
from neovim_ai.docs.gates.own_reading import Entry
from neovim_ai.docs.model import Gate, House, Slot, SlotKind, Style

NAME = "read back"
_FIELD = re.compile(
    r"^[ \t]*:(?:(?P<param>param|parameter|arg|argument|key|keyword)|(?P<ivar>var|ivar|cvar)"
    r"|(?P<raises>raises?|except|exception))[ \t]+(?:[^:\n]*[ \t])?(?P<name>[^\s:]+):",
    re.MULTILINE,
)
_YIELDS = re.compile(r"^:yields?:[ \t]*(.*(?:\n(?:[ \t]+.*)?)*)", re.MULTILINE)
# griffe wants a blank line above a title, which people leave out.
_CLOSE = re.compile(r"(?<!\n)\n((?:Args|Arguments|Attributes|Returns|Yields|Raises):[ \t]*\n[ \t])")
_OWN_READINGS = {
    Style.EPYTEXT: "an Epytext reading of our own (griffe has none)",
    Style.PLAIN: "a reading of plain lists of our own (griffe has none)",
}
_FIELD_KINDS = {
    "param": SlotKind.PARAMETER,
    "ivar": SlotKind.ATTRIBUTE,
    "raises": SlotKind.RAISES,
}


def complete(pair: Pair, written: Sequence[Slot], texts: Mapping[str, str], house: House) -> Gate:
    """Look each written slot up in the docstring as griffe reads it.

    A new docstring is read in the house's style; an updated one in whichever reads all of it.
    """
    value = pair.after.value
    if value is None:
        return Gate(NAME, False, "there is no docstring to read")
    text = inspect.cleandoc(value)
    others = [s for s in Style if s is not house.style] if pair.definition.docstring else []
    problems = {style: _problem(text, style, written, texts) for style in (house.style, *others)}
    fit = next((style for style, problem in problems.items() if problem is None), None)
    if fit:
        reader = _OWN_READINGS.get(fit, "griffe")
        return Gate(NAME, True, f"{len(written)} slots found by {reader}")
    if others and _problem(_CLOSE.sub(r"\n\n\1", text), Style.GOOGLE, written, texts) is None:
        return Gate(NAME, True, f"{len(written)} slots found by griffe, sections set apart")
    return Gate(NAME, False, problems[house.style] or "")


def renamed(pair: Pair, names: Mapping[str, str]) -> Gate:
    """Whoever read a parameter under its old name must read it as often under its new one."""
    for style in Style:
        before, after = (_named(side.value, style) for side in (pair.before, pair.after))
        for old, new in names.items():
            if before[old] and (after[old] or after[new] != before[old]):
                return Gate(NAME, False, f"{new} is not read in place of {old} as {style}")
    return Gate(NAME, True, f"{len(names)} renamed, read as before")


def _named(value: str | None, style: Style) -> Counter[str]:
    entries = _entries(inspect.cleandoc(value or ""), style)
    return Counter(e.name for e in entries if e.kind is SlotKind.PARAMETER)


def _problem(
    text: str, style: Style, written: Sequence[Slot], texts: Mapping[str, str]
) -> str | None:
    entries = _entries(text, style)
    for slot in written:
        if slot.kind is SlotKind.EXAMPLES:
            continue  # gate 6 reads these
        wanted = _folded(texts[slot.key])
        if slot.kind in (SlotKind.SUMMARY, SlotKind.DESCRIPTION):
            if not _is_prose(slot.kind, _as_said(text, style), wanted):
                return f"{slot.key} is not where {style} readers look for it"
            continue
        name = slot.name.lstrip("*") if style is Style.EPYTEXT else slot.name
        found = [e for e in entries if e.kind is slot.kind and _same_name(e.name, name)]
        if len(found) != 1:
            return f"{slot.key} was found {len(found)} times as {style}"
        if wanted not in _folded(found[0].text):
            return f"{slot.key} has another text as {style}"
    return None


def _as_said(text: str, style: Style) -> str:
    return own_reading.unescaped(text) if style is Style.EPYTEXT else text


def _is_prose(kind: SlotKind, text: str, wanted: str) -> bool:
    paragraphs = [_folded(p) for p in re.split(r"\n[ \t]*\n", text)]
    if kind is SlotKind.SUMMARY:
        first, second = [*paragraphs, "", ""][:2]
        # A long summary may go on in a paragraph of its own; no word may be lost but an "and"
        # between the two.
        joined = [_words(text) for text in (first, f"{first} {second}", f"{first} and {second}")]
        return first == wanted or _words(wanted) in joined
    return wanted in paragraphs[1:] or wanted in _folded(text)


def _words(text: str) -> list[str]:
    return [word.strip(".,;:!?()").casefold() for word in text.split()]


def _same_name(found: str, name: str) -> bool:
    return found.replace("\\", "") == name


def _folded(text: str) -> str:
    return " ".join(text.split())


def _entries(text: str, style: Style) -> list[Entry]:
    if style is Style.EPYTEXT:
        return list(own_reading.epytext(text))
    if style is Style.PLAIN:
        return list(own_reading.plain(text))
    entries = list(_read(text, style))
    if style is not Style.SPHINX:
        return entries
    # griffe keeps the last of equal fields and knows none for yielded values.
    counted = [_field(match) for match in _FIELD.finditer(text)]
    known = {(e.kind, e.name): e.text for e in entries}
    doubled = [e for e in counted if (e.kind, e.name) in known]
    single = [e for e in entries if e.kind not in _FIELD_KINDS.values()]
    yielded = [Entry(SlotKind.YIELDS, "", match[1]) for match in _YIELDS.finditer(text)]
    return [*single, *(Entry(e.kind, e.name, known[e.kind, e.name]) for e in doubled), *yielded]


def _field(match: re.Match[str]) -> Entry:
    group = next(name for name in _FIELD_KINDS if match[name])
    return Entry(_FIELD_KINDS[group], match["name"], "")


def _read(text: str, style: Style) -> list[Entry]:
    from griffe import Docstring, Parser

    options = {"returns_multiple_items": False} if style is Style.GOOGLE else {}
    parser = Parser(style.value)
    sections = Docstring(text).parse(parser, warnings=False, **options)
    kinds = {
        "parameters": SlotKind.PARAMETER,
        "other parameters": SlotKind.PARAMETER,
        "returns": SlotKind.RETURNS,
        "yields": SlotKind.YIELDS,
        "raises": SlotKind.RAISES,
        "attributes": SlotKind.ATTRIBUTE,
    }
    return [
        _entry(kinds[section.kind.value], item)
        for section in sections
        if section.kind.value in kinds
        for item in section.value
    ]


def _entry(kind: SlotKind, item: object) -> Entry:
    name = getattr(item, "name", None) or ""
    annotation = getattr(item, "annotation", None)
    description = getattr(item, "description", "") or ""
    if kind is SlotKind.RAISES:
        return Entry(kind, str(annotation), description)
    if kind in (SlotKind.RETURNS, SlotKind.YIELDS):
        before = [str(part) for part in (name, annotation) if part]
        return Entry(kind, "", ": ".join([*before, description]))
    return Entry(kind, str(name), description)
