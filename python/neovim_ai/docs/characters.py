"""Which characters a model's text may bring into a source file."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_CATEGORIES = {
    "Cc": "a control character",
    "Cf": "an invisible format character",
    "Cn": "an unassigned character",
    "Co": "a private character",
    "Cs": "a lone surrogate",
    "Zl": "a line separator",
    "Zp": "a paragraph separator",
}
# Fine everywhere: what mathematics and units are written in.
_ALWAYS = frozenset(
    {"LATIN", "GREEK", "MICRO", "OHM", "KELVIN", "ANGSTROM", "PLANCK", "DOUBLE-STRUCK", "SCRIPT"}
    | {"MATHEMATICAL", "MODIFIER", "SUPERSCRIPT", "FEMININE", "MASCULINE", "N-ARY", "EULER"}
)


def objection(text: str, project: str, encoding: str = "utf-8") -> str | None:
    """Say why a model's text may not be inserted, or return None.

    Args:
        text: What the model wrote.
        project: The text it goes into; scripts used there are allowed.
        encoding: What that text is written with.
    """
    if text.isascii() and text.isprintable():
        return None
    for character in dict.fromkeys(text):
        reason = _forbidden(character)
        if reason:
            return f"{reason} (U+{ord(character):04X})"
    foreign = scripts(text) - _ALWAYS - scripts(project)
    if foreign:
        return f"letters of another script ({', '.join(sorted(foreign)).lower()})"
    return _unencodable(text, encoding)


def hidden(text: str) -> tuple[str, ...]:
    """Return the characters of a text that hide or reorder what one reads, each as `U+202E`.

    Args:
        text: Code as it was shown to a model; people see something else than was sent.
    """
    if text.isascii():
        return ()
    found = (c for c in dict.fromkeys(text) if c in _INVISIBLE or _misleads(c))
    return tuple(f"U+{ord(character):04X}" for character in found)


def _misleads(character: str) -> bool:
    return unicodedata.category(character) in ("Cf", "Zl", "Zp") or character >= "\U000e0100"


def scripts(text: str) -> frozenset[str]:
    """Return the scripts of a text's letters, as their Unicode names begin."""
    if text.isascii():
        return frozenset({"LATIN"})
    return frozenset(filter(None, map(_script, set(text))))


def _forbidden(character: str) -> str | None:
    if character == "\n":
        return None
    if character in _INVISIBLE or _is_variation_selector(character):
        return "an invisible character"
    return _CATEGORIES.get(unicodedata.category(character))


def _is_variation_selector(character: str) -> bool:
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


@lru_cache(maxsize=4096)
def _script(character: str) -> str:
    if not unicodedata.category(character).startswith("L"):
        return ""
    return unicodedata.name(character, "UNNAMED").split()[0]


def _unencodable(text: str, encoding: str) -> str | None:
    try:
        text.encode(encoding)
    except UnicodeEncodeError as error:
        return f"{text[error.start]!r} cannot be written in {encoding}"
    except LookupError:
        return f"the encoding {encoding!r} is unknown"
    return None
