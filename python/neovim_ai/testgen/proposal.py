"""What `:AiTest` hands to an editor or the command line: tests as data, each with its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from neovim_ai.llm.model import Usage
from neovim_ai.testgen.model import (
    Case,
    Coverage,
    Evidence,
    Expectation,
    Mutant,
    Provenance,
    Subject,
    TestText,
)


@dataclass(frozen=True)
class Dispute:
    """A specification and the run disagree: a possible bug, or a wrong expectation.

    Attributes:
        key: Stable while the call is; names the dispute to whoever answers it.
        case: The call, what was expected and what it did.
        observed: What a test would assert that pins what it did; None when that cannot be pinned.
        votes: What each source said, for people: the sentence, or the model's three answers.
    """

    key: str
    case: Case
    observed: Expectation | None
    votes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kept:
    """One test of a proposal.

    Attributes:
        test: Its text.
        evidence: What it is worth, among the tests of this proposal.
        intent: One line that says what it shows; may be empty.
    """

    test: TestText
    evidence: Evidence
    intent: str = ""

    @property
    def provenance(self) -> Provenance:
        """`spec` when every case of it is."""
        spec = all(c.expectation.provenance is Provenance.SPEC for c in self.test.cases)
        return Provenance.SPEC if spec else Provenance.OBSERVED


@dataclass(frozen=True)
class Refused:
    """A test that was not kept, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class TestProposal:
    """The outcome of one request.

    Attributes:
        subject: What was tested.
        kept: The tests, in the order they stand in the file.
        disputes: Possible bugs; none of them is in `kept`.
        refused: What was tried and not kept.
        new_source: The test file with all kept tests; the existing text when there is none.
        before: What the project's own tests reach of the targets.
        after: The same with the kept tests.
        mutants: All mutants of the targets.
        killed: Keys of those killed with the kept tests.
        notes: Single sentences that people should read (no specification, what pytest lacks).
        usage: What the model cost.
        seconds: Wall time.
        phases: Seconds by stage.
        not_run: Why nothing was run: then `kept` are what people wrote down, as tests without
            evidence, nothing is covered and no mutant was made; empty where everything ran.
    """

    __test__ = False  # the name is the domain's; pytest is not to collect it

    subject: Subject
    kept: tuple[Kept, ...]
    disputes: tuple[Dispute, ...]
    refused: tuple[Refused, ...]
    new_source: str
    before: Coverage
    after: Coverage
    mutants: tuple[Mutant, ...] = ()
    killed: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    usage: Usage = field(default_factory=Usage)
    seconds: float = 0.0
    phases: Mapping[str, float] = field(default_factory=dict)
    not_run: str = ""

    def noting(self, sentence: str) -> TestProposal:
        """Return it with one more sentence for people, in front; itself for an empty one."""
        return replace(self, notes=(sentence, *self.notes)) if sentence else self

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """Mutants that no test kills."""
        return tuple(one for one in self.mutants if one.key not in self.killed)

    @property
    def summary(self) -> str:
        """One line: what was added, that nothing is left to add, or that nothing was run."""
        count = f"{len(self.kept)} test{'s' * (len(self.kept) != 1)}"
        if self.not_run:
            return f"{count}, not run: {self.not_run}"
        branches = f"{_percent(self.after)}% lines and branches"
        mutants = f"{len(self.killed)} of {len(self.mutants)} mutants"
        if not self.kept:
            return f"nothing left to add: {branches}, {mutants}"
        return f"{count}: {branches}, {mutants}"


def _percent(coverage: Coverage) -> int:
    return int(coverage.share * 100)
