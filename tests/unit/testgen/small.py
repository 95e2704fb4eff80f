"""Subjects of a few lines for tests: their specification, their stand-in lab."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from neovim_ai.source.text import SourceText
from neovim_ai.testgen.model import Argument, Call, Interpreter, Subject
from neovim_ai.testgen.specification.collect import nobody, specification
from neovim_ai.testgen.specification.docstring import WrittenByUs
from neovim_ai.testgen.specification.model import Specification
from neovim_ai.testgen.subject.find import targets

PYTHON = Interpreter(Path("python"), (3, 11), "our own", "9.2.0")


def subject_of(code: str, root: Path, existing: str | None = None, **more: object) -> Subject:
    """Make the subject of a module `words`, its tests in `tests/test_words.py`."""
    path = root / "words.py"
    source = SourceText(textwrap.dedent(code).lstrip("\n"), path)
    found = Subject(
        source=source,
        module="words",
        root=root,
        sys_path=(root,),
        test_path=root / "tests" / "test_words.py",
        existing=existing,
        pytest_options=(),
        fixtures=frozenset(),
        interpreter=PYTHON,
        targets=targets(source),
    )
    return replace(found, **more)  # type: ignore[arg-type]


def said_of(subject: Subject, written_by_us: WrittenByUs = nobody) -> Mapping[str, Specification]:
    """Return what people said of each target."""
    return {
        name: specification(subject, target, None, written_by_us)
        for name, target in subject.named.items()
    }


def call(callee: str, *arguments: str, arrange: Sequence[str] = (), target: str = "") -> Call:
    """Make a call; `name=value` gives an argument by name."""
    given = []
    for one in arguments:
        name, equals, source = one.partition("=")
        named = bool(equals) and name.isidentifier()
        given.append(Argument(source, name) if named else Argument(one))
    return Call(target or callee, callee, tuple(given), tuple(arrange))
