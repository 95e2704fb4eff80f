"""What is shown beside a proposal: facts with their lines, and reasons with a next step."""

from __future__ import annotations

import asyncio

import pytest
from tests.unit.docs.test_engine import Scripted, subject

from neovim_ai.docs import refusal
from neovim_ai.docs.compose import compose, study
from neovim_ai.docs.engine import document, evidence
from neovim_ai.docs.model import Gate, House
from neovim_ai.errors import Kind
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

CODE = """
def _read(path):
    if not path:
        raise FileNotFoundError(path)
    return open(path)

def load(path, strict=False):
    if strict:
        raise ValueError("no")
    try:
        found = _read(path)
    except OSError as error:
        raise RuntimeError from error
    if not found:
        return None
    return found

def walk(items):
    for item in items:
        yield item

def passes(path):
    return _read(path)
"""
BASES = '''
class Base:
    def run(self, task, hard=False):
        """Run a task.

        Args:
            task: What to do.

        Returns:
            What came of it.
        """
        return task

class Middle(Base):
    pass

class Own(Middle):
    def run(self, task, hard=False):
        return task

class Other:
    def run(self, task):
        return task
'''


def test_each_fact_stands_with_its_line() -> None:
    assert evidence(subject(CODE, "load")) == (
        "2 params",
        "raises ValueError (line 8, if strict)",
        "raises RuntimeError (line 12, after OSError)",
        "returns or None (line 15)",
    )
    assert "yields (line 19)" in evidence(subject(CODE, "walk"))


def test_exceptions_of_callees_are_told_with_their_way() -> None:
    one = subject(CODE, "passes")
    model = Scripted({"summary": "Pass it on.", "path": "Where it is.", "returns": "A file."})
    definitions = target.definitions(one.source)
    outcome = asyncio.run(document(one, definitions, model, lambda _: None))
    assert "may raise FileNotFoundError (via _read:3)" in outcome.proposal.evidence
    assert not any(slot.key.startswith("raises") for slot in one.missing)


def test_what_the_overridden_method_says_is_not_asked_again() -> None:
    source = SourceText(BASES.lstrip("\n"))

    def keys(name: str) -> list[str]:
        one = study(source, target.by_qualname(source, name), House())
        return [slot.key for slot in one.missing]

    assert keys("Own.run") == ["summary", "parameter:hard"]
    assert keys("Other.run") == ["summary", "parameter:task", "returns"]


def test_a_character_that_the_file_cannot_hold_is_named_with_a_way_out() -> None:
    source = SourceText("def f(a):\n    return a\n", encoding="latin-1")
    one = study(source, target.by_qualname(source, "f"), House())
    texts = {slot.key: "Turns a → b." for slot in one.missing}
    composed = compose(one, texts)
    assert composed is not None
    error = refusal.refusal(composed.failed)
    assert error.kind is Kind.GATE
    assert "`→`" in error.message
    assert "does not exist in latin-1, the encoding of this file" in error.message
    assert "fileencoding=utf-8" in error.hint


@pytest.mark.parametrize(
    "name", ["code unchanged", "rest unchanged", "read back", "linters", "characters", "new one"]
)
def test_each_closed_gate_comes_with_a_next_step(name: str) -> None:
    error = refusal.refusal([Gate(name, False, "it saw something")])
    assert "it saw something" in error.message
    assert error.hint


def test_awaits_and_context_managers_are_evidence() -> None:
    code = "@asynccontextmanager\nasync def f(a):\n    await a\n    yield a\n"
    said = evidence(subject(code, "f"))
    assert "awaits (line 3)" in said
    assert "a context manager: `as` binds what it yields (line 1)" in said
