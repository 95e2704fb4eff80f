"""From observations and specifications to cases, and to disputes where the two disagree."""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from neovim_ai.testgen.model import (
    Call,
    Case,
    Ending,
    Expectation,
    Lab,
    Observation,
    Outcome,
    Provenance,
    Source,
    Subject,
    Target,
)
from neovim_ai.testgen.oracle import compare, documented, inquiry, observed
from neovim_ai.testgen.oracle.inquiry import Inquiry
from neovim_ai.testgen.proposal import Dispute
from neovim_ai.testgen.scaffold import values
from neovim_ai.testgen.specification.model import Example, Property, Specification

_MOST_OF_A_PROPERTY = 6
_STRONG = frozenset({Source.EXAMPLE, Source.DOCUMENTED, Source.PROPERTY, Source.CALLER})


@dataclass(frozen=True)
class Judged:
    """Cases, those with a specification first, and what is disputed.

    Attributes:
        cases: What may become a test.
        disputes: Where specification and run disagree.
        held: Names of targets that contradict their documentation: nothing they did is pinned.
    """

    cases: tuple[Case, ...]
    disputes: tuple[Dispute, ...]
    held: frozenset[str]


class Oracle:
    """Judges the calls of one subject."""

    def __init__(
        self, lab: Lab, subject: Subject, specifications: Mapping[str, Specification]
    ) -> None:
        """Remember who runs calls, and what people said."""
        self._lab = lab
        self._targets = subject.named
        self._said = specifications
        self._examples: tuple[tuple[Example, Observation], ...] | None = None
        self._written = _calls_in(subject.existing or "")

    async def examples(self) -> tuple[tuple[Example, Observation], ...]:
        """Run the examples that people wrote; each call is run once a job."""
        if self._examples is None:
            said = [e for one in self._said.values() for e in one.examples]
            outcomes = await self._lab.observe([one.call for one in said]) if said else ()
            seen = [Observation(e.call, o) for e, o in zip(said, outcomes, strict=True)]
            self._examples = tuple(zip(said, seen, strict=True))
        return self._examples

    async def judge(self, observations: Sequence[Observation]) -> Judged:
        """Turn observations into cases.

        Args:
            observations: What was found by search; examples are added.
        """
        cases, disputes = await self._of_examples()
        examples = [seen for _, seen in await self.examples()]
        everything = list({one.call: one for one in [*examples, *observations]}.values())
        more = [self._of_documentation(one) for one in everything]
        cases += [case for case, _ in more if case]
        disputes += [dispute for _, dispute in more if dispute]
        of_properties, broken = await self._of_properties(everything)
        cases += of_properties
        disputes = [one for one in [*disputes, *broken] if not self._is_settled(one)]
        disputes = _one_a_sentence(disputes)
        held = self._contradicting(disputes)
        disputed = {one.case.call for one in disputes}
        cases = [case for case in cases if case.call not in disputed]
        done = {c.call for c in cases if c.expectation.source is not Source.PROPERTY}
        for one in everything:
            if one.call not in done | disputed and not self._touches(one, held):
                cases += self._pinned(one)
        return Judged(tuple(cases), tuple(disputes), frozenset(held))

    async def _of_examples(self) -> tuple[list[Case], list[Dispute]]:
        pairs = await self.examples()
        asked = [(e, seen) for e, seen in pairs if e.over != "result" or e.shown]
        told = await inquiry.ask(
            self._lab,
            [
                (Inquiry(e.call, e.over if not e.shown else f"repr({e.over})"), self._targets[t])
                for e, _ in asked
                for t in [e.call.target]
            ],
        )
        over = {id(e): text for (e, _), text in zip(asked, told, strict=True)}
        cases: list[Case] = []
        disputes: list[Dispute] = []
        for example, seen in pairs:
            text = over.get(id(example))
            if id(example) in over and text is None and seen.outcome.ending is Ending.RETURNED:
                continue
            if example.shown and text is not None:
                text = str(values.literal(text)) if values.is_literal(text) else text
            verdict = compare.agrees(example, seen.outcome, text)
            if verdict is None:
                continue
            case = _case(example.call, _of_example(example, seen.outcome), seen.outcome)
            cases += [case] if verdict else []
            disputes += [] if verdict else [_dispute(case)]
        return cases, disputes

    def _of_documentation(self, seen: Observation) -> tuple[Case | None, Dispute | None]:
        target, said = self._targets.get(seen.call.target), self._said.get(seen.call.target)
        found = documented.verdict(seen, said, target) if target and said else None
        if found is None:
            return None, None
        case = _case(seen.call, found.expectation, seen.outcome)
        return (case, None) if found.agrees else (None, _dispute(case))

    async def _of_properties(
        self, observations: Sequence[Observation]
    ) -> tuple[list[Case], list[Dispute]]:
        """Check each stated property on each result; those that never hold were misread."""
        asked = list(self._questions(observations))
        told = await inquiry.ask(
            self._lab,
            [(Inquiry(o.call, p.check), self._targets[o.call.target]) for p, o in asked],
        )
        cases: list[Case] = []
        disputes: list[Dispute] = []
        for one in dict.fromkeys(p for p, _ in asked):
            answers = [
                (o, text) for (p, o), text in zip(asked, told, strict=True) if p is one and text
            ]
            held = [o for o, text in answers if text == "True"]
            broken = [o for o, text in answers if text == "False"]
            if len(held) < 2 or len(held) <= 2 * len(broken) or (broken and not one.stated):
                continue
            cases += [_of_property(one, o) for o in held[:_MOST_OF_A_PROPERTY]]
            disputes += [_dispute(_of_property(one, o)) for o in broken]
        return cases, disputes

    def _questions(
        self, observations: Sequence[Observation]
    ) -> Iterator[tuple[Property, Observation]]:
        for seen in inquiry.returned(observations):
            said = self._said.get(seen.call.target)
            for one in said.properties if said else ():
                yield one, seen

    def _is_settled(self, dispute: Dispute) -> bool:
        """Tell whether the test file speaks of the call already: its author has decided then."""
        call = dispute.case.call
        inner = ", ".join(f"{a.name}={a.source}" if a.name else a.source for a in call.arguments)
        return not call.arrange and f"{call.callee}({inner})" in self._written

    def _contradicting(self, disputes: Sequence[Dispute]) -> set[str]:
        strong = [one for one in disputes if one.case.expectation.source in _STRONG]
        return {one.case.call.target for one in strong}

    def _touches(self, seen: Observation, held: set[str]) -> bool:
        """Tell whether a call runs code that contradicts its documentation."""
        for name in held:
            definition = self._targets[name].definition
            inside = range(definition.line + 1, definition.end_line + 1)
            if seen.call.target == name or any(line in inside for line in seen.outcome.lines):
                return True
        return False

    def _pinned(self, seen: Observation) -> list[Case]:
        expected = observed.expectation(seen.outcome, own=seen.outcome.deliberate)
        if expected is None or seen.outcome.litter:
            return []
        return [_case(seen.call, expected, seen.outcome)]


