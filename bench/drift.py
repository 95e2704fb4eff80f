"""Drift that was put into real functions: how much is found, what else is said, how long it takes.

Every mutation changes the signature alone, so that the docstring a person wrote no longer agrees.

    python -m bench.drift               the whole table
    python -m bench.drift --list        what is found on unchanged code, each with its place
"""

from __future__ import annotations

import argparse
import ast
import random
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tree_sitter import Node

from bench import devset
from neovim_ai.cli.check import checked
from neovim_ai.docs import drift
from neovim_ai.docs.drift import Finding, FindingKind
from neovim_ai.docs.drift.case import Case, case
from neovim_ai.docs.drift.checks import inside, surroundings
from neovim_ai.docs.drift.defaults import stated
from neovim_ai.docs.model import House, SlotKind
from neovim_ai.errors import AiError
from neovim_ai.source import target
from neovim_ai.source.model import ParameterKind
from neovim_ai.source.text import Edit, SourceText, Span

PACKAGES = (
    *devset.PACKAGES, "requests", "urllib3", "anyio", "openai", "pydantic", "pytest", "griffelib",
    "platformdirs", "pydoclint", "docstring_parser_fork",
)  # fmt: skip
NEW_NAMES = ("horizon", "reviewer", "max_depth", "sandboxed", "colour_map", "quota", "lenient")
SEEDED = ("rename", "removal", "addition", "default")
_KINDS = {
    FindingKind.PARAMETER_GONE,
    FindingKind.PARAMETER_MISSING,
    FindingKind.PARAMETER_RENAMED,
    FindingKind.DEFAULT_CHANGED,
}
_STARRED = {ParameterKind.VAR_KEYWORD, ParameterKind.VAR_POSITIONAL}


@dataclass
class Tally:
    """What was seeded and found, and what unchanged code gave."""

    functions: int = 0
    files: int = 0
    seeded: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    unchanged: list[tuple[Path, Finding]] = field(default_factory=list)


