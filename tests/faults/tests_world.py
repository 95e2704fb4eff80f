"""The world of `:AiTest`: a file with one small function, a sandbox, a search of some seconds."""

from __future__ import annotations

from pathlib import Path

from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM, derived
from tests.faults.processes import is_notes, of
from tests.faults.world import World

CLIP = """\
def clip(value: int, high: int = 10) -> int:
    if value < 0:
        return 0
    return high if value > high else value
"""
SECONDS = 5


class TestsWorld(World):
    """What a cell of the matrix of `:AiTest` plays in."""

    __test__ = False  # the name is the domain's; pytest is not to collect it

    def __init__(self, editor: Editor, fake: FakeLLM, folder: Path) -> None:
        self.folder = folder / "project"
        self.folder.mkdir()
        super().__init__(editor, fake, folder, self.folder / "clip.py", CLIP)
        self.patience(0)

    def options(self) -> dict[str, object]:
        return {"tests": {"budget": SECONDS, "runs": 1}}

    def ask(self) -> None:
        """Ask for tests of the function."""
        self.editor.nvim.command("AiTest")

    def ended(self) -> None:
        """Wait until tests are proposed, or a message says why not."""
        self.editor.wait("require('neovim_ai').status() == ''", 100)
        self.editor.until(self.said, what="an end")

    def workers(self) -> dict[int, str]:
        """Return what runs in the project or sees it: the sandbox, and what is in it."""
        return {pid: line for pid, line in of(self.folder).items() if not is_notes(line)}

    def nothing_runs(self) -> None:
        """Wait until no sandbox is left, and see that nothing was written."""
        self.editor.until(lambda: not self.workers(), what="an end of all sandboxes")
        assert [file.name for file in self.folder.iterdir()] == ["clip.py"]

    def works_again(self, folder: Path) -> None:
        """Ask for tests without a model; they are proposed, for the file as it stands."""
        self.fake.default = derived
        self.editor.nvim.command("silent! AiReject!")
        self.editor.nvim.command("silent! only! | %bwipeout! | messages clear")
        self.editor.open(self.file, CLIP)
        self.editor.at(1)
        self.editor.nvim.command(f"AiTest nomodel budget={SECONDS}")
        self.ended()
        assert "proposed" in "|".join(self.said()), self.said()
        self.editor.nvim.command("silent! AiReject!")
        self.nothing_runs()
