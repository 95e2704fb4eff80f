"""How much is asked, for whom, and what stays: sliders, notes, rewriting."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.unit.docs.test_engine import Scripted

from neovim_ai.docs import ask, wishes
from neovim_ai.docs.compose import Subject, study
from neovim_ai.docs.engine import Outcome, document
from neovim_ai.docs.model import House, Slot, SlotKind, Status
from neovim_ai.docs.wishes import Wishes
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import ladder
from neovim_ai.llm.ladder import Rung
from neovim_ai.llm.model import Prompt
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

CODE = '''
class Shelf:
    """Old words about shelves."""

    size = 3

    def __init__(self, width):
        self.width = width
        self.books = []

    def put(self, book, loud=False):
        if loud:
            print(book)
        self.books.append(book)
        return len(self.books)
'''
ANSWERS = {
    "summary": "Hold books.",
    "description": "A shelf keeps books in order. It never drops one. Mind its width.",
    "book": "The volume to add.",
    "loud": "Whether the title is said aloud.",
    "returns": "How many stand there now.",
    "width": "Room there is, in centimetres.",
    "size": "How many rows there are.",
    "books": "What stands on it.",
}


def studied(name: str, **wanted: Any) -> Subject:
    source = SourceText(CODE.lstrip("\n"))
    return study(source, target.by_qualname(source, name), House(), Wishes(**wanted))


def run(one: Subject, model: Scripted | None = None) -> tuple[Outcome, Scripted]:
    model = model or Scripted(ANSWERS)
    everything = target.definitions(one.source)
    return asyncio.run(document(one, everything, model, lambda _: None)), model


@pytest.mark.parametrize(
    ("detail", "keys"),
    [
        (1, ["summary"]),
        (2, ["summary", "parameter:book", "parameter:loud", "returns"]),
        (3, ["summary", "description", "parameter:book", "parameter:loud", "returns"]),
    ],
)
def test_detail_says_which_slots_are_asked(detail: int, keys: list[str]) -> None:
    assert [slot.key for slot in studied("Shelf.put", detail=detail).missing] == keys


def test_the_fourth_level_asks_for_attributes_and_tells_side_effects() -> None:
    keys = {slot.key for slot in studied("Shelf", detail=4, rewrite=True).missing}
    assert {"attribute:size", "description"} <= keys
    description = studied("Shelf.put", detail=4).missing[1]
    assert description.kind is SlotKind.DESCRIPTION
    assert "prints" in description.hint


def test_a_description_is_a_paragraph_of_several_sentences() -> None:
    outcome, _ = run(studied("Shelf.put", detail=3))
    assert outcome.proposal.status is Status.PROPOSED, outcome.proposal.reason
    assert ANSWERS["description"] in " ".join(outcome.proposal.docstring.split())


def test_only_a_description_may_go_on_after_its_first_sentence() -> None:
    named = ask.fields([Slot(SlotKind.SUMMARY), Slot(SlotKind.DESCRIPTION)])
    summary, description = ask.as_fields(named)
    stops = [
        ladder.request(Rung.CONTINUE, Prompt("", "", "x"), [field])["stop"]
        for field in (summary, description)
    ]
    assert ". T" in stops[0]
    assert stops[1] == ["\n", '"""']


def test_a_description_nobody_has_words_for_is_left_out() -> None:
    silent = {**ANSWERS, "description": ""}
    outcome, _ = run(studied("Shelf.put", detail=3), Scripted(silent, {}))
    assert outcome.proposal.status is Status.PROPOSED
    assert "description" not in outcome.proposal.texts


def test_kept_texts_are_not_asked_for_again() -> None:
    kept = {"summary": "My words.", "parameter:book": "Mine.", "nonsense": "x"}
    outcome, model = run(studied("Shelf.put", detail=3, kept=kept))
    assert model.asked[0][1] == ["description", "loud", "returns"]
    assert outcome.proposal.texts["summary"] == "My words."
    assert "nonsense" not in outcome.proposal.texts


def test_less_detail_asks_nobody() -> None:
    kept = {"summary": "My words.", "parameter:book": "Mine."}
    one = studied("Shelf.put", detail=1, kept=kept)
    outcome = asyncio.run(document(one, (), None, lambda _: None))
    assert outcome.proposal.docstring == '"""My words."""'
    assert outcome.usage.requests == 0


def test_rewriting_replaces_every_word_and_shows_the_old_ones_to_the_model() -> None:
    outcome, model = run(studied("Shelf", rewrite=True))
    prompt = model.asked[0][0]
    assert "Old words about shelves." in prompt.task
    assert "Old words" not in outcome.proposal.docstring
    assert "Room there is" in outcome.proposal.docstring
    _, other = run(studied("Shelf"))
    assert "Old words" not in other.asked[0][0].task


def test_a_note_is_data_of_the_question() -> None:
    _, model = run(studied("Shelf.put", note="mention\nthe price"))
    assert "mention the price" in model.asked[0][0].task
    assert "price" not in model.asked[0][0].system


def test_the_audience_is_said_before_anything_that_changes() -> None:
    systems = []
    for audience in range(1, 6):
        _, model = run(studied("Shelf.put", audience=audience))
        systems.append(model.asked[0][0].system)
    assert len(set(systems)) == 5
    assert systems[2] == ask.SYSTEM
    assert all(system.startswith(ask.SYSTEM) for system in systems)


def test_options_read_back_as_the_wishes_they_came_from() -> None:
    one = Wishes(detail=4, audience=1, rewrite=True, note="short")
    assert wishes.from_options(wishes.as_options(one, "numpy")) == one
    assert wishes.from_options({"kept": []}) == Wishes()


@pytest.mark.parametrize("options", [{"detail": 0}, {"audience": 6}, {"detail": "much"}])
def test_a_level_out_of_range_is_refused(options: dict[str, Any]) -> None:
    with pytest.raises(AiError) as caught:
        wishes.from_options(options)
    assert caught.value.kind is Kind.USAGE
