"""What a slice of the search leaves behind when the code under test ends its process."""

from __future__ import annotations

import json
import mmap
import multiprocessing
import os
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from neovim_ai.testgen.inside import explore
from neovim_ai.testgen.inside.search.hunt import Hunt
from neovim_ai.testgen.inside.search.runner import Note


def called(target: str, argument: str = "1") -> dict[str, Any]:
    return {"target": target, "arguments": [["", argument]]}


def test_of_slices_that_run_side_by_side_each_is_blamed_for_its_own_call() -> None:
    setup: Any = SimpleNamespace(text="", module="subject")
    search = explore.Search(setup, {"targets": []}, ModuleType("subject"))
    together = multiprocessing.get_context("fork").Barrier(explore.SLICES)

    def act(hunt: Hunt) -> None:
        number = together.wait(30)
        note: Any = hunt.runner.note
        note.write(called(f"trap_{number}", "x" * 100 * number))
        together.wait(30)
        os._exit(1)

    search.slice(act, [])
    assert set(search.deaths) == {f"trap_{number}" for number in range(explore.SLICES)}


@pytest.mark.parametrize("writes", range(4))
def test_a_process_killed_while_it_notes_leaves_no_torn_note(writes: int) -> None:
    class Killed(Exception):
        pass

    class Memory(mmap.mmap):
        left = 100

        def write(self, data: Any) -> int:
            if self.left == 0:
                raise Killed
            self.left -= 1
            return super().write(data)

    note = Note()
    note.memory = memory = Memory(-1, note.size)
    first, second = called("before", "y" * 300), called("after")
    note.write(first)
    memory.left = writes
    try:
        note.write(second)
    except Killed:
        assert note.read() in (None, first)
    else:
        assert json.dumps(note.read()) == json.dumps(second)
