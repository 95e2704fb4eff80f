"""Counts and budgets, without any network."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fake_answers import TEXT
from tests.fake_llm import FakeLLM

from neovim_ai.llm import tokens
from neovim_ai.llm.budget import fit
from neovim_ai.llm.client import open_chat
from neovim_ai.llm.errors import Where
from neovim_ai.llm.model import Part
from neovim_ai.llm.tokens import Count
from neovim_ai.settings import Settings


def on_server(fake: FakeLLM, text: str) -> Count:
    async def scene() -> Count:
        chat = open_chat(fake.base_url, "", Where("fake"), Settings())
        try:
            return await tokens.count_on_server(chat, fake.base_url, text)
        finally:
            await chat.close()

    return asyncio.run(scene())


def no_network(*_: object) -> None:
    raise AssertionError("tiktoken was asked without a vocabulary")


def test_without_a_vocabulary_a_count_is_a_labelled_guess(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr("tiktoken.get_encoding", no_network)
    assert tokens.count("x" * 10, "gpt-4o") == Count(3, estimated=True)


@pytest.mark.parametrize("variable", ["TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"])
def test_torn_vocabulary_is_not_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, variable: str
) -> None:
    (tmp_path / "fb374d419588a4632f3f557e76b4b70aebbca790").write_bytes(b"half")
    monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.setattr("tiktoken.get_encoding", no_network)
    assert tokens.count("x", "gpt-4o").estimated


@pytest.mark.parametrize(
    ("model", "name", "vocabulary"),
    [
        ("gpt-4o", "fb374d419588a4632f3f557e76b4b70aebbca790", "o200k_base"),
        ("gpt-4-turbo", "9b5ad71b2ce5302211f9c61530b329a4922fc6a4", "cl100k_base"),
    ],
)
def test_cached_vocabulary_counts(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, model: str, name: str, vocabulary: str
) -> None:
    import tiktoken

    ranks = {bytes([n]): n for n in range(256)}
    bytewise = tiktoken.Encoding(
        "bytes", pat_str=r"[\s\S]", mergeable_ranks=ranks, special_tokens={}
    )
    asked: list[str] = []

    def encoding(found: str) -> tiktoken.Encoding:
        asked.append(found)
        return bytewise

    (tmp_path / name).write_bytes(b"whole")
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(tokens, "_whole", lambda file: file.read_bytes() == b"whole")
    monkeypatch.setattr(tiktoken, "get_encoding", encoding)
    assert tokens.count("<|endoftext|>", model) == Count(13, estimated=False)
    assert asked == [vocabulary]


def test_other_vendors_models_are_a_guess() -> None:
    assert tokens.count("four", "qwen2.5-coder-1.5b") == Count(1, estimated=True)


def test_server_with_a_tokenizer_counts(fake_llm: FakeLLM) -> None:
    assert on_server(fake_llm, "three short words") == Count(3, estimated=False)
    assert fake_llm.requests[0].path == "/tokenize"


def test_server_without_a_tokenizer_leaves_a_guess() -> None:
    with FakeLLM(TEXT) as fake:
        assert on_server(fake, "x" * 40) == Count(10, estimated=True)


parts = st.lists(st.builds(Part, st.text(max_size=80), st.floats(0, 9), st.booleans()), max_size=12)


@given(parts, st.integers(0, 100))
def test_fit_keeps_order_needed_parts_and_the_limit(given_: list[Part], limit: int) -> None:
    kept = fit(given_, limit)
    rest = iter(given_)
    assert all(any(part is one for one in rest) for part in kept)
    assert [p for p in kept if p.needed] == [p for p in given_ if p.needed]
    spare = [p for p in kept if not p.needed]
    if spare:
        assert sum(tokens.guess(p.text).tokens for p in kept) <= limit


def test_fit_drops_the_least_useful_first() -> None:
    house, call, task = Part("v" * 40, 1), Part("c" * 40, 5), Part("t" * 40, needed=True)
    assert fit([house, call, task], 30) == (house, call, task)
    assert fit([house, call, task], 29) == (call, task)
    assert fit([house, call, task], 5) == (task,)
