"""Safety over real functions: docstrings removed, slots filled with hostile text, checked anew.

The checks here share no code with the gates: `ast` without the one docstring, and the bytes before
and after the docstring, compared with the file as it was.

    python -m bench.corpus --count 500          a seeded sample
    python -m bench.corpus --count 0            every function there is
"""

from __future__ import annotations

import argparse
import ast
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bench import devset
from neovim_ai.docs import clean
from neovim_ai.docs.compose import compose, study
from neovim_ai.docs.engine import require_sound
from neovim_ai.docs.fallback import fallback
from neovim_ai.docs.house import detect
from neovim_ai.docs.model import House, Slot
from neovim_ai.errors import AiError
from neovim_ai.settings import DocSettings
from neovim_ai.source import target
from neovim_ai.source.model import Definition
from neovim_ai.source.text import SourceText

HOSTILE = (
    "Return the plain truth.",
    'Say "hello" and """goodbye""" to it.',
    r"Match \d+\.\w* on C:\new\table, ending in a backslash \\",
    "Braces {like} {these} %s %(name)d and $dollars.",
    "A" * 140 + " is one very long word.",
    "See https://example.org/a/very/long/path?with=query&and=more#fragment-that-does-not-wrap now.",
    "Use `code spans that are quite long and must not break` and ``x = '''y'''`` here.",
    "* a star, - a dash, :param x: a field, Args: a header, >>> a prompt.",
    "It's 'quoted' — with a dash, an ellipsis… and naïve café.",
    'Ends with a quote"',
)
VARIANTS = ("\n", "\r\n", "tabs", "bom", "latin-1", "formfeed")


@dataclass
class Tally:
    """Counts of one run."""

    asked: int = 0
    proposed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)


def main() -> int:
    """Run over the corpus and print the counts; 1 if anything but a docstring changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true", help="keep the docstrings: test updates")
    arguments = parser.parse_args()
    began, tally = time.monotonic(), Tally()
    for path, names in _chosen(arguments.count, arguments.seed):
        _file(path, names, tally, random.Random(f"{arguments.seed}{path.name}"), arguments.keep)
    _print(tally, time.monotonic() - began)
    return 1 if tally.wrong or tally.crashed else 0


def _chosen(count: int, seed: int) -> Iterator[tuple[Path, list[tuple[str, int]]]]:
    everything = [
        (path, d.qualname, d.ordinal) for path in devset.files() for _, d in devset.functions(path)
    ]
    if count:
        random.Random(seed).shuffle(everything)
        everything = everything[:count]
    by_file: dict[Path, list[tuple[str, int]]] = {}
    for path, qualname, ordinal in everything:
        by_file.setdefault(path, []).append((qualname, ordinal))
    yield from by_file.items()


def _file(
    path: Path, names: list[tuple[str, int]], tally: Tally, dice: random.Random, keep: bool
) -> None:
    original = SourceText.from_bytes(path.read_bytes(), path)
    house = detect(original, None, DocSettings())
    for qualname, ordinal in names:
        tally.asked += 1
        try:
            _one(_varied(original, dice), qualname, ordinal, house, tally, dice, keep)
        except AiError as error:
            tally.refused[f"{error.kind}: {error.message[:60]}"] += 1
        except Exception as error:  # noqa: BLE001 - a crash is a result here, and is counted
            tally.crashed.append(f"{path}::{qualname}: {type(error).__name__}: {error}")


def _varied(source: SourceText, dice: random.Random) -> SourceText:
    """Give the file another newline or mark now and then, as real projects have them."""
    variant = dice.choice(VARIANTS)
    text = source.text
    if variant == "\r\n" and "\r" not in text:
        return SourceText(text.replace("\n", "\r\n"), source.path, source.encoding)
    if variant == "tabs" and _tabs_are_safe(text):
        return SourceText(text.replace("    ", "\t"), source.path, source.encoding)
    if variant == "bom" and source.encoding == "utf-8":
        return SourceText(text, source.path, source.encoding, bom=True)
    if variant == "latin-1" and text.isascii():
        return SourceText(f"# coding: latin-1\n{text}", source.path, "iso-8859-1")
    if variant == "formfeed":
        return SourceText("\f\n" + text, source.path, source.encoding)
    return source


def _tabs_are_safe(text: str) -> bool:
    try:
        ast.parse(text.replace("    ", "\t"))
    except SyntaxError:
        return False
    return True


def _one(
    source: SourceText,
    qualname: str,
    ordinal: int,
    house: House,
    tally: Tally,
    dice: random.Random,
    keep: bool,
) -> None:
    found = target.by_qualname(source, qualname, ordinal)
    if not keep:
        source = devset.without_docstring(source, found)
        found = target.by_qualname(source, qualname, ordinal)
    require_sound(found)
    subject = study(source, found, house)
    if not subject.missing:
        tally.proposed += 1
        return
    texts = {slot.key: _text(slot, subject, dice) for slot in subject.missing}
    composed = compose(subject, texts)
    if composed is None or composed.failed:
        saw = composed.failed[0] if composed else None
        tally.refused[f"gate {saw.name}: {saw.saw[:60]}" if saw else "nothing to add"] += 1
        return
    after = source.apply([composed.edit])
    complaint = _complaint(source, after, found)
    if complaint:
        tally.wrong.append(f"{source.path}::{qualname}: {complaint}")
    tally.proposed += 1


def _text(slot: Slot, subject: object, dice: random.Random) -> str:
    from neovim_ai.docs.compose import Subject

    assert isinstance(subject, Subject)
    text = clean.clean(
        slot, dice.choice(HOSTILE), subject.facts, subject.source.text, subject.definition
    )
    return text or fallback(slot, subject.facts, subject.definition)


def _complaint(before: SourceText, after: SourceText, definition: Definition) -> str:
    """Say what changed beside the docstring, by means of our own; empty when nothing did."""
    now = target.by_qualname(after, definition.qualname, definition.ordinal)
    if now.docstring is None:
        return "no docstring after the edit"
    if _stripped_ast(before, definition.line) != _stripped_ast(after, now.line):
        return "the syntax tree changed"
    old, new = before.utf8, after.utf8
    head = new[: now.docstring.start].rstrip()
    tail = new[now.docstring.end :].lstrip(b" \t\r\n\f;")
    if not old.startswith(head):
        return "bytes before the docstring changed"
    if tail.strip() and not old.endswith(tail):
        return "bytes after the docstring changed"
    return ""


def _stripped_ast(source: SourceText, line: int) -> str:
    tree = ast.parse(source.text)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.lineno == line:
            first = node.body[0]
            is_doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
            if is_doc and isinstance(first.value.value, str):
                node.body = node.body[1:]
    return ast.dump(tree)


def _print(tally: Tally, seconds: float) -> None:
    print(f"corpus: {devset.describe()}")
    print(f"functions   {tally.asked}")
    print(f"proposed    {tally.proposed} ({tally.proposed / max(tally.asked, 1):.2%})")
    print(f"changed     {len(tally.wrong)} beyond the docstring")
    print(f"crashes     {len(tally.crashed)}")
    for reason, count in tally.refused.most_common():
        print(f"refused     {count:5}  {reason}")
    for line in [*tally.wrong, *tally.crashed][:40]:
        print(f"!! {line}")
    print(f"{seconds:.1f} s")


if __name__ == "__main__":
    raise SystemExit(main())
