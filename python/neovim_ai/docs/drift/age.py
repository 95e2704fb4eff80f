"""Docstrings that are older than the code they describe, as git tells."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from neovim_ai.docs.drift.model import Finding, FindingKind, Severity
from neovim_ai.source import target
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText

KEY = "age"

_WAIT_S = 30.0
_NOT_COMMITTED = "0" * 40
_REVISIONS = ".git-blame-ignore-revs"


@dataclass(frozen=True)
class Line:
    """Who wrote a line, as far as its age goes.

    Attributes:
        commit: The commit's hash; zeros for a line that is not committed.
        time: When, in seconds since 1970.
    """

    commit: str
    time: int

    @property
    def day(self) -> str:
        """The day for people; lines that are not committed are of now."""
        if self.commit == _NOT_COMMITTED:
            return "now (not committed)"
        return datetime.fromtimestamp(self.time, UTC).strftime("%Y-%m-%d")


def older(
    source: SourceText, definitions: Sequence[Definition] | None = None
) -> tuple[Finding, ...]:
    """Return the docstrings of a text, saved or not, whose code was changed in a later commit.

    White space does not count, nor do commits that the project tells git to ignore, comments and
    blank lines. A text that git does not know has none.

    Args:
        source: The text.
        definitions: All its definitions, when the caller has them.
    """
    if source.path is None or ('"' not in source.text and "'" not in source.text):
        return ()
    everything = target.definitions(source) if definitions is None else definitions
    documented = [one for one in everything if one.docstring and _has_body(one)]
    if not documented:
        return ()
    lines = blamed(source)
    found = (_judged(source, one, everything, lines) for one in documented) if lines else ()
    return tuple(sorted((one for one in found if one), key=lambda one: one.line))


def blamed(source: SourceText) -> list[Line]:
    """Return who wrote each line of a text; empty where git does not know its file."""
    path = source.path
    if path is None:
        return []
    command = ["git", "blame", "--porcelain", "-w", "--contents", "-"]
    command += _ignored(path.parent)
    try:
        asked = subprocess.run(
            [*command, "--", path.name],
            cwd=path.parent,
            input=source.to_bytes(),
            capture_output=True,
            timeout=_WAIT_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return []  # no git, no repository, a file that is not committed
    return list(_lines(asked.stdout.decode("utf-8", "replace")))


def _ignored(folder: Path) -> list[str]:
    for above in (folder, *folder.parents):
        if (above / _REVISIONS).is_file():
            return ["--ignore-revs-file", str(above / _REVISIONS)]
        if (above / ".git").exists():
            break
    return []


def _lines(porcelain: str) -> Iterator[Line]:
    times: dict[str, int] = {}
    commit = ""
    for line in porcelain.split("\n"):
        if line.startswith("\t"):
            yield Line(commit, times.get(commit, 0))
        elif line.startswith("committer-time "):
            times[commit] = int(line.split()[1])
        elif len(word := line.split(" ", 1)[0]) == len(_NOT_COMMITTED) and word.isalnum():
            commit = word


def _has_body(definition: Definition) -> bool:
    return definition.kind in (DefinitionKind.FUNCTION, DefinitionKind.METHOD)


def _judged(
    source: SourceText,
    definition: Definition,
    definitions: Sequence[Definition],
    lines: Sequence[Line],
) -> Finding | None:
    docstring = definition.docstring
    if docstring is None:
        return None
    first = source.line(docstring.start)
    last = source.line(docstring.end)
    words = lines[first - 1 : last]
    code = _code(source, definition, definitions, range(first, last + 1))
    later = _later(words, [lines[number - 1] for number in code if number <= len(lines)])
    if not later:
        return None
    newest = max(later, key=_age)
    written = max(words, key=_age)
    count = "1 line" if len(later) == 1 else f"{len(later)} of its {len(code)} lines"
    return Finding(
        FindingKind.OLDER_THAN_CODE,
        definition.qualname,
        definition.ordinal,
        first,
        KEY,
        f"The docstring is of {written.day}; {count} of code changed since, last {newest.day}.",
        Severity.HINT,
        was=written.day,
        now=newest.day,
    )


def _later(words: Sequence[Line], code: Sequence[Line]) -> list[Line]:
    """Return the lines of code that came after the newest words, in another commit."""
    if not words:
        return []
    newest = max(words, key=_age)
    return [one for one in code if _age(one) > _age(newest) and one.commit != newest.commit]


def _age(line: Line) -> tuple[bool, int]:
    return line.commit == _NOT_COMMITTED, line.time


def _code(
    source: SourceText,
    definition: Definition,
    definitions: Sequence[Definition],
    docstring: range,
) -> list[int]:
    """Return the numbers of a definition's lines of code; what is defined inside has its own."""
    inner = [
        range(source.line(one.span.start), one.end_line + 1)
        for one in definitions
        if one is not definition and definition.span.covers(one.span)
    ]
    own = range(definition.line, definition.end_line + 1)
    outside = (n for n in own if n not in docstring and not any(n in one for one in inner))
    return [number for number in outside if _says_something(source.row_text(number - 1))]


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")
