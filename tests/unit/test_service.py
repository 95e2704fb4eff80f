"""The host's methods over plain values, as the editor calls them."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from tests.unit.docs.test_engine import Scripted

from neovim_ai import protocol
from neovim_ai.docs.memory import Memory
from neovim_ai.errors import AiError, Kind
from neovim_ai.methods import check
from neovim_ai.methods.check import CheckMethods
from neovim_ai.methods.docs import DocMethods
from neovim_ai.service import Service

CODE = '''\
import os


def cut(line, limit=0):
    """Cut it.

    Args:
        line: My words.
        gone: What was there once.
    """
    return line[:limit]


def whole():
    """Do it."""


def bare(x):
    return x
'''
ANSWERS = {
    "summary": "Hand back what came.",
    "limit": "Most letters to keep.",
    "returns": "The letters that are left.",
    "x": "Whatever is to come back.",
}


def buffer(code: str = CODE) -> dict[str, Any]:
    return {"path": "", "lines": code.split("\n")[:-1], "encoding": "utf-8"}


def call(method: str, **params: Any) -> Any:
    return asyncio.run(Service().call(method, params, lambda _: None))


class Asking:
    """The methods of `:AiDoc` with a scripted model, and what they were told and told."""

    def __init__(self, *rounds: dict[str, str]) -> None:
        self.model = Scripted(*(rounds or (ANSWERS,)))
        self.connected = 0
        self.events: list[dict[str, Any]] = []
        self.methods = DocMethods(self._connect, lambda _: None, Memory())

    async def _connect(self, _: Any) -> Any:
        self.connected += 1
        return self.model

    def doc(self, row: int, code: str = CODE, **options: Any) -> Any:
        asked = {"buffer": buffer(code), "row": row, "col": 0, "options": options}
        return asyncio.run(self.methods.doc(asked, self.events.append))


def test_openai_is_used_only_after_a_yes() -> None:
    with pytest.raises(AiError) as caught:
        call("model_use", name="openai")
    assert (caught.value.kind, call("models")["openai"]) == (Kind.CONSENT, False)
    call("consent", host="api.openai.com")
    call("model_use", name="openai")
    assert call("models")["openai"] is True


def test_every_method_of_the_protocol_is_there() -> None:
    for name in protocol.METHODS:
        assert name in Service()._methods, name
    with pytest.raises(AiError):
        call("nonsense")


def test_targets_of_a_buffer_and_of_a_range() -> None:
    found = call("targets", buffer=buffer(), options={})["targets"]
    assert [(one["qualname"], one["row"], one["missing"]) for one in found] == [
        ("cut", 3, 3),
        ("bare", 17, 3),
    ]
    some = call("targets", buffer=buffer(), start_row=12, end_row=18, options={})["targets"]
    assert [one["qualname"] for one in some] == ["bare"]
    more = call("targets", buffer=buffer(), options={"module": True})["targets"]
    assert more[0]["qualname"] == ""


def test_a_proposals_hunks_are_in_rows_of_the_buffer() -> None:
    found = Asking().doc(3)
    assert found["status"] == "proposed"
    keys = {hunk["key"]: hunk["edit"] for hunk in found["hunks"]}
    assert set(keys) == {"parameter:limit", "remove:parameter:gone", "returns"}
    gone = keys["remove:parameter:gone"]
    assert (gone["start_row"], gone["end_row"], gone["lines"]) == (8, 9, [""])
    assert found["options"] == {"detail": 2, "audience": 3}


def test_the_module_itself_is_asked_for_by_name() -> None:
    found = Asking({"summary": "Cut things."}).doc(3, module=True)
    assert found["qualname"] == ""
    assert found["docstring"] == ['"""Cut things."""']


def test_what_needs_no_words_needs_no_model() -> None:
    asking = Asking()
    code = CODE.replace("(line, limit=0)", "(line)").replace("    return line[:limit]", "    pass")
    found = asking.doc(3, code)
    assert [hunk["key"] for hunk in found["hunks"]] == ["remove:parameter:gone"]
    assert found["status"] == "proposed"
    assert asking.connected == 0
    assert found["model"] == ""


def test_moving_a_slider_asks_only_for_what_is_new() -> None:
    asking = Asking(ANSWERS, {"description": "It does little. It is quick."})
    first = asking.doc(17)
    more = asking.doc(17, detail=3, kept=first["texts"])
    assert asking.model.asked[1][1] == ["description"]
    assert more["texts"]["summary"] == first["texts"]["summary"]
    less = asking.doc(17, detail=1, kept=more["texts"])
    assert len(asking.model.asked) == 2
    assert less["docstring"] == ['"""Hand back what came."""']


def test_drafts_show_whole_rows() -> None:
    asking = Asking()
    asking.doc(17)
    drafts = [event for event in asking.events if event["type"] == "draft"]
    assert drafts[-1]["lines"][0] == '    """Hand back what came.'
    assert drafts[-1]["start_row"] == drafts[-1]["end_row"] == 18


def test_check_finds_drift_and_follows_edits() -> None:
    methods = CheckMethods()

    def found(code: str, name: str = "1") -> list[tuple[str, int]]:
        asked = {"buffer": buffer(code), "id": name}
        told = asyncio.run(methods.check(asked, lambda _: None))["findings"]
        return [(one["key"], one["row"]) for one in told if one["severity"] == "warning"]

    code = CODE.replace("(line, limit=0)", "(line)")
    assert found(code) == [("parameter:gone", 8)]
    assert found("\n" + code) == [("parameter:gone", 9)]
    assert found(code.replace("        gone: What was there once.\n", "")) == []


def test_a_check_that_nobody_asked_for_keeps_what_was_found_while_the_text_is_broken() -> None:
    methods = CheckMethods()

    def kinds(code: str, **more: Any) -> list[tuple[str, int]]:
        asked = {"buffer": buffer(code), "id": "1", **more}
        told = asyncio.run(methods.check(asked, lambda _: None))["findings"]
        return [(one["key"], one["row"]) for one in told]

    before = kinds(CODE, unasked=True)
    broken = CODE.replace("    return line[:limit]", "    return line[:\n    # on it")
    assert kinds(broken, unasked=True) == before != []
    mended = broken.replace("cut(line, limit=0)", "cut(line)")
    assert kinds(mended, unasked=True) == before
    assert kinds(mended) != before


def test_only_so_many_buffers_are_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "MOST_BUFFERS", 2)
    methods = CheckMethods()
    for name in ("1", "2", "1", "3"):
        asyncio.run(methods.check({"buffer": buffer(), "id": name}, lambda _: None))
    assert list(methods._watches) == ["1", "3"]
