"""What the text side asks of the place where everything runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from neovim_ai.testgen.model import (
    Call,
    Coverage,
    Evidence,
    Mutant,
    Observation,
    Outcome,
    Target,
    TestText,
)


class Lab(Protocol):
    """Runs the subject and its tests in the sandbox; one per job, closed at its end.

    Every method raises `AiError` with one clear line where the subject cannot be imported, the
    worker dies or no sandbox is there; nothing is ever written into the project.
    """

    async def observe(self, calls: Sequence[Call]) -> Sequence[Outcome]:
        """Run each call in a fork of its own, in fresh conditions twice, and tell what it did."""

    async def explore(
        self, targets: Sequence[Target], seconds: float, seeds: Sequence[Call] = ()
    ) -> Sequence[Observation]:
        """Search for calls that reach what no call reached yet; `seeds` are tried first.

        Returns:
            A small set that covers all that was reached, distinct endings first.
        """

    async def existing(self) -> Coverage:
        """Tell what the project's own tests of the file reach already."""

    async def killed(self) -> frozenset[str]:
        """Return the keys of the mutants that the project's own tests of the file fail on."""

    async def mutants(self, targets: Sequence[Target]) -> Sequence[Mutant]:
        """List the small faults that tests should notice; equal bytecode is left out."""

    async def judge(self, tests: Sequence[TestText]) -> Mapping[str, Evidence]:
        """Tell by test name what each runs and which mutants it kills."""

    async def prove(self, file: str, names: Sequence[str], runs: int) -> Mapping[str, Evidence]:
        """Run a whole test file with plain pytest in fresh processes, shuffled, after the suite.

        Args:
            file: The text the test file would have.
            names: The tests in question.
            runs: How many fresh processes.
        """

    async def close(self) -> None:
        """Stop the worker and remove the snapshot."""
