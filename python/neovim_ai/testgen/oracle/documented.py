"""What documented exceptions and result types say of one observed call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from neovim_ai.testgen.model import (
    Call,
    Ending,
    Expectation,
    Observation,
    Provenance,
    Source,
    Target,
)
from neovim_ai.testgen.oracle.compare import last
from neovim_ai.testgen.oracle.observed import readable
from neovim_ai.testgen.scaffold import values
from neovim_ai.testgen.specification.conditions import holds
from neovim_ai.testgen.specification.model import DocumentedRaise, Specification
from neovim_ai.testgen.specification.session import bound_arguments

_KINDS: Mapping[str, type] = {
    "str": str,
    "bytes": bytes,
    "int": int,
    "float": float,
    "bool": bool,
    "list": list,
    "tuple": tuple,
    "dict": dict,
    "set": set,
    "None": type(None),
}
_ACCEPTED = {"float": ("float", "int", "bool"), "int": ("int", "bool")}


@dataclass(frozen=True)
class Verdict:
    """An expectation from the documentation, and whether the run agrees with it."""

    expectation: Expectation
    agrees: bool


def verdict(
    observation: Observation, specification: Specification, target: Target
) -> Verdict | None:
    """Return what the documentation expects of a call; None when it says nothing of it."""
    raised = _raises(observation, specification, target)
    if raised is not None:
        return raised
    return _type(observation, specification, target)


def _raises(
    observation: Observation, specification: Specification, target: Target
) -> Verdict | None:
    arguments = given(observation.call, target)
    outcome = observation.outcome
    for one in specification.raises:
        fits = holds(one.test, arguments) if one.test else None
        if fits and outcome.ending in (Ending.RETURNED, Ending.YIELDED):
            return Verdict(raising(one, one.exception), agrees=False)
        same = outcome.ending is Ending.RAISED and last(outcome.type) == last(one.exception)
        # where the condition cannot be read, that this exception may come is all that is said
        if same and fits is not False:
            return Verdict(raising(one, outcome.type, outcome.message), agrees=True)
    return None


def excludes(observation: Observation, specification: Specification, target: Target) -> bool:
    """Tell whether a call raised, where the documentation names another exception for just that.

    It may be of a class below the named one, or come of another argument: nobody can say whether
    that is right, so it contradicts nothing and confirms nothing.
    """
    if observation.outcome.ending is not Ending.RAISED:
        return False
    arguments = given(observation.call, target)
    return any(one.test and holds(one.test, arguments) for one in specification.raises)


def given(call: Call, target: Target) -> dict[str, str]:
    """Return the arguments of a call, defaults included, as source."""
    defaults = {p.name: p.default for p in target.facts.parameters if p.default is not None}
    return {**defaults, **bound_arguments(target, call)}


def raising(said: DocumentedRaise, exception: str, message: str = "") -> Expectation:
    """Return what a documented exception expects: its class, and its text where that is known."""
    return Expectation(
        Provenance.SPEC,
        Source.DOCUMENTED,
        Ending.RAISED,
        type=exception,
        match=readable(message),
        said=said.said,
        line=said.line,
    )


def _type(observation: Observation, specification: Specification, target: Target) -> Verdict | None:
    """Find a result of another type than the documented one, for arguments that fit theirs."""
    outcome = observation.outcome
    if outcome.ending is not Ending.RETURNED or not specification.result or not outcome.type:
        return None
    if target.definition.owner is not None or observation.call.arrange:
        # what an object was made of counts too, and nobody knows whether that fits
        return None
    got = last(outcome.type) if outcome.type.startswith("builtins.") else ""
    if got == "NoneType":
        got = "None"
    accepted = {a for one in specification.result for a in _ACCEPTED.get(one, (one,))}
    # a class of the project may derive from what is documented
    if got in accepted or got not in _KINDS or not _fit(observation, target):
        return None
    wanted = " | ".join(sorted(specification.result))
    names = ", ".join(sorted(one for one in specification.result if one != "None"))
    check = f"isinstance(result, ({names}))" if "," in names else f"isinstance(result, {names})"
    if not names:
        check = "result is None"
    said = specification.result_said or f"returns {wanted}"
    expected = Expectation(
        Provenance.SPEC,
        Source.DOCUMENTED,
        Ending.RETURNED,
        checks=(check,),
        said=said,
        line=specification.line or target.definition.line,
    )
    return Verdict(expected, agrees=False)


def _fit(observation: Observation, target: Target) -> bool:
    """Tell whether every argument is a literal of the type its annotation names."""
    annotations = {p.name: p.annotation for p in target.facts.parameters}
    given = bound_arguments(target, observation.call)
    if len(given) != len(observation.call.arguments):
        return False
    return all(_is_of(source, annotations.get(name)) for name, source in given.items())


def _is_of(source: str, annotation: str | None) -> bool:
    if not annotation or not values.is_literal(source):
        return False
    bare = {part.strip().partition("[")[0] for part in annotation.strip("'\"").split("|")}
    kinds = tuple(_KINDS[a] for one in bare for a in _ACCEPTED.get(one, (one,)) if a in _KINDS)
    return bool(kinds) and isinstance(values.literal(source), kinds)
