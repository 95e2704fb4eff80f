"""Names for tests without a model: what is tested, and what is particular about the case."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Container, Sequence

from neovim_ai.testgen.model import Case, Ending, Source

_LONGEST = 70
_MOST_WORDS = 8


def snake(name: str) -> str:
    """Write a name in snake case."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"_+", "_", re.sub(r"\W", "_", parted)).strip("_").lower()


def subject_words(qualname: str, *, in_class: bool = False) -> str:
    """Name what is tested: `Reader.read` → `reader_read`, `Reader.__init__` → `reader`.

    Args:
        qualname: Of what is tested.
        in_class: The test stands in a class that names the subject's class already.
    """
    owner, _, name = qualname.rpartition(".")
    if in_class and owner and not name.startswith("__"):
        qualname = name
    words = [snake(part) for part in qualname.split(".") if part not in ("__init__", "__new__")]
    return "_".join(word for word in words if word) or "module"


def words(text: str) -> str:
    """Fold a model's words for a name into snake case; empty when nothing usable is left."""
    found = re.findall(r"[a-z0-9]+", snake(text.partition(":")[0] if "\n" in text else text))
    found = [one for one in "_".join(found).split("_") if one]
    while found and found[0] in ("test", "tests", "should"):
        found.pop(0)
    return "_".join(found if len(found) <= _MOST_WORDS else _whole(found[:_MOST_WORDS]))


def _whole(found: list[str]) -> list[str]:
    """Cut words that were cut short where a clause begins, so that they say something whole."""
    places = [n for n, one in enumerate(found) if one in _JOINTS and n >= 3]
    return found[: places[-1]] if places else found


_JOINTS = frozenset({"and", "or", "with", "when", "if", "for", "by", "that", "which", "as", "in"})


def case_words(case: Case, parameters: Sequence[str]) -> str:
    """Say what is particular about one case, from its arguments and how it ended."""
    if case.expectation.ending is Ending.RAISED:
        name = snake(case.expectation.type.rpartition(".")[2])
        kind = _kind_of_first(case)
        return f"raises_{name}_for_{kind}" if kind else f"raises_{name}"
    if case.expectation.source is Source.PROPERTY:
        return "keeps_" + _property(case.expectation.checks)
    told = _arguments(case, parameters)
    if case.expectation.source is Source.EXAMPLE:
        return told or "documented_example"
    return told or ("prints" if case.expectation.stdout else _result(case.expectation.value))


def group_words(cases: Sequence[Case]) -> str:
    """Say what cases of one shape have in common."""
    first = cases[0].expectation
    if first.ending is Ending.RAISED:
        return f"raises_{snake(first.type.rpartition('.')[2])}"
    if first.source is Source.EXAMPLE:
        return "documented_examples"
    if first.source is Source.PROPERTY:
        return "keeps_" + _property(first.checks)
    if first.source is Source.CALLER:
        return "as_callers_use_it"
    return "documented_values" if first.source is Source.MODEL else "values"


def _property(checks: Sequence[str]) -> str:
    known = (
        ("sorted(result) ==", "the_same_items"),
        ("list(result) == sorted", "order"),
        ("len(set(result))", "items_unique"),
        ("len(result) <=", "the_length_bound"),
        ("len(result) ==", "the_length"),
        ("result.lower()", "lower_case"),
        ("result.upper()", "upper_case"),
        ("isascii", "to_ascii"),
        ("' ' not in", "out_spaces"),
        ("result >= 0", "from_below_zero"),
    )
    text = " ".join(checks)
    found = next((name for part, name in known if part in text), "")
    return found or ("the_round_trip" if "(result) ==" in text else "the_property")


def _arguments(case: Case, parameters: Sequence[str]) -> str:
    named: list[str] = []
    for place, argument in enumerate(case.call.arguments):
        default = parameters[place] if place < len(parameters) else "argument"
        told = _value(argument.source)
        name = snake(argument.name or default)
        if told:
            alone = len(case.call.arguments) == 1 and told.startswith(_ADJECTIVES)
            named.append(told if alone else f"{name}_{told}")
    if not named:
        return ""
    return "with_" + "_and_".join(named[:2])


def _kind_of_first(case: Case) -> str:
    """Name the argument of a call of one argument: its kind, or itself where it is a word."""
    if len(case.call.arguments) != 1:
        return ""
    source = case.call.arguments[0].source
    try:
        value = ast.literal_eval(source)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return ""
    told = _value(source)
    if value is None or told.startswith(_ADJECTIVES):
        return told
    return type(value).__name__ if isinstance(value, int | float) or not told else told


_ADJECTIVES = ("empty_", "blank_")


def _result(value: str) -> str:
    """Say what came out, where that takes a word or two."""
    told = _value(value)
    if not told:
        return ""
    return f"is_{told}" if told in ("true", "false", "none") else f"gives_{told}"


def _value(source: str) -> str:
    """Name a value in a word or two; empty when it has no short name."""
    try:
        value = ast.literal_eval(source)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return ""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return f"minus_{-value}" if value < 0 else str(value) if value < 10_000 else ""
    if isinstance(value, str | bytes | list | tuple | dict | set) and not value:
        return f"empty_{type(value).__name__}"
    if isinstance(value, str):
        if value.isspace():
            return "blank_str"
        plain = re.fullmatch(r"[A-Za-z0-9 _-]{1,16}", value)
        return snake(value.replace(" ", "_").replace("-", "_")) if plain else ""
    return ""


def unique(name: str, taken: Container[str]) -> str:
    """Return a name that is not taken, shortened to a length people can read."""
    name = name[:_LONGEST].rstrip("_")
    if keyword.iskeyword(name):
        name = f"{name}_"
    if name not in taken:
        return name
    number = 2
    while f"{name}_{number}" in taken:
        number += 1
    return f"{name}_{number}"
