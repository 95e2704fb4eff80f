"""The parts of a proposal that can be accepted alone, and the removal of what the code has lost."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from neovim_ai.docs import reader
from neovim_ai.docs.literal import Literal
from neovim_ai.docs.model import House, SlotKind
from neovim_ai.docs.read.document import Docstring
from neovim_ai.docs.read.model import Entry, PieceKind, Range
from neovim_ai.errors import AiError, Kind
from neovim_ai.source.model import Definition, Facts
from neovim_ai.source.text import Edit, SourceText, Span

DOCSTRING = "docstring"
"""The key of the one hunk of a docstring that is new or anew."""

MEND = "mend:"
"""What the keys of edits in place begin with."""

_REMOVE = "remove:"
_BLANK_LINES = re.compile(r"(?:[ \t]*\n)+")


@dataclass(frozen=True)
class Hunk:
    """One part of a proposal.

    Attributes:
        key: A slot's key, `docstring`, `remove:` and the key of what goes, or `mend:`, what is
            mended in place (`name`, `default`, `type`) and of which parameter.
        label: For people: `parameter delim`, `remove parameter gone`, `rename a to b`.
        edit: This part alone.
    """

    key: str
    label: str
    edit: Edit


def label(key: str) -> str:
    """Say in words what a hunk is about."""
    return " ".join(key.replace(":", " ").split())


def is_change(key: str) -> bool:
    """Tell whether a hunk changes what is there, or takes it away, instead of adding to it."""
    return key.startswith((_REMOVE, MEND))


def is_removal(key: str) -> bool:
    """Tell whether a hunk takes something away."""
    return key.startswith(_REMOVE)


def removal_of(docstring: Docstring, gone: Collection[Entry]) -> str:
    """Return the key under which entries about one thing go; empty where they cannot."""
    keys = dict.fromkeys(map(_key, gone))
    whole = [e for e in docstring.entries if _key(e) in keys]
    return next(iter(keys)) if len(keys) == 1 and _ranges(docstring, whole) else ""


def removal_of_results(docstring: Docstring, kind: SlotKind) -> str:
    """Return the key under which all that is said of a result goes; empty where it cannot.

    Of several descriptions one may be a paragraph about something else.
    """
    gone = [e for e in docstring.entries if e.kind is kind]
    if sum(not e.only_type for e in gone) > 1 or not _ranges(docstring, gone):
        return ""
    return f"{_REMOVE}{kind}"


def removable(
    docstring: Docstring, facts: Facts, kept: Collection[str] = frozenset()
) -> tuple[str, ...]:
    """Return the keys of what a docstring describes and the code no longer has.

    Parameters alone: an exception that this function does not raise may come from what it calls,
    and only a person knows. What shares lines with something that stays is not offered.

    Args:
        docstring: As it stands.
        facts: What the code says.
        kept: Names whose entries stay all the same.
    """
    stale = [e for e in reader.stale(docstring, facts) if e.kind is SlotKind.PARAMETER]
    gone = [e for e in stale if not set(e.names) & set(kept)]
    keys = dict.fromkeys(map(_key, gone))
    return tuple(key for key in keys if _ranges(docstring, [e for e in gone if _key(e) == key]))


def without(
    source: SourceText, definition: Definition, house: House, keys: Iterable[str]
) -> tuple[Edit, ...]:
    """Return the edits that take entries out of a docstring, their whole lines and nothing else.

    A section that is left with nothing but its title goes too.

    Raises:
        AiError: `gate` when that would change anything else.
    """
    docstring = reader.read(source, definition, house)
    if docstring is None:
        return ()
    wanted = set(keys)
    gone = [e for e in docstring.entries if {_key(e), f"{_REMOVE}{e.kind}"} & wanted]
    ranges = _ranges(docstring, gone)
    if not ranges:
        return ()
    edits = [docstring.literal.removed(r.start, r.end) for r in ranges]
    found = [edit for edit in edits if edit is not None]
    _require_exact(source, docstring, ranges, found)
    return tuple(found)


def _key(entry: Entry) -> str:
    return f"{_REMOVE}{entry.kind}:{','.join(entry.names)}"


def _ranges(docstring: Docstring, gone: Collection[Entry]) -> list[Range]:
    """Return the lines of entries and of titles left bare; none where a line is shared."""
    spans = [_own(docstring, entry) for entry in gone]
    spans += [
        section.span
        for number, section in enumerate(docstring.sections)
        if _is_emptied(docstring, number, gone)
    ]
    if not all(_has_lines_of_its_own(docstring.value, span) for span in spans):
        return []
    joined = _joined(docstring.value, sorted(_lines(docstring.value, span) for span in spans))
    if any(docstring.literal.removed(r.start, r.end) is None for r in joined):
        return []
    return joined


def _has_lines_of_its_own(value: str, span: Range) -> bool:
    """Tell whether something stands on whole lines, not behind the quotes, below other text."""
    start = value.rfind("\n", 0, span.start) + 1
    return start > 0 and not value[start : span.start].strip() and bool(value[:start].strip())


def _is_emptied(docstring: Docstring, number: int, gone: Collection[Entry]) -> bool:
    """Tell whether a section has entries and loses all of them, and no one's words with them."""
    own = [piece for piece in docstring.pieces if piece.section == number]
    entries = [piece.entry for piece in own if piece.entry is not None]
    if not entries or any(entry not in gone for entry in entries):
        return False
    if any(_own(docstring, entry) != entry.span for entry in entries):
        return False
    return all(p.kind in (PieceKind.HEADER, PieceKind.ENTRY, PieceKind.BLANK) for p in own)


