"""Readers and bounds: pure functions over what has arrived so far."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fake_answers import from_grammar

from neovim_ai.llm import grammar, ladder, replies, schemas
from neovim_ai.llm.ladder import Rung
from neovim_ai.llm.lines import LineReader, says_something
from neovim_ai.llm.model import Field, FieldText, Prompt
from neovim_ai.llm.schemas import JsonReader

FIELDS = [Field("summary"), Field("*args", "default 'a: (b'"), Field("ValueError", "when n < 1")]

# as Python has them: stars in front only, and `x` never beside `*x`
names = st.from_regex(r"\*{0,2}[abcxyz_][abcxyz_.]{0,5}", fullmatch=True)
hints = st.text(max_size=30)
one_line = st.text(max_size=60).map(lambda t: " ".join(t.split())).filter(says_something)


def texts(found: list[FieldText]) -> dict[str, str]:
    return {f.name: f.text for f in found}


def read_lines(reply: str, *, wrapped: bool = True) -> dict[str, str]:
    return texts(LineReader(FIELDS, wrapped=wrapped).read(reply, final=True))


@given(
    st.lists(names, min_size=1, max_size=5, unique_by=lambda name: name.lstrip("*").casefold()),
    st.data(),
)
def test_grammar_reply_reads_back_whatever_the_names_and_hints(
    found: list[str], data: st.DataObject
) -> None:
    fields = [Field(name, data.draw(hints)) for name in found]
    said = {name: data.draw(one_line) for name in found}
    # the fake walks the grammar with a parser of its own, so a wrong escape shows here
    lines = {grammar.one_line(f.label): said[f.name] for f in fields}
    reply = "\n".join(f"{label}: {text}" for label, text in lines.items())
    walked = from_grammar(grammar.grammar(fields), lambda name: "X")
    assert [line.removesuffix(": X") for line in walked.split("\n")] == list(lines)
    assert texts(LineReader(fields, wrapped=False).read(reply, final=True)) == said


@given(hints)
def test_grammar_stays_on_three_lines_whatever_the_hint(hint: str) -> None:
    made = grammar.grammar([Field("x", hint), Field("y")])
    assert len(made.splitlines()) == 2
    literals = re.findall(r'"(?:[^"\\]|\\.)*"', made.splitlines()[0])
    assert len(literals) == 3


@given(st.dictionaries(st.sampled_from([f.name for f in FIELDS]), one_line), st.data())
def test_json_reads_back_and_only_grows(said: dict[str, str], data: st.DataObject) -> None:
    reply = json.dumps(said, ensure_ascii=data.draw(st.booleans()))
    reader = JsonReader(FIELDS)
    before: dict[str, str] = {}
    for end in range(len(reply) + 1):
        now = texts(reader.read(reply[:end], final=False))
        assert set(before) <= set(now)
        before = now
    assert texts(reader.read(reply, final=True)) == said


@given(st.text(max_size=200), st.booleans())
def test_no_reader_fails_on_any_text(reply: str, final: bool) -> None:
    for rung in Rung:
        asked = ladder.request(rung, Prompt("s", "", "t"), FIELDS)
        for one in ladder.reader(rung, FIELDS, asked).read(reply, final=final):
            assert one.name in {f.name for f in FIELDS}
            assert "\n" not in one.text


@given(st.text('"\\{}:,ud8a0n x', max_size=80))
def test_json_reader_survives_damaged_escapes(inside: str) -> None:
    found = JsonReader(FIELDS).read('{"summary": "' + inside, final=False)
    assert all(f.name in {f.name for f in FIELDS} for f in found)


@given(one_line, st.integers(min_value=1, max_value=20))
def test_bounded_text_is_a_beginning_of_the_text(text: str, most: int) -> None:
    kept, cut = replies.within(text, most)
    assert text.startswith(kept)
    assert len(kept) <= most * replies.CHARACTERS_PER_TOKEN
    assert cut or kept == text


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("summary: A.\n*args: B.", {"summary": "A.", "*args": "B."}),
        ("summary: A,\ngoes on.", {"summary": "A, goes on."}),
        ("- **summary**: A.", {"summary": "A."}),
        ("1. `summary`: A.", {"summary": "A."}),
        ("Summary: A.", {"summary": "A."}),
        ("```text\nsummary: A.\n```", {"summary": "A."}),
        ("summary: A.\nextra: no.\nmore of it\n*args: B.", {"summary": "A.", "*args": "B."}),
        ("*args (default 'a: (b'): B.", {"*args": "B."}),
        ("*args (of any kind): B.", {"*args": "B."}),
        ("summary: A.\nsummary: again.", {"summary": "A."}),
        ("Here you are.\n\nsummary: A.\n\nI hope this helps.", {"summary": "A."}),
        ("summary:\n*args: B.", {"*args": "B."}),
        ("summary: ...\n*args: B.", {"*args": "B."}),
        ("", {}),
    ],
)
def test_lines_are_read_as_models_write_them(reply: str, expected: dict[str, str]) -> None:
    assert read_lines(reply) == expected


def test_line_under_a_grammar_is_done_when_it_ends() -> None:
    found = LineReader(FIELDS, wrapped=False).read("summary: A.\n*ar", final=False)
    assert found == [FieldText("summary", "A.", done=True)]


def test_line_without_a_grammar_is_done_when_the_next_begins() -> None:
    reader = LineReader(FIELDS, wrapped=True)
    assert reader.read("summary: A.\n*ar", final=False) == [FieldText("summary", "A.", done=False)]
    assert reader.read("summary: A.\n*args: ", final=False)[0].done


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ('```json\n{"summary": "A."}\n```', {"summary": "A."}),
        ('{"docstring": {"summary": "A."}}', {"summary": "A."}),
        ('[{"summary": "A."}]', {"summary": "A."}),
        ('{"summary": 3, "*args": "B."}', {"*args": "B."}),
        ('{"summary": null, "other": "summary", "*args": "B."}', {"*args": "B."}),
        (r'{"summary": "a \"b\" \\ \u00e9"}', {"summary": 'a "b" \\ \u00e9'}),
        (r'{"summary": "\d+ digits"}', {"summary": r"\d+ digits"}),
        (r'{"summary": "ok \ud83d\ude00"}', {"summary": "ok \U0001f600"}),
        (r'{"summary": "half \ud83d"}', {"summary": "half \ufffd"}),
        ('{"ValueError (when n < 1)": "C."}', {"ValueError": "C."}),
        ('{"summary": "cut in the mid', {"summary": "cut in the mid"}),
    ],
)
def test_objects_are_read_as_models_write_them(reply: str, expected: dict[str, str]) -> None:
    assert texts(JsonReader(FIELDS).read(reply, final=True)) == expected


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("<think>hm</think>\nsummary: A.", "summary: A."),
        ("hm, so\n</think>\n\nsummary: A.", "summary: A."),
        ("<think>never closed", ""),
        ("<thi", ""),
        ("summary: Strip <think>x</think> blocks.", "summary: Strip <think>x</think> blocks."),
        ("summary: A < b.", "summary: A < b."),
    ],
)
def test_reasoning_is_left_out(reply: str, expected: str) -> None:
    assert replies.answer(reply) == expected


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("One sentence. Another one, longer", 5, "One sentence."),
        ("Something, e.g. this, that is far too long", 7, "Something, e.g. this,"[:-1]),
        ("a text without any end at all", 4, "a text without"[:14]),
        ("oneverylongwordthatneverends", 3, ""),
        ("the the the the the the the the the the ", 60, "the"),
    ],
)
def test_rambling_is_cut_where_a_sentence_clause_or_word_ends(
    text: str, most: int, expected: str
) -> None:
    kept, cut = replies.within(text, most)
    assert cut
    assert kept == expected


def test_ordinary_repetition_is_no_loop() -> None:
    text = "The x, the y and the z of the point -------- as numbers 0.0.0.0."
    assert replies.within(text, 60) == (text, False)


def test_schema_asks_for_every_field_in_order() -> None:
    made = schemas.schema(FIELDS)
    assert made["required"] == list(made["properties"]) == [f.name for f in FIELDS]
    assert made["additionalProperties"] is False


@pytest.mark.parametrize("rung", list(Rung))
def test_every_request_bounds_its_answer(rung: Rung) -> None:
    body = ladder.request(rung, Prompt("s", "", "t"), FIELDS)
    assert body["max_tokens"] >= sum(f.max_tokens for f in FIELDS)
    assert [m["role"] for m in body["messages"]][:2] == ["system", "user"]
