"""Tell whether what came out is what was wanted."""

from __future__ import annotations

import ast
import doctest
import math
import re

from neovim_ai.testgen.model import Ending, Outcome
from neovim_ai.testgen.scaffold import values
from neovim_ai.testgen.specification.examples import PRINTERS
from neovim_ai.testgen.specification.model import Example

UNARRANGED = "cannot be arranged: "
# what an object is shown as that has no look of its own
_OPAQUE = re.compile(r"<[^<>]*(?: at 0x|\b(?:object|function|generator|method|lambda|coroutine)\b)")

# An example that ends so cannot be run here: it needs what it does not say.
_CANNOT_RUN = frozenset(
    {
        "NameError",
        "ImportError",
        "ModuleNotFoundError",
        "FileNotFoundError",
        "SyntaxError",
        "UnboundLocalError",
        "PermissionError",
        "ConnectionError",
        "gaierror",
        "URLError",
    }
)


def same(wanted: str, got: str) -> bool:
    """Tell whether two sources mean equal values; floats may differ in their last digits.

    What is no literal counts as equal when it is written the same.
    """
    try:
        return _equal(values.literal(wanted), values.literal(got))
    except ValueError:
        return "".join(wanted.split()) == "".join(got.split())


def _equal(wanted: object, got: object) -> bool:
    if isinstance(wanted, bool) or isinstance(got, bool):
        return wanted is got
    if isinstance(wanted, int | float) and isinstance(got, int | float):
        return wanted == got or math.isclose(wanted, got, rel_tol=1e-6, abs_tol=1e-9)
    if isinstance(wanted, list | tuple) and isinstance(got, list | tuple):
        alike = type(wanted) is type(got) and len(wanted) == len(got)
        return alike and all(_equal(a, b) for a, b in zip(wanted, got, strict=True))
    if isinstance(wanted, dict) and isinstance(got, dict):
        return wanted.keys() == got.keys() and all(_equal(wanted[k], got[k]) for k in wanted)
    return wanted == got


def runs_here(outcome: Outcome) -> bool:
    """Tell whether a call could be tried at all."""
    if outcome.ending in (Ending.DIED, Ending.TIMED_OUT):
        return False
    return not (outcome.ending is Ending.RAISED and last(outcome.type) in _CANNOT_RUN)


def prints(expression: str) -> bool:
    """Tell whether an expression shows something by printing it, which is not seen here."""
    node = ast.parse(expression, mode="eval").body
    return isinstance(node, ast.Call) and last(ast.unparse(node.func)) in PRINTERS


def last(dotted: str) -> str:
    """Return the bare name of a dotted one."""
    return dotted.rpartition(".")[2]


def agrees(example: Example, outcome: Outcome, over: str | None = None) -> bool | None:
    """Tell whether an example came true; None when it cannot be told.

    Args:
        example: What a person wrote.
        outcome: What its call did.
        over: What `example.over` came to, as source; None when it was not asked.
    """
    if _failed_before(example, outcome):
        return False
    if example.exception:
        return _raised(example, outcome)
    if not runs_here(outcome):
        return None
    if outcome.ending is Ending.RAISED:
        return False
    got = outcome.value if over is None else over
    if example.shown:
        return _shown(example, outcome, got)
    if not got:
        return None
    # a number that is printed looks like one that is returned
    return same(example.wanted, got) or (got == "None" and _printed(example, outcome))


def _failed_before(example: Example, outcome: Outcome) -> bool:
    """Tell whether what a person wrote before the line failed, for no lack of this place."""
    if outcome.ending is not Ending.DIED or not example.call.arrange:
        return False
    _, unarranged, why = outcome.message.partition(UNARRANGED)
    name = last(why.partition(":")[0].strip())
    return bool(unarranged and name) and name not in _CANNOT_RUN


def _printed(example: Example, outcome: Outcome) -> bool:
    printed = outcome.stdout.strip()
    return bool(printed) and same(example.wanted, printed)


def _raised(example: Example, outcome: Outcome) -> bool | None:
    if outcome.ending is not Ending.RAISED:
        return False if outcome.ending in (Ending.RETURNED, Ending.YIELDED) else None
    if last(outcome.type) != last(example.exception):
        return False if runs_here(outcome) else None
    return not example.message or example.message.split() == outcome.message.split()


def _shown(example: Example, outcome: Outcome, got: str) -> bool | None:
    """Compare as doctest does: printed text, then the value unless it is None."""
    checker = doctest.OutputChecker()
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    value = "" if got in ("", "None") else f"{got}\n"
    if checker.check_output(f"{example.wanted}\n", outcome.stdout + value, flags):
        return True
    # without a value in readable form nothing was compared
    return None if not got or opaque(example.wanted) else False


def opaque(wanted: str) -> bool:
    """Tell whether shown text says nothing of a value, as `<function f at 0x1>` does."""
    return _OPAQUE.search(wanted) is not None
