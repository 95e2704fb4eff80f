"""From texts of slots to one edit of the source, checked: the half of `:AiDoc` without a model.

Accepting runs this again on the buffer as it then stands, so it must need nothing but the texts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from neovim_ai.docs import (
    examples,
    hunks,
    inherited,
    kept,
    merge,
    outdated,
    place,
    reader,
    render,
    slots,
    through,
    verify,
)
from neovim_ai.docs import wishes as wished
from neovim_ai.docs.drift.checks import offered
from neovim_ai.docs.drift.model import Finding
from neovim_ai.docs.drift.offers import Mend, Offers
from neovim_ai.docs.hunks import Hunk
from neovim_ai.docs.memory import Memory
from neovim_ai.docs.model import Filled, Gate, House, Slot, SlotKind
from neovim_ai.docs.reader import Docstring
from neovim_ai.docs.wishes import Wishes
from neovim_ai.source import facts as source_facts
from neovim_ai.source import target
from neovim_ai.source.model import Definition, Facts, Raise
from neovim_ai.source.text import Edit, SourceText, Span


@dataclass(frozen=True)
class Subject:
    """One definition with all that is known of it before a model is asked.

    Attributes:
        source: The text it stands in.
        definition: Where it stands.
        facts: What its code says.
        house: How its docstring is to be written.
        existing: Its docstring, read; None without one.
        missing: The slots that are to be written.
        wishes: What the user wants of it.
        removals: Keys of what its docstring describes and the code no longer has.
        mends: What is edited in place, without a word of a model.
        contradicted: What else its docstring says against the code, where only a person can help.
        rooms: By slot key, the edits that take out texts of ours that are outdated.
        passing: Exceptions that come through calls; None where nobody has looked.
    """

    source: SourceText
    definition: Definition
    facts: Facts
    house: House
    existing: Docstring | None
    missing: tuple[Slot, ...]
    wishes: Wishes = field(default_factory=Wishes)
    removals: tuple[str, ...] = ()
    rooms: Mapping[str, Edit] = field(default_factory=dict)
    passing: tuple[Raise, ...] | None = None
    mends: tuple[Mend, ...] = ()
    contradicted: tuple[Finding, ...] = ()

    @property
    def changes(self) -> tuple[str, ...]:
        """The keys of all that is offered besides new texts."""
        return (*(mend.key for mend in self.mends), *self.removals)

    @property
    def is_whole(self) -> bool:
        """Whether the docstring is written as one: it is new, or asked for anew."""
        return self.existing is None or self.wishes.rewrite


@dataclass(frozen=True)
class Composed:
    """An edit, the docstring as it then stands in the source, and what the gates say of it."""

    edit: Edit
    literal: str
    gates: tuple[Gate, ...]

    @property
    def failed(self) -> tuple[Gate, ...]:
        """The gates that did not hold."""
        return tuple(gate for gate in self.gates if not gate.held)


def study(
    source: SourceText,
    definition: Definition,
    house: House,
    wishes: Wishes | None = None,
    memory: Memory | None = None,
    passing: tuple[Raise, ...] | None = None,
) -> Subject:
    """Find out what a docstring lacks; with a memory, also which words of ours are outdated.

    Args:
        source: The text.
        definition: What is documented.
        house: How docstrings are written there.
        wishes: What the user wants of it.
        memory: What was accepted before.
        passing: Exceptions that come through calls, when somebody has looked for them.
    """
    wishes = wishes or Wishes()
    facts = source_facts.collect(source, definition)
    existing = reader.read(source, definition, house)
    stays = existing if not wishes.rewrite else None
    told = reader.described(stays, facts) if stays else set()
    base = inherited.keys(source, definition, house)
    possible = slots.wanted(definition, facts, house, base)
    rich = _as_rich(wishes, existing, facts)
    shows = _may_show_examples(definition, facts, existing)
    wanted = wished.chosen(possible, definition.kind, facts, rich, examples=shows)
    offers = offered(source, definition, house) if stays and wishes.removals else Offers()
    told |= {mend.finding.key for mend in offers.mends if mend.renames}
    rooms: Mapping[str, Edit] = {}
    if stays and memory:
        known = [slot for slot in wanted if slot.key in told]
        rooms = outdated.rooms(source, definition, house, facts, stays, known, memory)
    wanted += _passing(wanted, passing or (), facts, house, wishes, stays)
    missing = tuple(s for s in wanted if s.key not in told or s.key in rooms)
    return Subject(
        source,
        definition,
        facts,
        house,
        existing,
        missing,
        wishes,
        _removals(stays, facts, offers) if stays and wishes.removals else (),
        rooms,
        passing,
        # A text that is asked for anew says the default anew.
        tuple(m for m in offers.mends if not (m.restates and m.finding.key in rooms)),
        offers.left,
    )


def _removals(stays: Docstring, facts: Facts, offers: Offers) -> tuple[str, ...]:
    """Return the keys of what can go; what is renamed stays."""
    renamed = {mend.finding.was for mend in offers.mends if mend.renames}
    gone = hunks.removable(stays, facts, renamed)
    return tuple(dict.fromkeys([*gone, *offers.removals]))


def _may_show_examples(definition: Definition, facts: Facts, existing: Docstring | None) -> bool:
    """Whether examples can be looked for; those of a person stay, even where all else is new."""
    shown = existing is not None and str(SlotKind.EXAMPLES) in reader.described(existing, facts)
    return examples.possible(definition, facts) and not shown


def _passing(
    wanted: Sequence[Slot],
    passing: Sequence[Raise],
    facts: Facts,
    house: House,
    wishes: Wishes,
    stays: Docstring | None,
) -> tuple[Slot, ...]:
    """Return the slots of exceptions that come through calls, where they are offered."""
    described = wishes.detail >= wished.DESCRIBED
    if wishes.detail < wished.REQUIRED or facts.is_overload:
        return ()
    if not through.offers(wishes.callees, house, whole=stays is None, described=described):
        return ()
    told = reader.described(stays, replace(facts, raises=tuple(passing))) if stays else set()
    return tuple(s for s in through.slots(passing, facts, wanted) if s.key not in told)


def _as_rich(wishes: Wishes, existing: Docstring | None, facts: Facts) -> Wishes:
    """Ask for a description anew where there is one: a rewrite is to say no less."""
    if not wishes.rewrite or existing is None or wishes.detail != wished.REQUIRED:
        return wishes
    has_one = str(SlotKind.DESCRIPTION) in reader.described(existing, facts)
    return replace(wishes, detail=wished.DESCRIBED) if has_one else wishes


def draft(subject: Subject, texts: Mapping[str, str]) -> Edit | None:
    """Return the edit for the texts there are so far, unchecked; None while there are none."""
    filled = [Filled(s, texts[s.key]) for s in subject.missing if texts.get(s.key)]
    if not filled:
        return None
    if subject.existing is not None and not subject.wishes.rewrite:
        return _merged(subject, subject.existing, filled)
    literal = render.literal_text(_written(subject, filled), subject.house)
    if subject.existing is not None:
        return place.replace(subject.source, subject.definition, literal)
    return place.insert(subject.source, subject.definition, literal, subject.house.class_gap)


def _written(subject: Subject, filled: Sequence[Filled]) -> str:
    """Return the value of a docstring that is new, or anew with what no slot of it holds."""
    indent, house = place.docstring_indent(subject.source, subject.definition), subject.house
    if subject.existing is None:
        return render.docstring(filled, house, indent=indent)
    more = kept.raised_elsewhere(subject.existing, subject.missing)
    described = any(one.slot.kind is SlotKind.DESCRIPTION for one in filled)
    rest = kept.kept(subject.existing, indent, prose=not described)
    return render.docstring(
        [*filled, *more], house, indent=indent, loose=rest.loose, sections=rest.sections
    )


def compose(
    subject: Subject, texts: Mapping[str, str], changes: Sequence[str] = ()
) -> Composed | None:
    """Return the checked edit for the texts and the changes; None when they change nothing.

    Changes come last, on what the texts make of the docstring, so that their place stays theirs.
    """
    edit = draft(subject, texts)
    if changes:
        edit = with_changes(subject, edit, changes)
    return checked(subject, edit, texts, changes) if edit else None


def checked(
    subject: Subject, edit: Edit, texts: Mapping[str, str], changes: Sequence[str] = ()
) -> Composed:
    """Pass an edit through the gates."""
    source, definition = subject.source, subject.definition
    after = source.apply([edit])
    mends = [m.finding for m in subject.mends if m.renames and m.key in changes]
    names = {finding.was: finding.now for finding in mends}
    gates = verify.verify(source, after, definition, subject.missing, texts, subject.house, names)
    return Composed(edit, literal_after(source, definition, edit), gates)


def hunks_of(subject: Subject, texts: Mapping[str, str], whole: Edit | None) -> tuple[Hunk, ...]:
    """Return the parts of a proposal that can be accepted alone, in the docstring's order.

    Args:
        subject: What is documented.
        texts: The texts of its slots.
        whole: The edit that does all of it.
    """
    if subject.is_whole:
        key = hunks.DOCSTRING
        return (Hunk(key, hunks.label(key), whole),) if whole else ()
    edits = {
        s.key: draft(subject, {s.key: texts[s.key]}) for s in subject.missing if s.key in texts
    }
    edits |= {key: with_changes(subject, None, [key]) for key in subject.changes}
    labels = {mend.key: mend.label for mend in subject.mends}
    labels |= {key: f"{hunks.label(key)} (changed)" for key in subject.rooms}
    found = [
        Hunk(key, labels.get(key) or hunks.label(key), edit) for key, edit in edits.items() if edit
    ]
    return tuple(sorted(found, key=lambda hunk: hunk.edit.span))


def with_changes(subject: Subject, edit: Edit | None, keys: Sequence[str]) -> Edit | None:
    """Return the one edit that does another, then mends in place, then takes entries out."""
    source, definition, house = subject.source, subject.definition, subject.house
    after = source.apply([edit]) if edit else source
    steps = [mend.edits for mend in subject.mends if mend.key in keys]
    removals = [key for key in keys if hunks.is_removal(key)]
    steps += [partial(hunks.without, keys=removals)] if removals else []
    made: list[Sequence[Edit]] = []
    for step in steps:
        found = target.by_qualname(after, definition.qualname, definition.ordinal)
        if edits := step(after, found, house):
            made.append(edits)
            after = after.apply(edits)
    if not made or definition.docstring is None:
        return edit
    if edit is None and len(made) == 1:
        return source.combine(made[0])
    old = source.slice(definition.docstring)
    return shortest(definition.docstring, old, literal_of(after, definition))


def shortest(span: Span, old: str, new: str) -> Edit:
    """Return the edit of an old text to a new one that leaves both ends alone."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    rest = shorter - head
    tail = next((n for n in range(rest) if old[-1 - n] != new[-1 - n]), rest)
    start = span.start + len(old[:head].encode("utf-8", "surrogatepass"))
    end = span.end - len(old[len(old) - tail :].encode("utf-8", "surrogatepass"))
    return Edit(Span(start, end), new[head : len(new) - tail])


