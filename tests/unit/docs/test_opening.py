"""The docstring that we begin: what a model is given to go on with."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fake_answers import CONTINUING
from tests.fake_llm import FakeLLM
from tests.unit.llm.asking import connect

from neovim_ai.docs import ask
from neovim_ai.docs.compose import study
from neovim_ai.docs.engine import Outcome, document
from neovim_ai.docs.model import House, Slot, SlotKind
from neovim_ai.docs.opening import Opening, further
from neovim_ai.docs.slots import wanted
from neovim_ai.llm import ladder
from neovim_ai.llm.ladder import Rung
from neovim_ai.source import facts as source_facts
from neovim_ai.source import target
from neovim_ai.source.context import gather
from neovim_ai.source.text import SourceText

PUT = '''\
class Shelf:
    """Keep books in order."""

    def put(self, book, *more, quiet=False):
        if book in self.books:
            raise ValueError("twice")
        return self.books.index(book)
'''
SLOTS = (
    Slot(SlotKind.SUMMARY),
    Slot(SlotKind.PARAMETER, "book"),
    Slot(SlotKind.PARAMETER, "*more"),
    Slot(SlotKind.RETURNS),
    Slot(SlotKind.RAISES, "ValueError", hint="when book in self.books"),
)


def begun(name: str, texts: dict[str, str], known: dict[str, str] | None = None) -> str:
    named = ask.fields(SLOTS)
    fields = {field.name: field for field in ask.as_fields(named)}
    return Opening(SLOTS, named, known or {})(texts, fields[name])


def test_summary_comes_right_behind_the_quotes() -> None:
    assert begun("summary", {}) == '"""'


def test_texts_so_far_stand_in_their_sections() -> None:
    texts = {"summary": "Put it away", "book": "What is put away.", "*more": "", "returns": "Where"}
    texts["*more"] = "Positional arguments of the kind."
    assert begun("ValueError", texts) == (
        '"""Put it away.\n\nArgs:\n    book: What is put away.\n'
        "    *more: Positional arguments of the kind.\n\nReturns:\n    Where.\n\n"
        "Raises:\n    ValueError: If"
    )


def test_word_brings_its_own_space() -> None:
    """Models read a space and the word behind it as one."""
    assert begun("book", {"summary": "Put it away."}).endswith("\n    book:")
    assert begun("returns", {"summary": "Put it away."}).endswith("Returns:\n   ")


def test_what_got_no_text_is_left_out() -> None:
    assert begun("returns", {}) == '"""Returns:\n   '


def test_what_is_known_stands_before_what_is_asked_again() -> None:
    known = {"summary": "Put it away.", "returns": "Where it stands."}
    assert begun("*more", {}, known) == (
        '"""Put it away.\n\nArgs:\n    *more: Positional arguments'
    )


@given(
    st.dictionaries(st.sampled_from([slot.key for slot in SLOTS]), st.text(min_size=1)),
    st.sampled_from(sorted(ask.fields(SLOTS))),
)
def test_the_same_docstring_goes_on_from_one_text_to_the_next(
    known: dict[str, str], name: str
) -> None:
    """What a server has evaluated it need not evaluate again."""
    named = ask.fields(SLOTS)
    order = list(named)
    fields = {field.name: field for field in ask.as_fields(named)}
    opening = Opening(SLOTS, named, known)
    texts: dict[str, str] = {}
    before = opening(texts, fields[order[0]])
    for one in order[: order.index(name) + 1]:
        now = opening(texts, fields[one])
        assert now.startswith(before)
        texts[one] = f"{fields[one].lead} a text."
        before = now.rstrip(" ")


@pytest.mark.parametrize(
    ("slot", "text", "expected"),
    [
        (SLOTS[1], "The book.", "The book that"),
        (SLOTS[0], "Put book.", "Put book,"),
        (SLOTS[3], "The result.", "The result that"),
        (SLOTS[1], "def put(self): ...", ""),
        (SLOTS[1], "", ""),
        (SLOTS[1], "The book that " + "is very long " * 9, ""),
    ],
)
def test_text_that_only_names_is_gone_on_with(slot: Slot, text: str, expected: str) -> None:
    assert further(slot, text) == expected


def question(rung: Rung) -> list[dict[str, str]]:
    source = SourceText(PUT)
    found = target.by_qualname(source, "Shelf.put")
    slots = wanted(found, source_facts.collect(source, found))
    named = ask.fields(slots)
    context = gather(source, found, target.definitions(source))
    prompt = ask.prompt(found, context, named, opening=Opening(slots, named, {}))
    messages: list[dict[str, str]] = ladder.request(rung, prompt, ask.as_fields(named))["messages"]
    return messages


def test_server_that_goes_on_is_asked_with_the_code_alone() -> None:
    system, task, reply = question(Rung.CONTINUE)
    assert system["content"] == ask.SYSTEM_BEGUN
    assert task["content"].startswith("```python\nclass Shelf:\n    def put(self, book")
    assert task["content"].endswith("index(book)\n```")
    assert "Keep books" not in task["content"], "a class's summary would be copied"
    assert reply == {"role": "assistant", "content": '"""'}


def test_other_servers_are_asked_for_lines() -> None:
    system, task = question(Rung.LINES)
    assert system["content"] == ask.SYSTEM
    assert "exactly these lines" in task["content"]


def test_a_server_that_goes_on_writes_the_docstring_text_by_text() -> None:
    answers = {
        "summary": "Put a book away.",
        "book": "What is put away.",
        "*more": "Positional arguments that are ignored.",
        "quiet": "Whether nothing is printed.",
        "returns": "Where it stands.",
        "ValueError": "If it stands there already.",
    }

    async def document_it(fake: FakeLLM) -> Outcome:
        source = SourceText(PUT)
        model = await connect(fake)
        try:
            one = study(source, target.by_qualname(source, "Shelf.put"), House())
            return await document(one, target.definitions(source), model, lambda _: None)
        finally:
            await model.close()

    with FakeLLM(CONTINUING, answers=answers.__getitem__) as fake:
        outcome = asyncio.run(document_it(fake))
        begun = [chat.body["messages"][-1]["content"] for chat in fake.chats]
    assert list(outcome.proposal.texts.values()) == list(answers.values())
    assert outcome.proposal.fallbacks == ()
    assert begun[-1].endswith(
        "    quiet: Whether nothing is printed.\n\nReturns:\n    Where it stands.\n\n"
        "Raises:\n    ValueError: If"
    )
