"""Questions to the sandbox about results: expressions over `result`, evaluated after a call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neovim_ai.testgen.laboratory import Lab
from neovim_ai.testgen.model import Argument, Call, Ending, Observation, Outcome, Target
from neovim_ai.testgen.scaffold.values import free_names
from neovim_ai.testgen.specification.session import bound_arguments


@dataclass(frozen=True)
class Inquiry:
    """An expression over `result` and parameters, to be evaluated for one call."""

    call: Call
    expression: str


def as_call(inquiry: Inquiry, target: Target) -> Call | None:
    """Write an inquiry as a call that the sandbox can observe; None where it cannot be one."""
    if target.definition.is_async or target.facts.is_generator:
        return None
    call = inquiry.call
    inner = ", ".join(f"{a.name}={a.source}" if a.name else a.source for a in call.arguments)
    act = call.callee if target.facts.is_property else f"{call.callee}({inner})"
    given = bound_arguments(target, call)
    used = [name for name in given if name in free_names(inquiry.expression)]
    names = ", ".join(["result", *used])
    return Call(
        target=call.target,
        callee=f"(lambda {names}: {inquiry.expression})",
        arguments=(Argument(act), *(Argument(given[name]) for name in used)),
        arrange=call.arrange,
        fixtures=call.fixtures,
        imports=call.imports,
    )


async def ask(lab: Lab, inquiries: Sequence[tuple[Inquiry, Target]]) -> list[str | None]:
    """Return what each expression came to, as source; None where that is not known."""
    calls = [as_call(inquiry, target) for inquiry, target in inquiries]
    asked = [call for call in calls if call is not None]
    outcomes = iter(await lab.observe(asked)) if asked else iter(())
    return [None if call is None else _value(next(outcomes)) for call in calls]


def _value(outcome: Outcome) -> str | None:
    known = outcome.ending is Ending.RETURNED and outcome.value and outcome.stable
    return outcome.value if known else None


def returned(observations: Sequence[Observation]) -> list[Observation]:
    """Return those of which there is a result to ask about."""
    return [one for one in observations if one.outcome.ending is Ending.RETURNED]
