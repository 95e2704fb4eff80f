"""Garbage is looked for once when nobody types, never in the midst of keys."""

from __future__ import annotations

from neovim_ai.notes.process.rest import LOOKS, NOW_AND_THEN, Rest


def collections(*answered: int) -> list[int]:
    """Return after which looks there was a collection, when these were answered at each."""
    seen: list[int] = []
    at = 0
    rest = Rest(lambda: seen.append(at))
    for at, count in enumerate(answered, 1):  # noqa: B007 - `rest` reads it
        rest.look(count)
    return seen


def test_nothing_is_collected_where_nothing_was_answered() -> None:
    assert collections(*[0] * 3 * LOOKS) == []


def test_once_after_the_last_answer() -> None:
    assert collections(1, *[2] * 4 * LOOKS) == [2 + LOOKS]


def test_now_and_then_all_the_same() -> None:
    assert len(collections(*[0] * NOW_AND_THEN)) == 1


def test_keys_put_it_off() -> None:
    typed = [number // (LOOKS - 1) for number in range(5 * LOOKS)]
    assert collections(*typed) == []


def test_again_after_the_next_answers() -> None:
    assert len(collections(*[1] * 2 * LOOKS, *[2] * 2 * LOOKS)) == 2
