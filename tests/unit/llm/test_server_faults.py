"""Each scripted fault becomes one error with its kind, a sentence and a next step."""

from __future__ import annotations

import pytest
from tests.fake_faults import FAULTS
from tests.fake_llm import FakeLLM
from tests.unit.llm.asking import HASTY, ask

from neovim_ai.errors import AiError, Kind

KINDS: dict[str, Kind] = {
    "bad key": Kind.AUTH,
    "forbidden": Kind.AUTH,
    "no such address": Kind.BAD_REQUEST,
    "no such model": Kind.MODEL_MISSING,
    "request timeout": Kind.TIMEOUT,
    "conflict": Kind.SERVER,
    "too large": Kind.CONTEXT,
    "context": Kind.CONTEXT,
    "context llama": Kind.CONTEXT,
    "bad request": Kind.BAD_REQUEST,
    "rate limit": Kind.RATE_LIMITED,
    "rate limit for long": Kind.RATE_LIMITED,
    "quota": Kind.QUOTA,
    "no credit": Kind.QUOTA,
    "inside": Kind.SERVER,
    "gateway page": Kind.SERVER,
    "not ready": Kind.SERVER,
    "gateway timeout": Kind.TIMEOUT,
    "overloaded": Kind.RATE_LIMITED,
    "redirect": Kind.BAD_REPLY,
    "login page": Kind.BAD_REPLY,
    "error with 200": Kind.SERVER,
    "list with 200": Kind.BAD_REPLY,
    "reset before": Kind.CONNECTION,
    "reset mid": Kind.CONNECTION,
    "end without finish": Kind.TRUNCATED,
    "end at once": Kind.TRUNCATED,
    "silent": Kind.TIMEOUT,
    "silent with pings": Kind.TIMEOUT,
    "stall": Kind.TIMEOUT,
    "stall with pings": Kind.TIMEOUT,
    "half character": Kind.BAD_REPLY,
    "half event": Kind.BAD_REPLY,
    "error line": Kind.SERVER,
    "error event": Kind.SERVER,
    "odd event": Kind.BAD_REPLY,
    "refusal": Kind.REFUSED,
    "refusal in prose": Kind.REFUSED,
    "content filter": Kind.FILTERED,
    "empty": Kind.EMPTY,
    "only thinking": Kind.TRUNCATED,
}


@pytest.mark.parametrize("name", FAULTS)
def test_fault_has_its_kind_its_words_and_a_next_step(fake_llm: FakeLLM, name: str) -> None:
    ask(fake_llm)
    fake_llm.default = FAULTS[name]
    with pytest.raises(AiError) as caught:
        ask(fake_llm, timeout=HASTY)
    error = caught.value
    assert error.kind is KINDS[name]
    assert error.message
    assert error.hint
    assert "sk-abcdefgh12345678" not in str(error)
    assert "\n" not in str(error)
    fake_llm.default = type(fake_llm)().default
    assert ask(fake_llm).finished.missing == ()


def test_nothing_but_waits_and_breaks_is_tried_again(fake_llm: FakeLLM) -> None:
    ask(fake_llm)
    again = {"reset before", "reset mid", "end without finish", "end at once"}
    for name in FAULTS.keys() - again - {"silent", "stall"}:
        before = len(fake_llm.chats)
        fake_llm.default = FAULTS[name]
        with pytest.raises(AiError):
            ask(fake_llm, timeout=HASTY)
        assert len(fake_llm.chats) == before + 1, name


def test_address_where_nobody_listens_says_so() -> None:
    with FakeLLM() as fake:
        pass
    with pytest.raises(AiError) as caught:
        ask(fake)
    assert caught.value.kind is Kind.CONNECTION
    assert str(fake.port) in caught.value.message
    assert "running" in caught.value.hint


def test_wrong_key_is_named_by_where_it_comes_from(
    fake_llm: FakeLLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_llm.key = "right"
    monkeypatch.setenv("OPENAI_API_KEY", "a-wrong-key-of-mine")
    with pytest.raises(AiError) as caught:
        ask(fake_llm)
    assert caught.value.kind is Kind.AUTH
    assert "OPENAI_API_KEY" in caught.value.hint
    assert "a-wrong-key-of-mine" not in str(caught.value)


def test_loopback_never_goes_through_a_proxy(
    fake_llm: FakeLLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert ask(fake_llm).finished.missing == ()


def test_login_page_is_called_a_web_page(fake_llm: FakeLLM) -> None:
    ask(fake_llm)
    fake_llm.script(FAULTS["login page"])
    with pytest.raises(AiError) as caught:
        ask(fake_llm)
    assert "web page" in caught.value.message
