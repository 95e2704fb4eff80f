"""Questions to the sandbox about results: expressions over `result`, evaluated after a call."""

from __future__ import annotations

import ast
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
    call, imports = inquiry.call, inquiry.call.imports
    act = call.callee if target.facts.is_property else call.act
    if call.as_written:
        if not _is_expression(act):
            return None
    elif target.facts.is_generator:
        return None
    elif target.definition.is_async:
        act, imports = f"asyncio.run({act})", (*imports, "import asyncio")
    given = bound_arguments(target, call)
    used = [name for name in given if name in free_names(inquiry.expression)]
    names = ", ".join(["result", *used])
    return Call(
        target=call.target,
        callee=f"(lambda {names}: {inquiry.expression})",
        arguments=(Argument(act), *(Argument(given[name]) for name in used)),
        arrange=call.arrange,
        fixtures=call.fixtures,
        imports=imports,
    )


def _is_expression(text: str) -> bool:
    try:
        ast.parse(text, mode="eval")
    except SyntaxError:
        return False
    return True


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
