"""One request from its text to its proposal: what the command line and the editor both do."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.model import Model
from neovim_ai.source import project
from neovim_ai.source.model import Definition
from neovim_ai.source.python_files import python_files
from neovim_ai.source.text import SourceText
from neovim_ai.testgen import unrun
from neovim_ai.testgen.engine import Phase, Show, Wishes, generate
from neovim_ai.testgen.laboratory import Lab
from neovim_ai.testgen.model import Subject
from neovim_ai.testgen.proposal import TestProposal
from neovim_ai.testgen.specification import callers
from neovim_ai.testgen.specification.collect import nobody, specification
from neovim_ai.testgen.specification.docstring import WrittenByUs
from neovim_ai.testgen.specification.model import Specification
from neovim_ai.testgen.subject import find

OpenLab = Callable[[Subject], Awaitable[Lab]]


@dataclass(frozen=True)
class Request:
    """What is asked.

    Attributes:
        source: The code as it stands, with its path.
        chosen: Definitions that tests are wanted for; the whole text when empty.
        wishes: Budget and runs.
        python: The interpreter the user has set; empty to look for it.
        tests_dir: The folder the user wants the test file in.
        buffers: Unsaved texts of other files, the test file's among them.
        written_by_us: Tells which texts this tool wrote: those specify nothing.
        env: Names of environment variables that may be seen in the sandbox.
    """

    source: SourceText
    chosen: Sequence[Definition] = ()
    wishes: Wishes = field(default_factory=Wishes)
    python: str = ""
    tests_dir: Path | None = None
    buffers: Mapping[Path, str] = field(default_factory=dict)
    written_by_us: WrittenByUs = nobody
    env: tuple[str, ...] = ()


def studied(request: Request) -> Subject:
    """Find out what is tested and how; nothing is run.

    Raises:
        AiError: `no_target` or `syntax` when there is nothing to test.
    """
    found = find.subject(
        request.source,
        request.chosen,
        python=request.python,
        tests_dir=request.tests_dir,
        buffers=request.buffers,
    )
    return replace(found, env=request.env)


async def sandboxed(subject: Subject) -> Lab:
    """Make the place where everything runs: a sandbox, its warm workers, a copy of the project.

    Raises:
        AiError: `sandbox` where this machine has none.
    """
    from neovim_ai.sandbox.choose import choose

    sandbox = await choose()
    # After it: a system that has no sandbox may lack what this imports.
    from neovim_ai.testgen.lab.lab import SandboxLab

    return SandboxLab(sandbox, subject)


async def propose(
    request: Request, subject: Subject, model: Model | None, show: Show, open_lab: OpenLab
) -> TestProposal:
    """Propose tests; nothing is written, and nothing is left running.

    Where this machine has no sandbox nothing is run either: what people wrote down is proposed,
    labelled as not run.

    Args:
        request: What is asked.
        subject: What `studied` found of it.
        model: Names tests and expects values; may be None.
        show: Told each step.
        open_lab: Makes the place where everything runs.

    Raises:
        AiError: Whatever the user is to read.
    """
    show(Phase("reading what people said of it"))
    said = specifications(request, subject)
    show(Phase("starting the sandbox"))
    try:
        lab = await open_lab(subject)
    except AiError as error:
        if error.kind is not Kind.SANDBOX:
            raise
        return unrun.propose(subject, said, error)
    try:
        return await generate(subject, lab, said, model, show, request.wishes)
    finally:
        await lab.close()


def specifications(request: Request, subject: Subject) -> dict[str, Specification]:
    """Return what people said of each target."""
    path = subject.source.path
    root = project.root(path) if path else subject.root
    files = sorted(python_files([root]))
    but = [one for one in (path, subject.test_path) if one]
    around = callers.gather(files, subject.module, but)
    return {
        name: specification(subject, target, around, request.written_by_us)
        for name, target in subject.named.items()
    }
