"""`:AiDoc` and `:NotesAsk` where the way to the server leads nowhere: one line, and on it goes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editor.conftest import CODE
from tests.editor.driver import Editor
from tests.editor.notes_fakes import NOTES
from tests.fake_llm import FakeLLM
from tests.faults.notes_world import NotesWorld
from tests.faults.ways import WAYS, Way
from tests.faults.world import TYPED, World


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_docstring_is_asked_for_where_no_way_leads(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, way: Way
) -> None:
    world = World(editor, fake_llm, tmp_path)
    with way.settings() as options:
        editor.setup(provider="url", **options)
        editor.nvim.command("AiDoc")
        world.type_meanwhile()
        world.ended()
    told(world, way)
    assert world.text() == CODE + f"{TYPED}\n"
    assert world.leftovers() == []
    world.works_again(tmp_path)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_question_is_asked_where_no_way_leads(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, way: Way
) -> None:
    world = NotesWorld(editor, fake_llm, tmp_path)
    with way.settings() as options:
        editor.setup(provider="url", **options, **world.options())
        world.ask()
        world.type_meanwhile()
        world.ended()
    told(world, way)
    assert world.text() == NOTES + f"{TYPED}\n"
    world.works_again(tmp_path)


def told(world: World, way: Way) -> None:
    """One message tells what is wrong and what to do."""
    said = "|".join(world.said())
    assert said.count("neovim-ai: ") == 1, (said, getattr(world, "answers", str)())
    assert way.says in said.lower(), said
    assert way.next_step in said.lower(), said
