"""Accept hunks one at a time or together, in any order, with the same result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from neovim_ai.docs import hunks
from neovim_ai.docs.compose import (
    Composed,
    Subject,
    checked,
    compose,
    draft,
    literal_after,
    literal_of,
    shortest,
    study,
    with_changes,
)
from neovim_ai.docs.memory import Memory
from neovim_ai.source import target
from neovim_ai.source.text import Edit


def accept(
    subject: Subject,
    texts: Mapping[str, str],
    keys: Sequence[str],
    before: str,
    offered: Sequence[str],
    memory: Memory | None = None,
) -> Composed | None:
    """Return the checked edit that accepts some hunks where others may have been accepted before.

    The docstring is made anew from the one that was asked about, with all that is accepted by now:
    so the order of accepting cannot matter. Where it has been edited meanwhile, what stands there
    counts, and the hunks are added to that.

    Args:
        subject: The definition as it stands now.
        texts: All texts of the proposal.
        keys: The hunks to accept.
        before: The docstring literal as it was when it was asked for; empty without one.
        offered: The keys of all hunks.
        memory: As for `study`.
    """
    if hunks.DOCSTRING in keys:
        return compose(subject, texts)
    accepted = {key: texts[key] for key in keys if key in texts}
    changes = [key for key in keys if hunks.is_change(key)]
    then = _as_it_was(subject, before, memory) if before else None
    anew = _anew(subject, then, texts, keys, offered) if then else None
    if anew is None:
        return compose(subject, accepted, changes)
    return checked(subject, anew, accepted, changes)


def _anew(
    subject: Subject,
    then: Subject,
    texts: Mapping[str, str],
    keys: Sequence[str],
    offered: Sequence[str],
) -> Edit | None:
    """Return the edit from the docstring of now to that of then with everything accepted."""
    span = subject.definition.docstring
    if span is None:
        return None
    open_ = {slot.key for slot in subject.missing} | set(subject.changes)
    done = [key for key in offered if key not in open_]
    now, wanted = (_grown(then, texts, some) for some in (done, [*done, *keys]))
    if now != subject.source.slice(span) or wanted == now:
        return None
    return shortest(span, now, wanted)


def _as_it_was(subject: Subject, before: str, memory: Memory | None) -> Subject | None:
    span = subject.definition.docstring
    if span is None or subject.wishes.rewrite:
        return None
    source = subject.source.apply([Edit(span, before)])
    definition = target.by_qualname(source, subject.definition.qualname, subject.definition.ordinal)
    house, wishes = subject.house, subject.wishes
    return study(source, definition, house, wishes, memory, subject.passing)


def _grown(subject: Subject, texts: Mapping[str, str], keys: Sequence[str]) -> str:
    """Return a docstring's literal with some hunks accepted."""
    edit = draft(subject, {key: texts[key] for key in keys if key in texts})
    changes = [key for key in keys if hunks.is_change(key)]
    edit = with_changes(subject, edit, changes) if changes else edit
    source, definition = subject.source, subject.definition
    return literal_after(source, definition, edit) if edit else literal_of(source, definition)
