"""What came of examples that people wrote: cases, contradictions, and those that prove nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from neovim_ai.testgen.laboratory import Lab
from neovim_ai.testgen.model import (
    Call,
    Case,
    Ending,
    Expectation,
    Observation,
    Outcome,
    Target,
)
from neovim_ai.testgen.oracle import compare, documented, inquiry, stated
from neovim_ai.testgen.oracle.inquiry import Inquiry
from neovim_ai.testgen.scaffold import values
from neovim_ai.testgen.specification.model import Example

_CAME = (Ending.RETURNED, Ending.YIELDED)
_ENDLESS = (Ending.DIED, Ending.TIMED_OUT)


@dataclass(frozen=True)
class Untried:
    """An example of which nobody can say whether it holds.

    Attributes:
        example: What a person wrote.
        why: One clause.
        fatal: Its call did not end, or ended the sandbox: no other is to be trusted then.
    """

    example: Example
    why: str
    fatal: bool = False


@dataclass(frozen=True)
class Tried:
    """Examples as cases that came true, cases that did not, and the rest.

    Attributes:
        right: Cases.
        wrong: Cases.
        untried: Those that prove nothing.
        doubtful: Calls that those go through which did not come true as they stand.
    """

    right: tuple[Case, ...]
    wrong: tuple[Case, ...]
    untried: tuple[Untried, ...]
    doubtful: frozenset[Call]

    def doubts(self, call: Call, target: Target) -> bool:
        """Tell whether an example says something else of this very call, or may do so."""
        mine = _of(call, target)
        return any(c.target == call.target and _of(c, target) == mine for c in self.doubtful)


def sentences(untried: Sequence[Untried]) -> list[str]:
    """Say for people which examples were not tried, why, and what is not pinned for it."""
    found = []
    for name in dict.fromkeys(one.example.call.target for one in untried):
        own = [one for one in untried if one.example.call.target == name]
        lines = sorted({one.example.line for one in own if one.example.line})
        where = f" (line{'s' * (len(lines) > 1)} {', '.join(map(str, lines))})" if lines else ""
        several = len(own) > 1
        what = f"{len(own)} examples of `{name}` were" if several else f"An example of `{name}` was"
        less = "what their calls do" if several else "what its call does"
        rest = "nothing it does is pinned" if any(o.fatal for o in own) else f"{less} is not pinned"
        first = ", the first" if several else ""
        found.append(f"{what} not tried{where}{first}: {own[0].why}; {rest}.")
    return found


def _of(call: Call, target: Target) -> object:
    """Return what two ways to write a call have in common: the value of each parameter."""
    given = documented.given(call, target)
    return given if given or not call.arguments else call.arguments


async def examples(
    lab: Lab, targets: Mapping[str, Target], pairs: Sequence[tuple[Example, Observation]]
) -> Tried:
    """Compare what people wrote with what came out.

    One that fails by what it needs alone is tried once more with all that was said before it.

    Args:
        lab: Who evaluates what is made of results.
        targets: By qualname.
        pairs: Each example with what its call did.
    """
    told = await _told(lab, targets, [(e, seen.outcome) for e, seen in pairs])
    again = [e for e, _, verdict, _ in told if verdict is False and e.whole is not None]
    wider = [replace(e, call=e.whole or e.call, over="result", whole=None) for e in again]
    outcomes = await lab.observe([one.call for one in wider]) if wider else ()
    second = await _told(lab, targets, list(zip(wider, outcomes, strict=True)))
    mended = {id(e): one for e, one in zip(again, second, strict=True) if one[2]}
    right: list[Case] = []
    wrong: list[Case] = []
    untried: list[Untried] = []
    for one in told:
        example, outcome, verdict, text = mended.get(id(one[0]), one)
        if verdict is None:
            untried += _why(example, outcome)
            continue
        case = Case("", "", example.call, expected(example, outcome, verdict, text), outcome)
        (right if verdict else wrong).append(case)
    failed = [e for e, o, verdict, _ in told if not verdict and (verdict is False or _why(e, o))]
    doubtful = frozenset(call for one in failed for call in one.through)
    return Tried(tuple(right), tuple(wrong), tuple(untried), doubtful)


async def _told(
    lab: Lab, targets: Mapping[str, Target], seen: Sequence[tuple[Example, Outcome]]
) -> list[tuple[Example, Outcome, bool | None, str | None]]:
    """Return each example with its outcome, the verdict, and what the question to it came to."""
    asked = [(e, question) for e, o in seen if (question := _question(e, o))]
    answers = await inquiry.ask(
        lab, [(Inquiry(e.call, question), targets[e.call.target]) for e, question in asked]
    )
    texts = {id(e): text for (e, _), text in zip(asked, answers, strict=True)}
    return [(e, o, *_verdict(e, o, texts)) for e, o in seen]


def _question(example: Example, outcome: Outcome) -> str:
    """Return what is to be asked about a result; empty where the outcome says enough."""
    if example.unread or example.exception or outcome.ending not in _CAME:
        return ""
    if example.shown:
        return "" if outcome.value == "None" else f"repr({example.over})"
    if example.over != "result":
        return example.over
    if outcome.value or outcome.ending is Ending.YIELDED:
        return ""
    # an object may equal a literal, or look like one
    return f"(result == {example.wanted}) is True or repr(result) == {example.wanted!r}"


def _verdict(
    example: Example, outcome: Outcome, texts: Mapping[int, str | None]
) -> tuple[bool | None, str | None]:
    text = texts.get(id(example))
    if example.unread or (id(example) in texts and text is None):
        return None, None
    if text is not None and not example.shown and example.over == "result":
        return text == "True", None
    if text is not None and example.shown:
        text = str(values.literal(text)) if values.is_literal(text) else text
    return compare.agrees(example, outcome, text), text


def _why(example: Example, outcome: Outcome) -> list[Untried]:
    """Say why nothing was learnt; nothing where the example says nothing of a value."""
    if example.unread:
        return [Untried(example, example.unread)]
    if outcome.ending is Ending.TIMED_OUT:
        return [Untried(example, "it did not end in time", fatal=True)]
    if outcome.ending is Ending.DIED:
        before = compare.UNARRANGED in outcome.message
        return [Untried(example, f"it {outcome.message or 'died'}", fatal=not before)]
    if outcome.ending is Ending.RAISED:
        return [Untried(example, f"it raises {compare.last(outcome.type)} here")]
    if example.shown and compare.opaque(example.wanted):
        return []
    return [Untried(example, "what comes out cannot be compared with it")]


def expected(
    example: Example, outcome: Outcome, verdict: bool, text: str | None = None
) -> Expectation:
    """Return what an example expects, in the form that its outcome asks for.

    Args:
        example: What a person wrote.
        outcome: What its call did.
        verdict: Whether that agrees.
        text: What the result is shown as, where that was asked.
    """
    said = stated.expectation(example)
    if example.exception:
        raised = outcome.ending is Ending.RAISED
        same = raised and compare.last(outcome.type) == compare.last(example.exception)
        return replace(said, type=outcome.type) if same else said
    if outcome.ending is Ending.YIELDED:
        said = replace(said, ending=Ending.YIELDED)
    if outcome.stdout and outcome.value in ("", "None") and example.over == "result":
        printed = outcome.stdout if verdict else f"{example.wanted}\n"
        return replace(said, value="", checks=(), stdout=printed)
    if verdict and example.shown and text is not None:
        return replace(said, checks=_shown(example, text))
    return said


def _shown(example: Example, text: str) -> tuple[str, ...]:
    """Assert what a person showed of a value: all of it, or what stands around the dots."""
    shown = f"repr({example.over})"
    first, dots, rest = example.wanted.strip().partition("...")
    last = rest.rpartition("...")[2]
    if not dots:
        return (f"{shown} == {text!r}",)
    found = [f"{shown}.startswith({first!r})"] if first and text.startswith(first) else []
    found += [f"{shown}.endswith({last!r})"] if last and text.endswith(last) else []
    return tuple(found) or (f"{shown} == {text!r}",)
