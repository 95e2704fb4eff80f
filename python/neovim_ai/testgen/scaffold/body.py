"""The statements of one test: arrange, act, assert."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from neovim_ai.testgen.model import Argument, Call, Case, Ending, Expectation, Target
from neovim_ai.testgen.scaffold import values

RESULT = "result"
_BINDS_TIGHTLY = (
    *(ast.Call, ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.JoinedStr, ast.BinOp),
    *(ast.List, ast.Dict, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp),
)
_EQUALS_SINGLE = re.compile(r" == (True|False|None)$")


@dataclass(frozen=True)
class Body:
    """Statements without indent, in order, nested ones indented by four spaces; and what they use.

    Attributes:
        lines: The statements.
        imports: Import lines they need beyond the subject's names.
        fixtures: Fixtures they need.
        awaits: The test is a coroutine.
    """

    lines: tuple[str, ...]
    imports: tuple[str, ...] = ()
    fixtures: tuple[str, ...] = ()
    awaits: bool = False


@dataclass(frozen=True)
class _Act:
    """The expression that acts, imports and statements for it, and whether it is awaited."""

    text: str
    imports: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    awaits: bool = False


def body(
    case: Case, target: Target | None, *, plugin: bool, replaced: Mapping[str, str] | None = None
) -> Body:
    """Write the statements of a case.

    Args:
        case: What is asserted.
        target: What is called; None when it is not among the targets.
        plugin: A plugin of the project runs async tests.
        replaced: Names that stand for values (`expected`, and arguments by their place), where
            several cases share the statements.
    """
    names = replaced or {}
    call, wanted = case.call, case.expectation
    bound, arguments = _bound(case, target, names)
    acted = _act(call, arguments, target, wanted, plugin)
    act, lines = acted.text, [*_lines(*call.arrange), *bound, *acted.before]
    needed = [*call.imports, *acted.imports, *_for_values(case)]
    fixtures = list(call.fixtures)
    if wanted.ending is Ending.RAISED:
        more, extra = _raising(act, wanted, names)
    else:
        more, extra = _asserting(_operand(act) if call.as_written else act, wanted, names)
    lines += more
    needed += extra
    if wanted.stdout is not None:
        fixtures.append("capsys")
        said = names.get("stdout", repr(wanted.stdout))
        lines.append(f"assert capsys.readouterr().out == {said}")
    return Body(
        tuple(lines), tuple(dict.fromkeys(needed)), tuple(dict.fromkeys(fixtures)), acted.awaits
    )


def _lines(*statements: str) -> list[str]:
    return [line for one in statements for line in one.split("\n")]


def _operand(act: str) -> str:
    """Put an expression that people wrote into parentheses where a comparison would tear it."""
    try:
        node = ast.parse(act, mode="eval").body
    except SyntaxError:
        return act  # a statement is compared with nothing
    return act if isinstance(node, _BINDS_TIGHTLY) else f"({act})"


def _for_values(case: Case) -> list[str]:
    """Return the imports that the observed value needs, where the test speaks of it."""
    spoken = " ".join([case.expectation.value, *case.expectation.checks])
    used = values.free_names(spoken.strip() or "0") if case.outcome else frozenset()
    used |= {n for check in case.expectation.checks for n in values.free_names(check)}
    lines = case.outcome.imports if case.outcome else ()
    return [line for line in lines if values.bound_names(line) & used]


def _bound(
    case: Case, target: Target | None, names: Mapping[str, str]
) -> tuple[list[str], tuple[Argument, ...]]:
    """Give names to the arguments that a check speaks of, so that both mean the same object."""
    spoken = {n for check in case.expectation.checks for n in values.free_names(check)}
    parameters = [p.name for p in target.facts.parameters] if target else []
    lines: list[str] = []
    arguments: list[Argument] = []
    for place, argument in enumerate(case.call.arguments):
        source = names.get(str(place), argument.source)
        named = argument.name or (parameters[place] if place < len(parameters) else "")
        if named and named in spoken and source != named:
            lines.append(f"{named} = {source}")
            source = named
        arguments.append(Argument(source, argument.name))
    return lines, tuple(arguments)


def _act(
    call: Call,
    arguments: tuple[Argument, ...],
    target: Target | None,
    wanted: Expectation,
    plugin: bool,
) -> _Act:
    """Return the expression that acts, with what it needs."""
    facts = target.facts if target else None
    if call.as_written:
        listed = wanted.ending is Ending.YIELDED and wanted.value
        return _Act(f"list({call.callee})" if listed else call.callee)
    if facts is not None and facts.is_property and not arguments:
        return _Act(call.callee)
    inner = ", ".join(f"{a.name}={a.source}" if a.name else a.source for a in arguments)
    act = f"{call.callee.removesuffix('.__call__')}({inner})"
    generator = bool(facts and facts.is_generator) or wanted.ending is Ending.YIELDED
    # checks speak of the generator itself, which may be endless
    generator = generator and not (wanted.checks and not wanted.value)
    coroutine = bool(target and target.definition.is_async)
    if not coroutine:
        return _Act(f"list({act})" if generator else act)
    taken = f"[item async for item in {act}]" if generator else f"await {act}"
    if plugin:
        return _Act(taken, awaits=True)
    if not generator:
        return _Act(f"asyncio.run({act})", ("import asyncio",))
    collect = ("async def collect():", f"    return {taken}")
    return _Act("asyncio.run(collect())", ("import asyncio",), collect)


def _raising(
    act: str, wanted: Expectation, names: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    imports = ["import pytest"]
    name = wanted.type.rpartition(".")[2]
    module = wanted.type.rpartition(".")[0]
    if module and module != "builtins":
        imports.append(f"from {module} import {name}")
    match = names.get("message", repr(wanted.match) if wanted.match else "")
    if match:
        plain = "message" not in names and _is_plain(wanted.match)
        imports += [] if plain else ["import re"]
        match = f", match={match if plain else f're.escape({match})'}"
    inner = [f"    {line}" for line in act.split("\n")]
    return [f"with pytest.raises({name}{match}):", *inner], imports


def _is_plain(text: str) -> bool:
    return not set(text) & set("\\.^$*+?{}[]|()")


def _asserting(
    act: str, wanted: Expectation, names: Mapping[str, str]
) -> tuple[list[str], list[str]]:
    if wanted.checks:
        if _only_spoken_once(wanted.checks):
            return [f"assert {wanted.checks[0].replace(RESULT, act, 1)}"], []
        checks = [_EQUALS_SINGLE.sub(r" is \1", check) for check in wanted.checks]
        return [f"{RESULT} = {act}", *(f"assert {check}" for check in checks)], []
    if not wanted.value:
        return act.split("\n"), []
    expected = names.get("expected", wanted.value)
    if values.is_singleton(wanted.value):
        if act.startswith("(") and _is_test(act) and wanted.value in ("True", "False"):
            return [f"assert {act[1:-1]}" if wanted.value == "True" else f"assert not {act}"], []
        return [f"assert {act} is {expected}"], []
    if values.needs_approx(wanted.value) and values.can_approx(wanted.value):
        return [f"assert {act} == pytest.approx({expected})"], ["import pytest"]
    if (
        values.is_literal(wanted.value)
        and values.literal(wanted.value) == ""
        and "expected" not in names
    ):
        return [f'assert {act} == ""'], []
    return [f"assert {act} == {expected}"], []


def _is_test(act: str) -> bool:
    """Tell whether an expression is a comparison or the like, which asserts itself."""
    node = ast.parse(act, mode="eval").body
    return isinstance(node, ast.Compare) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)
    )


def _only_spoken_once(checks: tuple[str, ...]) -> bool:
    """Tell whether one check names the result once, as `isinstance(result, Reader)` does."""
    if len(checks) != 1 or not checks[0].startswith(("isinstance(result,", "len(result) ==")):
        return False
    return checks[0].count(RESULT) == 1
