"""Which linters look at a project's docstrings, and what they are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_CONVENTIONS = {
    "google": "D203 D204 D213 D215 D400 D401 D404 D406 D407 D408 D409 D413",
    "numpy": "D107 D203 D212 D213 D402 D413 D415 D416 D417",
    "pep257": (
        "D203 D212 D213 D214 D215 D404 D405 D406 D407 D408 D409 D410 D411 D413 D415 D416 D417"
    ),
}
# Of two that exclude each other ruff drops the first.
_EXCLUDED = {"D203": "D211", "D213": "D212"}
_FLAGS = (
    "argTypeHintsInSignature argTypeHintsInDocstring checkArgOrder skipCheckingShortDocstrings "
    "skipCheckingRaises skipCheckingPrivateFunctions allowInitDocstring checkReturnTypes "
    "checkYieldTypes ignoreUnderscoreOnlyArgs ignorePrivateArgs ignoreSpecialDunderArgs "
    "checkClassAttributes ignorePrivateClassAttributes ignoreUnderscoreOnlyClassAttributes "
    "ignoreSpecialDunderClassAttributes treatPropertyMethodsAsClassAttributes "
    "onlyAttrsWithClassVarAreTreatedAsClassAttrs requireInlineClassVarDocs "
    "requireReturnSectionWhenReturningNothing requireYieldSectionWhenYieldingNothing "
    "shouldDocumentStarArguments omitStarsWhenDocumentingVarargs "
    "shouldDeclareAssertErrorIfAssertStatementExists checkStyleMismatch checkArgDefaults"
)
_KNOWN = {flag.lower(): flag for flag in _FLAGS.split()}
_OLD_NAMES = {
    "typehintsinsignature": "argTypeHintsInSignature",
    "typehintsindocstring": "argTypeHintsInDocstring",
    "ignoreunderscoreargs": "ignoreUnderscoreOnlyArgs",
    "requirereturnsectionwhenreturningnone": "requireReturnSectionWhenReturningNothing",
}


@dataclass(frozen=True)
class Pydoclint:
    """What pydoclint is told.

    Attributes:
        options: Its options by the names its visitor has for them; `style` among them.
        where: The file and table that say so.
    """

    options: Mapping[str, Any]
    where: str

    def on(self, name: str, default: bool) -> bool:
        """Tell whether an option is on."""
        return bool(self.options.get(name, default))


@dataclass(frozen=True)
class Rules:
    """What ruff is told about rules.

    Attributes:
        select: Selectors that add rules (`D`, `D4`, `ALL`).
        ignore: Selectors that take rules away.
        convention: `google`, `numpy`, `pep257` or nothing.
        where: The file that says so.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    convention: str = ""
    where: str = ""

    def active(self, code: str) -> bool:
        """Tell whether ruff applies a docstring rule: the longest selector decides."""
        added, taken = _longest(self.select, code), _longest(self.ignore, code)
        if added < 0 or taken >= added:
            return False
        off = code in _CONVENTIONS.get(self.convention, "").split()
        if off and code not in self.select:
            return False
        rival = _EXCLUDED.get(code)
        return rival is None or not self.active(rival)

    @property
    def any(self) -> bool:
        """Whether some docstring rule is on."""
        return any(s in ("ALL", "DOC") or s.rstrip("0123456789") == "D" for s in self.select)


@dataclass(frozen=True)
class Linters:
    """The linters of one project.

    Attributes:
        pydoclint: What it is told; None where nothing configures it.
        rules: Of ruff; without selectors where it looks at no docstring.
        folder: Where ruff is to run; None when unknown.
    """

    pydoclint: Pydoclint | None = None
    rules: Rules = field(default_factory=Rules)
    folder: Path | None = None


def pydoclint_options(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of a table's values that pydoclint knows, by its own names.

    Args:
        values: Options as written: with hyphens or underscores, booleans also as text.
    """
    found: dict[str, Any] = {}
    for key, value in values.items():
        plain = str(key).replace("-", "").replace("_", "").lower()
        name = _KNOWN.get(plain) or _OLD_NAMES.get(plain)
        if name and str(value).strip().lower() != "none":
            found[name] = str(value).strip().lower() in {"true", "1", "yes", "on"}
        elif plain == "style":
            found["style"] = str(value).strip().lower()
    return found


def _longest(selectors: Iterable[str], code: str) -> int:
    fits = (0 if s == "ALL" else len(s) for s in selectors if s == "ALL" or code.startswith(s))
    return max(fits, default=-1)
