"""Small faults in the subject, made by the operators of mutmut and by two published ones.

mutmut (BSD-3-Clause) is the kept library; only its table of operators is used, on libcst, so that
the interpreter of the project does not matter. It replaces a comparison by one other and a number
by the next. Relational operator replacement by all others and both neighbours of a constant are of
the operator set in Offutt, Lee, Rothermel, Untch, Zapf: An Experimental Determination of Sufficient
Mutant Operators (ACM TOSEM 5(2), 1996).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from neovim_ai.source.model import DefinitionKind
from neovim_ai.testgen.model import Mutant, Target

if TYPE_CHECKING:
    import libcst as cst

OPPOSITES = {"min": "max", "max": "min", "any": "all", "all": "any"}
"""Built-in functions that are mixed up: what is easily taken for the other."""

LONGEST = 60
"""Characters of code before and after that are shown."""


@dataclass(frozen=True)
class Change:
    """A mutant and where its edit is.

    Attributes:
        mutant: What people see.
        start: Offset of the first character that is replaced.
        end: Offset after the last.
        after: The text that stands there then.
        end_line: Last line that it touches, 1-based.
        reach: First and last line of the function in whose header it is, which no call runs.
        first_line: First line of the statement that it is in: the one that coverage.py counts.
    """

    mutant: Mutant
    start: int
    end: int
    after: str
    end_line: int
    reach: tuple[int, int] | None = None
    first_line: int = 0

    def to_wire(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {
            "key": self.mutant.key,
            "target": self.mutant.target,
            "line": self.first_line or self.mutant.line,
            "end_line": self.end_line,
            "reach": list(self.reach) if self.reach else None,
            "start": self.start,
            "end": self.end,
            "after": self.after,
        }


def changes(text: str, targets: Sequence[Target]) -> list[Change]:
    """Return the mutants of some targets in a text; none where it cannot be parsed."""
    import libcst as cst
    from libcst.metadata import ByteSpanPositionProvider, MetadataWrapper, PositionProvider

    try:
        wrapper = MetadataWrapper(cst.parse_module(text))
    except cst.ParserSyntaxError:
        return []
    spans = wrapper.resolve(ByteSpanPositionProvider)
    positions = wrapper.resolve(PositionProvider)
    found: dict[str, Change] = {}
    places = _Places(text, targets)
    firsts = _first_lines(wrapper.module, positions)
    for node in _mutable(wrapper.module):
        span, position = spans.get(node), positions.get(node)
        if span is None or position is None:
            continue
        owner = places.owner(position.start.line)
        if owner is None:
            continue
        start, end = places.offsets(span.start, span.start + span.length)
        # An operator's span holds the blanks around it.
        before = text[start:end].strip()
        start += len(text[start:end]) - len(text[start:end].lstrip())
        end = start + len(before)
        if not before or wrapper.module.code_for_node(node).strip() != before:
            continue
        for name, after in _mutated(wrapper.module, node):
            change = _change(owner, position, (start, end), (before, after), name)
            line = position.start.line
            first = firsts.get(line, line)
            change = replace(change, reach=places.reach(line), first_line=first)
            found.setdefault(change.mutant.key, change)
    return list(found.values())


def _first_lines(module: cst.Module, positions: Mapping[cst.CSTNode, Any]) -> dict[int, int]:
    """Return where the statements begin that later lines continue; headers count as statements."""
    import libcst as cst

    found: dict[int, int] = {}
    waiting: list[cst.CSTNode] = [module]
    while waiting:
        node = waiting.pop()
        waiting += node.children
        if not isinstance(node, cst.BaseStatement) or node not in positions:
            continue
        start, end = positions[node].start.line, positions[node].end.line
        if isinstance(node, cst.BaseCompoundStatement):
            body = getattr(node, "body", None)  # `match` has cases alone
            inner = [one for one in body.body if one in positions] if body else []
            end = positions[inner[0]].start.line - 1 if inner else start
        found.update((line, start) for line in range(start + 1, end + 1))
    return found


class _Places:
    """Where in the text things are, and whose they are."""

    def __init__(self, text: str, targets: Sequence[Target]) -> None:
        self._utf8 = text.encode()
        self._ascii = text.isascii()
        self._targets = sorted(targets, key=lambda t: t.definition.end_line - t.definition.line)

    def owner(self, line: int) -> str | None:
        """Return the qualname of the innermost target that a line is in, its header apart."""
        for target in self._targets:
            definition = target.definition
            if definition.kind is DefinitionKind.MODULE:
                return ""
            if definition.line <= line <= definition.end_line:
                return target.qualname
        return None

    def reach(self, line: int) -> tuple[int, int] | None:
        """Return the lines of the function whose header a line is in; None for other lines."""
        for target in self._targets:
            definition = target.definition
            header_end = self._utf8[: definition.header.end].count(b"\n") + 1
            if definition.line <= line <= header_end and header_end < definition.end_line:
                return definition.line, definition.end_line
        return None

    def offsets(self, start: int, end: int) -> tuple[int, int]:
        """Turn offsets of bytes into those of characters."""
        if self._ascii:
            return start, end
        first = len(self._utf8[:start].decode())
        return first, first + len(self._utf8[start:end].decode())


def _change(
    owner: str, position: Any, span: tuple[int, int], texts: tuple[str, str], name: str
) -> Change:
    before, after = texts
    line = int(position.start.line)
    stamp = hashlib.sha256(f"{owner}|{span[0]}|{before}|{after}".encode()).hexdigest()[:12]
    mutant = Mutant(
        key=stamp,
        target=owner,
        line=line,
        operator=name,
        before=_short(before),
        after=_short(after),
    )
    return Change(mutant, *span, after, int(position.end.line))


def _short(text: str) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= LONGEST else f"{folded[: LONGEST - 1]}…"


def _mutable(module: cst.Module) -> Iterator[cst.CSTNode]:
    """Yield the nodes inside functions, annotations, decorators and docstrings left out."""
    import libcst as cst

    waiting: list[tuple[cst.CSTNode, bool]] = [(module, False)]
    while waiting:
        node, inside = waiting.pop()
        if isinstance(node, cst.Annotation | cst.Decorator) or _is_text_alone(node):
            continue
        if inside:
            yield node
        inner = inside or isinstance(node, cst.FunctionDef)
        waiting += [(child, inner) for child in reversed(node.children)]


def _is_text_alone(node: cst.CSTNode) -> bool:
    import libcst as cst

    return isinstance(node, cst.Expr) and isinstance(
        node.value, cst.SimpleString | cst.ConcatenatedString
    )


def _mutated(module: cst.Module, node: cst.CSTNode) -> Iterator[tuple[str, str]]:
    """Yield name of the operator and code, of each mutant of a node."""
    from mutmut.mutation.mutators import mutation_operators

    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            name = operator.__name__.removeprefix("operator_").replace("_", " ")
            for mutant in operator(node):
                yield name, module.code_for_node(mutant).strip()
    own = (("relation", _relations), ("number", _numbers), ("opposite", _opposites))
    for name, found in ((name, made(node)) for name, made in own):
        for mutant in found:
            yield name, module.code_for_node(mutant).strip()


def _relations(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    """Return the other relations in the place of one."""
    import libcst as cst

    all_of_them = (
        cst.LessThan,
        cst.LessThanEqual,
        cst.GreaterThan,
        cst.GreaterThanEqual,
        cst.Equal,
        cst.NotEqual,
    )
    if not isinstance(node, all_of_them):
        return []
    return [kind() for kind in all_of_them if not isinstance(node, kind)]


def _numbers(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    """Return the number before an integer; mutmut makes the one after."""
    import libcst as cst

    if not isinstance(node, cst.Integer):
        return []
    value = node.evaluated_value - 1
    return [cst.Integer(str(value))] if value >= 0 else [cst.parse_expression(f"({value})")]


def _opposites(node: cst.CSTNode) -> Iterable[cst.CSTNode]:
    """Return a call of the opposite built-in, as mutmut does for methods of text."""
    import libcst as cst

    if not isinstance(node, cst.Call) or not isinstance(node.func, cst.Name):
        return []
    other = OPPOSITES.get(node.func.value)
    return [node.with_changes(func=cst.Name(other))] if other else []
