"""Parameters that a docstring lists and the signature does not have, and the other way round."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence

from neovim_ai.docs.drift.case import Case
from neovim_ai.docs.drift.model import Finding, FindingKind, Severity
from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.docs.reader import Entry, PieceKind, explains
from neovim_ai.source import facts as source_facts
from neovim_ai.source.model import Parameter, ParameterKind

_SPOKEN = (PieceKind.SUMMARY, PieceKind.PROSE, PieceKind.TEXT, PieceKind.ENTRY)
# Words that head a line like an entry does and never name a parameter.
_REMARKS = frozenset(
    {"default", "defaults", "example", "examples", "note", "notes", "see", "todo", "warning"}
    | {"warnings", "none", "no", "returns", "return", "raises", "yields", "self", "cls", "and"}
    | {"int", "str", "bool", "float", "list", "dict", "tuple", "bytes", "set", "object", "type"}
    | {"or", "if", "when", "the", "this", "that", "important", "tip", "hint", "caution"}
)
_STARRED = frozenset({ParameterKind.VAR_POSITIONAL, ParameterKind.VAR_KEYWORD})
_ALIKE = 0.7


def parameters(case: Case) -> Iterator[Finding]:
    """Yield parameters gone, renamed and missing, where a docstring lists parameters at all."""
    entries = case.entries(SlotKind.PARAMETER)
    # A property that gives something callable may document how to call it.
    if not entries or not case.makers or source_facts.is_property(case.definition):
        return
    named = _named(entries)
    gone = {name: entry for name, entry in named.items() if _is_gone(case, name, entry)}
    missing = [p for p in case.parameters if _is_missing(case, named, p)]
    if _takes_any_name(case, named):
        gone = _surely_gone(case, named, gone, missing)
    renamed = _renamed(list(named), gone, [p.name for p in case.parameters], missing)
    for old, new in renamed.items():
        yield _rename(case, old, new, gone[old])
    for name, entry in gone.items():
        if name not in renamed:
            yield _gone(case, name, entry)
    # Where most parameters are left out, the list was never meant to have them all.
    if len(missing) <= len(named):
        yield from (_missing(case, p, entries) for p in missing if p not in renamed.values())


def _named(entries: Sequence[Entry]) -> dict[str, Entry]:
    """Return each name that is listed with its first entry, in order."""
    named: dict[str, Entry] = {}
    for entry in sorted(entries, key=lambda e: e.only_type):
        for name in entry.names:
            named.setdefault(name, entry)
    return dict(sorted(named.items(), key=lambda item: item[1].span.start))


def _is_gone(case: Case, name: str, entry: Entry) -> bool:
    # `:param warning:` can name nothing but a parameter, `warning: ...` below a title can.
    sure = entry.style is not None and entry.style.has_fields
    remark = name.casefold() in _REMARKS and not sure
    return name.isidentifier() and not remark and name not in case.names


def _takes_any_name(case: Case, named: dict[str, Entry]) -> bool:
    """Tell whether a list may hold names beside the signature's, that stars collect."""
    taken = case.taken
    if any(p.kind is ParameterKind.VAR_KEYWORD for p in taken):
        return True
    plain = any(p.name in named for p in taken if p.kind not in _STARRED)
    stars = any(p.kind is ParameterKind.VAR_POSITIONAL and p.name not in named for p in taken)
    return stars and not plain


def _surely_gone(
    case: Case, named: dict[str, Entry], gone: dict[str, Entry], missing: Sequence[Parameter]
) -> dict[str, Entry]:
    """Keep of what any keyword may explain the names that were parameters once.

    Keywords that stars collect are listed behind the parameters, and looked up by their name.
    """
    body = case.source.slice(case.definition.body).replace(case.docstring.literal.text, "", 1)
    unseen = {n: e for n, e in gone.items() if not re.search(rf"['\"]{re.escape(n)}['\"]", body)}
    # Several of them: a list that has the keywords in it, wherever they stand.
    if len(unseen) != 1:
        return {}
    name, entry = next(iter(unseen.items()))
    # What stands right above `**kwargs` may be one of them.
    known = {p.name for p in case.parameters if p.kind not in _STARRED}
    last = max((e.span.start for n, e in named.items() if n in known), default=-1)
    alone = len(gone) == len(missing) == 1
    sure = entry.span.start < last or (alone and _are_alike(name, missing[0].name))
    return {name: entry} if sure else {}


