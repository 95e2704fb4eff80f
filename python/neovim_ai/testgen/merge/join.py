"""The insertions that put new tests into a file, each after the block it belongs to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from neovim_ai.source.text import Edit, Span
from neovim_ai.testgen.merge import imports, standalone
from neovim_ai.testgen.merge.existing import Block, Existing
from neovim_ai.testgen.model import Subject, TestText
from neovim_ai.testgen.scaffold.house import TestHouse
from neovim_ai.testgen.scaffold.naming import subject_words


@dataclass(frozen=True)
class Joined:
    """What joining does.

    Attributes:
        text: The file afterwards.
        edits: Insertions into the text before, in its order; one whole text for a new file.
        rows: By test name, the first and last row it takes afterwards, 0-based and inclusive.
        clashes: Names that the tests import and the file uses for something else.
    """

    text: str
    edits: tuple[Edit, ...]
    rows: Mapping[str, tuple[int, int]]
    clashes: frozenset[str] = frozenset()


def join(text: str | None, tests: Sequence[TestText], subject: Subject, house: TestHouse) -> Joined:
    """Join tests into a file's text.

    Args:
        text: The file as it stands; None for a new one.
        tests: With names that are free there.
        subject: What they test.
        house: How tests look there.

    Raises:
        AiError: `syntax` when the file does not parse.
    """
    if not tests:
        return Joined(text or "", (), {})
    written = standalone.write(tests, subject, house)
    if text is None or not text.strip():
        # an editor's empty buffer has one empty line, which ends the file
        whole = written.text.removesuffix("\n") if text == "\n" else written.text
        after = whole + (text or "")
        return Joined(after, (Edit(Span(0, 0), whole),), _rows(after, tests))
    existing = Existing(text)
    needed = imports.needed(existing, written.imports, subject.module.partition(".")[0])
    insertions = _imported(existing, needed.at)
    insertions += _placed(existing, written, tests)
    edits = _edits(existing, insertions)
    after = existing.source.apply(edits).text
    return Joined(after, edits, _rows(after, tests), needed.clashes)


def _imported(existing: Existing, lines: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
    """Give import lines their room: blank lines around them where the file has none yet."""
    found = list(lines)
    if not found or existing.imports():
        return found
    body = existing.tree.body
    above = "\n" if body and existing.head_row() == body[0].end_lineno else ""
    below = "\n\n" if body and not above else ""
    (first, text), (last, end) = found[0], found[-1]
    if len(found) == 1:
        return [(first, f"{above}{text}{below}")]
    return [(first, above + text), *found[1:-1], (last, end + below)]


def _placed(
    existing: Existing, written: standalone.Standalone, tests: Sequence[TestText]
) -> list[tuple[int, str]]:
    """Return each test's text with the row it is inserted before."""
    by_name = {test.name: test for test in tests}
    found: list[tuple[int, str]] = []
    for block in written.blocks:
        if block.owner:
            found += _class(existing, block)
            continue
        name, text = block.tests[0]
        found.append(_function(existing, by_name.get(name), text))
    return found


def _class(existing: Existing, block: standalone.Block) -> list[tuple[int, str]]:
    own = [b for b in existing.blocks() if b.name == block.owner and b.is_class]
    if own and not own[-1].is_test_case:
        row = own[-1].end + 1
        return [(row, "".join(f"\n{text}\n" for _, text in block.tests))]
    methods = "\n\n".join(text for _, text in block.tests)
    # a second class of one name would hide the user's
    name = block.owner if block.owner not in existing.names() else f"{block.owner}Cases"
    return [_at_end(existing, f"class {name}:\n{methods}")]


def _function(existing: Existing, test: TestText | None, text: str) -> tuple[int, str]:
    qualname = test.cases[0].call.target if test and test.cases else ""
    own = [b for b in existing.blocks() if qualname and _belongs(b, qualname)]
    if own:
        return own[-1].end + 1, f"\n\n{text}\n"
    return _at_end(existing, text)


def _belongs(block: Block, qualname: str) -> bool:
    """Tell whether a block of the file tests a function or class."""
    if not block.name.lower().startswith("test"):
        return False
    words = subject_words(qualname)
    folded = block.name.lower().replace("_", "")
    named = folded.startswith(f"test{words.replace('_', '')}")
    return named or qualname.rpartition(".")[2] in block.words


def _at_end(existing: Existing, text: str) -> tuple[int, str]:
    row = existing.main_row()
    if row is not None:
        return row, f"{text}\n\n\n"
    blocks = existing.blocks()
    lines = existing.source.text.split("\n")
    last = len(lines) if lines[-1] else len(lines) - 1
    while last > 0 and not lines[last - 1].strip():
        last -= 1
    gap = "\n\n" if blocks or existing.tree.body else ""
    return last, f"{gap}{text}\n"


def _edits(existing: Existing, insertions: Sequence[tuple[int, str]]) -> tuple[Edit, ...]:
    """Turn insertions before rows into edits, those of one row joined in their order."""
    source = existing.source
    at_row: dict[int, list[str]] = {}
    for row, text in insertions:
        at_row.setdefault(row, []).append(text)
    edits = []
    for row, texts in sorted(at_row.items()):
        offset = _start(existing, row)
        whole = "".join(texts)
        if offset == len(source.utf8) and source.text and not source.text.endswith("\n"):
            whole = f"\n{whole}"
        edits.append(Edit(Span(offset, offset), whole.replace("\n", source.newline)))
    return tuple(edits)


def _start(existing: Existing, row: int) -> int:
    rows = existing.source.text.count("\n")
    return existing.source.row_start(row) if row <= rows else len(existing.source.utf8)


def _rows(text: str, tests: Sequence[TestText]) -> dict[str, tuple[int, int]]:
    """Find where tests stand in a text."""
    import ast

    wanted = {test.name for test in tests}
    found: dict[str, tuple[int, int]] = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in wanted:
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            found[node.name] = (first - 1, (node.end_lineno or node.lineno) - 1)
    return found
