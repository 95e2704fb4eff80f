"""What drift is: one thing a docstring says and the code does not, or the other way round."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """What no longer agrees."""

    PARAMETER_MISSING = "parameter_missing"
    PARAMETER_GONE = "parameter_gone"
    PARAMETER_RENAMED = "parameter_renamed"
    DEFAULT_CHANGED = "default_changed"
    TYPE_CHANGED = "type_changed"
    RETURNS_MISSING = "returns_missing"
    RETURNS_GONE = "returns_gone"
    YIELDS_MISSING = "yields_missing"
    YIELDS_GONE = "yields_gone"
    RAISES_MISSING = "raises_missing"
    RAISES_GONE = "raises_gone"
    ATTRIBUTE_GONE = "attribute_gone"
    EXAMPLE_FAILS = "example_fails"
    OLDER_THAN_CODE = "older_than_code"


class Severity(StrEnum):
    """How much a finding weighs.

    A warning contradicts the code; an info is something that a list of the docstring leaves out; a
    hint is incompleteness, which is no drift and only reported when asked for.
    """

    WARNING = "warning"
    INFO = "info"
    HINT = "hint"


@dataclass(frozen=True)
class Finding:
    """One disagreement between a docstring and its code.

    Attributes:
        kind: What no longer agrees.
        qualname: Of the definition; `ordinal` tells equals apart.
        ordinal: See `Definition.ordinal`.
        line: 1-based line of the entry it is about, else of the docstring.
        key: The slot that it concerns, as the code has it now (`parameter:delim`).
        message: One sentence.
        severity: How much it weighs.
        was: What the docstring says: a name, a default, a type; empty when it says nothing.
        now: What the code says; empty when it says nothing.
        mendable: Whether `:AiDoc` has something to offer for it.
    """

    kind: FindingKind
    qualname: str
    ordinal: int
    line: int
    key: str
    message: str
    severity: Severity = Severity.WARNING
    was: str = ""
    now: str = ""
    mendable: bool = False
