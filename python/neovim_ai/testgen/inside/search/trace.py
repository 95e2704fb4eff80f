"""What one run of the marked subject told: goals reached, and how far the missed ones were."""

from __future__ import annotations

import operator
from typing import Any, Callable, Dict, List, Set, Tuple

from .marks import Mark

TRUE, FALSE, LESS, EQUAL, MORE, ONCE, OFTEN, NEVER = range(8)
SIDES = 8
"""A goal is `number of the mark * SIDES + side`."""

_OPERATIONS: Dict[str, Callable[[Any, Any], Any]] = {
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
    "Is": operator.is_,
    "IsNot": operator.is_not,
    "In": lambda left, right: left in right,
    "NotIn": lambda left, right: left not in right,
}
_ORDERED = frozenset({"Eq", "NotEq", "Lt", "LtE", "Gt", "GtE"})
_PLAIN = (int, float, str, bytes)
_FAR = 1e9
_MOST_PAIRS = 64


class Trace:
    """Collects one run; `hits` is what the marks count in, the same list for good."""

    def __init__(self, marks: List[Mark]) -> None:
        self.start_over(marks)

    def start_over(self, marks: List[Mark]) -> None:
        """Be of these marks from now on."""
        self.marks = marks
        self.hits = [0] * len(marks)
        self._none = [0] * len(marks)
        self.reached: Set[int] = set()
        self.missed: Dict[int, float] = {}
        self.pairs: Dict[int, Tuple[Any, Any]] = {}

    def begin(self) -> None:
        """Forget the run before."""
        self.hits[:] = self._none
        self.reached = set()
        self.missed = {}
        self.pairs = {}

    def see(self, number: int, value: Any) -> Any:
        """Take the truth of a value, and give the value back."""
        goal = number * SIDES
        side, other = (TRUE, FALSE) if value else (FALSE, TRUE)
        self.reached.add(goal + side)
        self._miss(goal + other, _weight(value))
        return value

    def compare(self, number: int, operation: str, left: Any, right: Any) -> Any:
        """Compare as the code would, and take which side came out by how much."""
        result = _OPERATIONS[operation](left, right)
        goal = number * SIDES
        kind = type(left)
        if kind in _PLAIN and type(right) in _PLAIN and operation in _ORDERED:
            self._relation(goal, left, right)
            self.pairs.setdefault(number, (left, right))
        elif operation in ("In", "NotIn") and kind in _PLAIN:
            self.pairs.setdefault(number, (left, _members(right)))
        truth = bool(result) if type(result) is bool else True
        self.reached.add(goal + (TRUE if truth else FALSE))
        self._miss(goal + (FALSE if truth else TRUE), self._distance(goal, operation, truth))
        return result

    def _relation(self, goal: int, left: Any, right: Any) -> None:
        try:
            far = _apart(left, right)
        except (TypeError, ValueError, OverflowError):
            return
        side = EQUAL if far == 0 else LESS if far < 0 else MORE
        self.reached.add(goal + side)
        self._miss(goal + LESS, far + 1 if far >= 0 else 0)
        self._miss(goal + MORE, 1 - far if far <= 0 else 0)
        self._miss(goal + EQUAL, abs(far))

    def _distance(self, goal: int, operation: str, truth: bool) -> float:
        """Return how far the truth is from turning."""
        turned = {
            "Eq": (EQUAL,),
            "NotEq": (LESS, MORE),
            "Lt": (LESS,),
            "LtE": (LESS, EQUAL),
            "Gt": (MORE,),
            "GtE": (MORE, EQUAL),
        }.get(operation, ())
        wanted = turned if not truth else tuple({LESS, EQUAL, MORE} - set(turned))
        known = [self.missed[goal + side] for side in wanted if goal + side in self.missed]
        return min(known) if known else 1.0

    def _miss(self, goal: int, far: float) -> None:
        if far < self.missed.get(goal, _FAR):
            self.missed[goal] = far

    def finish(self) -> Set[int]:
        """Return the goals that the run reached."""
        for number, count in enumerate(self.hits):
            mark = self.marks[number]
            goal = number * SIDES
            if count:
                self.reached.add(goal + ONCE)
                if mark.kind == "loop" and count > 1:
                    self.reached.add(goal + OFTEN)
                elif mark.kind == "loop":
                    self._miss(goal + OFTEN, 1.0)
            elif mark.kind == "loop" and self.hits[mark.before]:
                self.reached.add(goal + NEVER)
                self._miss(goal + ONCE, 1.0)
        for number, mark in enumerate(self.marks):
            if (
                mark.kind == "loop"
                and self.hits[number]
                and number * SIDES + NEVER not in self.reached
            ):
                self._miss(number * SIDES + NEVER, float(self.hits[number]))
        return self.reached


def _weight(value: Any) -> float:
    """Return how far a truthy value is from an untrue one: what it holds, or its size."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return min(abs(float(value)), _FAR / 2) or 1.0
        if isinstance(value, (str, bytes, list, tuple, dict, set)):
            return float(len(value)) or 1.0
    except (OverflowError, ValueError):
        return 1.0
    return 1.0


def _apart(left: Any, right: Any) -> float:
    """Return a signed distance: below zero where `left` is the lesser."""
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        far = float(left) - float(right)
        return far if abs(far) < _FAR else _FAR / 2 * (1 if far > 0 else -1)
    if type(left) is not type(right):
        raise TypeError
    if left == right:
        return 0.0
    same = 0
    for one, other in zip(left, right):
        if one != other:
            break
        same += 1
    rest = max(len(left), len(right)) - same
    return (rest + 0.5) * (-1 if left < right else 1)


def _members(container: Any) -> Any:
    """Return the first members of what something was looked for in."""
    if isinstance(container, (str, bytes)):
        return container[:40]
    if isinstance(container, (list, tuple, set, frozenset, dict)):
        found = [item for item in list(container)[:40] if type(item) in _PLAIN]
        return tuple(found)
    return ()
