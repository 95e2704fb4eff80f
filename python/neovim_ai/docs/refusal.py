"""Why a docstring was refused, for people: what is wrong, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from neovim_ai.docs.model import Gate
from neovim_ai.errors import AiError, Kind

_AGAIN = "Ask again with :AiDoc; another wording may do."
_REPORT = "Nothing was changed; this should not happen, so please report it with :AiLog."
_NEXT = {
    "code unchanged": _REPORT,
    "rest unchanged": _REPORT,
    "read back": "Ask again, or choose another style with :AiDoc style=google.",
    "linters": "Ask again, or see what your project's linters ask for with :AiLog.",
    "characters": _AGAIN,
}
_ENCODING = "cannot be written in"


def reason(failed: Sequence[Gate]) -> str:
    """Say what the gates that did not hold saw."""
    return "; ".join(_said(gate) for gate in failed)


def hint(failed: Sequence[Gate]) -> str:
    """Say what to do about the first of them."""
    if not failed:
        return ""
    if _ENCODING in failed[0].saw:
        return "Write the file in UTF-8 (:set fileencoding=utf-8), or ask again for other words."
    return _NEXT.get(failed[0].name, _AGAIN)


def refusal(failed: Sequence[Gate]) -> AiError:
    """Return the error of an edit that may not be made."""
    return AiError(Kind.GATE, f"Not applied: {reason(failed)}.", hint(failed))


def _said(gate: Gate) -> str:
    """Turn what a gate saw into a sentence's words; its name stays where that tells more."""
    if gate.name == "characters" and _ENCODING in gate.saw:
        slot, _, what = gate.saw.partition(" holds ")
        character, _, encoding = what.partition(f" {_ENCODING} ")
        shown = character.strip("'\"")
        return f"`{shown}` ({slot}) does not exist in {encoding}, the encoding of this file"
    return f"{gate.name}: {gate.saw}"
