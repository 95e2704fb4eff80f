"""Gate 4: the project's docstring linters report nothing new."""

from __future__ import annotations

import re

from neovim_ai.docs.gates import clean_forms, pydoclinted, ruffed
from neovim_ai.docs.gates.located import Pair
from neovim_ai.docs.model import Gate, House

NAME = "linters"
_BLANK = re.compile(rb"[^\r\n]*(?:\r\n|\r|\n)[ \t\f]*(?:\r\n|\r|\n)")


# What pydoclint and ruff say of an exception that comes from a callee.
_OF_CALLEES = frozenset({"DOC502", "DOC503"})


def nothing_new(pair: Pair, house: House, *, through: bool = False) -> Gate:
    """Compare what the project's linters say of the definition before and after.

    A finding is excused only where no complete docstring in any form would be without it.

    Args:
        pair: Both sides.
        house: Knows the linters.
        through: Exceptions of callees were asked for, whatever a linter says of them.
    """
    linters = house.linters
    said: list[str] = []
    new: list[str] = []
    if linters.pydoclint:
        found = pydoclinted.new(pair, linters.pydoclint)
        unavoidable = clean_forms.unavoidable(pair, found.codes, house) if found.codes else {}
        new += [code for code in found.codes if code not in unavoidable]
        said += [found.label] if found.label else []
        said += [f"{code} in any form ({why})" for code, why in unavoidable.items()]
        said += [] if said or new else ["pydoclint finds nothing new"]
    if linters.rules.any and linters.folder:
        checked = ruffed.new(pair, linters.folder)
        spaced = "D202" in checked.codes and _blank_below_header(pair)
        new += [code for code in checked.codes if not (spaced and code == "D202")]
        said.append(checked.label or "ruff finds nothing new")
        said += ["D202 in any form (a blank line of the code stands there)"] if spaced else []
    asked = {code for code in new if through and code in _OF_CALLEES}
    new = [code for code in new if code not in asked]
    said += [f"{code}: exceptions of callees were asked for" for code in sorted(asked)]
    if new:
        return Gate(NAME, False, f"new: {', '.join(dict.fromkeys(new))}")
    return Gate(NAME, True, "; ".join(said) or "no docstring linter configured")


def _blank_below_header(pair: Pair) -> bool:
    """Tell whether the code itself has the blank line: no byte outside the docstring may go."""
    definition = pair.definition
    if definition.docstring is not None:
        return False
    return _BLANK.match(pair.before.source.utf8, definition.header.end) is not None