def _are_alike(old: str, new: str) -> bool:
    return bool(difflib.get_close_matches(old, [new], 1, _ALIKE)) or old in new or new in old


def _is_missing(case: Case, named: dict[str, Entry], one: Parameter) -> bool:
    if one.name in named or _is_hidden(one):
        return False
    return not _is_spoken_of(case, one.name)


def _is_hidden(one: Parameter) -> bool:
    return one.name.startswith("_") or one.name in {"self", "cls"} or one.kind in _STARRED


def _is_spoken_of(case: Case, name: str) -> bool:
    pieces = [p for p in case.docstring.pieces if p.kind in _SPOKEN]
    spoken = [p.span.of(case.docstring.value) for p in pieces]
    # A directive's text counts as code, but a name set apart in it is spoken of all the same.
    apart = f"``{name}``" in case.docstring.value
    return apart or explains(spoken, name) or _is_named_plainly(spoken, name)


def _is_named_plainly(spoken: Sequence[str], name: str) -> bool:
    """Tell whether prose speaks of a name without markup, in a way that means no English word."""
    word = rf"(?<![\w.]){re.escape(name)}(?!\w)"
    unlike_english = "_" in name or re.search(r"\d", name)
    tested = rf"\b(?:if|when|unless|whether|and|or)\s+{word}\s+(?:is|are|was|equals|==?)\b"
    grouped = rf"^[ \t]*(?:{word}\s+(?:and|or)\s|\w+\s+(?:and|or)\s+{word}\s*\()"
    pattern = re.compile(word if unlike_english else f"{tested}|{grouped}", re.I | re.M)
    return any(pattern.search(text) for text in spoken)


def _renamed(
    listed: Sequence[str],
    gone: dict[str, Entry],
    passed: Sequence[str],
    missing: Sequence[Parameter],
) -> dict[str, Parameter]:
    """Pair what is gone with what is missing: alone between the same neighbours, or alike."""
    pairs: dict[str, Parameter] = {}
    gaps_of_gone = {name: _gap(listed, name, passed) for name in gone}
    gaps_of_missing = {p.name: _gap(passed, p.name, listed) for p in missing}
    for name, gap in gaps_of_gone.items():
        there = [p for p in missing if gaps_of_missing[p.name] == gap]
        beside = [n for n, other in gaps_of_gone.items() if other == gap]
        if len(there) == len(beside):
            pairs[name] = there[beside.index(name)]
    for name in gone:
        free = {p.name: p for p in missing if p not in pairs.values()}
        close = difflib.get_close_matches(name, free, 1, _ALIKE) if name not in pairs else []
        if close:
            pairs[name] = free[close[0]]
    return pairs


def _gap(names: Sequence[str], name: str, others: Sequence[str]) -> tuple[str, str]:
    """Return the nearest names on both sides that the other list has as well."""
    at = list(names).index(name)
    before = next((n for n in reversed(names[:at]) if n in others), "")
    after = next((n for n in names[at + 1 :] if n in others), "")
    return before, after


def _rename(case: Case, old: str, new: Parameter, entry: Entry) -> Finding:
    return case.finding(
        FindingKind.PARAMETER_RENAMED,
        Slot(SlotKind.PARAMETER, new.starred).key,
        f"The docstring describes '{old}', which the code calls '{new.name}'.",
        entry,
        was=old,
        now=new.name,
    )


def _gone(case: Case, name: str, entry: Entry) -> Finding:
    return case.finding(
        FindingKind.PARAMETER_GONE,
        Slot(SlotKind.PARAMETER, name).key,
        f"The docstring describes '{name}', which is no parameter.",
        entry,
        was=name,
    )


def _missing(case: Case, one: Parameter, entries: Sequence[Entry]) -> Finding:
    return case.finding(
        FindingKind.PARAMETER_MISSING,
        Slot(SlotKind.PARAMETER, one.starred).key,
        f"The docstring lists parameters but not '{one.name}'.",
        entries[0],
        severity=Severity.INFO,
        now=one.name,
    )