def _merged(subject: Subject, existing: Docstring, filled: Sequence[Filled]) -> Edit | None:
    source, definition, house = subject.source, subject.definition, subject.house
    rooms = [subject.rooms[f.slot.key] for f in filled if f.slot.key in subject.rooms]
    if not rooms or definition.docstring is None:
        edits = merge.merge(source, definition, existing, house, filled, _as_listed(subject))
        return source.combine(edits) if edits else None
    cleared = source.apply(rooms)
    found = target.by_qualname(cleared, definition.qualname, definition.ordinal)
    docstring = reader.read(cleared, found, house)
    if docstring is None:
        return None
    edits = merge.merge(cleared, found, docstring, house, filled, _as_listed(subject))
    literal = literal_after(cleared, found, cleared.combine(edits))
    return shortest(definition.docstring, source.slice(definition.docstring), literal)


def _as_listed(subject: Subject) -> Facts:
    """Return the facts with the names that the docstring still has, for the order of its list."""
    old = {m.finding.now: m.finding.was for m in subject.mends if m.renames}
    names = [(one, old.get(one.name, one.name)) for one in subject.facts.parameters]
    return replace(subject.facts, parameters=tuple(replace(one, name=name) for one, name in names))


def literal_after(source: SourceText, definition: Definition, edit: Edit) -> str:
    """Return a definition's docstring as it stands after an edit of it, without parsing again."""
    old = definition.docstring
    if old is None or edit.span.start < old.start:
        return edit.text.strip()
    inside = (
        source.slice(Span(old.start, edit.span.start)),
        source.slice(Span(edit.span.end, old.end)),
    )
    return edit.text.join(inside)


def literal_of(source: SourceText, definition: Definition) -> str:
    """Return a definition's docstring as it stands in a source; empty without one."""
    found = target.by_qualname(source, definition.qualname, definition.ordinal)
    return source.slice(found.docstring) if found.docstring else ""
