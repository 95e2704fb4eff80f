"""Values as Python source that evaluates to an equal value of the same type."""

from __future__ import annotations

import enum
import math
import sys
from types import BuiltinFunctionType, FunctionType
from typing import Any, Dict, List, Mapping, Optional, Set

LONGEST = 400
"""Characters of source beyond which a value is described, not written out."""

DEEPEST = 6

_PLAIN = (bool, int, str, bytes, complex, type(None), type(...))
_DOTTED = frozenset(
    {"datetime", "decimal", "fractions", "pathlib", "uuid", "collections", "ipaddress"}
)
"""Modules of the standard library whose objects have a `repr` that evaluates, under this name."""


class Writer:
    """Writes values as source for a test that has the subject's names bare.

    Attributes:
        names: What stands bare: the subject's module.
        imports: Import lines that the sources written so far need.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names
        self.imports: Set[str] = set()

    def source(self, value: Any, longest: int = LONGEST) -> Optional[str]:
        """Return source that evaluates to an equal value of the same type, or None."""
        try:
            text = self._source(value, 0)
        except Exception:
            # A `repr` or `__eq__` of the project may do anything.
            return None
        return text if text is not None and len(text) <= longest else None

    def _source(self, value: Any, depth: int) -> Optional[str]:
        kind = type(value)
        if depth > DEEPEST:
            return None
        if kind in _PLAIN:
            return repr(value)
        if kind is float:
            return _float(value)
        if kind in (list, tuple, set, frozenset, dict):
            return self._container(value, depth)
        if isinstance(value, enum.Enum):
            return self._member(value)
        if isinstance(value, (type, FunctionType, BuiltinFunctionType)):
            return self._named(value)
        return self._object(value)

    def _container(self, value: Any, depth: int) -> Optional[str]:
        if isinstance(value, dict):
            keys = self._all(list(value), depth)
            values = self._all(list(value.values()), depth)
            if keys is None or values is None:
                return None
            return "{" + ", ".join(f"{k}: {v}" for k, v in zip(keys, values)) + "}"
        parts = self._all(list(value), depth)
        if parts is None:
            return None
        if isinstance(value, list):
            return "[" + ", ".join(parts) + "]"
        if isinstance(value, tuple):
            return "(" + ", ".join(parts) + ("," if len(parts) == 1 else "") + ")"
        inner = "{" + ", ".join(sorted(parts)) + "}" if parts else ""
        return inner if parts and isinstance(value, set) else f"{type(value).__name__}({inner})"

    def _all(self, values: List[Any], depth: int) -> Optional[List[str]]:
        if len(values) > LONGEST:
            return None
        parts = [self._source(value, depth + 1) for value in values]
        return None if None in parts else [part for part in parts if part is not None]

    def _member(self, value: Any) -> Optional[str]:
        kind = self._named(type(value))
        return f"{kind}.{value.name}" if kind and getattr(value, "name", None) else None

    def _named(self, value: Any) -> Optional[str]:
        """Name a class or function that stands bare, or one of Python's own."""
        import builtins

        name = getattr(value, "__qualname__", "")
        found: Any = self.names
        for part in name.split("."):
            found = found.get(part) if found is self.names else getattr(found, part, None)
        if found is value or (found is None and getattr(builtins, name, None) is value):
            return str(name)
        return None

    def _object(self, value: Any) -> Optional[str]:
        """Take the `repr` of an object when it evaluates to an equal one."""
        kind = type(value)
        text = repr(value)
        if len(text) > LONGEST or " at 0x" in text:
            return None
        names: Dict[str, Any] = dict(self.names)
        line = ""
        top = kind.__module__.split(".")[0]
        if kind.__name__ not in self.names:
            if top not in _DOTTED:
                return None
            if not text.startswith(f"{top}."):
                text = f"{top}.{text}"
            names[top] = sys.modules[top]
            line = f"import {top}"
        elif self.names[kind.__name__] not in (kind, getattr(kind, "__origin__", kind)):
            return None
        again = eval(text, names)
        # An object of the project without `__eq__` is equal to itself alone: `again` is another.
        if type(again) is not kind or not (again == value) or _holds_unordered(value):
            return None
        if line:
            self.imports.add(line)
        return text


def _float(value: float) -> Optional[str]:
    if math.isnan(value):
        return None
    return f"float({str(value)!r})" if math.isinf(value) else repr(value)


def _holds_unordered(value: Any) -> bool:
    """Tell whether the order in a `repr` is by chance: it would differ with the hash seed."""
    inside = getattr(value, "__dict__", {})
    return any(isinstance(item, (set, frozenset)) and len(item) > 1 for item in inside.values())
