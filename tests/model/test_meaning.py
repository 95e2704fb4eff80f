"""The real encoder, where it is pulled: what is near in meaning is near in numbers."""

from __future__ import annotations

import asyncio
import math
from pathlib import Path

import pytest

from neovim_ai.llm.local import catalogue
from neovim_ai.llm.local.encoder import Encoder
from neovim_ai.llm.local.pull import pull

# Looked for at import: every test has a home of its own, without models.
PULLED = [(model.name, catalogue.pulled(model.name)) for model in catalogue.ENCODER]
TEXTS = (
    "How to bake bread in an oven",
    "Restart the web server after a change of its configuration",
    "The derivative of composed functions is the chain rule",
)


@pytest.mark.model
def test_a_question_in_other_words_is_nearest_to_its_answer(sandboxed_home: Path) -> None:
    if not all(path for _, path in PULLED):
        pytest.skip("no encoder: neovim-ai model pull all-minilm-l6-v2")
    for name, path in PULLED:
        pull(name, source=path, progress=lambda *_: None)
    kept = Encoder()
    told = asyncio.run(kept.vectors(TEXTS, "document"))
    (asked,) = asyncio.run(kept.vectors(["reload nginx with new settings"], "query"))
    near = [math.fsum(a * b for a, b in zip(asked, one, strict=True)) for one in told]
    assert near.index(max(near)) == 1
    assert math.fsum(one * one for one in asked) == pytest.approx(1.0, abs=1e-4)
