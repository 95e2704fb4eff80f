"""Accept and undo in a real Neovim: real functions, hostile text, every kind of file.

Each function's file is written as one of the variants of `corpus_text`, opened, documented by
`:AiDoc` with a fake model, accepted, compared on the disk, and undone with one `u`: buffer and file
must then be what they were.

    python -m bench.corpus_editor --count 300
    python -m bench.corpus_editor --control      an accept of two undo steps: all must be seen
"""

from __future__ import annotations

import argparse
import itertools
import random
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.editor.conftest import sandbox
from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM

from bench import devset
from bench.corpus_check import complaint
from bench.corpus_text import HOSTILE, VARIANTS, varied
from neovim_ai.errors import AiError
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

# An accept that leaves a line at the end, as an undo step of its own.
CONTROL = """
local apply = require("neovim_ai.apply")
local inner = apply.apply
apply.apply = function(proposal, keys, done)
  inner(proposal, keys, function(err)
    if not err then
      vim.bo[proposal.buf].undolevels = vim.bo[proposal.buf].undolevels
      vim.api.nvim_buf_set_lines(proposal.buf, -1, -1, false, { "" })
    end
    done(err)
  end)
end
"""


STEP = "return vim.fn.undotree().seq_cur"


@dataclass
class Tally:
    """Counts of one run."""

    tried: int = 0
    accepted: int = 0
    restored: int = 0
    variants: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def main() -> int:
    """Print the counts; 1 when a buffer was not restored or a file changed beside a docstring."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--control", action="store_true", help="break the undo step: all seen")
    arguments = parser.parse_args()
    began, tally, texts = time.monotonic(), Tally(), itertools.cycle(HOSTILE)
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        sandbox(patch, Path(folder))
        with FakeLLM(answers=lambda _: next(texts)) as fake:
            editor = Editor()
            try:
                editor.setup(provider="url", base_url=fake.base_url)
                if arguments.control:
                    editor.lua(CONTROL)
                _all(editor, Path(folder), tally, arguments.count, arguments.seed)
            finally:
                editor.close()
    return _print(tally, time.monotonic() - began, control=arguments.control)


def _all(editor: Editor, folder: Path, tally: Tally, count: int, seed: int) -> None:
    dice = random.Random(seed)
    everything = [
        (path, d.qualname, d.ordinal) for path in devset.files() for _, d in devset.functions(path)
    ]
    dice.shuffle(everything)
    for path, qualname, ordinal in everything:
        if tally.accepted >= count:
            return
        tally.tried += 1
        variant = dice.choice(VARIANTS)
        source = varied(SourceText.from_bytes(path.read_bytes(), folder / "code.py"), variant)
        found = target.by_qualname(source, qualname, ordinal)
        if dice.random() < 0.7:
            source = devset.without_docstring(source, found)
        said = _one(editor, source, qualname, ordinal, tally)
        if said:
            tally.wrong.append(f"{path}::{qualname} ({variant}): {said}")
        else:
            tally.variants[variant] += 1


def _one(editor: Editor, source: SourceText, qualname: str, ordinal: int, tally: Tally) -> str:
    path = source.path
    assert path is not None
    data = source.to_bytes()
    path.write_bytes(data)
    editor.lua("vim.cmd.edit({ args = { ... }, bang = true })", str(path))
    editor.lua("vim.bo.filetype = 'python'")
    found = target.by_qualname(source, qualname, ordinal)
    lines, state = editor.lines(), _state(editor)
    editor.at(source.row(found.header.start) + 1, 0)
    editor.nvim.command("messages clear")
    editor.nvim.command("AiDoc")
    editor.until(lambda: _is_settled(editor), what=f"an answer for {qualname}")
    if not editor.lua("return #require('neovim_ai.proposal').offered()"):
        tally.unchanged[editor.messages().strip().rpartition("\n")[2][:70]] += 1
        return ""
    editor.nvim.command("AiAccept!")
    editor.until(lambda: editor.lines() != lines, what=f"the docstring of {qualname}")
    tally.accepted += 1
    editor.nvim.command("silent write")
    said = _harm(source, SourceText.from_bytes(path.read_bytes(), path), qualname, ordinal)
    steps = editor.lua(STEP)
    editor.nvim.input("u")
    editor.until(lambda: editor.lua(STEP) < steps, what="the undo")
    if editor.lines() != lines or _state(editor) != state:
        return said or "one `u` did not restore the buffer"
    editor.nvim.command("silent write!")
    if path.read_bytes() != data:
        return said or "what is written after `u` is not the file there was"
    tally.restored += not said
    return said


def _is_settled(editor: Editor) -> bool:
    return bool(
        editor.lua("return #require('neovim_ai.proposal').offered() > 0")
        or "neovim-ai:" in editor.messages()
    )


def _state(editor: Editor) -> tuple[object, ...]:
    return tuple(
        editor.lua("return { vim.bo.fileformat, vim.bo.fileencoding, vim.bo.bomb, vim.bo.eol }")
    )


def _harm(before: SourceText, after: SourceText, qualname: str, ordinal: int) -> str:
    try:
        return complaint(before, after, target.by_qualname(before, qualname, ordinal))
    except AiError as error:
        return str(error)


def _print(tally: Tally, seconds: float, *, control: bool) -> int:
    print(f"corpus: {devset.describe()}")
    print(f"accepted    {tally.accepted} of {tally.tried} asked for, in a real Neovim")
    print(f"restored    {tally.restored} by one `u`, buffer and file")
    print(f"variants    {', '.join(f'{k} {n}' for k, n in sorted(tally.variants.items()))}")
    for reason, count in tally.unchanged.most_common():
        print(f"no proposal {count:5}  {reason}")
    for line in tally.wrong[:20]:
        print(f"!! {line}")
    print(f"{seconds:.1f} s")
    if control:
        print(f"control: {len(tally.wrong)} of {tally.accepted} broken undo steps were seen")
        return 0 if len(tally.wrong) == tally.accepted else 1
    return 1 if tally.wrong or tally.restored != tally.accepted else 0


if __name__ == "__main__":
    raise SystemExit(main())
