"""From a question to checked sentences, with models that say what they are told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

import pytest
from tests.unit.notes.ask.shelf import NOTES, Shelf, Told, line_with, reader

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.model import Event, Field, Finished, Model, Prompt, Usage
from neovim_ai.notes.ask import engine, messages
from neovim_ai.notes.ask.model import Answer, Phase, Said, Turn
from neovim_ai.notes.model import Section

MEMORY = "How much memory does a 70b model need?"
FACT = "A 70b model at fp16 needs about 168 GB of memory."


def ask(
    question: str,
    model: Model | AiError | None,
    shelf: Shelf | None = None,
    thread: Sequence[Turn] = (),
    steps: list[Phase | Said] | None = None,
) -> Answer:
    async def connect() -> Model | None:
        if isinstance(model, AiError):
            raise model
        return model

    show = (steps if steps is not None else []).append
    return asyncio.run(engine.answer(question, thread, shelf or Shelf(), connect, show))


def shown(answer: Answer) -> list[str]:
    return [sentence.text for sentence in answer.sentences if not sentence.struck]


def wording(**fields: str) -> Told:
    """Return a strong model elsewhere that writes these fields."""
    said = {"in the notes": "yes", **fields}
    return Told(lambda prompt, one: said.get(one.name, "-"), route="host")


def number_of(prompt: Prompt, text: str) -> str:
    return next(row.split(":")[0] for row in prompt.task.splitlines() if text in row)


def test_a_small_model_chooses_and_our_code_prints_the_quote() -> None:
    answer = ask(MEMORY, Told(reader("168 GB")))
    assert answer.in_notes
    assert shown(answer) == [f"{FACT} [1]"]
    (citation,) = answer.sentences[0].citations
    assert (citation.path, citation.heading_path) == ("/n/notes.md", ("Server", "Memory"))
    assert NOTES.split("\n")[citation.row] == citation.quote == FACT


def test_what_the_model_holds_for_unlikely_is_not_in_the_notes() -> None:
    answer = ask("Which port does nginx listen on?", Told(reader("nowhere")))
    assert not answer.in_notes
    assert answer.sentences == ()
    assert answer.sections[0].heading_path == ("Server", "nginx")


@pytest.mark.parametrize(("sure", "found"), [(0.45, False), (0.6, True)])
def test_odds_decide_not_the_word_alone(sure: float, found: bool) -> None:
    assert ask(MEMORY, Told(reader("168 GB", sure))).in_notes is found


def test_a_model_without_odds_decides_by_its_word() -> None:
    def says(prompt: Prompt, one: Field) -> str:
        letter = line_with(prompt, "168 GB")
        return (letter or "A") if one.name == "line" else "yes" if letter else "no"

    assert shown(ask(MEMORY, Told(says))) == [f"{FACT} [1]"]


def test_no_other_section_is_read_when_one_is_sure() -> None:
    model = Told(reader("168 GB"))
    ask(MEMORY + " Is it in the server backup?", model)
    assert model.count("stated") == 1


def test_the_likeliest_of_several_sections_answers() -> None:
    def says(prompt: Prompt, one: Field) -> tuple[str, float]:
        if one.name == "line":
            return (line_with(prompt, "encrypted"), 0.9)
        return ("yes", 0.75 if line_with(prompt, "encrypted") else 0.6)

    answer = ask("Is the nginx server logs backup kept?", Told(says))
    assert answer.sentences[0].citations[0].heading_path[-1] == "Backups"


def test_other_words_are_tried_when_the_questions_own_find_nothing() -> None:
    def says(prompt: Prompt, one: Field) -> tuple[str, float] | str | None:
        if one.name == "words":
            return "logs, nginx, journal"
        return reader("/var/log")(prompt, one)

    shelf = Shelf()
    answer = ask("Where does it write what happened?", Told(says), shelf)
    assert shown(answer) == ["Logs are in /var/log/nginx. [1]"]
    assert shelf.asked[-1] == "logs nginx journal"


def test_words_that_the_notes_do_not_hold_cost_no_reading() -> None:
    model = Told(lambda _, one: "kubernetes, helm" if one.name == "words" else ("no", 0.9))
    answer = ask("How do I scale pods?", model)
    assert not answer.in_notes
    assert model.count("stated") == 0


def test_what_is_found_without_the_other_words_is_not_read() -> None:
    class Guessing(Shelf):
        async def passages(self, question: str, limit: int = 8) -> tuple[Section, ...]:
            return tuple(self.sections[-1:]) if "kubernetes" in question else ()

    model = Told(lambda _, one: "kubernetes, helm" if one.name == "words" else ("yes", 0.9))
    assert not ask("How do I scale pods?", model, Guessing()).in_notes
    assert model.count("stated") == 0


class Everything(Shelf):
    """Finds all sections, whatever is asked: by typos, as the index does."""

    async def passages(self, question: str, limit: int = 8) -> tuple[Section, ...]:
        return tuple(self.sections)[:limit]


def test_what_shares_no_word_with_the_question_is_not_read_when_something_does() -> None:
    model = Told(lambda _, one: ("no", 0.9) if one.name == "stated" else None)
    ask("Is the backup encrypted?", model, Everything())
    assert model.count("stated") == 1


def test_a_question_of_misspelt_words_is_read_all_the_same() -> None:
    answer = ask("Haw much memoory?", Told(reader("168 GB")), Everything())
    assert shown(answer) == [f"{FACT} [1]"]


@pytest.mark.parametrize("kind", [Kind.NO_PROVIDER, Kind.MODEL_MISSING])
def test_without_a_model_the_sections_are_listed(kind: Kind) -> None:
    answer = ask(MEMORY, AiError(kind, "None."))
    assert (answer.model, answer.sentences) == ("", ())
    best = answer.sections[0]
    assert best.heading_path == ("Server", "Memory")
    assert best.snippet == FACT
    assert NOTES.split("\n")[best.row_of_best] == FACT
    raw = best.snippet.encode()
    assert {raw[a:b].decode() for a, b in best.matches} >= {"70b", "model", "memory"}


def test_a_host_that_nobody_agreed_to_is_an_error_and_gets_nothing() -> None:
    with pytest.raises(AiError) as caught:
        ask(MEMORY, AiError(Kind.CONSENT, "No."))
    assert caught.value.kind is Kind.CONSENT


def test_a_strong_model_words_the_answer_and_citations_are_numbered_as_met() -> None:
    def says(prompt: Prompt, one: Field) -> str:
        if one.name == "answer":
            return f"About 168 GB of memory at fp16 [{number_of(prompt, '168 GB')}]."
        return "yes" if one.name == "in the notes" else "-"

    answer = ask(MEMORY, Told(says, route="host"))
    assert shown(answer) == ["About 168 GB of memory at fp16. [1]"]
    assert answer.sentences[0].citations[0].quote == FACT


@pytest.mark.parametrize(
    ("name", "route", "small"),
    [
        ("qwen2.5-coder-1.5b", "local", True),
        ("llama3.2:3b", "127.0.0.1:11434", True),
        ("smollm2-135m", "127.0.0.1:8080", True),
        ("qwen3:32b", "127.0.0.1:11434", False),
        ("gpt-4.1-mini", "api.example", False),
        ("mixtral-8x22b", "api.example", False),
    ],
)
def test_a_small_model_is_known_by_its_name(name: str, route: str, small: bool) -> None:
    assert engine.is_small(Told(reader("x"), route, name)) is small


def test_false_and_missing_citations_are_struck_out_and_counted() -> None:
    def says(prompt: Prompt, one: Field) -> str:
        n = number_of(prompt, "168 GB")
        sentences = {
            "answer": f"A 70b model needs 168 GB of memory [{n}].",
            "more": f"A 13b model needs 26 GB of memory [{n}].",
            "last": "Memory is cheap.",
        }
        return sentences.get(one.name, "yes")

    answer = ask(MEMORY, Told(says, route="host"))
    assert len(shown(answer)) == 1
    assert answer.struck == 2
    assert [s.struck for s in answer.sentences] == [
        "",
        "13 is not in its quote",
        "it cites nothing",
    ]
    assert all(not s.citations for s in answer.sentences if s.struck)


def test_when_every_worded_sentence_is_struck_the_lines_themselves_answer() -> None:
    def says(prompt: Prompt, one: Field) -> tuple[str, float] | str | None:
        if one.name in ("stated", "line"):
            return reader("168 GB")(prompt, one)
        return {"in the notes": "yes", "answer": "It needs 140 GB [99]."}.get(one.name, "-")

    answer = ask(MEMORY, Told(says, route="host"))
    assert shown(answer) == [f"{FACT} [1]"]
    assert answer.struck == 1


def test_a_strong_model_that_says_no_is_believed_and_the_rest_is_dropped() -> None:
    model = wording(**{"in the notes": "no", "answer": "It needs 168 GB [1].", "stated": "yes"})
    answer = ask(MEMORY, model)
    assert not answer.in_notes
    assert answer.sentences == ()
    assert model.count("stated") == 0


def test_sentences_are_shown_one_by_one_and_only_checked() -> None:
    steps: list[Phase | Said] = []

    def says(prompt: Prompt, one: Field) -> str:
        n = number_of(prompt, "168 GB")
        return {"answer": f"A 70b model needs 168 GB [{n}].", "more": f"It needs 3 GB [{n}]."}.get(
            one.name, "yes"
        )

    ask(MEMORY, Told(says, route="host"), steps=steps)
    said = [step.sentences for step in steps if isinstance(step, Said)]
    assert [len(sentences) for sentences in said][:2] == [1, 2]
    assert said[1][1].struck


def test_a_follow_up_keeps_the_thread() -> None:
    shelf = Shelf()
    model = Told(reader("168 GB"))
    thread = [Turn(MEMORY, f"{FACT} [1]")]
    answer = ask("and at fp16?", model, shelf, thread)
    assert shown(answer) == [f"{FACT} [1]"]
    assert "memory" in shelf.asked[0]
    assert "memory 70b model" in model.asked[0][0].task


def test_what_it_cost_is_in_the_result() -> None:
    answer = ask(MEMORY, Told(reader("168 GB")))
    assert answer.usage.requests >= 1
    assert answer.usage.prompt_tokens >= 100
    assert answer.seconds >= 0
    assert messages.answer(answer)["usage"]["requests"] == answer.usage.requests


def test_private_files_are_passed_over_and_named_when_nothing_else_is_there() -> None:
    shelf = Shelf(
        {"/n/secret.md": "# A\n\nThe safe is behind the picture, code 4711.", "/n/b.md": NOTES}
    )

    def says(prompt: Prompt, one: Field) -> tuple[str, float] | str | AiError | None:
        if any(file.name == "secret.md" for file in prompt.files):
            return AiError(Kind.PRIVATE, "secret.md stays here.")
        return reader("168 GB")(prompt, one)

    model = Told(says, route="host")
    assert shown(ask("memory, or the safe code behind the picture", model, shelf)) == [
        f"{FACT} [1]"
    ]
    with pytest.raises(AiError) as caught:
        ask("safe code picture", model, Shelf({"/n/secret.md": "# A\n\nThe safe code is 4711."}))
    assert caught.value.kind is Kind.PRIVATE


def test_cancelling_closes_the_models_stream_at_once() -> None:
    async def test() -> bool:
        asked, closed = asyncio.Event(), asyncio.Event()

        class Endless(Told):
            async def fill(self, prompt: Prompt, fields: Sequence[Field]) -> AsyncGenerator[Event]:
                asked.set()
                try:
                    await asyncio.Event().wait()
                    yield Finished(Usage())
                finally:
                    closed.set()

        async def connect() -> Model:
            return Endless(reader("x"))

        task = asyncio.create_task(engine.answer(MEMORY, (), Shelf(), connect, lambda _: None))
        await asked.wait()
        task.cancel()
        await asyncio.wait({task})
        return task.cancelled() and closed.is_set()

    assert asyncio.run(test())


def test_messages_are_plain_values_in_the_shape_of_the_wire() -> None:
    message = messages.answer(ask(MEMORY, Told(reader("168 GB"))))
    assert set(message) == {
        "answer",
        "struck",
        "in_notes",
        "sections",
        "seconds",
        "usage",
        "model",
    }
    (sentence,) = message["answer"]
    assert sentence["struck"] is False
    assert set(sentence["citations"][0]) == {"number", "path", "row", "heading_path", "quote"}


def test_an_empty_question_finds_nothing_and_asks_nobody_to_read() -> None:
    model = Told(lambda _, one: None)
    answer = ask("how do I do this?", model)
    assert not answer.in_notes
    assert model.count("stated") == 0
