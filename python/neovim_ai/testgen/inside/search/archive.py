"""The nearest candidates to each goal."""

from __future__ import annotations

import random
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Set, Tuple

from .gene import Gene
from .runner import Goal, Seen
from .trace import SIDES

NEAREST = 6
"""Candidates kept for a goal that nothing reached yet."""


class Near(NamedTuple):
    """A candidate that came near a goal, how far it was, and what was compared there."""

    far: float
    gene: Gene
    pair: Optional[Tuple[Any, Any]]


class Archive:
    """Candidates by what they reach.

    Attributes:
        best: The most readable candidate that reaches a goal.
        near: The nearest ones to goals that nothing reached.
        wanted: Numbers of the marks that count; None for all.
    """

    def __init__(self, wanted: Optional[Set[int]] = None) -> None:
        self.best: Dict[Goal, Tuple[float, Gene]] = {}
        self.near: Dict[int, List[Near]] = {}
        self.wanted = wanted
        self._genes: Optional[List[Gene]] = None

    def wants(self, goal: Goal) -> bool:
        """Tell whether a goal counts."""
        return self.wanted is None or isinstance(goal, str) or goal // SIDES in self.wanted

    def take(self, gene: Gene, seen: Seen, size: float) -> bool:
        """Keep a candidate for what it reached or came near to; True where that is new."""
        new = False
        for goal in seen.reached:
            if not self.wants(goal):
                continue
            known = self.best.get(goal)
            if known is None or size < known[0]:
                new = new or known is None
                self.best[goal] = (size, gene)
                self._genes = None
                if isinstance(goal, int):
                    self.near.pop(goal, None)
        for missed, far in seen.missed.items():
            if missed not in self.best and missed not in seen.reached and self.wants(missed):
                self._come_near(missed, Near(far, gene, seen.pairs.get(missed // SIDES)))
        return new

    def _come_near(self, goal: int, near: Near) -> None:
        known = self.near.setdefault(goal, [])
        if len(known) == NEAREST and near.far >= known[-1].far:
            return
        if any(n.gene.key() == near.gene.key() for n in known):
            return
        known.append(near)
        known.sort(key=lambda n: (n.far, n.gene.size()))
        del known[NEAREST:]

    def missing(self) -> List[int]:
        """Return goals that something came near to and nothing reached."""
        return list(self.near)

    def pick(self, chance: random.Random) -> Optional[Near]:
        """Return a candidate near some missing goal, the nearer ones more often."""
        if not self.near:
            return None
        known = self.near[chance.choice(list(self.near))]
        return known[min(int(chance.expovariate(0.7)), len(known) - 1)]

    def genes(self) -> List[Gene]:
        """Return the candidates that reach something, each once."""
        if self._genes is None:
            self._genes = list({gene.key(): gene for _, gene in self.best.values()}.values())
        return self._genes

    def reached_by(self, gene: Gene) -> Set[Goal]:
        """Return the goals that a candidate is the best for."""
        return {goal for goal, (_, best) in self.best.items() if best is gene}


def cover(
    reached: Dict[int, Set[Goal]], cost: Dict[int, float], goals: Iterable[Goal]
) -> List[int]:
    """Return a small choice that reaches all goals that can be, by the greedy rule.

    Args:
        reached: Goals by candidate.
        cost: What a candidate costs to read.
        goals: What to reach.
    """
    left = set(goals)
    chosen: List[int] = []
    while left:
        gains = {i: len(found & left) for i, found in reached.items() if found & left}
        if not gains:
            break
        # The hundredth: of two that gain the same, the more readable one.
        best = max(gains, key=lambda i: (gains[i] / (40.0 + cost[i]), -cost[i]))
        chosen.append(best)
        left -= reached[best]
    return chosen
