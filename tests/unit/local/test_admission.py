from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from neovim_ai.llm.local.admission import Admission, Priority, Ticket

STEPS = st.lists(
    st.one_of(
        st.sampled_from(Priority),
        st.integers(min_value=0, max_value=30),
    )
)


@given(slots=st.integers(min_value=1, max_value=3), steps=STEPS)
def test_places_are_given_by_priority_then_by_arrival_and_none_is_lost(
    slots: int, steps: list[Priority | int]
) -> None:
    queue, here = Admission(slots), list[Ticket]()
    waiting = list[Ticket]()
    for step in steps:
        if isinstance(step, Priority):
            here.append(queue.join(step))
            waiting.append(here[-1])
        elif here:
            left = here.pop(step % len(here))
            queue.leave(left)
            queue.leave(left)
            waiting = [t for t in waiting if t is not left]
        # Whoever is admitted has left the line; among the rest the order is as promised.
        running = [t for t in here if t.position == 0]
        waiting = [t for t in waiting if t.position != 0]
        expected = sorted(waiting, key=lambda t: t.priority)
        assert len(running) == min(slots, len(here)) == queue.running
        assert [t.position for t in expected] == list(range(1, len(waiting) + 1))
        assert queue.waiting == len(waiting)


@given(st.lists(st.sampled_from(Priority), min_size=1))
def test_with_one_slot_all_are_served_and_people_first(joined: list[Priority]) -> None:
    queue = Admission(1)
    tickets = [queue.join(p) for p in joined]
    served = []
    while queue.running:
        now = next(t for t in tickets if t.position == 0 and t not in served)
        served.append(now)
        queue.leave(now)
    # The first found the slot free.
    assert [t.priority for t in served] == [joined[0], *sorted(joined[1:])]
