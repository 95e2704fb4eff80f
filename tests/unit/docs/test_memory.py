"""What was accepted is known as ours later; what is unknown is a person's and stays."""

from __future__ import annotations

import asyncio
import itertools
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.unit.docs.test_engine import Scripted

from neovim_ai.docs import memory as remembering
from neovim_ai.docs.accept import accept
from neovim_ai.docs.compose import Subject, compose, hunks_of, study
from neovim_ai.docs.memory import Memory
from neovim_ai.docs.model import House, Slot, SlotKind, Style
from neovim_ai.errors import AiError
from neovim_ai.methods.docs import DocMethods
from neovim_ai.source import target
from neovim_ai.source.model import Facts
from neovim_ai.source.text import SourceText

HERE = Path("here.py")
CODE = """
def cut(line, delim=",", limit=0):
    if limit < 0:
        raise ValueError("limit")
    return line.split(delim)
"""
ANSWERS = {
    "summary": "Split a line.",
    "line": "The text of one record that is long enough to be folded into a second line of text.",
    "delim": "What stands between two fields.",
    "limit": "Most fields to return.",
    "returns": "The fields in their order.",
    "ValueError": "If the limit is below zero.",
}


@pytest.fixture
def memory(tmp_path: Path) -> Memory:
    return Memory(tmp_path / "docs.sqlite3")


def studied(
    code: str, memory: Memory | None, style: Style = Style.GOOGLE, path: Path = HERE
) -> Subject:
    source = SourceText(code.lstrip("\n"), path)
    found = target.by_qualname(source, "cut")
    return study(source, found, House(style=style), None, memory)


def accepted(memory: Memory, style: Style = Style.GOOGLE) -> str:
    """Accept a docstring for the code and return the source with it."""
    one = studied(CODE, memory, style)
    texts = {slot.key: ANSWERS[slot.name or str(slot.kind)] for slot in one.missing}
    composed = compose(one, texts)
    assert composed is not None
    assert composed.failed == ()
    memory.record(HERE, "cut", one.facts, {slot: texts[slot.key] for slot in one.missing})
    return one.source.apply([composed.edit]).text


def test_accepted_words_are_ours_and_others_are_not(memory: Memory) -> None:
    accepted(memory)
    assert memory.written_by_us("Most  fields\n to return.")
    assert not memory.written_by_us("Most fields to come back.")


@pytest.mark.parametrize("style", list(Style))
def test_nothing_is_outdated_while_the_code_says_the_same(memory: Memory, style: Style) -> None:
    assert studied(accepted(memory, style), memory, style).missing == ()


@pytest.mark.parametrize("style", [Style.GOOGLE, Style.NUMPY, Style.SPHINX, Style.EPYTEXT])
def test_our_words_about_what_has_changed_are_offered_anew(memory: Memory, style: Style) -> None:
    code = accepted(memory, style)
    changed = code.replace('delim=","', 'delim=";"').replace("limit < 0", "limit < 1")
    one = studied(changed, memory, style)
    assert [slot.key for slot in one.missing] == ["parameter:delim", "raises:ValueError"]
    texts = {"parameter:delim": "New words.", "raises:ValueError": "If new words."}
    composed = compose(one, texts)
    assert composed is not None
    assert composed.failed == ()
    after = one.source.apply([composed.edit]).text
    expected = changed.replace(ANSWERS["delim"], "New words.")
    assert after == expected.replace(ANSWERS["ValueError"], "If new words.")


def test_a_default_in_our_own_words_is_asked_for_with_them_and_not_mended(
    memory: Memory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ANSWERS, "delim", "What stands between two fields. Defaults to ','.")
    changed = accepted(memory).replace('delim=","', 'delim=";"')
    ours, another = studied(changed, memory), studied(changed, None)
    assert [[slot.key for slot in ours.missing], ours.changes] == [["parameter:delim"], ()]
    assert [another.missing, another.changes] == [(), ("mend:default:delim",)]


def test_a_persons_words_stay_whatever_the_code_does(memory: Memory) -> None:
    code = accepted(memory).replace(ANSWERS["delim"], "What I say it is.")
    assert studied(code.replace('delim=","', "delim=1"), memory).missing == ()


def test_without_a_memory_every_word_is_a_persons(memory: Memory) -> None:
    code = accepted(memory).replace('delim=","', "delim=1")
    assert studied(code, None).missing == ()


def test_the_same_words_elsewhere_are_not_replaced(memory: Memory) -> None:
    code = accepted(memory).replace('delim=","', "delim=1").replace("def cut", "def other")
    source = SourceText(code)
    one = study(source, target.by_qualname(source, "other"), House(), None, memory)
    assert one.missing == ()


