"""Runs the examples of existing docstrings, and says which no longer do what they show."""

from __future__ import annotations

import doctest
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from neovim_ai.docs.drift.model import Finding, FindingKind
from neovim_ai.docs.examples import running
from neovim_ai.docs.examples.importing import Module, module_of
from neovim_ai.docs.examples.running import Answer, Answers
from neovim_ai.docs.literal import Literal
from neovim_ai.errors import AiError
from neovim_ai.sandbox.model import Sandbox
from neovim_ai.source import target
from neovim_ai.source.model import Definition
from neovim_ai.source.text import SourceText

KEY = "examples"

_CHECKER = doctest.OutputChecker()
_SHOWN = 60


@dataclass(frozen=True)
class _Session:
    """The examples of one docstring: they share their names, as doctest has it."""

    definition: Definition
    line: int
    examples: tuple[doctest.Example, ...]


async def failing(
    source: SourceText, sandbox: Sandbox, definitions: Sequence[Definition] | None = None
) -> tuple[Finding, ...]:
    """Return the examples of a text, saved or not, that give something else than they show.

    What needs the network, other programs or a package that is not there cannot be told here and
    is left out, as is what says `# doctest: +SKIP`.

    Args:
        source: The text.
        sandbox: Where they run.
        definitions: All its definitions, when the caller has them.

    Raises:
        AiError: `sandbox` when the module cannot be imported there.
    """
    if ">>>" not in source.text:
        return ()
    everything = target.definitions(source) if definitions is None else definitions
    sessions = list(_sessions(source, everything))
    if not sessions:
        return ()
    module = module_of(source)
    flags, lends_names = _flags(module.project), _lends_names(module)
    scripts = [[example.source for example in one.examples] for one in sessions]
    answers = await running.run(sandbox, module, scripts, running.ONE)
    found = (
        finding
        for session, answered in zip(sessions, answers, strict=True)
        for finding in _of_session(session, answered, flags)
        if not (lends_names and "NameError" in finding.now)
    )
    return tuple(sorted(found, key=lambda one: one.line))


def _sessions(source: SourceText, definitions: Sequence[Definition]) -> Iterator[_Session]:
    for definition in definitions:
        if definition.docstring is None:
            continue
        try:
            value = Literal.read(source, definition.docstring).value
            found = doctest.DocTestParser().get_examples(value, definition.qualname)
        except (AiError, ValueError):
            continue  # no plain literal, or no well-formed doctest: a linter's matter
        told = [one for one in found if not one.options.get(doctest.SKIP)]
        if told:
            yield _Session(definition, source.line(definition.docstring.start), tuple(told))


def _of_session(session: _Session, answers: Answers, flags: int) -> Iterator[Finding]:
    if answers is None:
        yield _finding(session, session.examples[0], "It came to no end.", "no end")
        return
    for example, answer in zip(session.examples, answers, strict=False):
        if answer.outside or _is_missing_package(answer):
            return  # what follows may depend on it
        chosen = _chosen(flags, example)
        if not _agrees(example, answer, chosen):
            got = _got(answer)
            yield _finding(session, example, f"It shows {_want(example)} and gives {got}.", got)


def _finding(session: _Session, example: doctest.Example, said: str, got: str) -> Finding:
    call = _short(example.source)
    definition = session.definition
    return Finding(
        FindingKind.EXAMPLE_FAILS,
        definition.qualname,
        definition.ordinal,
        session.line + example.lineno,
        KEY,
        f"The example `{call}` no longer holds. {said}",
        was=_want(example),
        now=got,
    )


def _agrees(example: doctest.Example, answer: Answer, flags: int) -> bool:
    if answer.raised:
        wanted, raised = example.exc_msg, answer.raised
        if wanted is None:
            return False
        if flags & doctest.IGNORE_EXCEPTION_DETAIL:
            wanted, raised = (text.split(":")[0].rpartition(".")[2] for text in (wanted, raised))
            return wanted.strip() == raised.strip()
        return _CHECKER.check_output(wanted, _last(raised), flags)
    return example.exc_msg is None and _CHECKER.check_output(example.want, answer.printed, flags)


def _last(raised: str) -> str:
    """Return the message of an exception without the lines that point at a syntax error."""
    lines = raised.splitlines(keepends=True)
    start = next((n for n, line in enumerate(lines) if not line.startswith(" ")), 0)
    return "".join(lines[start:])


def _is_missing_package(answer: Answer) -> bool:
    return answer.raised.startswith(("ModuleNotFoundError", "ImportError"))


def _chosen(flags: int, example: doctest.Example) -> int:
    for flag, chosen in example.options.items():
        flags = flags | flag if chosen else flags & ~flag
    return flags


def _want(example: doctest.Example) -> str:
    if example.exc_msg:
        return _short(example.exc_msg)
    return _short(example.want) or "nothing"


def _got(answer: Answer) -> str:
    return _short(_last(answer.raised) or answer.printed) or "nothing"


def _short(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= _SHOWN else folded[: _SHOWN - 1] + "…"


def _flags(project: Path | None) -> int:
    """Return the doctest options of the project's pytest configuration."""
    if project is None:
        return 0
    try:
        told = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return 0
    options = told.get("tool", {}).get("pytest", {}).get("ini_options", {})
    named = options.get("doctest_optionflags", "")
    names = named.split() if isinstance(named, str) else map(str, named)
    flags = 0
    for name in names:
        flags |= doctest.OPTIONFLAGS_BY_NAME.get(name, 0)
    return flags


def _lends_names(module: Module) -> bool:
    """Whether the project's conftest gives names to doctests, which we do not know."""
    root = module.project
    if root is None:
        return False
    folders = [root, *((root / module.path).parents)]
    files = [folder / "conftest.py" for folder in folders if folder.is_relative_to(root)]
    return any(
        "doctest_namespace" in file.read_text(encoding="utf-8", errors="replace")
        for file in files
        if file.is_file()
    )
