"""Find calls worth testing: what people called, what search reaches, and their neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from neovim_ai.testgen.cases import variants
from neovim_ai.testgen.laboratory import Lab
from neovim_ai.testgen.model import Call, Ending, Mutant, Observation, Subject, Target
from neovim_ai.testgen.specification.model import Specification

_MOST_NEIGHBOURS = 150
_MOST_OF_A_TARGET = 6


class Search:
    """What is known of the calls of one subject."""

    def __init__(
        self, lab: Lab, subject: Subject, specifications: Mapping[str, Specification]
    ) -> None:
        """Begin with nothing."""
        self._lab = lab
        self._subject = subject
        self._said = specifications
        self._seen: set[Call] = set()
        self.found: list[Observation] = []

    async def explore(self, seconds: float, seeds: Sequence[Call] = ()) -> None:
        """Search for calls of the public targets, then of private ones that nothing reached.

        Args:
            seconds: For all of it.
            seeds: Calls worth trying beside those that people made.
        """
        public = [one for one in self._subject.targets if not one.private]
        first = [*self._peoples_calls(), *seeds]
        if public:
            self._take(
                await self._lab.explore(public, seconds * (0.8 if self._left() else 1), first)
            )
        left = self._left()
        if left:
            share = seconds * 0.2 if public else seconds
            self._take(await self._lab.explore(left, share, ()))

    def _peoples_calls(self) -> list[Call]:
        calls = [c for one in self._said.values() for e in one.examples for c in e.through]
        calls = [call for call in calls if not call.as_written]
        calls += [call for one in self._said.values() for call in one.calls]
        return list(dict.fromkeys(calls))

    def _left(self) -> list[Target]:
        """Return private functions of the module that no call reached yet."""
        run = {line for one in self.found for line in one.outcome.lines}
        return [
            one
            for one in self._subject.targets
            if one.private and _can_be_named(one) and not run & set(_body(one))
        ]

    async def around(self, calls: Sequence[Call], most: int = _MOST_NEIGHBOURS) -> None:
        """Try neighbours of calls."""
        chosen = variants.chosen(calls, dict(self._subject.named), self._seen, most)
        await self.observe(chosen)

    async def observe(self, calls: Iterable[Call]) -> None:
        """Make calls that were not made yet."""
        new = [call for call in dict.fromkeys(calls) if call not in self._seen]
        if new:
            outcomes = await self._lab.observe(new)
            self._take([Observation(c, o) for c, o in zip(new, outcomes, strict=True)])

    def _take(self, observations: Iterable[Observation]) -> None:
        for one in observations:
            if one.call not in self._seen:
                self._seen.add(one.call)
                self.found.append(one)

    def reaching(self, mutants: Sequence[Mutant]) -> list[Call]:
        """Return calls that run lines of mutants, a few of each target, unlike each other."""
        lines = {one.line for one in mutants}
        run = {line for one in self.found for line in one.outcome.lines}
        for mutant in mutants:
            # a default in the header is no line that a call runs
            target = self._subject.named.get(mutant.target)
            if mutant.line not in run and target is not None:
                lines |= set(_body(target))
        found: dict[str, list[Observation]] = {}
        for one in self.found:
            ended = one.outcome.ending in (Ending.RETURNED, Ending.YIELDED)
            if ended and one.outcome.lines & lines:
                found.setdefault(one.call.target, []).append(one)
        return [o.call for near in found.values() for o in _unlike(near, lines)]


def _unlike(observations: Sequence[Observation], lines: set[int]) -> list[Observation]:
    """Return a few observations, one of each way through the lines first."""
    ways: dict[frozenset[int], list[Observation]] = {}
    for one in sorted(observations, key=lambda o: len(repr(o.call))):
        ways.setdefault(one.outcome.lines & lines, []).append(one)
    firsts = [way[0] for way in ways.values()]
    others = [one for way in ways.values() for one in way[1:]]
    return [*firsts, *others][:_MOST_OF_A_TARGET]


def _body(target: Target) -> range:
    return range(target.definition.line + 1, target.definition.end_line + 1)


def _can_be_named(target: Target) -> bool:
    """Tell whether a test can name it: a class's body mangles names with two underscores."""
    return not any(
        part.startswith("__") and not part.endswith("__") for part in target.qualname.split(".")
    )
