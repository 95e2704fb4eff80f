"""Small changes of values and of the source they are written in."""

from __future__ import annotations

import ast
import math
import random
from typing import Any, List, Optional, Sequence

from .stock import STRINGS
from .values import Pool

LONGEST_TEXT = 2000
_SPECIAL = " \t\n_-.,:;!?/\\'\"()[]{}<>=+*%$#@&|~^0123456789aAzZ\u00e9\x00\x1b\u2028"


class Mutator:
    """Changes values a little; its pool gives it what the subject compares with."""

    def __init__(self, chance: random.Random, pool: Pool) -> None:
        self.chance = chance
        self.pool = pool

    def source(self, source: str) -> Optional[str]:
        """Return another source near this one; None where nothing in it can be changed."""
        try:
            value = ast.literal_eval(source)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            return self._inside(source)
        return written(self.value(value))

    def _inside(self, source: str) -> Optional[str]:
        """Change one literal inside an expression."""
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            return None
        if not source.isascii():
            # Offsets in the tree count bytes.
            return None
        literals = [n for n in ast.walk(tree) if isinstance(n, (ast.Constant, ast.List, ast.Tuple))]
        self.chance.shuffle(literals)
        for node in literals:
            if getattr(node, "lineno", 0) != 1 or node.end_lineno != 1:
                continue
            segment = source[node.col_offset : node.end_col_offset]
            try:
                new = written(self.value(ast.literal_eval(segment)))
            except (ValueError, TypeError, SyntaxError):
                continue
            if new is not None:
                return source[: node.col_offset] + new + source[node.end_col_offset :]
        return None

    def value(self, value: Any) -> Any:
        """Return another value near this one, of the same type most of the time."""
        if isinstance(value, bool):
            return not value
        if isinstance(value, int):
            return self._int(value)
        if isinstance(value, float):
            return self._float(value)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, bytes):
            return self._text(value.decode("latin-1")).encode("latin-1", "replace")
        if isinstance(value, (list, tuple)):
            changed = self._items(list(value))
            return tuple(changed) if isinstance(value, tuple) else changed
        if isinstance(value, dict):
            return self._dict(dict(value))
        if isinstance(value, (set, frozenset)):
            return {item for item in self._items(sorted(value, key=repr)) if _hashable(item)}
        return self.chance.choice((0, "", [], True, 1))

    def _int(self, value: int) -> int:
        roll = self.chance.random()
        if roll < 0.45:
            return value + self.chance.choice((1, -1, 1, -1, 2, -2, 10, -10))
        own = self.pool.literals.get("int")
        if own and roll < 0.6:
            return int(self.chance.choice(own)) + self.chance.choice((0, 1, -1))
        if abs(value) > 10**9:
            return self.chance.choice((0, 1, -1))
        return self.chance.choice((-value, value * 2, value // 2, value * 10, 0, 1, value + 100))

    def _float(self, value: float) -> float:
        if math.isinf(value) or math.isnan(value) or abs(value) > 1e15:
            return 1.0
        own = self.pool.literals.get("float")
        if own and self.chance.random() < 0.2:
            return float(self.chance.choice(own))
        near = (
            value + 1,
            value - 1,
            -value,
            value * 2,
            value / 2,
            value + 0.5,
            float(int(value)),
            0.0,
        )
        return self.chance.choice(near)

    def _text(self, text: str) -> str:
        chance = self.chance
        operation = chance.randrange(12)
        at = chance.randint(0, len(text))
        end = min(len(text), at + chance.choice((1, 1, 2, 4, 8)))
        if operation == 0:
            changed = text[:at] + text[end:]
        elif operation <= 2:
            changed = text[:at] + chance.choice(_SPECIAL) + text[at:]
        elif operation <= 4:
            changed = text[:at] + self._token() + text[at:]
        elif operation == 5:
            changed = text[:at] + chance.choice(_SPECIAL) + text[end:]
        elif operation == 6:
            changed = text[:at] + text[at:end] * 2 + text[end:]
        elif operation == 7:
            changed = chance.choice(
                (text.upper, text.lower, text.swapcase, text.title, text.strip)
            )()
        elif operation == 8:
            changed = text + chance.choice((" ", "\n", "", "a")) + self._token()
        elif operation == 9:
            changed = text * 2
        elif operation == 10:
            changed = text[: max(1, len(text) // 2)]
        else:
            changed = self._token()
        return changed[:LONGEST_TEXT]

    def _token(self) -> str:
        own = self.pool.literals.get("str")
        if own and self.chance.random() < 0.75:
            return str(self.chance.choice(own))
        return self.chance.choice(STRINGS)

    def _items(self, items: List[Any]) -> List[Any]:
        operation = self.chance.randrange(6)
        at = self.chance.randint(0, len(items)) if items else 0
        if not items or operation == 0:
            items.insert(at, self.value(self.chance.choice(items)) if items else self._new())
        elif operation == 1:
            del items[min(at, len(items) - 1)]
        elif operation == 2:
            items.insert(at, self.chance.choice(items))
        elif operation == 3:
            self.chance.shuffle(items)
        else:
            at = min(at, len(items) - 1)
            items[at] = self.value(items[at])
        return items[:50]

    def _new(self) -> Any:
        return self.chance.choice((0, 1, "a", self._token(), None, 2.5))

    def _dict(self, items: Any) -> Any:
        operation = self.chance.randrange(4)
        if not items or operation == 0:
            items[self._token()] = self._new()
        elif operation == 1:
            del items[self.chance.choice(list(items))]
        else:
            key = self.chance.choice(list(items))
            items[key] = self.value(items[key])
        return items

    def toward(self, source: str, pair: Sequence[Any]) -> Optional[str]:
        """Return a source in which what was compared is what it was compared with.

        Args:
            source: The source of an argument.
            pair: Both sides of a comparison; the right one may be several.
        """
        left, right = pair
        others = list(right) if isinstance(right, (tuple, list)) else [right]
        if not others:
            return None
        other = self.chance.choice(others)
        if self.chance.random() < 0.5 and not isinstance(right, (tuple, list)):
            left, other = other, left
        try:
            value = ast.literal_eval(source)
        except (ValueError, TypeError, SyntaxError, MemoryError):
            value = None
        new = self._replaced(value, left, other)
        if new is None and _number(value) and _number(left) and _number(other):
            # As if what is compared grew with the argument, one, two or three times as fast.
            far = (other - left) / self.chance.choice((1, 1, 2, 3, -1))
            new = type(value)(value + min(max(far, -1e12), 1e12))
        if new is None and isinstance(value, (str, bytes, list, tuple)) and isinstance(other, int):
            new = _resized(value, other + self.chance.choice((0, 1, -1)), self.chance)
        if new is None and type(value) is type(other):
            new = other
        return written(new) if new is not None else None

    def _replaced(self, value: Any, left: Any, other: Any) -> Any:
        """Put `other` where `left` stands in a value; None where it stands nowhere."""
        number = isinstance(other, (int, float)) and not isinstance(other, bool)
        if type(value) is type(left) and value == left:
            return other + self.chance.choice((0, 1, -1)) if number else other
        if isinstance(value, str) and isinstance(left, str) and isinstance(other, str):
            if left and left in value:
                return value.replace(left, other, 1)
        if isinstance(value, str) and number and str(left) == value:
            return str(other)
        if isinstance(value, (list, tuple)):
            for at, item in enumerate(value):
                new = self._replaced(item, left, other)
                if new is not None:
                    return type(value)((*value[:at], new, *value[at + 1 :]))
        return None


def _number(value: Any) -> bool:
    finite = isinstance(value, (int, float)) and not isinstance(value, bool)
    return finite and abs(value) < 1e15


def _resized(value: Any, size: int, chance: random.Random) -> Any:
    if not 0 <= size <= 500:
        return None
    if size <= len(value):
        return value[:size]
    if not value:
        return None
    more = size - len(value)
    filler = value[-1:] if chance.random() < 0.5 else value
    return (value + filler * more)[:size]


def _hashable(item: Any) -> bool:
    return isinstance(item, (int, str, float, bytes, tuple, type(None)))


def written(value: Any) -> Optional[str]:
    """Return a value's source; None for what has none or is too long to be read."""
    text = repr(value) if value != set() or not isinstance(value, set) else "set()"
    bad = "inf" in text or "nan" in text
    return None if len(text) > LONGEST_TEXT or (bad and not _evaluates(text)) else text


def _evaluates(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return False
    return True
