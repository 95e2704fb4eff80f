"""From observations and specifications to cases, and to disputes where the two disagree."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from neovim_ai.testgen.laboratory import Lab
from neovim_ai.testgen.model import (
    Call,
    Case,
    Ending,
    Expectation,
    Observation,
    Outcome,
    Provenance,
    Source,
    Subject,
)
from neovim_ai.testgen.oracle import compare, documented, inquiry, observed, stated, tried
from neovim_ai.testgen.oracle.inquiry import Inquiry
from neovim_ai.testgen.oracle.tried import Tried, Untried
from neovim_ai.testgen.proposal import Dispute
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
        untried: Examples that could not be tried: what their calls did is not pinned.
    """

    cases: tuple[Case, ...]
    disputes: tuple[Dispute, ...]
    held: frozenset[str]
    untried: tuple[Untried, ...] = ()


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
        self._tried: Tried | None = None
        self._subject = subject
        self._written = stated.calls_in(subject.existing or "")

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
        pairs = await self.examples()
        came = await self._of_examples()
        cases = list(came.right)
        disputes = [self._dispute(case) for case in came.wrong]
        seen = [*(seen for _, seen in pairs), *observations]
        # a line of an example says what it says, and nothing of one call
        everything = list({one.call: one for one in seen if not one.call.as_written}.values())
        more = [self._of_documentation(one) for one in everything]
        cases += [case for case, _ in more if case]
        disputes += [dispute for _, dispute in more if dispute]
        of_properties, broken, doubted = await self._of_properties(everything)
        cases += of_properties
        disputes = [one for one in [*disputes, *broken] if not self._is_settled(one)]
        suspicious = self._suspicious(disputes, cases)
        held = frozenset(suspicious)
        suspicious |= {name: self._body(name) for name in _fatal(came.untried)}
        disputed = {one.case.call for one in disputes}
        cases = [case for case in cases if case.call not in disputed]
        done = {c.call for c in cases if c.expectation.source is not Source.PROPERTY}
        done |= disputed | doubted
        for one in everything:
            if one.call not in done and not self._is_in_doubt(one, suspicious, came):
                cases += self._pinned(one)
        return Judged(tuple(cases), tuple(_one_a_sentence(disputes)), held, came.untried)

    async def _of_examples(self) -> Tried:
        if self._tried is None:
            self._tried = await tried.examples(self._lab, self._targets, await self.examples())
        return self._tried

    def _is_in_doubt(
        self, seen: Observation, suspicious: Mapping[str, frozenset[int]], came: Tried
    ) -> bool:
        """Tell whether what a call did may be what people excluded: it is not pinned then."""
        target, said = self._targets.get(seen.call.target), self._said.get(seen.call.target)
        if self._touches(seen, suspicious):
            return True
        if target is None:
            return False
        strange = said is not None and documented.excludes(seen, said, target)
        return strange or came.doubts(seen.call, target)

    def _body(self, name: str) -> frozenset[int]:
        definition = self._targets[name].definition
        return frozenset(range(definition.line + 1, definition.end_line + 1))

    def _of_documentation(self, seen: Observation) -> tuple[Case | None, Dispute | None]:
        target, said = self._targets.get(seen.call.target), self._said.get(seen.call.target)
        found = documented.verdict(seen, said, target) if target and said else None
        if found is None:
            return None, None
        case = _case(seen.call, found.expectation, seen.outcome)
        return (case, None) if found.agrees else (None, self._dispute(case))

    async def _of_properties(
        self, observations: Sequence[Observation]
    ) -> tuple[list[Case], list[Dispute], set[Call]]:
        """Check each stated property on each result.

        Those that hardly ever hold were misread and contradict nothing; what breaks one that holds
        now and then is not pinned, for a fault may be the cause.
        """
        asked = list(self._questions(observations))
        told = await inquiry.ask(
            self._lab,
            [(Inquiry(o.call, p.check), self._targets[o.call.target]) for p, o in asked],
        )
        cases: list[Case] = []
        disputes: list[Dispute] = []
        doubted: set[Call] = set()
        for one in dict.fromkeys(p for p, _ in asked):
            answers = [
                (o, text) for (p, o), text in zip(asked, told, strict=True) if p is one and text
            ]
            held = [o for o, text in answers if text == "True"]
            broken = [o for o, text in answers if text == "False"]
            if len(held) < 2 or len(held) <= 2 * len(broken) or (broken and not one.stated):
                plain = held and one.stated and not one.names
                doubted |= {o.call for o in broken} if plain else set()
                continue
            cases += [_of_property(one, o) for o in held[:_MOST_OF_A_PROPERTY]]
            disputes += [self._dispute(_of_property(one, o)) for o in broken]
        return cases, disputes, doubted

    def _questions(
        self, observations: Sequence[Observation]
    ) -> Iterator[tuple[Property, Observation]]:
        for seen in inquiry.returned(observations):
            said = self._said.get(seen.call.target)
            for one in said.properties if said else ():
                yield one, seen

    def _dispute(self, case: Case) -> Dispute:
        outcome = case.outcome
        own = outcome is not None and is_own(outcome, self._subject)
        pinned = observed.expectation(outcome, own=own) if outcome else None
        return Dispute(key_of(case), case, pinned, (case.expectation.said,))

    def _is_settled(self, dispute: Dispute) -> bool:
        """Tell whether the test file speaks of the call already: its author has decided then."""
        call = dispute.case.call
        if call.arrange or call.as_written:
            return stated.is_told(call, self._subject.existing or "")
        return stated.is_written(call, self._written)

    def _suspicious(
        self, disputes: Sequence[Dispute], cases: Sequence[Case]
    ) -> dict[str, frozenset[int]]:
        """Return, by target that contradicts its documentation, the lines a fault may stand on.

        Those are the lines that a contradicting call ran and no call that came out as documented;
        where every line was run by both, all of the function. Where none came out right the fault
        may as well stand in what it calls, as far as nothing documented goes through there.
        """
        found: dict[str, frozenset[int]] = {}
        for name in {d.case.call.target for d in disputes if d.case.expectation.source in _STRONG}:
            body = self._body(name)
            bad = [d.case.outcome for d in disputes if d.case.call.target == name]
            good = [c.outcome for c in cases if c.call.target == name and _came_out(c)]
            ran = frozenset().union(*(o.lines for o in bad if o))
            right = frozenset().union(*(o.lines for o in good if o))
            others = [c.outcome for c in cases if c.call.target != name and _came_out(c)]
            below = ran.difference(*(o.lines for o in others if o))
            found[name] = (ran - right or body) if right else body | below
        return found

    def _touches(self, seen: Observation, suspicious: Mapping[str, frozenset[int]]) -> bool:
        """Tell whether a call runs code that may be at fault for a contradiction."""
        for name, lines in suspicious.items():
            definition = self._targets[name].definition
            whole = definition.line + 1 in lines
            if seen.outcome.lines & lines or (whole and seen.call.target == name):
                return True
        return False

    def _pinned(self, seen: Observation) -> list[Case]:
        expected = observed.expectation(seen.outcome, own=is_own(seen.outcome, self._subject))
        if expected is None or seen.outcome.litter:
            return []
        return [_case(seen.call, expected, seen.outcome)]


