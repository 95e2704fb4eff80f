"""Turn missing slots into a question, and a model's lines back into texts of slots."""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Mapping, Sequence

from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.docs.opening import Opening
from neovim_ai.docs.wishes import COLLEAGUE, Wishes
from neovim_ai.llm.model import Begun, Field, Part, Prompt
from neovim_ai.source.context import Context, essence
from neovim_ai.source.model import Definition, DefinitionKind

# Answers of one example, in a prompt that servers keep evaluated, made a 1.5B model write
# parameters as nouns and conditions as conditions: 45 tokens a function (median) against 65
# before, no hollow text in 51 slots against 1. Sentences of the file's other docstrings, shown as
# its voice, were copied into the answers of functions that they do not describe, and are left out.
SYSTEM = """\
You write Python docstrings. For each name you are asked about you write one short, plain sentence
for a colleague who has not read the code. No markup, no code, no types.

For `def clip(value, low, high, wrap=False)` good answers are:
summary: Limit a number to a range.
value: Number to limit.
low: Smallest number that may come back.
high: Largest number that may come back.
wrap: Whether a number outside starts again at the other end.
returns: The limited number.
ValueError: If the range is empty."""
# For servers that go on with a docstring that we begin: the form says the rest.
SYSTEM_BEGUN = """\
You write Python docstrings in Google style for colleagues who have not read the code. Answer with \
the docstring alone: a summary of what the caller gets, then what each parameter is for, what \
comes back and when each error is raised, in one short, plain sentence each, without markup or \
types."""
_BOUNDS = {SlotKind.SUMMARY: 40, SlotKind.DESCRIPTION: 110, SlotKind.RETURNS: 50}
_BOUND = 40
# A newcomer is told more, and the room for it is given; the others need none.
_MORE_FOR_NEWCOMERS = 20
_READERS = {
    1: "The reader is new to this code base and to its field: explain its terms, and for each "
    "parameter say why one would set it.",
    2: "The reader knows Python but not this field: avoid its jargon.",
    4: "The reader works on this project: leave out what is plain to see.",
    5: "The reader is an expert: state the contract alone, in the fewest words.",
}
_SENTENCES = 3
_LONGEST_SAID = 2000
_STARRED = {1: "Positional arguments", 2: "Keyword arguments"}


def fields(slots: Sequence[Slot]) -> dict[str, Slot]:
    """Name each slot as the model is to write it; names are unique, in the order of the slots."""
    named: dict[str, Slot] = {}
    for slot in slots:
        name = slot.name or str(slot.kind)
        named[name if name not in named else f"{slot.kind} {name}"] = slot
    return named


def as_fields(
    named: Mapping[str, Slot], audience: int = COLLEAGUE, begun: Mapping[str, str] | None = None
) -> tuple[Field, ...]:
    """Give each name its fact and its bound, in tokens, and the words that it begins with.

    Args:
        named: The names asked, as `fields` gives them.
        audience: For whom it is written.
        begun: By slot key, words that a text begins with instead of the usual ones.
    """
    begun = begun or {}
    more = _MORE_FOR_NEWCOMERS if audience == 1 else 0
    return tuple(
        Field(
            name,
            _hint(slot),
            _BOUNDS.get(slot.kind, _BOUND) + more,
            begun.get(slot.key) or lead(slot),
            _SENTENCES if slot.kind is SlotKind.DESCRIPTION else 1,
        )
        for name, slot in named.items()
    )


def _hint(slot: Slot) -> str:
    if slot.kind is not SlotKind.DESCRIPTION:
        return slot.hint
    asked = "two or three sentences on what one must know to use it"
    return f"{asked}; it {slot.hint}" if slot.hint else asked


def lead(slot: Slot) -> str:
    """Return the words that a text about a slot begins with, so that it is of the right kind.

    Left alone, a small model says what the function does with a parameter ("Sends the request with
    ...") or that an exception "is raised".
    """
    if slot.kind is SlotKind.RAISES:
        return "If"
    truth = slot.type == "bool" or slot.hint in ("default True", "default False")
    if slot.kind is SlotKind.RETURNS:
        return "True if" if truth else ""
    if slot.kind is not SlotKind.PARAMETER:
        return ""
    if slot.name.startswith("*"):
        return _STARRED[slot.name.count("*")]
    return "Whether" if truth else ""


def prompt(
    definition: Definition,
    context: Context,
    named: Mapping[str, Slot],
    note: str = "",
    wishes: Wishes | None = None,
    said: str = "",
    opening: Opening | None = None,
) -> Prompt:
    """Build the question.

    What is the same for all requests of a run comes first, then what methods of a class share:
    servers evaluate an unchanged beginning once.

    Args:
        definition: What is documented.
        context: What is shown of the code.
        named: The names asked, as `fields` gives them.
        note: Why a first answer would not do.
        wishes: For whom it is written, and what the user wants said.
        said: What the docstring that is to be replaced says.
        opening: Begins the docstring where the server goes on with what we begin.
    """
    wishes = wishes or Wishes()
    reader = _READERS.get(wishes.audience)
    system, system_begun = (f"{s}\n\n{reader}" if reader else s for s in (SYSTEM, SYSTEM_BEGUN))
    notes = [n for n in (_said(said), _wanted(wishes.note)) if n]
    # A note would have to be read before all that is written already; words to go on from are not.
    begun = None
    if opening:
        begun = Begun(system_begun, _begun_task(definition, context, named, notes), opening)
    task = _task(definition, context, named, [*notes, note] if note else notes)
    return Prompt(system, "", task, begun=begun, around=around(context))


def around(context: Context) -> tuple[Part, ...]:
    """Return what is shown beside a definition while there is room: a method's class stays longest.

    Args:
        context: What is known of the code.
    """
    callees = (Part(text) for text in context.callees)
    return (*((Part(context.owner, 1.0),) if context.owner else ()), *callees)


def _said(said: str) -> str:
    if not said.strip():
        return ""
    text = inspect.cleandoc(said)[:_LONGEST_SAID]
    return f"Its documentation so far, whose meaning stays where it is still true:\n{text}"


def _wanted(note: str) -> str:
    return f"Its author asks you to say or change this: {' '.join(note.split())}" if note else ""


def _task(
    definition: Definition, context: Context, named: Mapping[str, Slot], notes: Sequence[str]
) -> str:
    parts = [f"```python\n{context.definition}\n```"]
    if any(slot.kind is SlotKind.SUMMARY for slot in named.values()):
        parts.append(_about_the_summary(definition))
    return "\n\n".join([*parts, *notes])


def _begun_task(
    definition: Definition, context: Context, named: Mapping[str, Slot], notes: Sequence[str]
) -> str:
    """Show the code where it stands; a method without its class is half understood."""
    whole = definition.kind in (DefinitionKind.CLASS, DefinitionKind.MODULE)
    code = context.definition if whole else essence(context.definition)
    if context.owner:
        header = context.owner.partition("  #")[0]
        code = f"{header}\n{textwrap.indent(code, '    ')}"
    parts = [f"```python\n{code}\n```"]
    described = next((s for s in named.values() if s.kind is SlotKind.DESCRIPTION), None)
    if described:
        parts.append(f"Below the summary stand {_hint(described)}.")
    return "\n\n".join([*parts, *notes])


def _about_the_summary(definition: Definition) -> str:
    if definition.kind is DefinitionKind.CLASS:
        return "The summary says what an instance stands for."
    if definition.kind is DefinitionKind.MODULE:
        return "The summary says what the module is for."
    return "The summary says what the caller gets, in the imperative, not how it is done."
