"""What a model's expectation may do: agree, or contradict under three prompts if it is reliable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from neovim_ai.llm.model import Usage
from neovim_ai.testgen.cases.adviser import Fills
from neovim_ai.testgen.cases.ask import Opinions, askable, opinions
from neovim_ai.testgen.cases.asked import Tell
from neovim_ai.testgen.model import Case, Ending, Expectation, Provenance, Source
from neovim_ai.testgen.oracle.assemble import key_of
from neovim_ai.testgen.oracle.compare import last, same
from neovim_ai.testgen.proposal import Dispute
from neovim_ai.testgen.scaffold import values
from neovim_ai.testgen.specification.model import Specification

_FEWEST = 3
_SHARE = 2 / 3
_MOST_CONTRADICTIONS = 3


@dataclass(frozen=True)
class Heard:
    """Cases as a model left them, what it disputes, and what it cost."""

    cases: tuple[Case, ...]
    disputes: tuple[Dispute, ...]
    usage: Usage


async def hear(
    model: Fills,
    said: Specification,
    cases: Sequence[Case],
    tell: Tell,
    left: Callable[[], float],
) -> Heard:
    """Ask a model about one function's cases.

    Without a human specification it is not asked: what it would expect then comes from the names
    alone, and that specifies nothing.

    Args:
        model: Who is asked.
        said: What people said of the function.
        cases: Its chosen cases.
        tell: Told what is waited for.
        left: Seconds that may still be spent.
    """
    open_ = [c for c in cases if c.expectation.provenance is Provenance.OBSERVED]
    asked = askable(open_) if said.is_human else []
    answer = await opinions(model, said, asked, tell, left())
    usage = answer.usage
    right, wrong = _compared(asked, answer)
    disputes: list[Dispute] = []
    if wrong and _reliable(len(right), len(right) + len(wrong) - 1) and left() > 0:
        contradicting = wrong[:_MOST_CONTRADICTIONS]
        disputes, more = await _contradict(model, said, contradicting, answer, tell, left)
        usage += more
    disputed = {one.case.call for one in disputes}
    agreed = {case.call for case in right}
    heard = [_agreeing(c, said) if c.call in agreed else c for c in cases]
    return Heard(tuple(c for c in heard if c.call not in disputed), tuple(disputes), usage)


def _compared(asked: Sequence[Case], answer: Opinions) -> tuple[list[Case], list[Case]]:
    right: list[Case] = []
    wrong: list[Case] = []
    for case in asked:
        value = answer.values.get(case.call)
        if value:
            (right if _is_right(value, case) else wrong).append(case)
    return right, wrong


def _is_right(value: str, case: Case) -> bool:
    outcome = case.outcome
    if outcome is None:
        return False
    if outcome.ending is Ending.RAISED:
        return value == last(outcome.type)
    return same(value, outcome.value) or _folded(value) == _folded(outcome.value)


def _folded(source: str) -> str:
    # answers come with white space folded
    return " ".join(source.split())


def _reliable(right: int, others: int) -> bool:
    """Tell whether a model got most of a function's other cases right."""
    return others >= _FEWEST and right >= _SHARE * others


async def _contradict(
    model: Fills,
    said: Specification,
    wrong: Sequence[Case],
    first: Opinions,
    tell: Tell,
    left: Callable[[], float],
) -> tuple[list[Dispute], Usage]:
    """Ask twice more, in other words; only an answer that stays the same contradicts the code."""
    second = await opinions(model, said, wrong, tell, left(), way=1)
    third = await opinions(model, said, wrong, tell, left(), way=2)
    found: list[Dispute] = []
    for case in wrong:
        answers = [one.values.get(case.call, "") for one in (first, second, third)]
        if answers[0] and all(same(answers[0], one) for one in answers[1:] if one) and all(answers):
            found.append(_disputed(case, said, answers))
    return found, second.usage + third.usage


def _disputed(case: Case, said: Specification, answers: Sequence[str]) -> Dispute:
    value = answers[0]
    raised = not values.is_literal(value)
    expected = Expectation(
        Provenance.SPEC,
        Source.MODEL,
        Ending.RAISED if raised else Ending.RETURNED,
        value="" if raised else value,
        type=value if raised else "",
        said=_sentence(said),
        line=said.line,
    )
    disputed = replace(case, expectation=expected)
    votes = tuple(f"the model, asked {n} times: {one}" for n, one in enumerate(answers, 1))
    return Dispute(key_of(disputed), disputed, case.expectation, votes)


def _agreeing(case: Case, said: Specification) -> Case:
    expectation = replace(
        case.expectation,
        provenance=Provenance.SPEC,
        source=Source.MODEL,
        said=_sentence(said),
        line=said.line,
    )
    return replace(case, expectation=expectation)


def _sentence(said: Specification) -> str:
    first = said.text.strip().split("\n\n", 1)[0]
    return " ".join(first.split())[:200]
