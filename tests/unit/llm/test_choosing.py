"""Fields that are a choice: held to it where the server can, read for what it is everywhere."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fake_answers import CONTINUING, MODES, OPENAI, TEXT
from tests.fake_llm import Asked, FakeLLM, Wire, saying
from tests.unit.llm.asking import Answer, ask

from neovim_ai.errors import AiError
from neovim_ai.llm import grammar, odds
from neovim_ai.llm.model import Field, FieldText
from neovim_ai.llm.odds import Token

STATED = Field("stated", "yes or no", 3, choices=("yes", "no"))
LINE = Field("line", "its letter", 3, choices=("A", "B", "C"))
ANSWERS = {"stated": "no", "line": "C"}


def told(*likely: tuple[str, float]) -> dict[str, Any]:
    """Return what a server tells of one token."""
    tops = [{"token": text, "logprob": math.log(share)} for text, share in likely]
    return {"content": [{"token": likely[0][0], "logprob": 0.0, "top_logprobs": tops}]}


def texts(answer: Answer) -> dict[str, FieldText]:
    return {e.name: e for e in answer.events if isinstance(e, FieldText)}


@pytest.mark.parametrize("mode", list(MODES))
def test_every_server_chooses_on_the_best_rung_it_keeps(mode: str) -> None:
    with FakeLLM(MODES[mode], answers=ANSWERS.__getitem__) as fake:
        assert ask(fake, (STATED, LINE)).texts == ANSWERS


def test_grammar_and_schema_allow_the_choices_alone(fake_llm: FakeLLM) -> None:
    fake_llm.answers = ANSWERS.__getitem__
    ask(fake_llm, (LINE,))
    assert 'choice-0 ::= "A" | "B" | "C"' in fake_llm.chats[-1].body["grammar"]
    with FakeLLM(OPENAI, answers=ANSWERS.__getitem__) as openai:
        ask(openai, (LINE,))
        schema = openai.chats[-1].body["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["line"] == {"type": "string", "enum": ["A", "B", "C"]}
    with FakeLLM(CONTINUING, answers=ANSWERS.__getitem__) as continuing:
        ask(continuing, (LINE,))
        assert continuing.chats[-1].body["grammar"] == grammar.choice(("A", "B", "C"))


def test_a_field_of_free_text_is_asked_for_without_odds(fake_llm: FakeLLM) -> None:
    ask(fake_llm, (Field("summary"),))
    assert "logprobs" not in fake_llm.chats[-1].body


def test_a_text_that_is_no_choice_is_no_answer() -> None:
    with FakeLLM(TEXT, answers=lambda _: "It depends on many things.") as fake:
        with pytest.raises(AiError) as caught:
            ask(fake, (STATED,))
        assert caught.value.kind == "bad_reply"


def test_a_server_that_knows_no_odds_still_chooses() -> None:
    from dataclasses import replace

    mode = replace(CONTINUING, rejects=("logprobs", "top_logprobs"))
    with FakeLLM(mode, answers=ANSWERS.__getitem__) as fake:
        answer = ask(fake, (STATED,))
    assert answer.texts == {"stated": "no"}
    assert texts(answer)["stated"].odds == ()


def test_odds_come_with_the_choice() -> None:
    async def play(wire: Wire, asked: Asked) -> None:
        await wire.stream()
        choice = {"index": 0, "delta": {"content": " yes"}, "finish_reason": None}
        likely = told((" yes", 0.6), (" no", 0.2), (" maybe", 0.1))
        await wire.event(choices=[{**choice, "logprobs": likely}])
        await wire.finish()

    with FakeLLM(CONTINUING) as fake:
        fake.script(play)
        odds_of = dict(texts(ask(fake, (STATED,)))["stated"].odds)
    assert odds_of == {"yes": pytest.approx(0.75), "no": pytest.approx(0.25)}


@pytest.mark.parametrize("broken", [None, [], {"content": [3]}, {"content": [{"token": "a"}]}, {}])
def test_odds_of_another_shape_are_none(broken: Any) -> None:
    found = odds.tokens(broken)
    assert odds.of_choices(found, "", "yes", ("yes", "no")) == ()


def test_odds_stand_where_the_reply_decided() -> None:
    reply = (
        Token("line: ", ((" A", 0.9),)),
        Token("B", (("B", 0.5), ("A", 0.25), ("x", 0.2))),
    )
    got = dict(odds.of_choices(reply, "line", "B", ("A", "B")))
    assert got == {"A": pytest.approx(1 / 3), "B": pytest.approx(2 / 3)}


@pytest.mark.parametrize(
    ("text", "choice"),
    [("yes", "yes"), (" **Yes**.", "yes"), ("no, it is not", "no"), ("nothing", ""), ("", "")],
)
def test_choice_is_read_as_a_whole_word(text: str, choice: str) -> None:
    assert odds.chosen(text, ("yes", "no")) == choice


@given(st.text(max_size=40))
def test_whatever_is_read_is_a_choice(text: str) -> None:
    assert odds.chosen(text, ("A", "B", "none")) in ("", "A", "B", "none")


def test_a_reply_that_ignores_the_choices_falls_a_rung(fake_llm: FakeLLM) -> None:
    fake_llm.answers = ANSWERS.__getitem__
    fake_llm.script(saying("stated (yes or no): perhaps"))
    assert ask(fake_llm, (STATED,)).texts == {"stated": "no"}
