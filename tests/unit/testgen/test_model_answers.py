"""What a model adds to tests: values it expects, names, inputs; and what it may not do."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path

import pytest
from tests.unit.testgen.scripted import ScriptedModel
from tests.unit.testgen.small import call, subject_of
from tests.unit.testgen.test_engine import CODE, names, run

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.model import Event, Field, FieldText, Prompt, Usage
from neovim_ai.testgen.cases import titles, variants
from neovim_ai.testgen.cases.adviser import Adviser
from neovim_ai.testgen.cases.ask import answered
from neovim_ai.testgen.cases.asked import asked
from neovim_ai.testgen.engine import Wishes
from neovim_ai.testgen.model import Call, Source, Subject


@pytest.fixture
def subject(tmp_path: Path) -> Subject:
    return subject_of(CODE, tmp_path)


def test_a_model_that_does_not_end_is_cut_off_and_what_it_said_counts() -> None:
    class Endless(ScriptedModel):
        async def fill(self, prompt: Prompt, fields: Sequence[Field]) -> AsyncGenerator[Event]:
            yield FieldText("first", "1", done=True)
            await asyncio.Event().wait()

    model = Adviser(Endless(lambda prompt, field: ""))
    fields = [Field("first"), Field("second")]
    assert model.note == ""
    texts, _ = asyncio.run(asked(model, Prompt("", "", ""), fields, lambda _: None, 0.05))
    assert texts == {"first": "1"}
    assert asyncio.run(asked(model, Prompt("", "", ""), fields, lambda _: None, 0)) == ({}, Usage())
    assert model.note == (
        "Without the model's advice: it was cut off after 0 s, its share of the time; "
        "1 of 2 answers were kept."
    )


def values_by(answers: dict[str, str]) -> ScriptedModel:
    def answer(prompt: Prompt, field: Field) -> str:
        return answers.get(field.name, "")

    return ScriptedModel(answer)


SPOKEN = '''
    def double(n):
        """Return twice the number."""
        if n == 7:
            return 15
        if n < 0:
            return 2 * n - 0
        if n == 0:
            return 0
        if n == 1:
            return 2
        return 2 * n
'''


SPOKEN_CALLS = tuple(call("double", n) for n in ("7", "-2", "0", "1", "4"))


RIGHT = {"double(-2)": "-4", "double(0)": "0", "double(1)": "2", "double(4)": "8"}


def test_a_value_the_model_expects_from_the_documentation_makes_a_spec(tmp_path: Path) -> None:
    model = values_by({**RIGHT, "double(7)": "15"})
    found = run(subject_of(SPOKEN, tmp_path), SPOKEN_CALLS, model)
    sources = {c.expectation.source for one in found.kept for c in one.test.cases}
    assert sources == {Source.MODEL}
    assert found.disputes == ()
    assert found.usage.prompt_tokens > 0
    # the body is hidden from it
    assert not any("return 15" in prompt.task for prompt in model.prompts[:1])


def test_a_reliable_model_that_says_it_three_times_contradicts_the_code(tmp_path: Path) -> None:
    model = values_by({**RIGHT, "double(7)": "14"})
    found = run(subject_of(SPOKEN, tmp_path), SPOKEN_CALLS, model)
    (dispute,) = found.disputes
    assert dispute.case.expectation.source is Source.MODEL
    assert (dispute.case.expectation.value, len(dispute.votes)) == ("14", 3)
    assert "double(7)" not in found.new_source


def test_a_model_that_wavers_contradicts_nothing(tmp_path: Path) -> None:
    asked: list[Prompt] = []

    def answer(prompt: Prompt, field: Field) -> str:
        if field.name == "double(7)":
            asked.append(prompt)
            return str(12 + len(asked))
        return RIGHT.get(field.name, "")

    found = run(subject_of(SPOKEN, tmp_path), SPOKEN_CALLS, ScriptedModel(answer))
    assert found.disputes == ()
    assert len({prompt.task for prompt in asked}) == 3
    assert "double(7) == 15" in found.new_source.replace("\n", "") or "(7, 15)" in found.new_source


def test_a_model_that_gets_most_wrong_contradicts_nothing(tmp_path: Path) -> None:
    model = values_by({"double(7)": "14", "double(4)": "8", "double(0)": "9", "double(1)": "9"})
    found = run(subject_of(SPOKEN, tmp_path), SPOKEN_CALLS, model)
    assert found.disputes == ()


def test_without_a_human_specification_no_value_is_asked_for(tmp_path: Path) -> None:
    bare = subject_of(SPOKEN.replace('"""Return twice the number."""', ""), tmp_path)
    model = values_by({**RIGHT, "double(7)": "14"})
    found = run(bare, SPOKEN_CALLS, model)
    assert found.disputes == ()
    assert {str(one.provenance) for one in found.kept} == {"observed"}
    assert any("No specification of double" in note for note in found.notes)


def test_the_model_names_tests_where_it_has_words_for_them(subject: Subject) -> None:
    def answer(prompt: Prompt, field: Field) -> str:
        return "Loud words get an exclamation mark." if field.name.startswith("test") else ""

    model = ScriptedModel(answer)
    found = run(subject, model=model)
    assert "test_shout_loud_words_get_an_exclamation_mark" in names(found)
    assert len(set(names(found))) == len(found.kept)


def test_the_model_is_asked_for_inputs_where_search_stalls(tmp_path: Path) -> None:
    code = "def f(x):\n    if x == 'magic':\n        return 1\n    return 2\n"

    def answer(prompt: Prompt, field: Field) -> str:
        return "f('magic')" if field.name == "call 1" else "f(open('x'))"

    model = ScriptedModel(answer)
    found = run(subject_of(code, tmp_path), (call("f", "'a'"),), model)
    assert found.after.share == 1.0
    assert "open(" not in found.new_source


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'a'.", "'a'"),
        ('"a"', "'a'"),
        ("`[1, 2]`", "[1, 2]"),
        ("ValueError", "ValueError"),
        ("raises ValueError", "ValueError"),
        ("a string", ""),
        ("open('x')", ""),
        ("", ""),
    ],
)
def test_an_answer_is_a_literal_or_an_exception_or_nothing(text: str, value: str) -> None:
    assert answered(text) == value


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("an empty text stays empty", "empty_text_stays_empty"),
        ("true", ""),
        ("raises ValueError", ""),
        ("clip", ""),
        ("", ""),
    ],
)
def test_a_title_that_says_nothing_or_wrongly_is_not_used(
    subject: Subject, text: str, words: str
) -> None:
    kept = next(one for one in run(subject).kept if "shout" in one.test.name)
    assert titles.usable(text, kept.test) == words


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("clip(1, high=2)", call("clip", "1", "high=2")),
        ("words.clip(1).", call("clip", "1")),
        ("clip(open('x'))", None),
        ("clip(**{'value': 1})", None),
        ("shout('a')", None),
        ("clip(1", None),
    ],
)
def test_a_call_from_a_model_has_literal_arguments_or_is_none(
    subject: Subject, text: str, made: Call | None
) -> None:
    assert variants.parsed(text, subject.named["clip"]) == made


def test_a_model_that_fails_takes_no_test_away_and_is_asked_no_more(subject: Subject) -> None:
    class Failing(ScriptedModel):
        async def fill(self, prompt: Prompt, fields: Sequence[Field]) -> AsyncGenerator[Event]:
            self.prompts.append(prompt)
            raise AiError(Kind.CONNECTION, "The server ended the answer.")
            yield  # what makes it a stream

    model = Failing(lambda prompt, field: "")
    found = run(subject, model=model)
    assert names(found) == names(run(subject))
    assert "Without the model's advice: The server ended the answer." in found.notes
    assert len(model.prompts) == 1


def test_a_model_that_is_cut_off_is_told_of_beside_the_tests(subject: Subject) -> None:
    class Endless(ScriptedModel):
        async def fill(self, prompt: Prompt, fields: Sequence[Field]) -> AsyncGenerator[Event]:
            await asyncio.Event().wait()
            yield  # what makes it a stream

    model = Endless(lambda prompt, field: "")
    found = run(subject, model=model, wishes=Wishes(1.0, 3))
    assert names(found) == names(run(subject))
    (note,) = [one for one in found.notes if one.startswith("Without the model's advice: ")]
    assert "its share of the time" in note
    assert re.search(r"; 0 of \d+ answers were kept\.$", note)
