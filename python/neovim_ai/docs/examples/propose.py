"""From a definition to examples that were run: calls from a model, output from the sandbox."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, replace

from neovim_ai.docs.examples import calls, running, text
from neovim_ai.docs.examples.importing import module_of
from neovim_ai.docs.examples.text import Shown
from neovim_ai.errors import AiError
from neovim_ai.llm.model import FieldText, Finished, Model, Usage
from neovim_ai.sandbox.choose import choose
from neovim_ai.source.context import Context
from neovim_ai.source.model import Definition, Facts
from neovim_ai.source.text import SourceText

MOST = 2
"""Examples that are shown."""

_ROOM = 8
"""Columns that a section and a docstring take before an example."""


@dataclass(frozen=True)
class Examples:
    """What came of looking for examples.

    Attributes:
        text: The lines of a doctest; empty when no call could be shown.
        note: One phrase for the evidence: how many of how many, or why there are none.
        usage: What asking cost.
    """

    text: str
    note: str
    usage: Usage


async def propose(
    source: SourceText,
    definition: Definition,
    facts: Facts,
    context: Context,
    model: Model,
    width: int,
) -> Examples:
    """Ask for calls, run each twice under different conditions, keep those that agree.

    Args:
        source: The text as it stands, saved or not.
        definition: What is called.
        facts: What its code says.
        context: What a model is shown of it.
        model: Who is asked.
        width: Columns of the longest line of the docstring.

    Raises:
        AiError: What the model failed with; that nothing can be run is told in the note.
    """
    lines, usage = await _asked(source, definition, facts, context, model)
    room = width - len(definition.indent) - _ROOM
    asked = calls.chosen(lines, definition, room - len(text.PROMPT))
    if not asked:
        return Examples("", "no example: no call was proposed", usage)
    try:
        found, dropped = await _run(source, asked, room)
    except AiError as error:
        return Examples("", f"no example: {error.message}", usage)
    why = "" if found else f" ({dropped[0]})"
    note = f"{len(found)} of {len(asked)} example calls ran twice with the same output{why}"
    return Examples(text.written(found[:MOST]), note, usage)


async def _asked(
    source: SourceText, definition: Definition, facts: Facts, context: Context, model: Model
) -> tuple[list[str], Usage]:
    question = calls.prompt(definition, context)
    if source.path:
        question = replace(question, files=(source.path,))
    lines: list[str] = []
    async with aclosing(model.fill(question, calls.fields(definition, facts))) as events:
        async for event in events:
            if isinstance(event, Finished):
                return lines, event.usage
            if isinstance(event, FieldText) and event.done:
                lines.append(event.text)
    return lines, Usage()


async def _run(source: SourceText, asked: list[str], width: int) -> tuple[list[Shown], list[str]]:
    """Return the calls that can be shown, and why the others cannot."""
    sandbox, module = await choose(), module_of(source)
    scripts = [[one] for one in asked]
    first = await running.run(sandbox, module, scripts, running.ONE)
    second = await running.run(sandbox, module, scripts, running.OTHER)
    pairs = zip(asked, first, second, strict=True)
    judged = [text.agreed(one, a, b, width) for one, a, b in pairs]
    return (
        [one for one in judged if isinstance(one, Shown)],
        [one for one in judged if isinstance(one, str)],
    )
