"""What users, other programs and the disk do to notes while a question about them is answered."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass

from tests.faults.notes_world import NotesWorld

Strike = Callable[[NotesWorld], None]


@dataclass(frozen=True)
class NoteFault:
    """One thing that happens.

    Attributes:
        name: For people.
        strike: Makes it happen.
        text: What the note's buffer holds afterwards, as a function of what it held; None where
            there is no buffer any more.
        asking: The question's window is still there, and so is its answer.
    """

    name: str
    strike: Strike
    text: Callable[[str], str] | None
    asking: bool = True


def _lua(code: str) -> Strike:
    return lambda world: world.editor.lua(code) and None


def _same(text: str) -> str:
    return text


_MINE = "# somebody else was here\n"
_QUESTION = "vim.fn.bufnr('neovim-ai://ask')"


def _on_disk(world: NotesWorld) -> None:
    world.file.write_text(_MINE + world.file.read_text())
    world.editor.nvim.command("silent! checktime")


def _vanished(world: NotesWorld) -> None:
    world.file.unlink()
    world.editor.nvim.command("silent! checktime")


def _vault_vanished(world: NotesWorld) -> None:
    shutil.rmtree(world.vault)


def _damaged(world: NotesWorld) -> None:
    (world.vault / "other.md").write_bytes(b"# \xff\xfe\x00 half\n" * 20)


def _typing(world: NotesWorld) -> None:
    """Be in the middle of a word in the note."""
    world.editor.nvim.input("Gotyped")
    world.editor.until(lambda: "typed" in world.editor.lines(), what="what was typed")


NOTE_EDITORS: tuple[NoteFault, ...] = (
    NoteFault(
        "question closed", _lua(f"vim.api.nvim_buf_delete({_QUESTION}, {{}})"), _same, asking=False
    ),
    NoteFault("other windows closed", _lua("vim.cmd('only')"), _same, asking=False),
    NoteFault("in another tab", _lua("vim.cmd('tabnew')"), _same),
    NoteFault("note closed", _lua("vim.cmd('bwipeout!')"), None),
    NoteFault(
        "note emptied", _lua("vim.api.nvim_buf_set_lines(0, 0, -1, false, {})"), lambda _: "\n"
    ),
    NoteFault(
        "note edited",
        _lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { 'mine' })"),
        "mine\n{}".format,
    ),
    NoteFault(
        "edited and undone",
        _lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { 'oops' }) vim.cmd('silent undo')"),
        _same,
    ),
    NoteFault("note reloaded", _lua("vim.cmd('silent edit!')"), _same),
    NoteFault("note changed on disk", _on_disk, (_MINE + "{}").format),
    NoteFault("note vanished from disk", _vanished, _same),
    NoteFault("vault vanished", _vault_vanished, _same),
    NoteFault("a damaged note beside it", _damaged, _same),
    NoteFault("read-only", _lua("vim.bo.readonly = true"), _same),
    NoteFault("not modifiable", _lua("vim.bo.modifiable = false"), _same),
    NoteFault("in the middle of typing", _typing, "{}typed\n".format),
)
