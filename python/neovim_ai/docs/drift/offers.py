"""What can be offered for findings without a word of a model: mends in place, and removals."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from neovim_ai.docs import hunks
from neovim_ai.docs.drift import inplace
from neovim_ai.docs.drift.case import Case, Surroundings, case
from neovim_ai.docs.drift.model import Finding, FindingKind
from neovim_ai.docs.model import House, SlotKind
from neovim_ai.docs.reader import Entry
from neovim_ai.docs.wording import words
from neovim_ai.source.model import Definition
from neovim_ai.source.text import Edit, SourceText

_ALIKE = 0.5
_STEM = 5
_IN_PLACE = {
    FindingKind.PARAMETER_RENAMED: ("name", "rename {was} to {now}"),
    FindingKind.DEFAULT_CHANGED: ("default", "default of {name}"),
    FindingKind.TYPE_CHANGED: ("type", "type of {name}"),
}
_RESULTS = {
    FindingKind.RETURNS_GONE: SlotKind.RETURNS,
    FindingKind.YIELDS_GONE: SlotKind.YIELDS,
}
_NAMED = {
    FindingKind.PARAMETER_GONE: SlotKind.PARAMETER,
    FindingKind.PARAMETER_RENAMED: SlotKind.PARAMETER,
    FindingKind.RAISES_GONE: SlotKind.RAISES,
    FindingKind.ATTRIBUTE_GONE: SlotKind.ATTRIBUTE,
}
_WITH_WORDS = frozenset(
    {FindingKind.PARAMETER_MISSING, FindingKind.RETURNS_MISSING}
    | {FindingKind.YIELDS_MISSING, FindingKind.RAISES_MISSING}
)


@dataclass(frozen=True)
class Mend:
    """One thing that is edited in place.

    Attributes:
        key: Of its hunk: `mend:name:old`, `mend:default:x`, `mend:type:x`.
        label: For people.
        finding: What is mended.
    """

    key: str
    label: str
    finding: Finding

    @property
    def renames(self) -> bool:
        """Whether it gives words another name."""
        return self.finding.kind is FindingKind.PARAMETER_RENAMED

    @property
    def restates(self) -> bool:
        """Whether it changes what the words about a parameter say."""
        return self.finding.kind is FindingKind.DEFAULT_CHANGED

    def edits(self, source: SourceText, definition: Definition, house: House) -> tuple[Edit, ...]:
        """Return its edits in any version of the text that still has what is to be mended."""
        read = case(source, definition, (), Surroundings(), house)
        return inplace.edits(read, self.finding) if read else ()


@dataclass(frozen=True)
class Offers:
    """What is offered for a docstring's findings.

    Attributes:
        mends: Edits in place.
        removals: Keys of what the code no longer has, as `hunks.without` takes them.
        left: The findings that only a person can do something about.
    """

    mends: tuple[Mend, ...] = ()
    removals: tuple[str, ...] = ()
    left: tuple[Finding, ...] = ()


def offers(case: Case, found: Sequence[Finding]) -> Offers:
    """Find out what can be done about the findings of one docstring."""
    mends: dict[str, Mend] = {}
    rest: list[Finding] = []
    for finding in found:
        mend = _mend(case, finding)
        if mend is None:
            rest.append(finding)
        else:
            mends.setdefault(mend.key, mend)
    keys = {finding: _removal(case, finding, rest) for finding in rest}
    left = [f for f in rest if not keys[f] and f.kind not in _WITH_WORDS]
    return Offers(
        tuple(mends.values()), tuple(dict.fromkeys(filter(None, keys.values()))), tuple(left)
    )


def marked(case: Case, found: Sequence[Finding]) -> Iterator[Finding]:
    """Yield findings that know whether something is offered for them."""
    left = offers(case, found).left if found else ()
    for finding in found:
        yield replace(finding, mendable=finding not in left)


def _mend(case: Case, finding: Finding) -> Mend | None:
    kind, label = _IN_PLACE.get(finding.kind, ("", ""))
    renamed = finding.kind is FindingKind.PARAMETER_RENAMED
    if not kind or (renamed and not _words_fit(case, finding)):
        return None
    if not inplace.edits(case, finding):
        return None
    name = finding.was if renamed else finding.key.partition(":")[2]
    said = label.format(was=finding.was, now=finding.now, name=name)
    return Mend(f"{hunks.MEND}{kind}:{name}", said, finding)


def _words_fit(case: Case, finding: Finding) -> bool:
    """Tell whether what is said of the old name can be about the new one.

    Where the names have nothing in common and the words none of the new one, it is another thing:
    `factor: How much larger.` would lie about a `width`. What is gone goes, and the new one is
    described. A name without words has nothing to keep either.
    """
    described = [entry for entry in inplace.about(case, finding) if entry.described]
    said = " ".join(entry.text.of(case.docstring.value) for entry in described).casefold()
    spoken = {word[:_STEM] for word in re.findall(r"[^\W\d_]{3,}", said)}
    named = {word.casefold()[:_STEM] for word in words(finding.now) if len(word) > 2}
    return bool(described) and (_are_alike(finding.was, finding.now) or bool(spoken & named))


def _are_alike(old: str, new: str) -> bool:
    """Tell whether two names are spelled alike, or one abbreviates the other (`cb`, `callback`)."""
    if difflib.SequenceMatcher(None, old, new).ratio() >= _ALIKE:
        return True
    short, long = sorted((old.casefold(), new.casefold()), key=len)
    letters = iter(long)
    return short[0] == long[0] and all(letter in letters for letter in short)


def _removal(case: Case, finding: Finding, found: Sequence[Finding]) -> str:
    """Return the key of the removal that does away with a finding; empty where there is none."""
    if finding.kind in _RESULTS:
        return hunks.removal_of_results(case.docstring, _RESULTS[finding.kind])
    kind = _NAMED.get(finding.kind)
    if kind is None:
        return ""
    gone = {other.was for other in found if _NAMED.get(other.kind) is kind}
    entries = [e for e in case.entries(kind) if finding.was in e.names and _is_gone(e, gone)]
    return hunks.removal_of(case.docstring, entries)


def _is_gone(entry: Entry, gone: set[str]) -> bool:
    """Tell whether nothing that an entry is about is left; exceptions are judged together."""
    return entry.kind is SlotKind.RAISES or set(entry.names) <= gone
