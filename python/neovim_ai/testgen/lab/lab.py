"""The lab of one job: what `model.Lab` promises, on warm workers in the sandbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence

from neovim_ai.sandbox.model import Sandbox
from neovim_ai.testgen.lab import existing, judging, mutants, observing, proof, search
from neovim_ai.testgen.lab.existing import Existing
from neovim_ai.testgen.lab.mutants import Change
from neovim_ai.testgen.lab.workers import Workers
from neovim_ai.testgen.model import (
    Call,
    Coverage,
    Evidence,
    Mutant,
    Observation,
    Outcome,
    Subject,
    Target,
    TestText,
)

Report = Callable[[str], None]


class SandboxLab:
    """A `model.Lab`.

    Attributes:
        subject: What is tested.
        report: Takes one line of progress now and then.
    """

    def __init__(self, sandbox: Sandbox, subject: Subject, report: Report | None = None) -> None:
        self.subject = subject
        self.report = report
        self._sandbox = sandbox
        self._workers = Workers(sandbox, subject)
        self._changes: list[Change] | None = None
        self._existing: Existing | None = None

    async def observe(self, calls: Sequence[Call]) -> Sequence[Outcome]:
        """Run each call in a fork of its own, in fresh conditions twice, and tell what it did."""
        return await observing.observe(self._workers, calls)

    async def explore(
        self, targets: Sequence[Target], seconds: float, seeds: Sequence[Call] = ()
    ) -> Sequence[Observation]:
        """Search for calls that reach what no call reached yet; `seeds` are tried first."""
        wanted = {target.qualname for target in targets}
        changes = [c for c in await self._all_changes() if c.mutant.target in wanted]
        return await search.explore(self._workers, targets, seconds, seeds, changes, self.report)

    async def existing(self) -> Coverage:
        """Tell what the project's own tests of the file reach already."""
        return (await self._look()).coverage

    async def killed(self) -> frozenset[str]:
        """Return the keys of the mutants that the project's own tests of the file fail on."""
        return (await self._look()).killed

    async def mutants(self, targets: Sequence[Target]) -> Sequence[Mutant]:
        """List the small faults that tests should notice; equal bytecode is left out."""
        changes = await self._all_changes()
        names = {target.qualname for target in targets}
        return [c.mutant for c in changes if c.mutant.target in names or not c.mutant.target]

    async def judge(self, tests: Sequence[TestText]) -> Mapping[str, Evidence]:
        """Tell by test name what each runs and which mutants it kills."""
        changes = await self._all_changes()
        return await judging.judge(self._workers, self.subject, tests, changes, self.report)

    async def prove(self, file: str, names: Sequence[str], runs: int) -> Mapping[str, Evidence]:
        """Run a whole test file with plain pytest in fresh processes, shuffled, after the suite."""
        if not names:
            return {}
        prover = proof.Prover(self._sandbox, self._workers, self.subject, file, names)
        return await prover.prove(runs)

    async def close(self) -> None:
        """Stop the workers and remove the snapshots."""
        await self._workers.close()

    async def _all_changes(self) -> list[Change]:
        if self._changes is None:
            text, targets = self.subject.source.text, self.subject.targets
            made = await asyncio.to_thread(mutants.changes, text, targets)
            self._changes = await judging.distinct(self._workers, made)
        return self._changes

    async def _look(self) -> Existing:
        if self._existing is None:
            changes = await self._all_changes()
            self._existing = await existing.look(self._workers, self.subject, changes)
            # What the project's tests wrote is not for the next to find.
            await self._workers.renew()
        return self._existing
