"""Queries on public Markdown, each drawn from the section that answers it.

The words of a query are all that is known of what a person wants. Another section that holds them
in the same places, those of the heading in its own heading and the others anywhere in it, answers
as well: packages share passages with the next one and with their own older versions. Counted are
both, the very section (or a copy of it) and one that answers as well.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bench import notes_corpus
from neovim_ai.notes import words as w
from neovim_ai.notes.model import Section


@dataclass(frozen=True)
class Drawn:
    """A query and what tells the sections that answer it.

    Attributes:
        kind: `words`, `prefix` or `typo`.
        half: `tune` or `measure`.
        query: As typed.
        body: Of the section that it was drawn from.
        of_heading: The words meant that stand in that section's heading.
        of_body: The other words meant.
    """

    kind: str
    half: str
    query: str
    body: str
    of_heading: frozenset[str]
    of_body: frozenset[str]

    def is_it(self, section: Section) -> bool:
        """Tell whether it is the very section, or a copy."""
        return section.text.partition("\n")[2].split() == self.body.split()

    def is_answered_by(self, section: Section) -> bool:
        """Tell whether a section holds all that was meant, where it was meant."""
        heading = _words(section.heading_path[-1])
        return self.is_it(section) or (
            self.of_heading <= heading and self.of_body <= heading | _words(section.text)
        )


def questions(count: int = 150) -> tuple[Drawn, ...]:
    """Draw queries: three telling words of a section in other order, one half typed, one mistyped.

    The words are those of its heading and the rarest of its body: what a person remembers of it.
    """
    dice = random.Random(notes_corpus.SEED)
    every = notes_corpus.sections()
    holding = Counter(word for heading, body in every for word in _telling(f"{heading} {body}"))
    # Longer than a page is no answer to be remembered, and shorter than ten words has none to tell.
    fit = [s for s in every if 10 <= len(s[1].split()) <= 300 and len(s[1]) < 3000]
    made: list[Drawn] = []
    for number in range(count):
        heading, body = dice.choice(fit)
        words = sorted(_telling(body), key=lambda word: (holding[word], word))[:6]
        chosen = dice.sample(words, min(3, len(words)))
        heads = _telling(heading)
        if heads:
            chosen[-1:] = [dice.choice(sorted(heads))]
        if not chosen:
            continue
        dice.shuffle(chosen)
        half = ("tune", "measure")[number % 2]
        told = " ".join(chosen)
        meant = (body, frozenset(heads & {*chosen}), frozenset({*chosen} - heads))
        made.append(Drawn("words", half, told + " ", *meant))
        made.append(Drawn("prefix", half, told[: -max(1, len(chosen[-1]) // 3)], *meant))
        made.append(Drawn("typo", half, _slipped(dice, chosen), *meant))
    return tuple(made)


def _words(text: str) -> frozenset[str]:
    return frozenset(w.parts(w.fold(text)))


def _telling(text: str) -> set[str]:
    return {word for word in w.parts(w.fold(text)) if word.isalpha() and 4 <= len(word) <= 16}


def _slipped(dice: random.Random, words: Sequence[str]) -> str:
    """Swap two neighbours in the longest word."""
    longest = max(words, key=len)
    at = dice.randrange(1, len(longest) - 1)
    swapped = longest[:at] + longest[at + 1] + longest[at] + longest[at + 2 :]
    return " ".join(swapped if word is longest else word for word in words) + " "
