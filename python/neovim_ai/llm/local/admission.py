"""Who is served next: people who wait come before batches, and each is told its place."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import IntEnum


class Priority(IntEnum):
    """The smaller goes first."""

    INTERACTIVE = 0
    BATCH = 1


@dataclass(eq=False)
class Ticket:
    """A place in the queue.

    Attributes:
        priority: Its class; within one, first come, first served.
        position: 0 once admitted, otherwise its place, counted from 1.
        moved: Set whenever `position` changes.
    """

    priority: Priority
    position: int = -1
    moved: asyncio.Event = field(default_factory=asyncio.Event)

    async def next_position(self) -> int:
        """Wait until the place changes and return it."""
        await self.moved.wait()
        self.moved.clear()
        return self.position


class Admission:
    """At most `slots` tickets are admitted at any time; the others wait in order."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._waiting: list[Ticket] = []
        self._admitted: list[Ticket] = []

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """How many are being served."""
        return len(self._admitted)

    def join(self, priority: Priority) -> Ticket:
        """Take a place behind all of the same priority and before all of a lower one."""
        ticket = Ticket(priority)
        before = sum(1 for other in self._waiting if other.priority <= priority)
        self._waiting.insert(before, ticket)
        self._advance()
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Give up a place, admitted or not; does nothing the second time."""
        for group in (self._waiting, self._admitted):
            if ticket in group:
                group.remove(ticket)
        self._advance()

    def _advance(self) -> None:
        while self._waiting and len(self._admitted) < self._slots:
            ticket = self._waiting.pop(0)
            self._admitted.append(ticket)
            self._place(ticket, 0)
        for index, ticket in enumerate(self._waiting):
            self._place(ticket, index + 1)

    def _place(self, ticket: Ticket, position: int) -> None:
        if ticket.position != position:
            ticket.position = position
            ticket.moved.set()