def _calls_in(text: str) -> frozenset[str]:
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(ast.unparse(node) for node in nodes if isinstance(node, ast.Call))


def _case(call: Call, expectation: Expectation, outcome: Outcome) -> Case:
    return Case("", "", call, expectation, outcome)


def key_of(case: Case) -> str:
    """Return a stable name for a case: of its call and what was expected."""
    text = repr((case.call, case.expectation.said, case.expectation.value))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _dispute(case: Case) -> Dispute:
    outcome = case.outcome
    pinned = observed.expectation(outcome, own=outcome.deliberate) if outcome else None
    return Dispute(key_of(case), case, pinned, (case.expectation.said,))


def _one_a_sentence(disputes: Sequence[Dispute]) -> list[Dispute]:
    """Keep the shortest call that contradicts each sentence."""
    found: dict[tuple[str, str], Dispute] = {}
    for one in sorted(disputes, key=lambda d: len(repr(d.case.call))):
        found.setdefault((one.case.call.target, one.case.expectation.said), one)
    return list(found.values())


def _of_example(example: Example, outcome: Outcome) -> Expectation:
    said = Expectation(
        Provenance.SPEC,
        example.source,
        Ending.RETURNED,
        said=example.said,
        line=example.line,
    )
    if example.exception:
        raised = outcome.ending is Ending.RAISED
        kind = outcome.type if raised and compare.last(outcome.type) == example.exception else ""
        return replace(
            said,
            ending=Ending.RAISED,
            type=kind or example.exception,
            match=example.message,
        )
    ending = Ending.YIELDED if outcome.ending is Ending.YIELDED else Ending.RETURNED
    said = replace(said, ending=ending)
    if example.shown:
        return replace(said, checks=(f"repr({example.over}) == {example.wanted!r}",))
    if example.over == "result":
        return replace(said, value=example.wanted)
    means = "is" if values.is_singleton(example.wanted) else "=="
    if example.wanted == "True":
        return replace(said, checks=(example.over,))
    return replace(said, checks=(f"{example.over} {means} {example.wanted}",))


def _of_property(one: Property, seen: Observation) -> Case:
    expected = Expectation(
        Provenance.SPEC,
        Source.PROPERTY,
        Ending.RETURNED,
        checks=(one.check,),
        said=one.said,
        line=one.line,
    )
    return _case(seen.call, expected, seen.outcome)


def rank(case: Case, targets: Mapping[str, Target]) -> int:
    """Return how good a source a case has: 0 spec, 1 observed, 2 an accident that is observed."""
    if case.expectation.provenance is Provenance.SPEC:
        return 0
    if case.expectation.ending is not Ending.RAISED:
        return 1
    target = targets.get(case.call.target)
    named = {compare.last(one) for one in target.facts.escaping} if target else set()
    own = case.outcome is not None and case.outcome.deliberate
    return 1 if own or compare.last(case.expectation.type) in named else 2
