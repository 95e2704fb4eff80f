"""When a fault strikes: before the answer, at its first token, in its middle, when accepting."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from tests.fake_llm import Asked, Gate, Play, Wire, counted


class Moment(StrEnum):
    """In the order of time."""

    BEFORE = "before"
    FIRST = "first token"
    MIDDLE = "middle"
    APPLY = "apply"


STREAMED = {Moment.FIRST: "s", Moment.MIDDLE: "summary: Return the number of byt"}
"""What a server has sent by then."""


def at(
    moment: Moment,
    gate: Gate,
    before: Play,
    inside: Play,
    streamed: Mapping[Moment, str] = STREAMED,
) -> Play:
    """Return a reply that stands still at a moment until the gate opens, then goes wrong.

    Args:
        moment: When.
        gate: Opened by the test, once the user has done what they do meanwhile.
        before: How it goes wrong when nothing was sent yet.
        inside: How it goes wrong in the middle of a stream.
        streamed: What has been sent by then.
    """

    async def play(wire: Wire, asked: Asked) -> None:
        if moment is Moment.BEFORE:
            await wire.at(gate)
            await before(wire, asked)
            return
        await wire.stream()
        await wire.text(streamed[moment])
        await wire.at(gate)
        await inside(wire, asked)

    return play


def well(text: str) -> Play:
    """Return a whole sound reply."""

    async def play(wire: Wire, asked: Asked) -> None:
        await wire.stream()
        await then_well(text)(wire, asked)

    return play


def then_well(rest: str) -> Play:
    """Return a reply that goes on with a text and ends as it should."""

    async def play(wire: Wire, asked: Asked) -> None:
        await wire.text(rest)
        await wire.finish("stop", counted(asked, rest))

    return play
