"""What people wrote down of calls: expectations that need no run, and the cases they give alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from neovim_ai.testgen.model import (
    Call,
    Case,
    Ending,
    Expectation,
    Provenance,
    Subject,
    Target,
)
from neovim_ai.testgen.oracle import compare, documented, fitting
from neovim_ai.testgen.scaffold import values
from neovim_ai.testgen.specification.conditions import holds
from neovim_ai.testgen.specification.examples import prints
from neovim_ai.testgen.specification.model import DocumentedRaise, Example, Specification

_OF_TESTS = re.compile(r"(?:test_\w*|\w*_test|conftest)\.py: ")


def expectation(example: Example) -> Expectation:
    """Return what an example expects."""
    said = Expectation(
        Provenance.SPEC, example.source, Ending.RETURNED, said=example.said, line=example.line
    )
    if example.exception:
        return replace(said, ending=Ending.RAISED, type=example.exception, match=example.message)
    if example.shown:
        return replace(said, checks=(f"repr({example.over}) == {example.wanted!r}",))
    if example.over == "result":
        return replace(said, value=example.wanted)
    if example.wanted == "True":
        return replace(said, checks=(example.over,))
    means = "is" if values.is_singleton(example.wanted) else "=="
    return replace(said, checks=(f"{example.over} {means} {example.wanted}",))


def calls_in(text: str) -> frozenset[str]:
    """Return the calls that a test file makes, as source; none where it does not parse."""
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError):
        return frozenset()
    return frozenset(ast.unparse(node) for node in nodes if isinstance(node, ast.Call))


def is_written(call: Call, written: frozenset[str]) -> bool:
    """Tell whether a test file speaks of a call already: its author has decided then."""
    inner = ", ".join(f"{a.name}={a.source}" if a.name else a.source for a in call.arguments)
    return not call.arrange and f"{call.callee}({inner})" in written


def is_told(call: Call, text: str) -> bool:
    """Tell whether one test of a file holds a call with all that prepares it."""
    wanted = {*call.arrange, call.act}
    try:
        tests = [n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.FunctionDef)]
    except (SyntaxError, ValueError):
        return False
    return any(wanted <= _said_in(one) for one in tests if one.name.startswith("test"))


def _said_in(test: ast.FunctionDef) -> set[str]:
    nodes = (n for n in ast.walk(test) if isinstance(n, ast.stmt | ast.expr) and n is not test)
    return {ast.unparse(node) for node in nodes}


def cases(subject: Subject, said: Mapping[str, Specification]) -> tuple[Case, ...]:
    """Return the cases that are known without running anything, each call once.

    Examples come first, then an input for each documented exception whose condition can be read.
    What only a run could tell is left out: text that may be printed, shortened output, what says
    `+SKIP`, and calls that two sentences want different things of.

    Args:
        subject: What is tested; calls that its test file makes already are left out.
        said: What people said, by qualname.
    """
    text = subject.existing or ""
    written = calls_in(text)
    found: dict[Call, Case] = {}
    for target in subject.targets:
        if target.private or target.qualname not in said:
            continue
        for case in _of_target(said[target.qualname], target):
            prepared = case.call.arrange or case.call.as_written
            known = is_told(case.call, text) if prepared else is_written(case.call, written)
            if not known and _can_be_named(case.expectation.type):
                found.setdefault(case.call, case)
    return tuple(found.values())


def _can_be_named(exception: str) -> bool:
    """Tell whether a test can name an exception; what is none needs no name."""
    return not exception or all(part.isidentifier() for part in exception.split("."))


def _of_target(said: Specification, target: Target) -> Iterator[Case]:
    for one in said.examples:
        if _is_plain(one, target):
            yield Case("", "", one.call, expectation(one))
    for raised in said.raises:
        call = _breaking(raised, said, target)
        if call is not None:
            yield Case("", "", call, documented.raising(raised, raised.exception))


def _is_plain(example: Example, target: Target) -> bool:
    """Tell whether an example says of itself what its call gives."""
    if _OF_TESTS.match(example.said) or example.unread:
        return False  # a test of the project's is one already
    if example.call.as_written and prints(ast.parse(example.call.callee).body[0]):
        return False
    if example.exception:
        return True
    if target.definition.is_async and example.over != "result":
        return False  # who awaits it is part of the expression
    if not _compares_one(example.over) or "..." in example.wanted or "Ellipsis" in example.wanted:
        return False
    return _shows_a_value(example) and not _prints(example, target)


def _compares_one(over: str) -> bool:
    """Tell whether an expression is a value, not something printed, from one value or several."""
    node = ast.parse(over, mode="eval").body
    several = isinstance(node, ast.Call) and ast.unparse(node.func) == "str" and len(node.args) > 1
    return not several and not compare.prints(over)


def _shows_a_value(example: Example) -> bool:
    """Tell whether shown text can only be a value, as `Decimal('1.5')` is; words may be printed."""
    if not example.shown:
        return True
    try:
        return isinstance(ast.parse(example.wanted, mode="eval").body, ast.Call)
    except (SyntaxError, ValueError):
        return False


def _prints(example: Example, target: Target) -> bool:
    """Tell whether what is shown must have been printed: the function returns nothing."""
    facts = target.facts
    gives = bool(facts.returns) or facts.is_generator or facts.is_property
    own = example.over == "result" and not example.call.as_written
    return not gives and own and example.wanted != "None"


def _breaking(raised: DocumentedRaise, said: Specification, target: Target) -> Call | None:
    """Return a call that a documented exception is said to come of, and nothing else is said of."""
    shown = dict.fromkeys(one.call for one in said.examples)
    others = [one for one in said.raises if one.exception != raised.exception]
    known = [*said.calls, *(call for call in shown if not call.as_written)]
    for call in fitting.calls(raised.test, target, known):
        arguments = documented.given(call, target)
        if call not in shown and not any(o.test and holds(o.test, arguments) for o in others):
            return call
    return None