def main(words: Sequence[str] | None = None) -> int:
    """Print the table; 1 when a limit of the design is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--list", action="store_true", help="show findings on unchanged code")
    parser.add_argument("--files", type=int, default=0, help="a sample; 0 for all")
    arguments = parser.parse_args(words)
    tally, dice = Tally(), random.Random(arguments.seed)
    paths = list(devset.files(PACKAGES))
    sample = random.Random(arguments.seed).sample(paths, arguments.files or len(paths))
    for path in sorted(sample):
        _file(path, tally, dice)
    _print_recall(tally)
    _print_unchanged(tally, arguments.list)
    met = all(tally.found[k] >= 0.95 * tally.seeded[k] for k in SEEDED)
    met &= _print_project(paths)
    met &= _print_edits(paths, dice)
    return 0 if met else 1


def _file(path: Path, tally: Tally, dice: random.Random) -> None:
    try:
        source = SourceText.from_bytes(path.read_bytes(), path)
        ast.parse(source.text)
    except (AiError, SyntaxError, ValueError):
        return
    tally.files += 1
    watch = drift.Watch()
    before = watch.check(source)
    tally.unchanged += [(path, f) for f in before]
    for one in _cases(source):
        tally.functions += 1
        for kind, change, names in _changes(one, dice):
            after = source.apply([change])
            if not _is_code(after, one, change):
                continue
            tally.seeded[kind] += 1
            if _is_found(watch.check(after), before, one, names):
                tally.found[kind] += 1
            else:
                tally.missed.append(f"{path}::{one.definition.qualname}: {kind} of {names[0]}")


def _cases(source: SourceText) -> Iterator[Case]:
    """Yield the functions, and classes with a constructor, whose docstring lists a parameter."""
    everything = target.definitions(source)
    around = surroundings(source, everything)
    for definition in everything:
        one = case(source, definition, inside(definition, everything), around, House())
        names = {n for e in one.entries(SlotKind.PARAMETER) for n in e.names} if one else set()
        if one and len(one.makers) == 1 and any(p.name in names for p in one.parameters):
            yield one


def _is_found(
    now: Sequence[Finding], before: Sequence[Finding], one: Case, names: Sequence[str]
) -> bool:
    """Tell whether a finding of this definition names what was changed and was not there before."""
    known = {(f.kind, f.qualname, f.ordinal, f.was, f.now) for f in before}
    new = [f for f in now if (f.kind, f.qualname, f.ordinal, f.was, f.now) not in known]
    here = [f for f in new if f.qualname == one.definition.qualname and f.kind in _KINDS]
    return any({f.was, f.now, f.key.partition(":")[2]} & set(names) for f in here)


def _changes(one: Case, dice: random.Random) -> Iterator[tuple[str, Edit, tuple[str, ...]]]:
    nodes = _nodes(one)
    listed = {n for e in one.entries(SlotKind.PARAMETER) for n in e.names}
    plain = [p for p in one.parameters if p.kind not in _STARRED and p.name in listed]
    new = next(n for n in dice.sample(NEW_NAMES, len(NEW_NAMES)) if n not in nodes)
    if plain:
        chosen = dice.choice(plain).name
        yield "rename", _renamed(nodes[chosen], chosen, new), (chosen, new)
        chosen = dice.choice(plain).name
        yield "removal", _removed(nodes, chosen), (chosen,)
    yield "addition", _added(one, nodes, new), (new,)
    defaults = list(_defaults(one, nodes))
    if defaults:
        name, edit = dice.choice(defaults)
        yield "default", edit, (name,)


def _nodes(one: Case) -> dict[str, Node]:
    holder = one.makers[0].node
    listed = holder.child_by_field_name("parameters") if holder else None
    found: dict[str, Node] = {}
    for node in listed.named_children if listed else ():
        text = one.source.slice(Span(node.start_byte, node.end_byte))
        found[text.lstrip("* ").split(":")[0].split("=")[0].strip()] = node
    return found


def _is_code(after: SourceText, one: Case, change: Edit) -> bool:
    """Tell whether a changed signature parses; `f(a,)` without its `a` would not."""
    maker = one.makers[0]
    grown = len(change.text.encode()) - (change.span.end - change.span.start)
    text = after.slice(Span(maker.span.start, maker.span.end + grown))
    try:
        ast.parse(textwrap.dedent(maker.indent + text))
    except SyntaxError:
        return False
    return True


def _renamed(node: Node, old: str, new: str) -> Edit:
    return Edit(Span(node.start_byte, node.start_byte + len(old.encode())), new)


def _removed(nodes: dict[str, Node], name: str) -> Edit:
    ordered = list(nodes.values())
    at = ordered.index(nodes[name])
    if at + 1 < len(ordered):
        return Edit(Span(ordered[at].start_byte, ordered[at + 1].start_byte), "")
    start = ordered[at - 1].end_byte if at else ordered[at].start_byte
    return Edit(Span(start, ordered[at].end_byte), "")


def _added(one: Case, nodes: dict[str, Node], new: str) -> Edit:
    """Put a parameter last, before what collects the rest."""
    starred = [nodes[p.name] for p in one.parameters if p.kind is ParameterKind.VAR_KEYWORD]
    if starred:
        return Edit(Span(starred[0].start_byte, starred[0].start_byte), f"{new}=None, ")
    last = list(nodes.values())[-1]
    return Edit(Span(last.end_byte, last.end_byte), f", {new}=None")


def _defaults(one: Case, nodes: dict[str, Node]) -> Iterator[tuple[str, Edit]]:
    for entry in one.entries(SlotKind.PARAMETER):
        told = stated(one, entry) if len(entry.names) == 1 else None
        node = nodes.get(entry.names[0]) if told else None
        value = node.child_by_field_name("value") if node else None
        if told is None or value is None:
            continue
        written = one.source.slice(Span(value.start_byte, value.end_byte))
        try:
            same = ast.literal_eval(written) == told.value
        except (ValueError, SyntaxError):
            continue
        if same:
            other = _another(told.value)
            yield entry.names[0], Edit(Span(value.start_byte, value.end_byte), repr(other))


def _another(value: object) -> object:
    """Return a value that someone could have chosen instead."""
    if value is None or isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    return f"{value}2" if isinstance(value, str) else 1


def _print_recall(tally: Tally) -> None:
    print(f"drift: {devset.describe()} and {len(PACKAGES) - len(devset.PACKAGES)} more packages")
    print(f"{tally.functions} documented functions and classes in {tally.files} files\n")
    print("| seeded | functions | found | recall |\n|---|---|---|---|")
    for kind in SEEDED:
        seeded, found = tally.seeded[kind], tally.found[kind]
        print(f"| {kind} | {seeded} | {found} | {found / max(seeded, 1):.1%} |")
    for line in tally.missed[:30]:
        print(f"missed: {line}")


def _print_unchanged(tally: Tally, listed: bool) -> None:
    counted = Counter(f.kind for _, f in tally.unchanged)
    print(f"\nunchanged code: {len(tally.unchanged)} findings")
    for kind, count in counted.most_common():
        print(f"  {kind:20} {count}")
    for path, finding in tally.unchanged if listed else ():
        name = "/".join(path.parts[-3:])
        print(f"  {name}:{finding.line}: {finding.qualname}: {finding.message}")


def _print_project(paths: Sequence[Path]) -> bool:
    thousand = list(paths)[:1000]
    best = min(_seconds(lambda: list(checked(thousand))) for _ in range(3))
    size = sum(p.stat().st_size for p in thousand) / 1e6
    print(f"\n{len(thousand)} files ({size:.1f} MB): {best:.2f} s, limit 5 s")
    return best <= 5


def _seconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def _print_edits(paths: Sequence[Path], dice: random.Random) -> bool:
    """Time edits in one text of 20,000 lines made of the most documented files."""
    ranked = sorted(paths, key=lambda p: -p.read_bytes().count(b"\n        Args:"))
    lines = _joined(ranked)
    watch, source = drift.Watch(), SourceText("\n".join(lines))
    full = min(_seconds(lambda: drift.findings(SourceText(source.text))) for _ in range(3))
    watch.check(source)
    spent: list[float] = []
    for _ in range(40):
        at = dice.randrange(len(lines))
        lines[at] += " "
        edited = SourceText("\n".join(lines))
        spent.append(_seconds(lambda e=edited: watch.check(e)))  # type: ignore[misc]
    middle = sorted(spent)[len(spent) // 2]
    print(
        f"{len(lines)} lines: full check {full * 1e3:.0f} ms, after an edit {middle * 1e3:.0f} ms"
        f" (median of {len(spent)}, worst {max(spent) * 1e3:.0f}), {full / middle:.0f} times faster"
    )
    return full >= 10 * middle


def _joined(paths: Sequence[Path]) -> list[str]:
    lines: list[str] = []
    for path in paths:
        text = path.read_text("utf-8", errors="replace")
        if len(lines) >= 20_000:
            break
        if "from __future__" in text:
            text = text.replace("from __future__", "from future")
        lines += text.splitlines()
    return lines


if __name__ == "__main__":
    raise SystemExit(main())
