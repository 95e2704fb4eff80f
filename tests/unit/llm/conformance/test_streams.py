"""The events and the errors of five servers in their own shapes: one answer, or the right kind.

Written down from their documentation and issues. What differs is what no client may trip over: null
for nothing, roles in every event, thoughts under three names, counts where nobody asked.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.fake_faults import status
from tests.fake_llm import Asked, FakeLLM, Play, Wire
from tests.unit.llm.asking import ask

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.model import Field

SAID = "Return the sum."
Event = dict[str, Any]


def choice(delta: Event, reason: str | None = None, **more: Any) -> Event:
    return {"choices": [{"index": 0, "delta": delta, "finish_reason": reason, **more}]}


def words(**more: Any) -> list[Event]:
    """Return a delta for each piece of the answer."""
    return [{"content": piece, **more} for piece in ("summary: Re", "turn the", " sum.\n")]


USAGE = {"prompt_tokens": 40, "completion_tokens": 6, "total_tokens": 46}
TIMINGS = {"prompt_n": 12, "prompt_ms": 40.1, "predicted_n": 6, "predicted_per_second": 14.9}
SHAPES: dict[str, list[Event]] = {
    "openai": [
        {**choice({"role": "assistant", "content": "", "refusal": None}), "usage": None},
        *[{**choice(one, logprobs=None), "usage": None, "obfuscation": "x"} for one in words()],
        {**choice({}, "stop"), "usage": None, "service_tier": "default"},
        {"choices": [], "usage": {**USAGE, "prompt_tokens_details": {"cached_tokens": 0}}},
    ],
    "llama.cpp": [
        choice({"role": "assistant", "content": None}),
        choice({"reasoning_content": "The user wants a summary."}),
        *[choice(one) for one in words()],
        {**choice({}, "stop"), "timings": TIMINGS},
        {"choices": [], "usage": USAGE, "timings": TIMINGS},
    ],
    "ollama": [
        choice({"role": "assistant", "content": "", "reasoning": "A summary is wanted."}),
        *[choice(one) for one in words(role="assistant")],
        {**choice({"role": "assistant", "content": ""}, "stop"), "system_fingerprint": "fp_ollama"},
        {"choices": [], "usage": USAGE},
    ],
    "vllm": [
        {**choice({"role": "assistant", "content": ""}, logprobs=None), "prompt_token_ids": None},
        choice({"reasoning": "A summary.", "reasoning_content": "A summary."}, token_ids=None),
        *[choice(one, logprobs=None, token_ids=None) for one in words()],
        choice({"content": ""}, "stop", stop_reason=None),
        {"choices": [], "usage": {**USAGE, "prompt_tokens_details": None}},
    ],
    "lm studio": [
        *[choice(one, logprobs=None) for one in words(role="assistant")],
        {**choice({}, "stop", logprobs=None), "stats": {}},
    ],
}


def streaming(events: list[Event]) -> Play:
    async def play(wire: Wire, asked: Asked) -> None:
        await wire.stream()
        for event in events:
            await wire.raw(f"data: {json.dumps(event)}\n\n".encode())
        await wire.raw(b"data: [DONE]\n\n")

    return play


@pytest.mark.parametrize("server", SHAPES)
def test_an_answer_is_read_in_every_shape(fake_llm: FakeLLM, server: str) -> None:
    fields = (Field("summary"),)
    ask(fake_llm, fields)
    fake_llm.script(streaming(SHAPES[server]))
    assert ask(fake_llm, fields).texts == {"summary": SAID}


@pytest.mark.parametrize("server", SHAPES)
def test_an_answer_whose_end_is_missing_is_refused_in_every_shape(
    fake_llm: FakeLLM, server: str
) -> None:
    fields = (Field("summary"),)
    ask(fake_llm, fields)
    begun = [event for event in SHAPES[server] if '"stop"' not in json.dumps(event)]
    fake_llm.script(streaming(begun), streaming(begun))
    with pytest.raises(AiError) as caught:
        ask(fake_llm, fields)
    assert caught.value.kind is Kind.TRUNCATED


ERRORS: dict[str, tuple[int, Any, Kind]] = {
    "openai, wrong key": (
        401,
        {"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}},
        Kind.AUTH,
    ),
    "openai, context": (
        400,
        {"error": {"message": "maximum context length", "code": "context_length_exceeded"}},
        Kind.CONTEXT,
    ),
    "llama.cpp, loading": (
        503,
        {"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}},
        Kind.SERVER,
    ),
    "llama.cpp, context": (
        400,
        {
            "error": {
                "code": 400,
                "message": "the request exceeds the available context size",
                "type": "exceed_context_size_error",
                "n_ctx": 4096,
            }
        },
        Kind.CONTEXT,
    ),
    "ollama, no such model": (
        404,
        {"error": {"message": "model 'x' not found", "type": "not_found_error", "code": None}},
        Kind.MODEL_MISSING,
    ),
    "vllm, no such model": (
        404,
        {"error": {"message": "The model `x` does not exist.", "type": "NotFoundError"}},
        Kind.MODEL_MISSING,
    ),
    "vllm, context, in its older shape": (
        400,
        {"object": "error", "message": "This model's maximum context length is 2048 tokens."},
        Kind.CONTEXT,
    ),
    "lm studio, nothing loaded": (
        404,
        {"error": {"message": "No models loaded. Please load a model in the developer page."}},
        Kind.MODEL_MISSING,
    ),
    "lm studio, context": (
        400,
        {"error": "The number of tokens to keep is greater than the context length (4096)."},
        Kind.CONTEXT,
    ),
}


@pytest.mark.parametrize("name", ERRORS)
def test_an_error_has_its_kind_in_every_shape(fake_llm: FakeLLM, name: str) -> None:
    code, body, kind = ERRORS[name]
    ask(fake_llm)
    fake_llm.script(status(code, body))
    with pytest.raises(AiError) as caught:
        ask(fake_llm)
    assert caught.value.kind is kind
    assert caught.value.hint
