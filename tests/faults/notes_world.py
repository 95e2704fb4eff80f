"""The world of `:NotesAsk`: a note in the editor, a vault, the notes' own process, a question."""

from __future__ import annotations

from pathlib import Path

from tests.editor.driver import Editor
from tests.editor.notes_fakes import NOTES
from tests.fake_llm import FakeLLM
from tests.faults.moments import Moment, well
from tests.faults.processes import home_of, notes_of
from tests.faults.world import World

QUESTION = "how is a docker image saved to a file?"
ANSWER = """\
in the notes: yes
answer: Save an image to a file: `docker save -o file image`. [1]
more: -
last: -
"""
STREAMED = {
    Moment.FIRST: "i",
    Moment.MIDDLE: "in the notes: yes\nanswer: Save an image to a fi",
}
ENDS = ("docker save", "Not in your notes", "No model is there", "neovim-ai: ")


class NotesWorld(World):
    """What a cell of the matrix of `:NotesAsk` plays in."""

    def __init__(self, editor: Editor, fake: FakeLLM, folder: Path) -> None:
        self.vault = folder / "vault"
        self.vault.mkdir()
        super().__init__(editor, fake, folder, self.vault / "notes.md", NOTES)
        editor.lua("vim.bo.filetype = 'markdown'")
        self.patience(0)
        self.indexed()

    def options(self) -> dict[str, object]:
        return {"notes": {"vaults": [str(self.vault)]}}

    def indexed(self) -> None:
        """Wait until the notes of the vault are known: before, a question finds nothing."""
        self.editor.lua(
            """
            Indexed = nil
            require("neovim_ai.client").request("notes_refresh", {}, {
              result = function() Indexed = true end,
            })
            """
        )
        self.editor.wait("Indexed")

    def ask(self) -> None:
        """Ask in a new window, into which the cursor goes; then go back to the note."""
        self.editor.nvim.command(f"NotesAsk {QUESTION}")
        self.editor.nvim.command("wincmd p")

    def answers(self) -> str:
        """Return what stands in the windows of questions."""
        texts: list[str] = self.editor.lua(
            """
            local texts = {}
            for _, buf in ipairs(vim.api.nvim_list_bufs()) do
              if vim.api.nvim_buf_get_name(buf):find("neovim-ai://ask/", 1, true) then
                vim.list_extend(texts, vim.api.nvim_buf_get_lines(buf, 0, -1, false))
              end
            end
            return texts
            """
        )
        return "\n".join(texts)

    def ended(self) -> None:
        """Wait until the question has an answer, or a message says why not."""
        self.quiet()
        self.editor.until(
            lambda: self.said() or any(end in self.answers() for end in ENDS), what="an end"
        )

    def notes_pid(self) -> int:
        """Wait for the notes' process; return its id."""
        home = home_of(self.editor)
        self.editor.until(lambda: len(notes_of(home)) == 1, what="one process of the notes")
        return notes_of(home)[0]

    def works_again(self, folder: Path) -> None:
        """The next question is answered from the notes, and its source can be gone to."""
        self.fake.default = well(ANSWER)
        self.patience(30.0)
        self.editor.nvim.input("<C-\\><C-n>")
        self.editor.nvim.command("silent! tabonly! | silent! only! | %bwipeout!")
        self.vault.mkdir(exist_ok=True)
        self.editor.open(self.file, NOTES)
        self.editor.nvim.command("silent write!")
        self.editor.nvim.command("messages clear")
        self.editor.nvim.command(f"NotesAsk {QUESTION}")
        self.editor.until(lambda: "docker save -o file image`. [1]" in self.editor.text())
        self.quiet()
        assert "✗" not in self.editor.text()
        self.editor.nvim.command("/docker save")
        self.editor.nvim.input("gf")
        self.editor.until(lambda: "docker save" in self.editor.nvim.current.line)
        self.editor.until(lambda: self.editor.nvim.current.buffer.name.endswith(".md"))
        assert self.said() == []
