"""Values that are usual: what code is called with when nothing better is known."""

from __future__ import annotations

import re
from typing import Dict, Sequence

STRINGS = (
    "", " ", "a", "abc", "hello world", "Hello, World!", "one two  three", "a,b,c", "x=1",
    "123", "0", "-1", "1.5", "A", "ABC", "some_name", "someName", "a-b", "tab\there",
    "line one\nline two", "  padded  ", "\u00e9t\u00e9", "\u65e5\u672c", "true", "None",
    "a/b/c.txt",
    "user@example.com", "https://example.com/path?q=1", "2024-02-29", "12:30:45", "[1, 2]",
    '{"a": 1}', "<b>bold</b>", "a" * 30, "lorem ipsum dolor sit amet consectetur adipiscing elit",
)  # fmt: skip
INTEGERS = (0, 1, 2, 3, -1, 4, 5, 7, 8, 10, 12, 16, 20, 42, 60, 64, 99, 100, 255, 256, 1000, -5)
FLOATS = (0.0, 1.0, 0.5, -1.5, 2.5, 3.14, 10.0, 100.25, 1e-3, 1e6, float("inf"))
CALLABLES = (
    "lambda *args: args[0] if args else None",
    "lambda *args: args",
    "lambda *args, **kwargs: None",
    "lambda *args: True",
    "lambda *args: False",
    "lambda *args: 1",
    "str",
    "len",
    "repr",
    "int",
)
TYPES = ("int", "str", "list", "dict", "float", "ValueError")


def _makers() -> Dict[type, Sequence[str]]:
    import datetime
    import decimal
    import fractions
    import uuid

    return {
        datetime.datetime: (
            "datetime.datetime(2024, 2, 29, 12, 30, 45)",
            "datetime.datetime(2000, 1, 1)",
            "datetime.datetime(2023, 12, 31, 23, 59, 59, tzinfo=datetime.timezone.utc)",
        ),
        datetime.date: ("datetime.date(2024, 2, 29)", "datetime.date(2000, 1, 1)"),
        datetime.time: ("datetime.time(12, 30)", "datetime.time(0, 0)"),
        datetime.timedelta: (
            "datetime.timedelta(days=1)",
            "datetime.timedelta(0)",
            "datetime.timedelta(days=-1, hours=2, seconds=3)",
        ),
        decimal.Decimal: ("decimal.Decimal('1.5')", "decimal.Decimal('0')", "decimal.Decimal(-10)"),
        fractions.Fraction: ("fractions.Fraction(1, 3)", "fractions.Fraction(0)"),
        uuid.UUID: ("uuid.UUID(int=1)",),
        complex: ("1 + 2j", "0j"),
        Exception: ("Exception('message')",),
        re.Pattern: ("re.compile('a+')",),
    }


MAKERS = _makers()