def test_changed_words_are_hunks_that_go_in_any_order(memory: Memory) -> None:
    code = accepted(memory).replace('delim=",", limit=0', "delim=1, limit=2, extra=3")
    one = studied(code, memory)
    texts = {slot.key: f"New words about {slot.name}." for slot in one.missing}
    whole = compose(one, texts)
    assert whole is not None
    found = hunks_of(one, texts, whole.edit)
    assert {hunk.label for hunk in found} == {
        "parameter delim (changed)",
        "parameter limit (changed)",
        "parameter extra",
    }
    keys = [hunk.key for hunk in found]
    span = one.definition.docstring
    assert span is not None
    for order in itertools.permutations(keys):
        now = one
        for key in order:
            composed = accept(now, texts, [key], one.source.slice(span), keys, memory)
            assert composed is not None
            memory.record(HERE, "cut", now.facts, {Slot(SlotKind.PARAMETER, key[10:]): texts[key]})
            now = studied(now.source.apply([composed.edit]).text, memory)
        assert now.source.text == one.source.apply([whole.edit]).text


def test_the_same_words_in_another_file_are_a_persons(memory: Memory) -> None:
    text = accepted(memory).replace('delim=","', 'delim=";"')
    assert "parameter:delim" in {slot.key for slot in studied(text, memory).missing}
    elsewhere = studied(text, memory, path=Path("other.py"))
    assert elsewhere.missing == ()
    assert not elsewhere.rooms


def test_several_editors_may_remember_at_once(memory: Memory) -> None:
    slot = Slot(SlotKind.SUMMARY)

    def write(number: int) -> None:
        for n in range(20):
            memory.record(HERE, "f", Facts(), {slot: f"Text {number} {n}."})

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(memory.written_by_us(f"Text {k} {n}.") for k in range(4) for n in range(20))


def test_only_so_many_texts_are_kept(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MOST_TEXTS", 3)
    for n in range(5):
        memory.record(HERE, "f", Facts(), {Slot(SlotKind.SUMMARY): f"Text {n}."})
    assert [memory.written_by_us(f"Text {n}.") for n in range(5)] == [False] * 2 + [True] * 3


def test_a_damaged_file_counts_as_empty(tmp_path: Path) -> None:
    path = tmp_path / "docs.sqlite3"
    path.write_bytes(b"this is no database, whatever it is called" * 99)
    memory = Memory(path)
    memory.record(HERE, "f", Facts(), {Slot(SlotKind.SUMMARY): "Text."})
    assert not memory.written_by_us("Text.")
    assert memory.options(tmp_path) == {}


def test_a_project_is_asked_for_as_it_was_last_accepted(tmp_path: Path) -> None:
    where = tmp_path / "project"
    where.mkdir()
    (where / "pyproject.toml").write_text("")
    buffer = {
        "path": str(where / "cut.py"),
        "lines": CODE.strip("\n").split("\n"),
        "encoding": "utf-8",
    }

    async def connect(_: Any) -> Any:
        return Scripted({**ANSWERS, "description": "It cuts. It does no more."})

    methods = DocMethods(connect, lambda _: None, Memory(tmp_path / "docs.sqlite3"))

    def ask(**options: Any) -> Any:
        asked = {"buffer": buffer, "row": 0, "col": 0, "options": options}
        return asyncio.run(methods.doc(asked, lambda _: None))

    assert ask()["options"] == {"detail": 2, "audience": 3}
    wanted = ask(detail=3, audience=5, style="numpy")
    assert ask()["options"]["detail"] == 2
    asyncio.run(methods.apply({"buffer": buffer, "row": 0, "proposal": wanted}, lambda _: None))
    assert ask()["options"] == {"detail": 3, "audience": 5, "style": "numpy"}
    assert ask(detail=1)["options"]["detail"] == 1
    assert not list(where.glob("*sqlite*"))


def test_words_put_there_meanwhile_are_not_written_over(tmp_path: Path) -> None:
    code = CODE.strip("\n").replace("limit=0):", 'limit=0):\n    """Old."""')
    buffer = {"path": "", "lines": code.split("\n"), "encoding": "utf-8"}

    async def connect(_: Any) -> Any:
        return Scripted(ANSWERS)

    methods = DocMethods(connect, lambda _: None, Memory(tmp_path / "docs.sqlite3"))
    asked = {"buffer": buffer, "row": 0, "col": 0, "options": {"rewrite": True}}
    proposal = asyncio.run(methods.doc(asked, lambda _: None))
    edited = {**buffer, "lines": code.replace("Old.", "Older.").split("\n")}
    with pytest.raises(AiError) as caught:
        asyncio.run(
            methods.apply({"buffer": edited, "row": 0, "proposal": proposal}, lambda _: None)
        )
    assert caught.value.kind == "stale"
    done = asyncio.run(
        methods.apply({"buffer": buffer, "row": 0, "proposal": proposal}, lambda _: None)
    )
    assert "Old." not in "\n".join(done["docstring"])
