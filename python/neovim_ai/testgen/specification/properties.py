"""Properties that sentences or names state: they hold for every result, so no value is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.testgen.model import Target
from neovim_ai.testgen.specification.docstring import Docstring
from neovim_ai.testgen.specification.model import Property

# What is read here must be said of the result, of every one: sentences with an exception in them
# ("unless", "otherwise") are left alone.
_STATED: tuple[tuple[str, str], ...] = (
    (r"\bhas no spaces\b|\bwithout (?:any )?spaces\b", "' ' not in result"),
    (r"\ball (?:letters|chars|characters) are (?:in )?lower ?case\b", "result == result.lower()"),
    (r"\ball (?:letters|chars|characters) are (?:in )?upper ?case\b", "result == result.upper()"),
    (r"\bascii[- ]only\b|\ball chars are encoded as ascii\b", "result.isascii()"),
    (r"\bsame length as\b|\bof the same length\b", "len(result) == len({0})"),
    (
        r"\b(?:containing|contains|with)(?: the)? same (?:chars|characters|elements|items)\b",
        "sorted(result) == sorted({0})",
    ),
    (r"\breturns? (?:an?|the) (?:new )?sorted\b", "list(result) == sorted(result)"),
    (r"\bin ascending order\b", "list(result) == sorted(result)"),
    (r"\bin descending order\b", "list(result) == sorted(result, reverse=True)"),
    (r"\bidempotent\b", "{f}(result) == result"),
    (r"\bnever (?:returns? )?(?:a )?negative\b|\bnon-?negative (?:int|num)", "result >= 0"),
    (r"\bbetween 0 and 1\b|\bin the range \[0, 1\]", "0 <= result <= 1"),
    (r"\b(?:without|no) duplicates\b", "len(set(result)) == len(result)"),
)
_BOUND = re.compile(
    r"(?:at most|no longer than|not longer than|longer than this given|no more than)\s+"
    r"[`*]*(\w+)[`*]*\s+(?:characters|chars|items|elements)"
)
_INVERSE = re.compile(
    r"\b(?:inverse|reverse|opposite|counterpart) of[\s:]+(?:func:|meth:)?[`*]*(\w+)"
)
_UNLESS = re.compile(r"\b(?:unless|otherwise|except|possible|may|might|could|if|when)\b", re.I)
_PAIRS: tuple[tuple[str, str], ...] = (
    ("encode", "decode"),
    ("dumps", "loads"),
    ("dump", "load"),
    ("compress", "decompress"),
    ("escape", "unescape"),
    ("quote", "unquote"),
    ("pack", "unpack"),
    ("encrypt", "decrypt"),
    ("serialize", "deserialize"),
    ("flatten", "unflatten"),
    ("to", "from"),
)


def read(
    docstring: Docstring, target: Target, definitions: Sequence[Definition]
) -> tuple[Property, ...]:
    """Return the properties stated of a function's result.

    Args:
        docstring: What a person wrote.
        target: The function; methods are left alone, whose state counts too.
        definitions: All definitions of its file: inverses are among them.
    """
    if target.definition.kind is not DefinitionKind.FUNCTION or target.definition.is_async:
        return ()
    functions = {d.name for d in definitions if d.kind is DefinitionKind.FUNCTION}
    functions -= {target.definition.name}
    found = [*_sentences(docstring, target, functions), *_names(target, functions)]
    return tuple({one.check: one for one in reversed(found)}.values())[::-1]


def _sentences(docstring: Docstring, target: Target, functions: set[str]) -> Iterator[Property]:
    names = [p.name for p in target.facts.parameters]
    first = names[0] if names else "result"
    for row, line in enumerate(docstring.text.split("\n")):
        text = line.strip()
        if text.startswith((":", ">>>", "@")) or _UNLESS.search(text):
            continue
        number = docstring.line_of(row)
        for pattern, check in _STATED:
            if re.search(pattern, text, re.IGNORECASE):
                filled = check.format(first, f=target.definition.name)
                yield Property(filled, text, number, names=_called(filled, target))
        if (bound := _BOUND.search(text)) and bound[1] in names:
            yield Property(f"len(result) <= {bound[1]}", text, number)
        if (inverse := _INVERSE.search(text)) and inverse[1] in functions:
            check = f"{inverse[1]}(result) == {first}"
            yield Property(check, text, number, names=(inverse[1],))


def _called(check: str, target: Target) -> tuple[str, ...]:
    name = target.definition.name
    return (name,) if f"{name}(" in check else ()


def _names(target: Target, functions: set[str]) -> Iterator[Property]:
    """Suggest a round trip where names are a pair."""
    parameters = [p for p in target.facts.parameters if p.default is None]
    if len(parameters) != 1:
        return
    for other in sorted(functions & set(_counterparts(target.definition.name))):
        said = f"`{other}` and `{target.definition.name}` are a pair by name"
        check = f"{other}(result) == {parameters[0].name}"
        yield Property(check, said, stated=False, names=(other,))


def _counterparts(name: str) -> Iterator[str]:
    words = name.split("_")
    for pair in _PAIRS:
        for one, other in (pair, pair[::-1]):
            if one in words:
                yield "_".join(other if word == one else word for word in words)
    for joint in ("to", "2"):
        if joint in words:
            place = words.index(joint)
            yield "_".join([*words[place + 1 :], joint, *words[:place]])
