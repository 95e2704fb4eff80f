"""The development set: real functions with the docstrings that people wrote, removed.

Drawn, seeded, from the standard library and from packages of this environment; nothing is copied
into the repository, so a set belongs to the versions it was drawn from (`describe` prints them).
Every other function has parameters that a person described: few of the standard library have, and
texts of parameters could not be compared otherwise. One file gives one function at most.
"""

from __future__ import annotations

import ast
import inspect
import random
import re
import sysconfig
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from bench import scores
from neovim_ai.errors import AiError
from neovim_ai.source import target
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import Edit, SourceText, Span

PACKAGES = ("httpx2", "click", "tqdm", "pluggy", "packaging", "sortedcontainers")
DESCRIBED = (
    *PACKAGES, "anyio", "docstring_parser_fork", "numpy", "platformdirs", "portalocker", "pydantic",
    "requests", "sacrebleu", "urllib3",
)  # fmt: skip
"""Packages to draw from: further ones whose docstrings describe parameters."""
_SKIPPED = {"test", "tests", "idlelib", "lib2to3", "site-packages", "turtledemo", "__pycache__"}


@dataclass(frozen=True)
class Sample:
    """One function without its docstring.

    Attributes:
        source: The whole file, with the docstring of this function removed.
        qualname: Of the function; `ordinal` tells equals apart.
        ordinal: See `Definition.ordinal`.
        human: The docstring a person wrote, cleaned as `inspect.cleandoc` does.
    """

    source: SourceText
    qualname: str
    ordinal: int
    human: str


def files(packages: Sequence[str] = PACKAGES) -> Iterator[Path]:
    """Yield the Python files to draw from, in a fixed order."""
    yield from _python_files(Path(sysconfig.get_path("stdlib")))
    for name in packages:
        try:
            listed = metadata.files(name) or []
        except metadata.PackageNotFoundError:
            continue
        shown = [f for f in listed if f.suffix == ".py" and not _SKIPPED & set(f.parts[:-1])]
        yield from sorted(Path(str(f.locate())) for f in shown)


def _python_files(top: Path) -> Iterator[Path]:
    for path in sorted(top.rglob("*.py")):
        if not _SKIPPED & set(path.relative_to(top).parts[:-1]):
            yield path


def functions(path: Path) -> Iterator[tuple[SourceText, Definition]]:
    """Yield the functions and methods of a file that parses."""
    try:
        source = SourceText.from_bytes(path.read_bytes(), path)
        ast.parse(source.text)
    except (AiError, SyntaxError, ValueError):
        return
    for found in target.definitions(source):
        if found.kind in (DefinitionKind.FUNCTION, DefinitionKind.METHOD) and not found.broken:
            yield source, found


def without_docstring(source: SourceText, definition: Definition) -> SourceText:
    """Remove a docstring with its line; a body that was nothing else becomes `...`."""
    edit = removal(source, definition)
    return source.apply([edit]) if edit else source


def removal(source: SourceText, definition: Definition) -> Edit | None:
    """Return the edit that `without_docstring` does; None without a docstring."""
    span = definition.docstring
    if span is None:
        return None
    rest = source.slice(Span(span.end, definition.span.end)).strip()
    if not rest or rest.startswith(("#", ";")) or definition.body_indent is None:
        return Edit(span, "...")
    start = source.row_start(source.row(span.start))
    row_after = source.row(span.end) + 1
    end = source.row_start(row_after)
    if source.slice(Span(span.end, end)).strip():
        return Edit(span, "...")
    return Edit(Span(start, end), "")


def draw(count: int, seed: int = 1, part: str = "all", min_words: int = 8) -> list[Sample]:
    """Draw functions that people documented and that have something to describe.

    Args:
        count: How many.
        seed: Of the shuffle.
        part: `tune` and `held` are the halves of what `all` draws: one to try things on, one that
            is only measured.
        min_words: Fewest words of the human docstring.
    """
    pool = [
        (path, d.qualname, d.ordinal)
        for path in files(DESCRIBED)
        for source, d in functions(path)
        if _worth_asking(source, d, min_words)
    ]
    random.Random(seed).shuffle(pool)
    drawn = list(_alternating(pool, count if part == "all" else 2 * count))
    if part == "all":
        return drawn
    return [s for number, s in enumerate(drawn) if number // 2 % 2 == (part == "held")]


def _alternating(pool: Sequence[tuple[Path, str, int]], count: int) -> Iterator[Sample]:
    """Yield functions without and with described parameters in turn, each of a file of its own."""
    waiting: dict[bool, deque[Sample]] = {False: deque(), True: deque()}
    seen: set[Path] = set()
    described = False
    for path, qualname, ordinal in pool:
        if count == 0:
            return
        if path in seen:
            continue
        sample = _sample(path, qualname, ordinal)
        seen.add(path)
        waiting[scores.describes_parameters(sample.human)].append(sample)
        while count and waiting[described]:
            yield waiting[described].popleft()
            described = not described
            count -= 1


def _worth_asking(source: SourceText, definition: Definition, min_words: int) -> bool:
    if definition.docstring is None or definition.body_indent is None:
        return False
    lines = definition.end_line - definition.line
    human = source.slice(definition.docstring)
    parameters = source.slice(definition.header).count(",") + 1
    return 4 <= lines <= 60 and len(human.split()) >= min_words and parameters >= 2


def _sample(path: Path, qualname: str, ordinal: int) -> Sample:
    source = SourceText.from_bytes(path.read_bytes(), path)
    found = target.by_qualname(source, qualname, ordinal)
    assert found.docstring is not None
    literal = source.slice(found.docstring)
    try:
        human = str(ast.literal_eval(literal))
    except (ValueError, SyntaxError):
        human = literal
    bare = _without_gap(without_docstring(source, found), qualname, ordinal)
    return Sample(bare, qualname, ordinal, inspect.cleandoc(human))


def _without_gap(source: SourceText, qualname: str, ordinal: int) -> SourceText:
    """Remove blank lines below a header: they stood below the docstring."""
    end = target.by_qualname(source, qualname, ordinal).header.end
    blank = re.match(rb"[^\r\n]*(?:\r\n|\r|\n)((?:[ \t\f]*(?:\r\n|\r|\n))+)", source.utf8[end:])
    return (
        source.apply([Edit(Span(end + blank.start(1), end + blank.end(1)), "")])
        if blank
        else source
    )


def describe(packages: Sequence[str] = PACKAGES) -> str:
    """Name the versions that a set was drawn from."""
    import platform

    versions = [f"Python {platform.python_version()}"]
    for name in packages:
        try:
            versions.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            continue
    return ", ".join(versions)
