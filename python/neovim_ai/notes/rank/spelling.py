"""How far two words may be apart for one to be a typo of the other."""

from __future__ import annotations

ONE_EDIT_FROM = 4
TWO_EDITS_FROM = 8


def edits_allowed(word: str) -> int:
    """Return how many edits a word may be away from what was meant; another number is no typo."""
    if any(char.isdigit() for char in word):
        return 0
    return (len(word) >= ONE_EDIT_FROM) + (len(word) >= TWO_EDITS_FROM)


def is_near(one: str, other: str, edits: int) -> bool:
    """Tell whether two words are that near; neighbours that swap places are one edit."""
    if abs(len(one) - len(other)) > edits:
        return False
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        now = [i]
        for j, there in enumerate(other, 1):
            best = min(last[j] + 1, now[-1] + 1, last[j - 1] + (char != there))
            if i > 1 and j > 1 and char == other[j - 2] and there == one[i - 2]:
                best = min(best, before[j - 2] + 1)
            now.append(best)
        if min(now) > edits:
            return False
        before, last = last, now
    return last[-1] <= edits


def is_near_beginning(one: str, other: str, edits: int) -> bool:
    """Tell whether a word is that near to the beginning of another."""
    lengths = range(len(one) - edits, min(len(one) + edits, len(other)) + 1)
    return any(is_near(one, other[:length], edits) for length in lengths)
