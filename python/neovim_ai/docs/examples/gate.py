"""Gate 6: what stands in the docstring as an example is what was run, call and output."""

from __future__ import annotations

from neovim_ai.docs.examples import text
from neovim_ai.docs.model import Gate

NAME = "examples"


def shown_as_run(value: str | None, ran: str) -> Gate:
    """Look each example that was run up in a finished docstring.

    Args:
        value: The docstring.
        ran: The lines of the examples as the run gave them; they are the only ones there are,
            beside those of a person.
    """
    try:
        there = text.read(value or "")
    except ValueError as error:
        return Gate(NAME, False, f"the docstring is no doctest: {error}")
    missing = [one for one in text.read(ran) if one not in there]
    if missing:
        return Gate(NAME, False, f"`{missing[0].call}` does not stand there as it ran")
    count = len(text.read(ran))
    return Gate(NAME, True, f"{count} ran twice with the same output")