def _came_out(case: Case) -> bool:
    """Tell whether a call returned what a person documented; an exception ends before the rest."""
    documented = case.expectation.source in (Source.EXAMPLE, Source.CALLER)
    return documented and case.expectation.ending is not Ending.RAISED


def _case(call: Call, expectation: Expectation, outcome: Outcome) -> Case:
    return Case("", "", call, expectation, outcome)


def key_of(case: Case) -> str:
    """Return a stable name for a case: of its call and what was expected."""
    text = repr((case.call, case.expectation.said, case.expectation.value))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _one_a_sentence(disputes: Sequence[Dispute]) -> list[Dispute]:
    """Keep the shortest call that contradicts each sentence."""
    found: dict[tuple[str, str], Dispute] = {}
    for one in sorted(disputes, key=lambda d: len(repr(d.case.call))):
        found.setdefault((one.case.call.target, one.case.expectation.said), one)
    return list(found.values())


def _fatal(untried: Sequence[Untried]) -> set[str]:
    return {one.example.call.target for one in untried if one.fatal}


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


def is_own(outcome: Outcome, subject: Subject) -> bool:
    """Tell whether an exception is raised on purpose by the subject's own package.

    What the standard library raises on purpose is an accident here, and its texts change from
    version to version; so a builtin exception counts where the subject's code raises it by name.
    """
    module, _, name = outcome.type.rpartition(".")
    if module.partition(".")[0] == subject.module.partition(".")[0]:
        return outcome.deliberate
    raised = rf"\braise\s+(?:\w+\.)*{re.escape(name)}\b"
    return outcome.deliberate and re.search(raised, subject.source.text) is not None


def rank(case: Case, subject: Subject) -> int:
    """Return how good a source a case has: 0 spec, 1 observed, 2 an accident that is observed."""
    if case.expectation.provenance is Provenance.SPEC:
        return 0
    if case.expectation.ending is not Ending.RAISED:
        return 1
    target = subject.named.get(case.call.target)
    named = {compare.last(one) for one in target.facts.escaping} if target else set()
    own = case.outcome is not None and is_own(case.outcome, subject)
    return 1 if own or compare.last(case.expectation.type) in named else 2
