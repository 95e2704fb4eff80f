"""One question to a model, with an end: what it has answered by then counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing

from neovim_ai import log
from neovim_ai.llm.model import Field, FieldText, Finished, Prompt, Usage, Waiting
from neovim_ai.testgen.cases.adviser import Fills

Tell = Callable[[Waiting], None]


async def asked(
    model: Fills, prompt: Prompt, fields: Sequence[Field], tell: Tell, seconds: float
) -> tuple[dict[str, str], Usage]:
    """Return the finished texts by field, and what they cost.

    Args:
        model: Who is asked.
        prompt: The question.
        fields: What is to be written; nothing is asked where there are none.
        tell: Told what is waited for.
        seconds: After them the answer is cut off; a queue before the model counts too.
    """
    texts: dict[str, str] = {}
    usage = Usage()
    if not fields or seconds <= 0:
        return texts, usage
    try:
        async with asyncio.timeout(seconds), aclosing(model.fill(prompt, fields)) as events:
            async for event in events:
                if isinstance(event, Waiting):
                    tell(event)
                elif isinstance(event, Finished):
                    usage = event.usage
                elif isinstance(event, FieldText) and event.done:
                    texts[event.name] = event.text
    except TimeoutError:
        log.warn(f"the model was cut off after {seconds:.0f} s, {len(texts)} answers were kept")
        model.cut_off(seconds, len(texts), len(fields))
    return texts, usage
