"""Read "if `n` is negative" as an expression over the parameters, where it can be read."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence

_NUMBER = r"(-?\d+(?:\.\d+)?|zero|one)"
_TYPES = {
    "string": "str",
    "str": "str",
    "integer": "int",
    "int": "int",
    "float": "float",
    "number": "(int, float)",
    "list": "list",
    "tuple": "tuple",
    "dict": "dict",
    "dictionary": "dict",
    "bytes": "bytes",
    "bool": "bool",
    "boolean": "bool",
}
_KINDS = (str, int, float, list, tuple, dict, bytes, bool)
_WORDS = {"zero": "0", "one": "1"}
_FORMS: tuple[tuple[str, str], ...] = (
    (r"(?:is|are)\s+(?:a\s+)?negative(?:\s+(?:number|integer|value))?", "{0} < 0"),
    (r"(?:is|are)\s+not\s+(?:a\s+)?positive(?:\s+(?:number|integer|value))?", "{0} <= 0"),
    (r"(?:is|are)\s+(?:zero|0)", "{0} == 0"),
    (r"(?:is|are)\s+(?:an?\s+)?empty(?:\s+\w+)?", "len({0}) == 0"),
    (r"(?:is|are)\s+None", "{0} is None"),
    (rf"(?:is\s+)?(?:less|smaller|lower)\s+than\s+{_NUMBER}", "{0} < {1}"),
    (rf"(?:is\s+)?below\s+{_NUMBER}", "{0} < {1}"),
    (rf"(?:is\s+)?(?:greater|larger|bigger|more|higher)\s+than\s+{_NUMBER}", "{0} > {1}"),
    (rf"(?:is\s+above|exceeds)\s+{_NUMBER}", "{0} > {1}"),
    (rf"is\s+(?:shorter)\s+than\s+{_NUMBER}(?:\s+\w+)?", "len({0}) < {1}"),
    (rf"is\s+(?:longer)\s+than\s+{_NUMBER}(?:\s+\w+)?", "len({0}) > {1}"),
    (rf"\s*(<=|>=|<|>|==|!=)\s*{_NUMBER}", "{0} {1} {2}"),
    (
        r"is\s+not\s+(?:an?\s+)?(?:instance\s+of\s+)?(?:the\s+type\s+)?(\w+)",
        "not isinstance({0}, {1})",
    ),
)
_START = re.compile(
    r"^(?:[\w\s]*?\b)?(?:if|when|in case|whenever)\s+(?:the\s+|an?\s+|given\s+|provided\s+)*(.*)$",
    re.IGNORECASE,
)
_NOUNS = ("string", "number", "value", "argument", "input", "text", "list", "sequence", "parameter")


def condition(text: str, parameters: Sequence[str]) -> str:
    """Return the expression that a sentence's condition says; empty when it cannot be read whole.

    Args:
        text: The sentence (`If n is negative.`).
        parameters: Names of the function's parameters.
    """
    started = _START.match(" ".join(text.split()).rstrip(". "))
    if started is None:
        return ""
    clause = started[1].replace("`", "").replace("*", "").strip()
    name, rest = _named(clause, parameters)
    if not name:
        return ""
    for form, expression in _FORMS:
        matched = re.fullmatch(form, rest.strip(), re.IGNORECASE)
        if matched is None:
            continue
        values = [_WORDS.get(v.lower(), v) for v in matched.groups()]
        if "isinstance" in expression:
            values = [_TYPES.get(v.lower(), "") for v in values]
        return expression.format(name, *values) if all(values) else ""
    return ""


def _named(clause: str, parameters: Sequence[str]) -> tuple[str, str]:
    """Return the parameter a clause is about and what it says of it."""
    word = re.match(r"(\w+)\s*(.*)$", clause)
    if word is None:
        return "", ""
    if word[1] in parameters:
        return word[1], word[2]
    if len(parameters) == 1 and word[1].lower() in _NOUNS:
        return parameters[0], word[2]
    return "", ""


def holds(test: str, arguments: Mapping[str, str]) -> bool | None:
    """Tell whether a condition holds for literal arguments; None when that cannot be known.

    Args:
        test: An expression of `condition`.
        arguments: Parameters' values as source.
    """
    values: dict[str, object] = {}
    for name in {n.id for n in ast.walk(ast.parse(test)) if isinstance(n, ast.Name)}:
        if name in arguments:
            try:
                values[name] = ast.literal_eval(arguments[name])
            except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
                return None
    kinds: dict[str, object] = {k.__name__: k for k in _KINDS}
    kinds |= {"len": len, "isinstance": isinstance}
    try:
        # the expression is one of the forms above, over literals
        return bool(eval(test, {"__builtins__": {}}, {**kinds, **values}))  # noqa: S307
    except (TypeError, NameError, ValueError):
        return None
