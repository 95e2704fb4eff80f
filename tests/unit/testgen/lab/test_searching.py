"""The search: what it takes for input, that it reaches hard branches, that mutants are noticed."""

from __future__ import annotations

import ast
import inspect
import random
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Optional, Union

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.testgen.lab.laboratory import everything_in, in_lab, subject_of, text

from neovim_ai.testgen.inside.search import marks, offers, trace
from neovim_ai.testgen.inside.search.hints import from_annotation
from neovim_ai.testgen.inside.search.mutate import Mutator
from neovim_ai.testgen.inside.search.reduce import plainer_value
from neovim_ai.testgen.inside.search.regexes import matching
from neovim_ai.testgen.inside.search.usage import Usage
from neovim_ai.testgen.inside.search.values import Maker, Pool
from neovim_ai.testgen.lab.lab import SandboxLab
from neovim_ai.testgen.model import Ending, Observation

HARD = """
import os
import re

WORD = re.compile(r"ab+c-[0-9]{3}")

def needle(text):
    if text == "xyzzy-17":
        return "found"
    return "not found"

def number(n):
    if n > 100:
        if n * 3 == 1002:
            return "exactly"
    return "other"

def pattern(text):
    return bool(WORD.search(text))

def pairs(items):
    for name, weight in items:
        if weight > 2 and name.startswith("k"):
            return name
    return None

def call(action, value):
    return action(value)

def lines(path):
    with open(path) as file:
        return len(file.readlines())

def variable():
    if "TRIAL" in os.environ:
        return os.environ["TRIAL"]
    return "unset"

class Stack:
    def __init__(self, limit=2):
        self.limit = limit
        self._items = []
    def push(self, item):
        if len(self._items) == self.limit:
            raise OverflowError("full")
        self._items.append(item)
    def pop(self):
        if not self._items:
            raise IndexError("empty")
        return self._items.pop()
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    return root


def test_search_reaches_every_branch_without_a_model(root: Path) -> None:
    subject = subject_of(root, {"hard.py": HARD})
    before = everything_in(root)

    async def act(lab: SandboxLab) -> tuple[list[Observation], set[tuple[int, int]]]:
        found = await lab.explore(subject.targets, 15.0)
        return list(found), set((await lab.existing()).branches)

    found, branches = in_lab(subject, act)
    # What a branch of a class body or module leads to was taken when it was imported.
    taken = {arc for one in found for arc in one.outcome.branches}
    missing = {arc for arc in branches if arc not in taken and arc[0] not in _headers()}
    assert missing == set()
    raised = {one.outcome.type for one in found if one.outcome.deliberate}
    assert raised >= {"builtins.OverflowError", "builtins.IndexError"}
    assert all(one.outcome.stable for one in found if one.call.target != "call")
    assert everything_in(root) == before


def test_branches_of_a_helper_are_reached_through_what_calls_it(root: Path) -> None:
    code = (
        "def _inner(n):\n    if n > 100:\n        if n * 3 == 1002:\n            return 'exactly'\n"
        "    return 'other'\n\ndef outer(n: int):\n    return _inner(n)\n"
    )
    subject = subject_of(root, {"subject.py": code})
    public = [one for one in subject.targets if not one.private]
    found = in_lab(subject, lambda lab: lab.explore(public, 6.0))
    assert {one.call.target for one in found} == {"outer"}
    assert "'exactly'" in {one.outcome.value for one in found}


def test_what_ends_or_hangs_the_search_is_left_alone(root: Path) -> None:
    module = (
        "import os\n\ndef trap(n: int):\n    if n == 1:\n        os._exit(1)\n"
        "    if n == 2:\n        while True:\n            pass\n    return n\n"
    )
    subject = subject_of(root, {"trap.py": module})
    found = in_lab(subject, lambda lab: lab.explore(subject.targets, 4.0))
    assert any(one.outcome.ending is Ending.RETURNED for one in found)
    assert {one.outcome.ending for one in found} <= {Ending.RETURNED, Ending.RAISED}


def _headers() -> set[int]:
    return {n for n, line in enumerate(HARD.splitlines(), 1) if line.startswith(("def", "class"))}


def test_found_calls_tell_most_mutants_from_the_subject(root: Path) -> None:
    module = "def clamp(x, low, high):\n    if x < low:\n        return low\n" + (
        "    if x > high:\n        return high\n    return x\n"
    )
    subject = subject_of(root, {"clamp.py": module})

    async def act(lab: SandboxLab) -> tuple[int, int]:
        found = await lab.explore(subject.targets, 12.0)
        imports = ("from clamp import clamp",)
        tests = []
        for number, one in enumerate(found):
            written = ", ".join(a.source for a in one.call.arguments)
            if one.outcome.value:
                body = f"assert clamp({written}) == {one.outcome.value}"
                tests.append(text(f"test_{number}", body, imports=imports))
        evidence = await lab.judge(tests)
        killed = set().union(*(e.kills for e in evidence.values()))
        return len(killed), len(await lab.mutants(subject.targets))

    killed, mutants = in_lab(subject, act)
    # Of the rest some do the same: `<` and `<=` when both sides are returned alike.
    assert killed >= 0.75 * mutants > 0


def test_a_call_that_mixed_up_functions_and_arguments_would_pass_is_not_the_one_shown(
    root: Path,
) -> None:
    module = "def clamp(value, low, high):\n    return max(low, min(high, value))\n"
    subject = subject_of(root, {"clamp.py": module})
    found = in_lab(subject, lambda lab: lab.explore(subject.targets, 4.0))
    told = [[argument.source for argument in one.call.arguments] for one in found]
    assert told
    for sources in told:
        assert len(set(sources)) == 3, sources
        assert all(isinstance(ast.literal_eval(source), int | float) for source in sources)


@pytest.mark.parametrize(
    ("annotation", "kinds"),
    [
        (int, {"int"}),
        (Optional[str], {"str", "none"}),  # noqa: UP045
        (Union[int, list[str]], {"int", "list"}),  # noqa: UP007
        (Mapping[str, int], {"dict"}),
        (Callable[[int], str], {"callable"}),
        (re.Pattern[str], {"pattern"}),
        (Path, {"path"}),
        (Any, set()),
    ],
)
def test_annotations_say_what_fits(annotation: Any, kinds: set[str]) -> None:
    assert set(from_annotation(annotation).kinds) == kinds


@pytest.mark.parametrize(
    ("body", "likeliest"),
    [
        ("return x.upper()", {"str"}),
        ("return x + 1", {"int"}),
        ("return x()", {"callable"}),
        ("return x['key']", {"dict"}),
        ("for k, v in x.items(): print(k)", {"dict"}),
        ("return open(x).read()", {"path"}),
        ("return isinstance(x, float)", {"float"}),
        ("y = x\n    return y.append(1)", {"list"}),
        ("return helper(x)", {"bytes"}),
        ("return max(x)", {"list"}),
        ("return max(0, x)", {"int", "float"}),
    ],
)
def test_use_says_what_fits(body: str, likeliest: set[str]) -> None:
    text = f"def f(x):\n    {body}\ndef helper(raw):\n    return raw.hex() + raw.decode()\n"
    hint = Usage(ast.parse(text), {}).of("f", "x")
    best = max(hint.kinds.values())
    assert likeliest <= {kind for kind, weight in hint.kinds.items() if weight == best}


@given(st.integers(), st.sampled_from(list(range(8))))
def test_a_changed_source_still_evaluates(seed: int, which: int) -> None:
    sources = (
        "1",
        "'text'",
        "[1, 'a', (2.5,)]",
        "{'k': [1]}",
        "b'x'",
        "{1, 2}",
        "f(3, 'é')",
        "-.5",
    )
    pool = Pool()
    pool.add("token")
    pool.add(42)
    mutator = Mutator(random.Random(seed), pool)
    source: str | None = sources[which]
    for _ in range(12):
        changed = mutator.source(source or "0")
        if changed is not None:
            assert ast.parse(changed, mode="eval")
            source = changed


@given(st.integers())
def test_made_sources_evaluate(seed: int) -> None:
    maker = Maker(random.Random(seed), {}, Pool())
    hint = from_annotation(dict[str, list[tuple[int, Optional[float]]]])  # noqa: UP045
    names: dict[str, Any] = {"tmp_path": Path("/nowhere")}
    source = maker.make(hint)
    for line in maker.imports.values():
        exec(line, names)
    eval(source, names)
    assert maker.make(from_annotation(int))


@given(st.integers())
def test_texts_match_the_pattern_they_are_made_from(seed: int) -> None:
    pattern = re.compile(r"(?P<a>ab|c)d{2,4}[x-z]\.(?P=a)?\s\w+$")
    assert pattern.search(matching(pattern, random.Random(seed)))


_VALUES = st.recursive(
    st.integers() | st.text() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.tuples(inner, inner),
    max_leaves=8,
)


@given(_VALUES)
def test_plainer_values_are_of_the_same_type(value: Any) -> None:
    assert all(type(plainer) is type(value) for plainer in plainer_value(value))


def _marked(text: str) -> tuple[dict[str, Any], trace.Trace]:
    marked = marks.mark(text, "marked.py")
    traced = trace.Trace(marked.marks)
    names: dict[str, Any] = {marks.HITS: traced.hits, marks.TRACE: traced}
    exec(marked.code, names)
    return names, traced


def test_marked_code_does_the_same() -> None:
    source = inspect.getsource(__import__("textwrap"))
    names, _ = _marked(source)
    import textwrap

    for width in (5, 20, 70):
        text = "some words to be wrapped, long-hyphenated ones and\ttabs " * 3
        assert names["wrap"](text, width) == textwrap.wrap(text, width)
    assert names["dedent"]("  a\n    b\n") == textwrap.dedent("  a\n    b\n")


def test_a_missed_branch_is_nearer_the_nearer_the_values_are() -> None:
    names, traced = _marked("def f(n):\n    if n == 1000:\n        return 1\n")
    far = []
    for n in (0, 900, 999):
        traced.begin()
        names["f"](n)
        traced.finish()
        far.append(min(d for goal, d in traced.missed.items() if goal % trace.SIDES == trace.TRUE))
    assert far[0] > far[1] > far[2] > 0


def test_examples_in_docstrings_are_taken_as_input() -> None:
    document = """Do it.

    >>> text = 'a b'
    >>> slug(text, sep='-')
    'a-b'
    >>> slug('''x
    ... y''')
    """
    found = list(offers.examples(document))
    assert ("slug", ["'a b'"], {"sep": "'-'"}) in found
    assert ("slug", ["'x\\ny'"], {}) in found
