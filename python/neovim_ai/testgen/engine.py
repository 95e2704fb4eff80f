"""Tests for one subject: search, judge, choose, write, prove; a proposal as data."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from neovim_ai.llm.model import Model, Usage, Waiting
from neovim_ai.testgen import drafting, proving
from neovim_ai.testgen.cases.adviser import Adviser, Fills
from neovim_ai.testgen.cases.ask import gap_calls
from neovim_ai.testgen.cases.titles import titles
from neovim_ai.testgen.cases.variants import parsed
from neovim_ai.testgen.drafting import Draft, Drafts
from neovim_ai.testgen.laboratory import Lab
from neovim_ai.testgen.merge.existing import Existing
from neovim_ai.testgen.model import Case, Coverage, Mutant, Subject
from neovim_ai.testgen.oracle import tried
from neovim_ai.testgen.oracle.assemble import Judged, Oracle
from neovim_ai.testgen.oracle.model_votes import hear
from neovim_ai.testgen.proposal import Dispute, Kept, Refused, TestProposal
from neovim_ai.testgen.scaffold.house import detect
from neovim_ai.testgen.scaffold.render import Scaffold
from neovim_ai.testgen.searching import Search
from neovim_ai.testgen.specification.model import Specification

ROUNDS = 8
PATIENCE = 3
"""Rounds after which one that brings nothing is the last."""
_SEARCH_SHARE = 0.3
_PROVE_SHARE = 0.2
_GAPS_SHARE = 0.12
_VALUES_SHARE = 0.3
_NAMES_SHARE = 0.15
_MOST_NAMED = 6


@dataclass(frozen=True)
class Wishes:
    """What the user asks for: seconds in all, and fresh processes that every test is run in."""

    budget: float = 180.0
    runs: int = 5


@dataclass(frozen=True)
class Phase:
    """What is being done, for the spinner."""

    phase: str
    detail: str = ""


@dataclass(frozen=True)
class Drafted:
    """The tests so far, as text, with the share of lines and branches and the mutants killed."""

    texts: tuple[str, ...]
    share: float
    killed: int
    mutants: int


Step = Phase | Drafted
Show = Callable[[Step], None]


async def generate(
    subject: Subject,
    lab: Lab,
    specifications: Mapping[str, Specification],
    model: Model | None,
    show: Show,
    wishes: Wishes | None = None,
) -> TestProposal:
    """Propose tests.

    Args:
        subject: What is tested.
        lab: Where everything runs; closing it is the caller's.
        specifications: What people said, by qualname.
        model: Names tests and expects values; None leaves both to search and observation.
        show: Told each step, from the calling task.
        wishes: Budget and runs.

    Raises:
        AiError: What the lab raised, one clear line. A model that fails ends its advice alone.
    """
    job = _Job(subject, lab, specifications, model, show, wishes or Wishes())
    return await job.run()


class _Job:
    """One request, with what it has come to."""

    def __init__(
        self,
        subject: Subject,
        lab: Lab,
        said: Mapping[str, Specification],
        model: Model | None,
        show: Show,
        wishes: Wishes,
    ) -> None:
        self._subject, self._lab, self._said = subject, lab, said
        self._model = Adviser(model) if model else None
        self._show, self._wishes = show, wishes
        self._began = time.monotonic()
        self._phases: dict[str, float] = {}
        self._stage = ("", self._began)
        self._usage = Usage()
        self._search = Search(lab, subject, said)
        self._oracle = Oracle(lab, subject, said)
        self._house = detect(subject)
        self._scaffold = Scaffold(subject, self._house)
        self._drafts = Drafts(lab, subject, self._scaffold)
        self._judged = Judged((), (), frozenset())
        self._disputes: list[Dispute] = []

    async def run(self) -> TestProposal:
        """Do all of it."""
        taken = Existing(self._subject.existing or "").names()
        self._phase("reading what is tested already")
        before = await self._lab.existing()
        mutants = tuple(await self._lab.mutants(self._subject.targets))
        killed = await self._lab.killed() if mutants else frozenset()
        await self._find(before, mutants, killed)
        drafts = self._drafts.chosen(before, killed)
        if self._model is not None:
            drafts = await self._hear(drafts, self._model)
        kept = drafting.written(drafts, self._scaffold, taken, killed)
        if self._model is not None:
            kept = await self._named(kept, self._model, taken)
        self._phase("running the tests in fresh processes")
        proven = await proving.prove(
            kept, self._subject, self._lab, self._scaffold, self._house, self._wishes.runs
        )
        self._phase("")
        return self._proposal(proven, before, mutants, killed)

    def _phase(self, name: str, detail: str = "") -> None:
        """Begin a stage; the one before it has taken its seconds."""
        now = time.monotonic()
        ended, at = self._stage
        if ended:
            self._phases[ended] = self._phases.get(ended, 0.0) + now - at
        self._stage = (name, now)
        if name:
            self._show(Phase(name, detail))

    def _left(self) -> float:
        """Return the seconds that may be spent before the tests must be proven."""
        whole = self._wishes.budget
        if self._model is not None:
            # the names are asked for last, out of a share of their own
            whole *= 1 - _NAMES_SHARE
        return whole * (1 - _PROVE_SHARE) - (time.monotonic() - self._began)

    def _left_to_search(self) -> float:
        """Return the seconds that search may take, those for the model's answers kept back."""
        kept = self._wishes.budget * _VALUES_SHARE if self._model is not None else 0.0
        return self._left() - kept

    async def _find(
        self, before: Coverage, mutants: Sequence[Mutant], killed: frozenset[str]
    ) -> None:
        """Search, then close gaps as long as that helps and there is time."""
        self._phase("searching for inputs")
        await self._search.explore(min(self._wishes.budget * _SEARCH_SHARE, max(self._left(), 1)))
        await self._judge(before, mutants, killed)
        took, last = 0.0, (0, 0)
        for number in range(1, ROUNDS + 1):
            began = time.monotonic()
            missing = self._missing(before)
            alive = [one for one in mutants if one.key not in killed | self._drafts.kills()]
            # a round takes about as long as the last one; what is found must be proven yet
            found_nothing = number > PATIENCE and last == (len(missing), len(alive))
            if not (missing or alive) or found_nothing or self._left_to_search() <= took:
                return
            last = len(missing), len(alive)
            self._phase(
                "closing gaps", f"round {number}: {len(missing)} lines, {len(alive)} mutants"
            )
            await self._close(number, missing, alive)
            await self._judge(before, mutants, killed)
            took = time.monotonic() - began

    async def _close(self, number: int, missing: Sequence[int], alive: Sequence[Mutant]) -> None:
        if missing and self._model is not None and number == 2:
            await self._ask_for_calls(self._model, missing)
        if missing and number > 1:
            seeds = [one.call for one in self._search.found]
            await self._search.explore(max(min(self._left_to_search() / 3, 20.0), 1.0), seeds)
        await self._search.around(self._search.reaching(alive) if alive else [])

    async def _judge(
        self, before: Coverage, mutants: Sequence[Mutant], killed: frozenset[str]
    ) -> None:
        self._phase("judging", f"{len(self._search.found)} calls")
        self._judged = await self._oracle.judge(self._search.found)
        await self._drafts.judge(self._judged.cases)
        chosen = self._drafts.chosen(before, killed)
        share = drafting.reached(before, [d.evidence for d in chosen if d.evidence]).share
        kills = len(killed | self._drafts.kills())
        shown = drafting.written(chosen, self._scaffold, frozenset(), killed)
        self._show(Drafted(tuple(k.test.text for k in shown), share, kills, len(mutants)))

    def _missing(self, before: Coverage) -> list[int]:
        """Return lines, and lines that branches start from, which nothing reaches yet."""
        chosen = self._drafts.chosen(before, frozenset())
        now = drafting.reached(before, [d.evidence for d in chosen if d.evidence])
        arcs = {start for start, _ in now.branches - now.branches_run if start > 0}
        return sorted((now.lines - now.lines_run) | arcs)

    async def _ask_for_calls(self, model: Fills, missing: Sequence[int]) -> None:
        """Ask for inputs where search stalled; what they do is observed like anything else."""
        calls = []
        until = time.monotonic() + self._wishes.budget * _GAPS_SHARE
        for target in self._subject.targets:
            definition = target.definition
            within = [n for n in missing if definition.line <= n <= definition.end_line]
            held = target.qualname in self._judged.held
            left = min(self._left(), until - time.monotonic())
            if not within or definition.owner or target.private or held or left <= 0:
                continue
            rows = self._subject.source.text.split("\n")[definition.line - 1 : definition.end_line]
            excerpt = "\n".join(f"{definition.line + n}: {row}" for n, row in enumerate(rows[:50]))
            self._phase("asking the model for inputs", target.qualname)
            texts, usage = await gap_calls(
                model, excerpt, definition.name, within, self._waiting, left
            )
            self._usage += usage
            calls += [call for text in texts if (call := parsed(text, target))]
        await self._search.observe(calls)

    def _waiting(self, event: Waiting) -> None:
        self._show(Phase(event.why, f"{event.seconds:.0f} s" if event.seconds else ""))

    async def _hear(self, drafts: Sequence[Draft], model: Fills) -> list[Draft]:
        """Let a model say what it expects of the chosen cases, and name them."""
        heard: dict[int, Case | None] = {}
        until = time.monotonic() + self._wishes.budget * _VALUES_SHARE

        def left() -> float:
            return min(self._left(), until - time.monotonic())

        for qualname in dict.fromkeys(d.case.call.target for d in drafts):
            said, own = (
                self._said.get(qualname),
                [d for d in drafts if d.case.call.target == qualname],
            )
            if said is None or left() <= 0:
                continue
            self._phase("asking the model", qualname)
            answer = await hear(model, said, [d.case for d in own], self._waiting, left)
            self._usage += answer.usage
            self._disputes += answer.disputes
            by_call = {(c.call, c.expectation.checks): c for c in answer.cases}
            for one in own:
                heard[id(one)] = by_call.get((one.case.call, one.case.expectation.checks))
        changed = [(d, heard.get(id(d), d.case)) for d in drafts]
        return [replace(d, case=case) for d, case in changed if case is not None]

    async def _named(self, kept: Sequence[Kept], model: Fills, taken: frozenset[str]) -> list[Kept]:
        """Let a model name the tests; one that it has no usable words for keeps its name."""
        self._phase("asking the model", "names")
        words, usage = await titles(
            model, [one.test for one in kept], self._waiting, self._wishes.budget * _NAMES_SHARE
        )
        self._usage += usage
        return drafting.retitled(kept, words, taken, self._scaffold)

    def _proposal(
        self,
        proven: proving.Proven,
        before: Coverage,
        mutants: tuple[Mutant, ...],
        killed: frozenset[str],
    ) -> TestProposal:
        evidence = [one.evidence for one in proven.kept]
        refused = [Refused(_of(case), why) for case, why in self._drafts.refused()]
        return TestProposal(
            subject=self._subject,
            kept=tuple(proven.kept),
            disputes=(*self._judged.disputes, *self._disputes),
            refused=(*refused, *proven.refused),
            new_source=proven.text,
            before=before,
            after=drafting.reached(before, evidence),
            mutants=mutants,
            killed=killed.union(*(one.kills for one in evidence)),
            notes=tuple(self._notes()),
            usage=self._usage,
            seconds=time.monotonic() - self._began,
            phases=dict(self._phases),
        )

    def _notes(self) -> list[str]:
        notes = [self._subject.advice] if self._subject.advice else []
        if self._model and self._model.note:
            notes.append(self._model.note)
        named = self._subject.named
        bare = [q for q, s in self._said.items() if not s.is_human and not named[q].private]
        if bare:
            more = f" and {len(bare) - _MOST_NAMED} more" if len(bare) > _MOST_NAMED else ""
            listed = ", ".join(bare[:_MOST_NAMED])
            notes.append(f"No specification of {listed}{more}: what it did is pinned.")
        for name in sorted(self._judged.held):
            notes.append(f"`{name}` contradicts its documentation: nothing else it did is pinned.")
        notes += tried.sentences(self._judged.untried)
        return notes


def _of(case: Case) -> str:
    return " ".join(case.call.act.split())
