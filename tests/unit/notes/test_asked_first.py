"""A question that comes before the notes were ever read, or while one vault is not there."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from neovim_ai.errors import AiError, Kind
from neovim_ai.methods.notes import NotesMethods
from neovim_ai.settings import NotesSettings, Settings


def ask(question: str, *vaults: Path) -> tuple[Any, list[dict[str, Any]]]:
    """Open vaults and ask at once, where no model is set up."""

    async def nobody(_: Any) -> Any:
        raise AiError(Kind.NO_PROVIDER, "No model.")

    told: list[dict[str, Any]] = []

    async def work() -> Any:
        methods = NotesMethods(nobody, lambda _: None)
        await methods.use(Settings(notes=NotesSettings(tuple(map(str, vaults)))))
        try:
            return await methods.ask({"question": question}, told.append)
        finally:
            notes = await methods.opened()
            await notes.stop()
            await notes.close()

    return asyncio.run(work()), told


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    folder = tmp_path / "vault"
    folder.mkdir()
    for number in range(400):
        (folder / f"{number:03}.md").write_text(f"# Note {number}\n\nwords {number}\n")
    (folder / "zz.md").write_text("# Bread\n\nThe oven is kept at 230 degrees.\n")
    return folder


def test_a_vault_is_read_before_a_question_is_answered_from_it(vault: Path) -> None:
    answer, _ = ask("how hot is the oven for bread", vault)
    assert [tuple(row["heading_path"]) for row in answer["sections"]] == [("Bread",)]


def test_a_vault_that_is_not_there_keeps_nobody_from_the_others(vault: Path) -> None:
    answer, _ = ask("how hot is the oven for bread", vault, vault / "gone")
    assert answer["sections"]


def test_where_no_vault_can_be_read_nothing_is_said_of_what_it_holds(tmp_path: Path) -> None:
    with pytest.raises(AiError, match="gone"):
        ask("how hot is the oven", tmp_path / "gone")
