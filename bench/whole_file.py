"""All functions of one file, the local model: with what it has read kept for the next, and without.

    python -m bench.whole_file [--count N] [--passes N]

Passes take turns. Without means that the server is asked to evaluate each prompt from its first
token (llama.cpp's `cache_prompt`); all else is the same. The server's memory stands below.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import shlex
import statistics
import sys
import time
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.devset import without_docstring
from bench.table import Row, machine, markdown
from neovim_ai.docs import batch
from neovim_ai.docs.engine import document
from neovim_ai.docs.model import House
from neovim_ai.docs.wishes import Wishes
from neovim_ai.llm import providers
from neovim_ai.llm.client import Chat
from neovim_ai.llm.local import catalogue
from neovim_ai.llm.model import Model
from neovim_ai.llm.sse import Piece
from neovim_ai.settings import Settings
from neovim_ai.source import target
from neovim_ai.source.model import DefinitionKind
from neovim_ai.source.text import SourceText

COUNT, PASSES = 6, 2
FUNCTIONS = (DefinitionKind.FUNCTION, DefinitionKind.METHOD)


def main(words: Sequence[str] | None = None) -> int:
    """Print the table; 1 when keeping what was read does not gain."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=COUNT, help="functions of the file")
    parser.add_argument("--passes", type=int, default=PASSES, help="of each kind")
    arguments = parser.parse_args(words)
    if catalogue.chosen() is None:
        print("No local model is pulled: `neovim-ai model pull`, then run this again.")
        return 0
    print(f"{machine()}\n", flush=True)
    rows = asyncio.run(_measure(arguments.count, arguments.passes))
    print(markdown(rows), flush=True)
    return 0 if all(row.met for row in rows) else 1


async def _measure(count: int, passes: int) -> list[Row]:
    name = catalogue.chosen() or catalogue.DEFAULT
    model = await providers.connect(Settings(provider="local", model=name), _quiet)
    kept, anew = [], []
    try:
        for _ in range(passes):
            kept.append(await _seconds(model, count))
            with _evaluated_anew():
                anew.append(await _seconds(model, count))
        memory = _server_memory()
    finally:
        await model.close()
    ours, theirs = statistics.median(kept), statistics.median(anew)
    said = f"{count} functions of `shlex.py` (n={passes})"
    return [
        Row(
            f"{said}: what was read is kept",
            "faster than without",
            f"{ours:.1f} s, {theirs / ours:.2f} × faster",
            f"{theirs:.1f} s with each prompt evaluated anew",
            ours < theirs,
        ),
        Row(
            "memory of the model's server, weights included",
            "named",
            f"{memory:.0f} MB",
            f"{_weights(name):.0f} MB of weights",
            memory > 0,
        ),
    ]


async def _seconds(model: Model, count: int) -> float:
    source = SourceText.from_bytes(Path(shlex.__file__).read_bytes(), Path(shlex.__file__))
    for found in reversed(target.definitions(source)):
        source = without_docstring(source, found)
    definitions = target.definitions(source)
    lacking = batch.lacking(source, House(), Wishes())
    wanted = [one for one in lacking if one.definition.kind in FUNCTIONS][:count]
    began = time.monotonic()
    for one in wanted:
        await document(one.subject, definitions, model, _quiet)
    return time.monotonic() - began


@contextmanager
def _evaluated_anew() -> Iterator[None]:
    stream = Chat.stream

    def anew(chat: Chat, body: dict[str, Any]) -> AsyncGenerator[Piece]:
        return stream(chat, {**body, "cache_prompt": False})

    with patch.object(Chat, "stream", anew):
        yield


def _server_memory() -> float:
    """Return the megabytes in use by the process that holds the weights; 0 where it is unknown."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes()
            status = (folder / "status").read_text()
        except OSError:  # it has just ended
            continue
        if b"neovim_ai.llm.local.server" in words:
            return int(re.findall(r"VmRSS:\s+(\d+) kB", status)[0]) / 1024
    return 0.0


def _weights(name: str) -> float:
    return catalogue.place(catalogue.find(name)).stat().st_size / 1e6


def _quiet(_: object) -> None:
    """Say nothing of waits and drafts."""


if __name__ == "__main__":
    sys.exit(main())
