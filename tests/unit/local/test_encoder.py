"""The model that finds notes by meaning: what it is refused for, and one line where it lacks."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.local import catalogue, connection
from neovim_ai.llm.local.encoder import NAME, Encoder


def test_it_is_pulled_as_two_files_and_never_answers(user: Path) -> None:
    assert [model.name for model in catalogue.files_of(NAME)] == [NAME, f"{NAME}-words"]
    assert NAME in catalogue.names()
    for model in catalogue.ENCODER:
        catalogue.place(model).write_bytes(b"")
    assert catalogue.chosen() is None
    assert NAME not in [entry["name"] for entry in catalogue.entries()]
    for refused in (catalogue.choose, connection.usual):
        with pytest.raises(AiError, match="it answers nothing") as caught:
            refused(NAME)
        assert caught.value.kind is Kind.USAGE


def test_weights_that_are_not_here_are_one_line_with_the_cure(user: Path) -> None:
    with pytest.raises(AiError) as caught:
        asyncio.run(Encoder().vectors(["bread"], "query"))
    assert caught.value.hint == f"Run: neovim-ai model pull {NAME}"
