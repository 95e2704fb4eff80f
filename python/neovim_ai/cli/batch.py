"""Many definitions with one model, some at once; each file is changed in one place at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from neovim_ai.docs import batch
from neovim_ai.docs.compose import Subject, compose, study
from neovim_ai.docs.engine import Outcome, Step, document
from neovim_ai.docs.house import detect
from neovim_ai.docs.memory import Memory
from neovim_ai.docs.model import House, Proposal, Status
from neovim_ai.docs.wishes import Wishes
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.model import Model, Usage
from neovim_ai.settings import DocSettings
from neovim_ai.source import callees, project, target
from neovim_ai.source.model import Definition, DefinitionKind, Raise
from neovim_ai.source.text import SourceText
from neovim_ai.source.write import write_back


@dataclass(frozen=True)
class Done:
    """One definition's outcome with what it was asked for."""

    subject: Subject
    outcome: Outcome


class File:
    """A file as it was and as it is by now.

    Attributes:
        before: As it was read.
        source: With the docstrings accepted so far.
    """

    def __init__(self, path: Path, docs: DocSettings) -> None:
        self.path = path
        self.memory = Memory()
        self.project = callees.Project(project.root(path.resolve()))
        self._data = path.read_bytes()
        self.before = self.source = SourceText.from_bytes(self._data, path)
        self.house: House = detect(self.source, project.root(path.resolve()), docs)

    def lacking(self, wishes: Wishes) -> list[Job]:
        """Return what is to be done in it, in the order of the file."""
        found = batch.lacking(self.source, self.house, wishes, memory=self.memory)
        return [Job(self, one.definition.qualname, one.definition.ordinal) for one in found]

    def named(self, qualname: str) -> Job:
        """Return the job of one definition, `#1` behind the name telling equals apart.

        Raises:
            AiError: `no_target` when there is none, with the nearest names.
        """
        name, _, ordinal = qualname.partition("#")
        number = int(ordinal) if ordinal.isdigit() else None
        found = target.by_qualname(self.source, name, number)
        return Job(self, found.qualname, found.ordinal)

    def take(self, done: Done, *, write: bool) -> Done:
        """Put a docstring into the file as it stands by now, and on the disk when asked.

        No other task runs in between, so docstrings of one file never meet half-way.
        """
        edit = done.outcome.proposal.edit
        if edit is None:
            return done
        if self.source is not done.subject.source:
            done = _anew(self.source, done, self.memory)
            edit = done.outcome.proposal.edit
        if edit is None:
            return done
        source = self.source.apply([edit])
        if write:
            self._data = write_back(self.path, self._data, source)
            self._remember(done)
        self.source = source
        return done

    def _remember(self, done: Done) -> None:
        subject, texts = done.subject, done.outcome.proposal.texts
        written = {slot: texts[slot.key] for slot in subject.missing if slot.key in texts}
        self.memory.record(self.path, subject.definition.qualname, subject.facts, written)


@dataclass(frozen=True)
class Job:
    """One definition of a file."""

    file: File
    qualname: str
    ordinal: int

    def subject(self, wishes: Wishes) -> Subject:
        """Study it in the file as it stands by now."""
        found = target.by_qualname(self.file.source, self.qualname, self.ordinal)
        file = self.file
        return study(file.source, found, file.house, wishes, file.memory, self._passing(found))

    def _passing(self, found: Definition) -> tuple[Raise, ...]:
        file = self.file
        if found.kind not in (DefinitionKind.FUNCTION, DefinitionKind.METHOD):
            return ()
        return callees.raises(file.source, found, None, file.project)


async def run(
    jobs: Sequence[Job],
    wishes: Wishes,
    model: Model,
    take: Callable[[Job, Done], None],
    show: Callable[[Step], None],
    at_once: int,
) -> None:
    """Do jobs, at most so many at once, started in order; `take` is told of each as it ends.

    Raises:
        AiError: What the model failed with; whatever was taken by then stays.
    """
    waiting = iter(jobs)

    async def work() -> None:
        for job in waiting:
            take(job, await _one(job, wishes, model, show))

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(min(at_once, len(jobs))):
                group.create_task(work())
    except* AiError as failed:
        raise failed.exceptions[0] from None


async def _one(job: Job, wishes: Wishes, model: Model, show: Callable[[Step], None]) -> Done:
    subject = job.subject(wishes)
    everything = target.definitions(subject.source)
    try:
        return Done(subject, await document(subject, everything, model, show))
    except AiError as error:
        if error.kind is not Kind.SYNTAX:
            raise
        return Done(subject, Outcome(_refused(subject, str(error)), Usage(), 0.0))


def _anew(source: SourceText, done: Done, memory: Memory) -> Done:
    """Compose a docstring again for a file that has got others meanwhile."""
    old = done.subject
    definition = target.by_qualname(source, old.definition.qualname, old.definition.ordinal)
    subject = study(source, definition, old.house, old.wishes, memory, old.passing)
    composed = compose(subject, done.outcome.proposal.texts)
    if composed is None or composed.failed:
        why = composed.failed[0].saw if composed else "it was written meanwhile"
        return Done(subject, replace(done.outcome, proposal=_refused(subject, why)))
    proposal = replace(
        done.outcome.proposal,
        edit=composed.edit,
        docstring=composed.literal,
        gates=composed.gates,
    )
    return Done(subject, replace(done.outcome, proposal=proposal))


def _refused(subject: Subject, why: str) -> Proposal:
    definition = subject.definition
    return Proposal(definition.qualname, definition.ordinal, Status.REFUSED, why)
