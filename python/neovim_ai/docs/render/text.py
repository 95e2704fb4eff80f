"""Writes a docstring's value as a Python string literal."""

from __future__ import annotations

import re

from neovim_ai.docs.model import House

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\r\x0e-\x1f\x7f\ufeff]")


def literal_text(value: str, house: House) -> str:
    r"""Return the literal that evaluates to `value`, in the house's quotes.

    Backslashes become a raw string where that is possible, because linters ask for one; escapes
    are the last resort. Newlines stay newlines; what a file could not hold (`\r`, NUL) is escaped.

    Args:
        value: The text between the quotes, without lone surrogates.
        house: Whose quotes to use; a single quote character becomes three for several lines.
    """
    quotes = _quotes(value, house)
    plain = _CONTROL.search(value) is None and not _closes(value, quotes)
    if plain and "\\" not in value:
        prefix = "r" if _prefix(house) == "r" else ""
        return f"{prefix}{quotes}{value}{quotes}"
    if plain and not _ends_with_odd_backslash(value):
        return f"r{quotes}{value}{quotes}"
    return f"{quotes}{_escaped(value, quotes)}{quotes}"


def _prefix(house: House) -> str:
    return house.quotes.rstrip("\"'").lower()


def _quotes(value: str, house: House) -> str:
    quotes = house.quotes.lstrip("rRuUbBfF") or '"""'
    if quotes not in ('"', "'", '"""', "'''"):
        return '"""'
    return quotes[0] * 3 if len(quotes) == 1 and "\n" in value else quotes


def _closes(value: str, quotes: str) -> bool:
    """Tell whether the value, written as it is, would end its literal early or swallow the end."""
    return quotes in value or value.endswith(quotes[0])


def _ends_with_odd_backslash(value: str) -> bool:
    return (len(value) - len(value.rstrip("\\"))) % 2 == 1


def _escaped(value: str, quotes: str) -> str:
    closing = re.compile(f"{quotes}|{quotes[0]}\\Z")
    text = closing.sub(lambda match: _escaped_each(match.group()), value.replace("\\", "\\\\"))
    return _CONTROL.sub(lambda match: _code(match.group()), text)


def _escaped_each(quotes: str) -> str:
    return "".join(f"\\{mark}" for mark in quotes)


def _code(character: str) -> str:
    if character == "\r":
        return "\\r"
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