def _own(docstring: Docstring, entry: Entry) -> Range:
    """Return an entry up to a paragraph that stands no deeper than it: that may be anyone's.

    What stands below the title of a result is about the result, each paragraph of it.
    """
    value, span = docstring.value, entry.span
    result = entry.kind in (SlotKind.RETURNS, SlotKind.YIELDS) and not entry.names
    if result and entry.section is not None and _is_below(docstring, entry):
        return span
    column = span.start - (value.rfind("\n", 0, span.start) + 1)
    end = span.start
    after_blank = False
    for line in value[span.start : span.end].split("\n"):
        deep = len(line) - len(line.lstrip()) > column
        if line.strip() and after_blank and not deep:
            break
        after_blank = not line.strip()
        end += len(line) + 1
    return Range(span.start, min(span.start + len(value[span.start : end].rstrip()), span.end))


def _is_below(docstring: Docstring, entry: Entry) -> bool:
    """Tell whether an entry stands deeper than the title of its section."""
    title = docstring.sections[entry.section or 0].header.start
    columns = [at - (docstring.value.rfind("\n", 0, at) + 1) for at in (title, entry.span.start)]
    return columns[1] > columns[0] and not entry.inline


def _lines(value: str, span: Range) -> Range:
    start = value.rfind("\n", 0, span.start) + 1
    end = value.find("\n", span.end)
    return Range(start, len(value) if end < 0 else end + 1)


def _joined(value: str, spans: list[Range]) -> list[Range]:
    """Join what overlaps or touches, and see to the blank lines around it."""
    return _touching([_with_gap(value, span) for span in _touching(spans)])


def _touching(spans: list[Range]) -> list[Range]:
    joined: list[Range] = []
    for span in spans:
        if joined and span.start <= joined[-1].end:
            span = Range(joined[-1].start, max(joined.pop().end, span.end))
        joined.append(span)
    return joined


def _with_gap(value: str, span: Range) -> Range:
    """Leave one gap where one part stood between two, and none before the closing quotes."""
    above, below = value[: span.start].rstrip(), value[span.end :]
    if not below.strip():
        kept = value.find("\n", len(above)) + 1 if below else len(above)
        return Range(min(kept, span.start), span.end)
    gap = _BLANK_LINES.match(below)
    if gap and value[len(above) : span.start].count("\n") > 1:
        return Range(span.start, span.end + gap.end())
    return span


def _require_exact(
    source: SourceText, docstring: Docstring, ranges: list[Range], edits: list[Edit]
) -> None:
    wanted, at = "", 0
    for one in ranges:
        wanted += docstring.value[at : one.start]
        at = one.end
    wanted += docstring.value[at:]
    span = docstring.literal.span
    lost = sum(edit.span.end - edit.span.start for edit in edits)
    after = Literal.read(source.apply(edits), Span(span.start, span.end - lost))
    if after.value != wanted:
        raise AiError(
            Kind.GATE,
            "What the code no longer has cannot be taken out without changing more.",
            "Take it out by hand.",
        )
