"""An editor, a model and a user who do anything in any order; after each step the text is as it
must be: what the user typed, and whole docstrings that they accepted.

The expected text is kept here, not read back: an edit of the user's changes it in a way that is
known beforehand, accepting may add one whole docstring, everything else changes nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.editor.driver import Editor
from tests.fake_llm import Asked, FakeLLM, Gate, Wire, derived

START = """\
def alpha(text, unit="B"):
    if not text:
        raise ValueError("empty")
    return int(text)


class Box:
    def put(self, thing):
        return thing

    async def take(self):
        return None


def omega(parts): return parts
"""
QUOTES = '"""'
NAMES = ("alpha", "Box", "put", "take", "omega")


class Stage:
    """What all examples share: one editor, one server, one file; and what came of them."""

    editor: Editor
    fake: FakeLLM
    file: Path
    examples = 0
    asked = 0
    accepted = 0


class EditingMachine(RuleBasedStateMachine):
    """Types, undoes, saves, asks, accepts, rejects and stops while answers stream."""

    stage: Stage

    def __init__(self) -> None:
        super().__init__()
        self.editor, self.fake, self.file = self.stage.editor, self.stage.fake, self.stage.file
        self.gates: list[Gate] = []
        self.held = False  # an answer stands still
        self.slow = False
        self.count = 0
        self.fake.default = self._play

    async def _play(self, wire: Wire, asked: Asked) -> None:
        """Answer at once, or stand still after some words until a gate opens."""
        if not self.slow:
            await derived(wire, asked, self.fake)
            return
        gate = Gate()
        self.gates.append(gate)
        await wire.stream()
        await wire.text("summary: Return what")
        await wire.at(gate)
        await wire.text(
            " there is.\ntext: What is read.\nunit: Its unit.\nthing: It.\nparts: All.\n"
        )
        await wire.finish("stop")

    @initialize(
        names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True),
        slow=st.booleans(),
    )
    def open(self, names: list[str], slow: bool) -> None:
        self.stage.examples += 1
        self.editor.nvim.command("silent! AiStop! | silent! AiReject!")
        self.editor.nvim.command("silent! only! | %bwipeout!")
        self.editor.open(self.file, START)
        self.editor.lua("vim.bo.undolevels = vim.bo.undolevels")
        self.buf = int(self.editor.lua("return vim.api.nvim_get_current_buf()"))
        self.disk = self.expected = START
        self.past: list[str] = []
        self.future: list[str] = []
        self.editor.nvim.command("messages clear")
        for name in names:
            self.ask(name, slow)

    # What the user does to the text.

    @rule(
        place=st.integers(0, 30), word=st.sampled_from(["# mine", "", "x = 1", "\tdef f(): pass"])
    )
    def type_a_line(self, place: int, word: str) -> None:
        lines = self.expected.splitlines()
        row = place % len(lines) + 1
        self.count += 1
        typed = f"{word}{self.count}" if word else ""
        # As one would: to the line, a new one below, the words.
        self._keys(f"{row}Go{typed}<Esc>")
        self._expect("\n".join([*lines[:row], typed, *lines[row:]]) + "\n")

    @rule(place=st.integers(0, 30))
    def delete_a_line(self, place: int) -> None:
        lines = self.expected.splitlines()
        if len(lines) > 1:
            row = place % len(lines)
            self._keys(f"{row + 1}Gdd")
            self._expect("\n".join(lines[:row] + lines[row + 1 :]) + "\n")

    # No preconditions: what can be done hangs on the timing of answers, and what is drawn must not.

    @rule()
    def undo(self) -> None:
        if not self.past:
            return
        self._keys("u")
        self.future.append(self.expected)
        self.expected = self.past.pop()

    @rule()
    def redo(self) -> None:
        if not self.future:
            return
        self._keys("<C-r>")
        self.past.append(self.expected)
        self.expected = self.future.pop()

    @rule()
    def save(self) -> None:
        self._in_code("vim.cmd('silent write')")
        self.disk = self.expected

    # What the user asks of us.

    @rule(name=st.sampled_from(NAMES), slow=st.booleans())
    def ask_one(self, name: str, slow: bool) -> None:
        self.ask(name, slow)

    def ask(self, name: str, slow: bool) -> None:
        """Put the cursor on a definition and ask for its docstring."""
        self._settle()
        self.stage.asked += 1
        self.slow = slow
        search = "vim.fn.search('def ' .. ... .. [[\\|class ]] .. ...)"
        self._in_code(f"vim.fn.cursor(1, 1) {search}", name)
        asked, told = len(self.fake.chats), self.editor.messages()
        self._in_code("vim.cmd('silent AiDoc')")
        if slow:
            self.held = True
            # Of what has nothing to add that is told, while another answer may stand still.
            self.editor.until(
                lambda: (
                    len(self.fake.chats) > asked
                    or not self._running()
                    or self.editor.messages() != told
                ),
                what="a question",
            )
        self._settle()

    @rule()
    def let_answers_end(self) -> None:
        self.slow = self.held = False
        for gate in self.gates:
            gate.open()
        self._wait_quiet()

    @rule(everything=st.booleans())
    def accept(self, everything: bool) -> None:
        self._settle()
        most = self._accept("AiAccept!" if everything else "AiAccept")
        self._wait_applied()
        self._take(most)

    @rule()
    def accept_while_typing(self) -> None:
        self._settle()
        lines = self.expected.splitlines()
        self.count += 1
        self._keys(f"{len(lines)}Go# typing {self.count}")
        most = self._accept("AiAccept!")
        self.editor.nvim.input("!<Esc>")
        self._expect("\n".join([*lines, f"# typing {self.count}!"]) + "\n", look=False)
        self._wait_applied()
        self._take(most)

    @rule(everything=st.booleans())
    def reject(self, everything: bool) -> None:
        self._in_code(f"vim.cmd('silent AiReject{'!' if everything else ''}')")

    @rule()
    def stop(self) -> None:
        self._in_code("vim.cmd('silent AiStop')")
        self._settle()

    # What happens to windows and buffers.

    @rule()
    def split_and_close(self) -> None:
        self._in_code("vim.cmd('split | close')")

    @rule()
    def look_at_another_file(self) -> None:
        self._in_code("vim.cmd('hide enew') vim.cmd.buffer(...)", self.buf)

    @rule()
    def reload(self) -> None:
        self._in_code("vim.cmd('silent edit!')")
        # Neovim keeps what was before, but not in steps that are known from here.
        self.past.clear()
        self.future.clear()
        self.expected = self.disk

    @invariant()
    def text_is_the_users(self) -> None:
        if hasattr(self, "expected"):
            assert self._text() == self.expected

    def teardown(self) -> None:
        for gate in self.gates:
            gate.open()

    # How it is done.

    def _expect(self, text: str, *, look: bool = True) -> None:
        self.past.append(self.expected)
        self.future.clear()
        self.expected = text
        if look:
            self.editor.until(lambda: self._text() == text, what=f"the text\n{text}")

    def _take(self, most: int) -> None:
        """Let the text have up to so many whole docstrings more, each an undo step of its own."""
        now = self._text()
        if now == self.expected:
            return
        steps = self._undo_steps(now, most)
        self.stage.accepted += len(steps)
        self.past += [self.expected, *steps[:-1]]
        self.future.clear()
        self.expected = steps[-1]

    def _undo_steps(self, now: str, most: int) -> list[str]:
        """Walk back to the text before and forth again; return the texts after each docstring."""
        steps = [now]
        while steps[0] != self.expected:
            assert len(steps) <= most, f"more was written than was accepted:\n{now}"
            self._in_code("vim.cmd('silent undo')")
            steps.insert(0, self._text())
            assert is_of_a_docstring(steps[0], steps[1]), f"{steps[0]}\n---\n{steps[1]}"
        for _ in steps[1:]:
            self._in_code("vim.cmd('silent redo')")
        assert self._text() == now
        return steps[1:]

    def _keys(self, keys: str) -> None:
        self._in_code("vim.cmd('silent! fclose!')")
        self.editor.nvim.input(keys)
        self.editor.until(lambda: self.editor.lua("return true"), what="the keys")

    def _in_code(self, code: str, *arguments: Any) -> None:
        self.editor.lua(f"vim.fn.win_execute(0, '') {self._back}{code}", *arguments)

    @property
    def _back(self) -> str:
        return (
            f"local win = vim.fn.bufwinid({self.buf}) "
            f"if win ~= -1 then vim.api.nvim_set_current_win(win) end "
        )

    def _text(self) -> str:
        code = "return table.concat(vim.api.nvim_buf_get_lines(..., 0, -1, false), '\\n') .. '\\n'"
        return str(self.editor.lua(code, self.buf))

    def _running(self) -> bool:
        return bool(self.editor.lua("return require('neovim_ai').status() ~= ''"))

    def _accept(self, command: str) -> int:
        """Run a command of ours; return how many proposals stood open at that very moment.

        In one call, since while another answer stands still one may arrive at any time.
        """
        code = """
            local buf, command = ...
            local count = #require("neovim_ai.offers").offered(buf)
            vim.cmd("silent " .. command)
            return count
        """
        return int(self.editor.lua(self._back + code, self.buf, command))

    def _settle(self) -> None:
        """Let nothing be half-way of what has to end by itself."""
        if not self.held:
            self._wait_quiet()

    def _wait_quiet(self) -> None:
        self.editor.until(lambda: not self._running(), what="an end of all requests")

    def _wait_applied(self) -> None:
        code = """
            if vim.api.nvim_get_mode().mode ~= "n" then return false end
            if require("neovim_ai.decide").going() then return false end
            for _, one in ipairs(require("neovim_ai.offers").of(...)) do
              if one.applying then return false end
            end
            return true
        """
        self.editor.until(lambda: self.editor.lua(code, self.buf), what="an end of applying")


def is_of_a_docstring(before: str, after: str) -> bool:
    """Tell whether a text is another with a docstring more, or with other lines inside of one.

    More is a whole one, or some lines of one; other lines inside are an accepted hunk that takes
    out what the code no longer does.
    """
    old, new = before.splitlines(), after.splitlines()
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    behind = 0
    while behind < min(len(old), len(new)) - start and old[-1 - behind] == new[-1 - behind]:
        behind += 1
    gone, come = old[start : len(old) - behind], new[start : len(new) - behind]
    if QUOTES not in "\n".join(gone + come):
        return "\n".join(old[:start]).count(QUOTES) % 2 == 1
    tokens = [line.strip() for line in gone if line.strip()]
    kept = all(any(token in line or line in token for line in come) for token in tokens)
    return len(come) > len(gone) and kept and "\n".join(come).count(QUOTES) % 2 == 0
