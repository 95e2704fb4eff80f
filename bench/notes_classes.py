"""What people type, class by class, drawn from the sections that are searched; seeded."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence

from neovim_ai.notes import words as w

SEED = 5


def drawn(texts: Sequence[str], count: int) -> Mapping[str, list[str]]:
    """Return `count` queries of each class.

    Args:
        texts: A sample of the sections.
        count: How many of each class.
    """
    dice = random.Random(SEED)
    split = [w.parts(w.fold(text)) for text in texts]
    holding = Counter(word for words in split for word in set(words) if word.isalpha())
    by_count = [word for word, _ in holding.most_common()]
    common = [word for word in by_count if len(word) > 1][:60]
    rare = [word for word in by_count if holding[word] <= 2 and 4 <= len(word) <= 14]
    middle = [word for word in by_count if 3 <= holding[word] <= 400 and 6 <= len(word) <= 12]
    letters = Counter(word[0] for word in holding.elements())
    pairs = Counter(word[:2] for word in holding.elements() if len(word) > 2)
    return {
        "one letter": _by_weight(dice, letters, count),
        "two letters": _by_weight(dice, pairs, count),
        "common word": [dice.choice(common) + " " for _ in range(count)],
        "rare word": [dice.choice(rare) + " " for _ in range(count)],
        "two words and a prefix": [_two_and_a_prefix(dice, split) for _ in range(count)],
        "phrase": [_phrase(dice, split) for _ in range(count)],
        "typo": [_mistyped(dice, dice.choice(middle)) for _ in range(count)],
    }


def _by_weight(dice: random.Random, counted: Counter[str], count: int) -> list[str]:
    return dice.choices(list(counted), weights=list(counted.values()), k=count)


def _some_words(dice: random.Random, split: Sequence[list[str]], most: int) -> list[str]:
    while True:
        words = dice.choice(split)
        if len(words) >= most:
            return words


def _two_and_a_prefix(dice: random.Random, split: Sequence[list[str]]) -> str:
    words = [word for word in _some_words(dice, split, 12) if len(word) > 3]
    if len(words) < 3:
        return _two_and_a_prefix(dice, split)
    first, second, last = dice.sample(words, 3)
    return f"{first} {second} {last[:3]}"


def _phrase(dice: random.Random, split: Sequence[list[str]]) -> str:
    words = _some_words(dice, split, 12)
    at = dice.randrange(len(words) - 3)
    said = " ".join(words[at : at + dice.choice((2, 3))])
    return f'"{said}"'


def _mistyped(dice: random.Random, word: str) -> str:
    at = dice.randrange(1, len(word) - 1)
    return dice.choice(
        (
            word[:at] + word[at + 1 :],
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + dice.choice("aeiours") + word[at:],
        )
    )
