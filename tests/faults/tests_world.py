"""The world of `:AiTest`: a file with one small function, a sandbox, a search of some seconds."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM, derived
from tests.faults.moments import Moment, at
from tests.faults.processes import is_notes, of
from tests.faults.world import World

CLIP = """\
def clip(value: int, high: int = 10) -> int:
    if value < 0:
        return 0
    return high if value > high else value
"""
SECONDS = 5
QUICK = 2
"""Seconds of a search that nothing happens to and no model has a part in."""

PATIENT = 20
"""Seconds of a search whose model may take more than a moment to fail."""

LONGEST = 100


class When(StrEnum):
    """The moments of `:AiTest`, in the order of time."""

    SEARCHING = "searching"
    ASKING = "asking"
    OFFERED = "offered"
    APPLYING = "applying"


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

    def ask(self, more: str = "") -> None:
        """Ask for tests of the function."""
        self.editor.nvim.command(f"AiTest {more}")

    def come_to(self, when: When) -> None:
        """Ask for tests and wait for a moment; the model's answer waits for the gate."""
        self.fake.default = derived
        if when is When.ASKING:
            self.fake.default = at(Moment.BEFORE, self.gate, derived, derived)
        self.ask()
        if when is When.SEARCHING:
            self.editor.until(self.workers, LONGEST, "a sandbox")
        elif when is When.ASKING:
            self.gate.wait_reached(LONGEST)
        else:
            self.ended()
            assert "proposed" in "|".join(self.said()), self.said()
            self.editor.until(lambda: not self.workers(), what="an end of the search")
            self.editor.nvim.command("messages clear")
        if when is When.APPLYING:
            self.editor.nvim.command("AiAccept!")
            self.editor.until(self.workers, LONGEST, "a sandbox")

    def accept(self) -> None:
        """Accept what is offered for the file, if anything is, and wait for what comes of it."""
        if self.text() is None or not self.tests_offered():
            return
        self.editor.lua("vim.api.nvim_set_current_buf(...)", self.buf)
        self.editor.nvim.command("messages clear | AiAccept!")
        self.ended()

    def tests_offered(self) -> int:
        """Return how many proposals of tests can be accepted."""
        return int(self.editor.lua("return #require('neovim_ai.tests.offers').offered()"))

    def ended(self) -> None:
        """Wait until tests are proposed or taken, or a message says why not."""
        self.editor.wait("require('neovim_ai').status() == ''", LONGEST)
        self.editor.until(self.said, what="an end")

    def shown(self) -> str:
        """Return what the windows of proposed tests hold, white space folded."""
        return " ".join("\n".join(self.editor.floats()).split())

    def tests(self) -> str:
        """Return the text of the test file's buffer; empty where there is none."""
        code = """
        local buf = vim.fn.bufnr(...)
        return buf ~= -1 and vim.api.nvim_buf_get_lines(buf, 0, -1, false) or {}
        """
        return "\n".join(self.editor.lua(code, str(self.folder / "test_clip.py")))

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
        self.ask(f"nomodel budget={QUICK}")
        self.ended()
        assert "proposed" in "|".join(self.said()), self.said()
        self.editor.nvim.command("silent! AiReject!")
        self.nothing_runs()
