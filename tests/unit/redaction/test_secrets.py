"""No secret of a known format gets past, ordinary code does, and what was hidden comes back."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.redaction.planted import keys, planted

from neovim_ai import last_words, log
from neovim_ai.errors import Kind
from neovim_ai.jobs import _error
from neovim_ai.redaction.formats import FORMATS
from neovim_ai.redaction.placeholders import Placeholders, found

PLANTED = [*planted(2000), *keys(100)]
TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ012345"


def leaked(hide: object) -> list[str]:
    return [secret for secret, text in PLANTED if secret in hide(text)]  # type: ignore[operator]


SINKS: dict[str, Callable[[str], str]] = {
    "request": lambda text: str(Placeholders().hide({"messages": [text]})),
    "log": log.redact,
    "message": lambda text: str(_error(Kind.INTERNAL, text, text)),
}


@pytest.mark.parametrize("sink", SINKS)
def test_no_planted_secret_is_left(sink: str, record_property: Callable[[str, int], None]) -> None:
    record_property("planted secrets that were looked for", len(PLANTED))
    assert len(PLANTED) >= 2000
    assert leaked(SINKS[sink]) == []


def test_no_planted_secret_is_left_in_what_a_dying_process_says() -> None:
    said = io.StringIO()
    dying = last_words._Redacted(said)
    for _, text in PLANTED:
        dying.write(f"ValueError: {text}\n")
    assert [secret for secret, _ in PLANTED if secret in said.getvalue()] == []
    assert said.getvalue().count("\n") >= len(PLANTED)


def test_without_the_formats_planted_secrets_leak(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("neovim_ai.redaction.formats.FORMATS", ())
    assert len(leaked(lambda text: Placeholders().hide(text))) > 500


def test_every_format_is_planted() -> None:
    kinds = {one.kind for _, text in PLANTED for one in found(text)}
    prefixed = {shape.name for shape in FORMATS if shape.pattern.groups == 0}
    assert prefixed - kinds == set()


@pytest.mark.parametrize(
    "text",
    [
        'PASSWORD = "hG7#kd92LmQx"',
        "db_password='hG7#kd92LmQx'",
        '{"api_key": "8f14e45fceea167a5a36dedd4bea2543"}',
        'settings["secret_key"] = "x8Kd-92mNq-77Zpl"',
        'def login(token: str = "q9Zt7Lm2Xw5Rb8"):',
        "export SECRET_TOKEN=q9Zt7Lm2Xw5Rb8Kd",
        'os.environ["TOKEN"] = "q9Zt7Lm2Xw5Rb8"',
        "Authorization: Bearer q9Zt7Lm2Xw5Rb8Kd.x",
        "postgres://me:hG7kd92LmQx@host/db",
    ],
)
def test_what_is_called_a_secret_and_looks_random_is_found(text: str) -> None:
    assert len(found(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        'password = "correct horse"',
        'token = "next_token"',
        "token = get_token(request)",
        'API_KEY = os.environ["API_KEY"]',
        'api_key = "your-api-key-123"',
        'SECRET = "<your secret 42>"',
        'tokens = {"a1": tokenize("x")}',
        'password: str = ""',
        'secret = f"{name}-{number:08d}"',
        "http://localhost:8080/v1",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "task-sk-learning-is-a-very-long-name",
    ],
)
def test_ordinary_code_stays_as_it_is(text: str) -> None:
    assert found(text) == []


def test_our_own_code_holds_no_secret() -> None:
    root = Path(__file__).resolve().parents[3] / "python"
    hits = [
        (file.name, one.kind)
        for file in root.rglob("*.py")
        if file.parent.name != "redaction"
        for one in found(file.read_text("utf-8"))
    ]
    assert hits == []


def test_a_secret_found_once_is_hidden_wherever_it_stands() -> None:
    said = Placeholders().hide(['password = "q9Zt7Lm2Xw5Rb8"', "calls f(q9Zt7Lm2Xw5Rb8)"])
    assert "q9Zt7Lm2Xw5Rb8" not in str(said)


def test_the_same_secret_has_the_same_word_every_time() -> None:
    words = Placeholders()
    assert words.hide(f"a {TOKEN}") == words.hide(f"a {TOKEN}")
    assert words.hidden == 1


def test_a_private_key_does_not_come_back() -> None:
    words = Placeholders()
    _, text = next(keys(1))
    assert "PRIVATE" not in words.restore(words.hide(text))


@given(st.text(), st.lists(st.sampled_from(range(12)), max_size=6), st.data())
def test_a_stream_cut_anywhere_comes_back_whole(
    before: str, which: list[int], data: st.DataObject
) -> None:
    words = Placeholders()
    secrets = [f"ghp_{number:036d}" for number in range(12)]
    words.hide(secrets)
    text = before + " and ".join(secrets[number] for number in which)
    sent = words.hide(text)
    restoring, got = words.restoring(), ""
    while sent:
        size = data.draw(st.integers(1, len(sent)))
        got += restoring.feed(sent[:size])
        sent = sent[size:]
    assert got + restoring.end() == text


def test_only_what_may_be_a_word_is_held_back() -> None:
    words = Placeholders()
    sent = words.hide(f"use {TOKEN} here")
    restoring = words.restoring()
    assert restoring.feed("The answer ") == "The answer "
    assert restoring.feed(sent[:8]) == "use "
    assert restoring.feed(sent[8:]) == f"{TOKEN} here"
