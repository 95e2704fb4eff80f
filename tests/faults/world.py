"""One editor with a file, a user who types meanwhile, and what must hold whatever goes wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.editor.conftest import CODE
from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM, Gate
from tests.faults.heard import all_is_short, listen

TYPED = "# typed meanwhile"


class World:
    """What a cell of the matrix plays in."""

    def __init__(
        self,
        editor: Editor,
        fake: FakeLLM,
        folder: Path,
        file: Path | None = None,
        text: str = CODE,
    ) -> None:
        self.editor, self.fake = editor, fake
        self.file = file or folder / "code.py"
        self.gate = Gate()
        listen(editor)
        editor.open(self.file, text)
        editor.at(1)
        self.buf = int(editor.lua("return vim.api.nvim_get_current_buf()"))

    def patience(self, seconds: float) -> None:
        """Set the watchdogs; 0 leaves them as they are."""
        timeout = {"first_token": seconds, "idle": seconds} if seconds else {"connect": 10}
        self._set(timeout=timeout)

    def with_python(self, python: str) -> None:
        """Let the next host run with an interpreter; empty for the usual."""
        self._set(python=python)

    def _set(self, **more: object) -> None:
        where = {"provider": "url", "base_url": self.fake.base_url}
        self.editor.setup(**where, **more, **self.options())

    def options(self) -> dict[str, object]:
        """Return what else is set."""
        return {}

    def ask(self) -> None:
        """Ask for what this world is about."""
        self.editor.at(1)
        self.editor.nvim.command("AiDoc")

    def type_meanwhile(self) -> None:
        """Add a line at the end with real keys; fails when a key is lost or the editor hangs."""
        self.editor.nvim.input(f"Go{TYPED}<Esc>")
        self.editor.until(lambda: TYPED in self.editor.lines(), what="what was typed")
        self.editor.wait("vim.api.nvim_get_mode().mode == 'n'")

    def leave_insert(self) -> None:
        """End what is being typed, and forget what was said about it."""
        self.editor.nvim.command("messages clear")
        self.editor.nvim.input("<Esc>")
        self.editor.wait("vim.api.nvim_get_mode().mode == 'n'")

    def text(self) -> str | None:
        """Return the buffer's text; None when there is none any more."""
        code = """
            local buf = ...
            if not vim.api.nvim_buf_is_loaded(buf) then return vim.NIL end
            return table.concat(vim.api.nvim_buf_get_lines(buf, 0, -1, false), "\\n") .. "\\n"
        """
        found: Any = self.editor.lua(code, self.buf)
        return found

    def quiet(self) -> None:
        """Wait until nothing runs."""
        self.editor.wait("require('neovim_ai').status() == ''")

    def said(self) -> list[str]:
        """Return our messages, of which none is long, or shows how the plugin is made."""
        all_is_short(self.editor)
        lines = self.editor.messages().splitlines()
        return [line for line in lines if line.startswith("neovim-ai: ")]

    def offered(self) -> int:
        """Return how many docstrings can be accepted."""
        return int(self.editor.lua("return #require('neovim_ai.proposal').offered()"))

    def ended(self) -> None:
        """Wait until a proposal is there or a message says why not."""
        self.quiet()
        self.editor.until(lambda: self.offered() or self.said(), what="an end")

    def leftovers(self) -> list[str]:
        """Return what is shown though nothing is offered."""
        return [] if self.offered() else [*self.editor.virtual_lines(), *self.editor.floats()]

    def works_again(self, folder: Path) -> None:
        """The next command does what it should, in another file, with a sound server."""
        self.fake.default = type(self.fake)().default
        self.patience(30.0)
        self.editor.nvim.command("AiReject!")
        self.editor.nvim.command("messages clear")
        self.editor.open(folder / "next.py", CODE)
        self.editor.at(1)
        self.editor.nvim.command("AiDoc")
        self.editor.wait(
            "#require('neovim_ai.offers').offered(vim.api.nvim_get_current_buf()) == 1"
        )
        self.editor.nvim.command("AiAccept")
        self.editor.until(lambda: '    """' in self.editor.text(), what="the next docstring")
        all_is_short(self.editor)
