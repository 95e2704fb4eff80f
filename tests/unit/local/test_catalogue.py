from __future__ import annotations

import os
from pathlib import Path

import pytest

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.local import catalogue
from neovim_ai.llm.local.catalogue import MODELS, KnownModel

from .weights import DATA, TINY


@pytest.fixture
def here(user: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(catalogue, "MODELS", (TINY,))
    path = catalogue.place(TINY)
    path.write_bytes(DATA)
    return path


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.name)
def test_the_pieces_of_a_model_make_its_size(model: KnownModel) -> None:
    whole = (model.parts.count - 1) * model.parts.part_bytes
    assert whole < model.bytes <= whole + model.parts.part_bytes
    assert len(model.sha256) == 64


def test_a_file_that_was_put_there_by_hand_is_checked_and_accepted(here: Path) -> None:
    assert catalogue.pulled("tiny") == here


@pytest.mark.parametrize("change", ["cut", "flip", "flip unseen size"])
def test_a_file_that_changed_is_found_and_the_cure_is_named(here: Path, change: str) -> None:
    assert catalogue.pulled("tiny")
    here.write_bytes(DATA[:-1] if change == "cut" else b"\0" + DATA[1:])
    os.utime(here, ns=(1, 1))
    with pytest.raises(AiError) as caught:
        catalogue.pulled("tiny")
    assert caught.value.kind is Kind.MODEL_DAMAGED
    assert caught.value.hint == "Run: neovim-ai model pull tiny"
    assert catalogue.entries()[0]["state"] == "damaged"


def test_an_unchanged_file_is_not_read_again(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert catalogue.pulled("tiny")
    monkeypatch.setattr(catalogue, "sha256_of", lambda _path: pytest.fail("it was read again"))
    assert catalogue.pulled("tiny") == here


def test_what_was_never_pulled_is_absent_or_partial(user: Path) -> None:
    assert catalogue.chosen() is None
    assert catalogue.pulled(MODELS[0].name) is None
    catalogue.partial(MODELS[1]).write_bytes(b"some")
    assert [e["state"] for e in catalogue.entries()] == ["absent", "partial"]


def test_the_choice_is_remembered_as_long_as_it_is_here(
    user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    second = replace(TINY, name="second", file="second.gguf")
    monkeypatch.setattr(catalogue, "MODELS", (TINY, second))
    for model in (TINY, second):
        catalogue.place(model).write_bytes(DATA)
    assert catalogue.chosen() == "tiny"
    catalogue.choose("second")
    assert catalogue.chosen() == "second"
    assert [e["chosen"] for e in catalogue.entries()] == [False, True]
    catalogue.place(second).unlink()
    assert catalogue.chosen() == "tiny"


def test_openai_is_chosen_until_a_local_model_is(here: Path) -> None:
    catalogue.choose("openai")
    assert catalogue.openai_chosen()
    assert [e["chosen"] for e in catalogue.entries()] == [False]
    assert catalogue.chosen() == "tiny", "which `provider = 'local'` asks all the same"
    catalogue.choose("tiny")
    assert not catalogue.openai_chosen()
    assert [e["chosen"] for e in catalogue.entries()] == [True]


def test_choosing_what_is_not_here_or_not_known_is_refused(user: Path) -> None:
    for name, kind in ((MODELS[0].name, Kind.MODEL_MISSING), ("gpt", Kind.USAGE)):
        with pytest.raises(AiError) as caught:
            catalogue.choose(name)
        assert caught.value.kind is kind


def test_the_model_for_trying_is_listed_only_when_it_is_here(user: Path) -> None:
    trial = next(m for m in MODELS if not m.offered)
    assert trial.name not in [e["name"] for e in catalogue.entries()]
    catalogue.place(trial).write_bytes(b"")
    assert trial.name in [e["name"] for e in catalogue.entries()]
