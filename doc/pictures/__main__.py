"""Make the pictures of README.md anew, each of a real run in a real Neovim: `make pictures`.

`python -m doc.pictures tests notes` makes two of them. The one of hunks asks the local model.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from doc.pictures.screen import Screen
from doc.pictures.svg import svg
from tests.editor.driver import ROOT, Editor
from tests.editor.notes_fakes import Picker

from neovim_ai.notes.client import open_notes
from neovim_ai.notes.process.address import lock

PATIENCE = 600.0  # seconds; a small model on a busy machine takes minutes
PLACES = ("HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")

READ = """(function()
  for _, win in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(win).zindex == 60 then return false end
  end
  return true
end)()"""  # messages that are longer than the line for them stay for some seconds


@dataclass(frozen=True)
class Scene:
    """One picture: what is typed, on which file of examples/, and what it shows."""

    play: Callable[[Editor, Path], None]
    columns: int
    rows: int
    what: str


def hunks(editor: Editor, examples: Path) -> None:
    """Update a docstring that is not true any more, and go to its first hunk."""
    editor.setup(provider="local")
    edit(editor, examples / "prices.py", "def with_tax")
    editor.nvim.command("AiDoc")
    editor.wait("#require('neovim_ai.proposal').offered() == 1", PATIENCE)
    editor.nvim.command("AiNext")


def tests(editor: Editor, examples: Path) -> None:
    """Find tests for a function whose docstring shows a wrong example; no model."""
    editor.setup(tests={"model": False, "budget": 30, "runs": 5})
    edit(editor, examples / "prices.py", "def discount")
    editor.nvim.command("AiTest")
    editor.until(lambda: "proposed" in editor.messages(), PATIENCE, "tests")
    editor.nvim.command("messages clear | AiNext")


def notes(editor: Editor, examples: Path) -> None:
    """Find a section with words half typed and mistyped."""
    editor.setup(notes={"vaults": [str(examples / "notes")], "picker": "float"})
    edit(editor, examples / "durations.py", "def parse_duration")
    editor.nvim.command("NotesFind")
    picker = Picker(editor)
    picker.opened()
    editor.nvim.input("disk")
    editor.until(lambda: len(picker.rows()) > 2 and picker.text("preview"), PATIENCE, "rows")


SCENES = {
    "hunks": Scene(
        hunks, 104, 34, "A docstring that drifted from its code, and the hunks that mend it"
    ),
    "tests": Scene(tests, 112, 40, "Proposed tests, each with its evidence, and a question"),
    "notes": Scene(notes, 112, 26, "Sections of notes that a query finds, with a preview"),
}


def edit(editor: Editor, file: Path, line: str) -> None:
    """Open a file with the cursor at a line's start, that line at the top."""
    editor.nvim.command(f"cd {file.parent} | edit {file.name} | set number | normal! gg")
    editor.nvim.call("search", rf"\V\^{line}", "cW")
    editor.nvim.command("normal! zt")


def seen(editor: Editor, screen: Screen) -> None:
    """Draw all that Neovim has sent, up to what it shows now."""
    editor.nvim.command("redraw")
    editor.nvim.call("rpcnotify", editor.nvim.channel_id, "all of it")
    while (message := editor.nvim.next_message())[1] != "all of it":
        if message[1] == "redraw":
            screen.draw(message[2])


def picture(scene: Scene, examples: Path) -> str:
    """Play a scene and return its picture."""
    editor = Editor("--cmd", "syntax enable", "--cmd", "set noswapfile")
    try:
        screen = Screen(scene.columns, scene.rows)
        editor.nvim.ui_attach(scene.columns, scene.rows, rgb=True, ext_linegrid=True)
        scene.play(editor, examples)
        editor.wait(READ)
        editor.nvim.command("echo ''")
        seen(editor, screen)
        return svg(screen, scene.what)
    finally:
        editor.close()


@contextmanager
def stage() -> Iterator[Path]:
    """Yield a copy of examples/ in a home of its own, which goes with all that runs there.

    Only the models are those of whoever makes the pictures.
    """
    os.environ.setdefault("XDG_DATA_HOME", str(Path.home() / ".local" / "share"))
    with tempfile.TemporaryDirectory(prefix="neovim-ai-pictures-") as folder:
        for name in PLACES:
            place = Path(folder) / name.lower()
            place.mkdir(mode=0o700)
            os.environ[name] = str(place)
        examples = Path(folder) / "home" / "examples"
        shutil.copytree(ROOT / "examples", examples)
        try:
            yield examples
        finally:
            stop = [sys.executable, "-I", "-m", "neovim_ai", "model", "stop"]
            subprocess.run(stop, stdout=subprocess.DEVNULL, check=False)
            asyncio.run(stop_notes(examples))


async def stop_notes(examples: Path) -> None:
    """End the process that keeps the notes of a scene ready, if there is one."""
    if not lock().is_held():
        return
    process = await open_notes([str(examples / "notes")])
    await process.stop()
    await process.close()
    while lock().is_held():
        await asyncio.sleep(0.02)


def main() -> None:
    """Make the pictures that are named, or all of them."""
    for name in sys.argv[1:] or SCENES:
        with stage() as examples:
            drawn = picture(SCENES[name], examples)
        target = ROOT / "doc" / f"{name}.svg"
        target.write_text(drawn, encoding="utf-8")
        sys.stdout.write(f"{target.relative_to(ROOT)}: {len(drawn) // 1024} kB\n")


if __name__ == "__main__":
    main()
