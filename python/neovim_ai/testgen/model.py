"""The nouns of `:AiTest`, plain data between its stages.

`subject` finds what is to be tested and how the project tests; `lab` runs it in the sandbox and
observes; `oracle` says what should have come out; `scaffold` writes the text; `merge` joins it into
the project's file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from neovim_ai.source.model import Definition, Facts
from neovim_ai.source.text import SourceText


@dataclass(frozen=True)
class Interpreter:
    """The Python that the project runs with.

    Attributes:
        executable: Its path as found (a virtual environment's link stays a link).
        version: Major and minor.
        because: Where it was found, for people (`.venv`, `VIRTUAL_ENV`, `our own`).
        pytest: The version of pytest it has; empty without one (then ours is lent to it).
        plugins: Names of installed distributions that matter here (`pytest-asyncio`, `anyio`).
    """

    executable: Path
    version: tuple[int, int]
    because: str
    pytest: str = ""
    plugins: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Target:
    """One function, method or class to be tested, with what its code says.

    Attributes:
        definition: Where it stands.
        facts: What its code says.
        private: A helper that nobody asked for by name: its lines and mutants count, but tests
            reach it through what calls it.
    """

    definition: Definition
    facts: Facts
    private: bool = False

    @property
    def qualname(self) -> str:
        """Dotted path from the module."""
        return self.definition.qualname


@dataclass(frozen=True)
class Subject:
    """What is tested and how this project tests.

    Attributes:
        source: The code as it stands in the buffer, saved or not; `source.path` is its file.
        module: The dotted name under which the project's tests import it.
        root: The project's root folder.
        sys_path: Folders that pytest, run from `root`, would put on `sys.path` for the test file.
        test_path: The file the tests belong into; it may not exist yet.
        existing: The text of that file, None while it does not exist.
        pytest_options: Command line options the project's tests need (`--import-mode=importlib`).
        fixtures: Names of fixtures that the project's conftest files offer there.
        interpreter: What runs it.
        targets: What was asked for, in order of the file.
        asynchronous: The marker line that makes async tests run here (`@pytest.mark.asyncio`), an
            empty string where none is needed (auto mode), None where the scaffold runs them by
            `asyncio.run`.
        advice: What plain pytest lacks to import the module, one sentence; empty when nothing.
        env: Names of environment variables that may be seen in the sandbox.
    """

    source: SourceText
    module: str
    root: Path
    sys_path: tuple[Path, ...]
    test_path: Path
    existing: str | None
    pytest_options: tuple[str, ...]
    fixtures: frozenset[str]
    interpreter: Interpreter
    targets: tuple[Target, ...]
    asynchronous: str | None = None
    advice: str = ""
    env: tuple[str, ...] = ()

    @property
    def named(self) -> Mapping[str, Target]:
        """The targets by qualname; of a property and its setter the first."""
        return {one.qualname: one for one in reversed(self.targets)}


@dataclass(frozen=True)
class Argument:
    """One argument of a call as Python source; `name` is empty for a positional one."""

    source: str
    name: str = ""


@dataclass(frozen=True)
class Call:
    """One act on the subject: statements before it and one call, all as Python source.

    Names of the subject's module stand bare (`slugify`, `Reader`), as `from module import …` gives
    them; fixtures stand under their pytest names.

    Attributes:
        target: Qualname of what is called.
        callee: The expression called (`slugify`, `Reader(tmp_path / 'a').read`); for a property
            read or an await the scaffold knows from the facts what to write.
        arguments: In order.
        arrange: Statements before it; a compound one keeps its lines.
        fixtures: Pytest fixtures they use (`tmp_path`, `monkeypatch`, `capsys`).
        imports: Import lines needed beyond pytest and the subject.
        as_written: `callee` is a whole line of an example, an expression or a statement, as a
            person wrote it; there are no arguments then.
    """

    target: str
    callee: str
    arguments: tuple[Argument, ...] = ()
    arrange: tuple[str, ...] = ()
    fixtures: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    as_written: bool = False

    @property
    def act(self) -> str:
        """The call as one expression; `callee` alone where nothing is called of it."""
        if self.as_written:
            return self.callee
        inner = ", ".join(f"{a.name}={a.source}" if a.name else a.source for a in self.arguments)
        return f"{self.callee}({inner})"


class Ending(StrEnum):
    """How a call ended."""

    RETURNED = "returned"
    RAISED = "raised"
    YIELDED = "yielded"
    TIMED_OUT = "timed out"
    DIED = "died"


@dataclass(frozen=True)
class Outcome:
    """What one call did, seen in the sandbox.

    Attributes:
        ending: How it ended; `DIED` and `TIMED_OUT` are never tested, only told.
        value: Source that evaluates to an equal value of the same type; empty where there is none.
            For a generator the list of what it yielded.
        type: Dotted type of the value or of the exception (`builtins.ValueError`, `pkg.mod.Error`).
        message: Text of the exception.
        checks: Expressions over `result` and the arguments' names that hold and say what came out
            where `value` is empty, or what was changed (`len(result) == 3`, `items == [1, 2]`).
        stdout: What it printed.
        stable: The same in fresh processes with other seeds, directories and time zones.
        lines: 1-based lines of the subject that it ran.
        branches: Pairs of lines, as coverage.py names arcs.
        seconds: Wall time.
        imports: Import lines that `value` and `checks` need (`import decimal`); names of the
            subject's module stand bare.
        deliberate: A `raise` statement threw it, not an operation on a value that does not fit.
        litter: Names of files it left in the working directory.
    """

    ending: Ending
    value: str = ""
    type: str = ""
    message: str = ""
    checks: tuple[str, ...] = ()
    stdout: str = ""
    stable: bool = True
    lines: frozenset[int] = frozenset()
    branches: frozenset[tuple[int, int]] = frozenset()
    seconds: float = 0.0
    imports: tuple[str, ...] = ()
    deliberate: bool = False
    litter: tuple[str, ...] = ()


@dataclass(frozen=True)
class Observation:
    """A call and what it did."""

    call: Call
    outcome: Outcome


class Provenance(StrEnum):
    """Where an expectation comes from."""

    SPEC = "spec"
    OBSERVED = "observed"


class Source(StrEnum):
    """What says so, the strongest first."""

    EXAMPLE = "example"
    DOCUMENTED = "documented"
    PROPERTY = "property"
    CALLER = "caller"
    MODEL = "model"
    RUN = "run"


@dataclass(frozen=True)
class Expectation:
    """What a case asserts, in the terms of `Outcome`.

    Attributes:
        provenance: `spec` came from a specification before the code was run.
        source: What says so.
        said: The sentence, example or property it came from; empty for what was observed.
        line: Where that stands in the subject, 1-based; 0 for none.
        ending: Returned, raised or yielded.
        value: Source of the expected value; empty where `checks` say it.
        type: Expected exception, as the test file writes it.
        match: Part of the exception's message, a literal text; empty for any.
        checks: Expressions that must hold.
        stdout: Expected output; None where it is of no matter.
    """

    provenance: Provenance
    source: Source
    ending: Ending
    value: str = ""
    type: str = ""
    match: str = ""
    checks: tuple[str, ...] = ()
    stdout: str | None = None
    said: str = ""
    line: int = 0


@dataclass(frozen=True)
class Case:
    """One call with what is expected of it and, once it ran, what it did.

    Attributes:
        name: Words for the test's name, `snake_case`, without `test_`.
        intent: One line that says what it shows; may be empty.
    """

    name: str
    intent: str
    call: Call
    expectation: Expectation
    outcome: Outcome | None = None


@dataclass(frozen=True)
class TestText:
    """One test function as it will stand in the file, with what it needs.

    Attributes:
        name: `test_…`, unique in the file.
        text: The whole function, decorators first, no blank lines around.
        imports: Import lines it needs.
        cases: What it checks; several where they became one `parametrize`.
        mark: Why it is expected to fail (a possible bug kept by the user), else empty.
    """

    __test__ = False  # the name is the domain's; pytest is not to collect it

    name: str
    text: str
    imports: tuple[str, ...]
    cases: tuple[Case, ...]
    mark: str = ""


@dataclass(frozen=True)
class Mutant:
    """One small fault in the subject: `key` is stable while the code is; the line is 1-based."""

    key: str
    target: str
    line: int
    operator: str
    before: str
    after: str


@dataclass(frozen=True)
class Evidence:
    """What one test is worth.

    Attributes:
        lines: Lines of the subject it runs.
        branches: Arcs it takes.
        kills: Keys of the mutants it fails on.
        alone: Keys of those that no other kept test kills.
        runs: Fresh processes it was run in, `passed` of them without failure.
        order_safe: Passed alone, in any order and after the existing suite.
        seconds: Median time of one run.
        refused: Why it is not kept (`leaves a file behind: out.txt`); empty when it is.
    """

    lines: frozenset[int] = frozenset()
    branches: frozenset[tuple[int, int]] = frozenset()
    kills: frozenset[str] = frozenset()
    alone: frozenset[str] = frozenset()
    runs: int = 0
    passed: int = 0
    order_safe: bool = False
    seconds: float = 0.0
    refused: str = ""


@dataclass(frozen=True)
class Coverage:
    """Of the targets: what there is to run and what ran; arcs as coverage.py counts them."""

    lines: frozenset[int]
    branches: frozenset[tuple[int, int]]
    lines_run: frozenset[int]
    branches_run: frozenset[tuple[int, int]]

    @property
    def share(self) -> float:
        """Lines and branches run, of all there are, from 0 to 1; 1 where there is nothing."""
        whole = len(self.lines) + len(self.branches)
        return (len(self.lines_run) + len(self.branches_run)) / whole if whole else 1.0
