"""Compare what we find by tree-sitter with what Python's own parser says.

Run by hand over a whole folder: `python tests/unit/source/cross_check.py FOLDER`.
"""

from __future__ import annotations

import ast
import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from neovim_ai.errors import AiError
from neovim_ai.source import facts, target
from neovim_ai.source.model import Definition, Facts, ParameterKind
from neovim_ai.source.own import Own
from neovim_ai.source.text import SourceText, Span

AnyFunction = ast.FunctionDef | ast.AsyncFunctionDef
Documented = AnyFunction | ast.ClassDef
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass
class Found:
    """A definition as `ast` sees it."""

    node: Documented
    qualname: str
    ordinal: int
    in_class: bool


@dataclass
class Walk:
    """All definitions of a module, in file order."""

    found: list[Found] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def enter(self, node: ast.AST, prefix: str, in_class: bool) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Documented):
                qualname = prefix + child.name
                self.found.append(Found(child, qualname, self.seen[qualname], in_class))
                self.seen[qualname] += 1
                self.enter(child, f"{qualname}.", isinstance(child, ast.ClassDef))
            elif not isinstance(child, ast.expr):
                self.enter(child, prefix, in_class)


def disagreements(source: SourceText) -> Iterator[str]:
    """Yield one line for each difference; nothing when Python itself cannot parse the text."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            module = ast.parse(source.text)
    except (SyntaxError, ValueError, RecursionError):
        return
    walk = Walk()
    walk.enter(module, "", False)
    ours = target.definitions(source)
    if _docstring(source, module) != ours[0].docstring:
        yield f"module docstring {ours[0].docstring}"
    theirs = {(f.qualname, f.ordinal): f for f in walk.found}
    mine = {(d.qualname, d.ordinal): d for d in ours[1:]}
    if list(theirs) != list(mine):
        yield f"definitions: {list(theirs.keys() ^ mine.keys())[:5]}"
    for key in theirs.keys() & mine.keys():
        try:
            found = facts.collect(source, mine[key], ours)
        except Exception as error:  # noqa: BLE001 - a crash is a difference like any other
            yield f"{key}: {error!r}"
            continue
        for difference in _differences(source, theirs[key], mine[key], found):
            yield f"{key[0]}#{key[1]} line {mine[key].line}: {difference}"


def _differences(
    source: SourceText, theirs: Found, ours: Definition, found: Facts
) -> Iterator[str]:
    yield from _place_differences(source, theirs, ours)
    if isinstance(theirs.node, ast.ClassDef):
        if not _same(theirs.node.bases, found.bases):
            yield f"bases {found.bases}"
        names = {a.name for a in found.attributes}
        if names != _attributes(theirs.node):
            yield f"attributes {names ^ _attributes(theirs.node)}"
    else:
        yield from _function_differences(source, theirs, ours, found)


def _place_differences(source: SourceText, theirs: Found, ours: Definition) -> Iterator[str]:
    node = theirs.node
    if node.lineno != ours.line or node.end_lineno != ours.end_line:
        yield f"lines {node.lineno}-{node.end_lineno} but {ours.line}-{ours.end_line}"
    if _docstring(source, node) != ours.docstring:
        yield f"docstring {_docstring(source, node)} but {ours.docstring}"
    if ours.broken:
        yield "broken"
    if not _same(node.decorator_list, ours.decorators):
        yield f"decorators {ours.decorators}"
    if _offset(source, node.end_lineno or 0, node.end_col_offset or 0) != ours.span.end:
        yield f"span ends {ours.span.end}"
    first = node.body[0]
    if not isinstance(first, Documented) or not first.decorator_list:
        start = _offset(source, first.lineno, first.col_offset)
        if start != ours.body.start:
            yield f"body starts at {ours.body.start}, not {start}"
    if ours.is_async != isinstance(node, ast.AsyncFunctionDef):
        yield "async"


def _function_differences(
    source: SourceText, theirs: Found, ours: Definition, found: Facts
) -> Iterator[str]:
    node = theirs.node
    assert isinstance(node, AnyFunction) and ours.node is not None
    wanted = _parameters(node)
    static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in node.decorator_list)
    if theirs.in_class and not static and wanted and wanted[0][1] in POSITIONAL:
        wanted = wanted[1:]
    if [(p.name, p.kind) for p in found.parameters] != [w[:2] for w in wanted]:
        yield f"parameters {found.parameters}"
    elif not all(
        _same([a], [p.annotation]) and _same([d], [p.default])
        for (_, _, a, d), p in zip(wanted, found.parameters, strict=True)
    ):
        yield f"annotations or defaults {found.parameters}"
    if not _same([node.returns], [found.return_annotation]):
        yield f"return annotation {found.return_annotation}"
    own = list(_own(node))
    yields = sorted(n.lineno for n in own if isinstance(n, ast.Yield | ast.YieldFrom))
    if yields != sorted(v.line for v in found.yields) or found.is_generator != bool(yields):
        yield f"yields {yields}, not {found.yields}"
    returns = [n for n in own if isinstance(n, ast.Return) and not _is_none(n.value)]
    lines = sorted(n.lineno for n in returns)
    if not yields and lines != sorted(v.line for v in found.returns):
        yield f"returns {lines}, not {found.returns}"
    raised = {n.lineno for n in own if isinstance(n, ast.Raise)}
    ours_raised = {
        source.line(n.start_byte) for n in Own(ours.node).by_type.get("raise_statement", ())
    }
    if raised != ours_raised:
        yield f"raises {raised ^ ours_raised}"
    named = {(r.line, r.exception) for r in found.raises}
    plain = {(n.lineno, _class(n)) for n in own if isinstance(n, ast.Raise) and _class(n)}
    if not plain <= named:
        yield f"raises {plain - named} not named in {named}"


POSITIONAL = {ParameterKind.POSITIONAL_ONLY, ParameterKind.POSITIONAL_OR_KEYWORD}
Wanted = tuple[str, ParameterKind, ast.expr | None, ast.expr | None]


def _parameters(node: AnyFunction) -> list[Wanted]:
    a = node.args
    plain = [(p, ParameterKind.POSITIONAL_ONLY) for p in a.posonlyargs]
    plain += [(p, ParameterKind.POSITIONAL_OR_KEYWORD) for p in a.args]
    defaults: list[ast.expr | None] = [None] * (len(plain) - len(a.defaults))
    defaults += a.defaults
    found: list[Wanted] = [
        (p.arg, kind, p.annotation, default)
        for (p, kind), default in zip(plain, defaults, strict=True)
    ]
    if a.vararg:
        found.append((a.vararg.arg, ParameterKind.VAR_POSITIONAL, a.vararg.annotation, None))
    found += [
        (p.arg, ParameterKind.KEYWORD_ONLY, p.annotation, d)
        for p, d in zip(a.kwonlyargs, a.kw_defaults, strict=True)
    ]
    if a.kwarg:
        found.append((a.kwarg.arg, ParameterKind.VAR_KEYWORD, a.kwarg.annotation, None))
    return found


def _own(node: Documented) -> Iterator[ast.AST]:
    stack: list[ast.AST] = list(node.body)
    while stack:
        current = stack.pop()
        yield current
        if not isinstance(current, SCOPES):
            stack.extend(ast.iter_child_nodes(current))


def _attributes(node: ast.ClassDef) -> set[str]:
    found = set()
    methods = [n for n in _body_statements(node) if isinstance(n, AnyFunction)]
    for child in _own(node):
        if isinstance(child, ast.Assign | ast.AnnAssign):
            targets = child.targets if isinstance(child, ast.Assign) else [child.target]
            found |= {n.id for t in targets for n in _stored(t) if isinstance(n, ast.Name)}
    for method in methods:
        first = [*method.args.posonlyargs, *method.args.args][:1]
        static = any(getattr(d, "id", "") == "staticmethod" for d in method.decorator_list)
        if not first or static:
            continue
        added = {id(n.target) for n in _own(method) if isinstance(n, ast.AugAssign)}
        for child in _own(method):
            if (
                id(child) not in added
                and isinstance(child, ast.Attribute)
                and isinstance(child.ctx, ast.Store)
                and isinstance(child.value, ast.Name)
                and child.value.id == first[0].arg
            ):
                found.add(child.attr)
    names = {m.name for m in methods}
    return {n for n in found if n not in names and not (n[:2] == n[-2:] == "__")}


def _stored(node: ast.expr) -> Iterator[ast.expr]:
    if isinstance(node, ast.Tuple | ast.List):
        for element in node.elts:
            yield from _stored(element)
    elif isinstance(node, ast.Starred):
        yield from _stored(node.value)
    else:
        yield node


def _body_statements(node: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Documented):
            yield child
        elif not isinstance(child, ast.expr):
            if isinstance(child, ast.stmt):
                yield child
            yield from _body_statements(child)


def _is_none(value: ast.expr | None) -> bool:
    return value is None or (isinstance(value, ast.Constant) and value.value is None)


def _class(node: ast.Raise) -> str:
    value = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    name = ast.unparse(value) if isinstance(value, ast.Name | ast.Attribute) else ""
    whole = name.replace(".", "").replace("_", "a").isalnum() and "self" not in name
    return name if whole and name.rpartition(".")[2][:1].isupper() else ""


def _same(theirs: list[ast.expr] | list[ast.expr | None], ours: object) -> bool:
    assert isinstance(ours, list | tuple)
    if len(theirs) != len(ours):
        return False
    return all(_dump(t) == _dump(_parsed(o)) for t, o in zip(theirs, ours, strict=True))


def _parsed(text: str | None) -> ast.expr | None:
    if text is None:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(f"f({text})", mode="eval").body.args[0]  # type: ignore[attr-defined]
    except SyntaxError:
        return ast.Constant(f"unparsable: {text}")


def _dump(node: ast.expr | None) -> str:
    if node is None:
        return ""
    for child in ast.walk(node):
        # A literal over several lines is folded to one.
        if isinstance(child, ast.Constant) and isinstance(child.value, str | bytes):
            child.value = " ".join(str(child.value).replace("\\n", " ").split())
    return ast.dump(node)


def _docstring(source: SourceText, node: Documented | ast.Module) -> Span | None:
    first = next(iter(node.body), None)
    if not isinstance(first, ast.Expr) or not isinstance(first.value, ast.Constant):
        return None
    if not isinstance(first.value.value, str):
        return None
    start = _offset(source, first.lineno, first.col_offset)
    return Span(start, _offset(source, first.end_lineno or 0, first.end_col_offset or 0))


def _offset(source: SourceText, line: int, column: int) -> int:
    return source.row_start(line - 1) + column


def check(path: Path) -> list[str]:
    """Return the differences in one file."""
    try:
        source = SourceText.from_bytes(path.read_bytes(), path)
    except AiError:
        return []
    return list(disagreements(source))


if __name__ == "__main__":
    files = wrong = 0
    for one in sorted(Path(sys.argv[1]).rglob("*.py")):
        files += 1
        differences = check(one)
        wrong += bool(differences)
        for line in differences:
            sys.stdout.write(f"{one}: {line}\n")
    sys.stdout.write(f"{files} files, {wrong} with differences\n")
