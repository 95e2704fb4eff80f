from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from .conftest import eventually, gone, run

CHILD = """
import os, sys, threading
from neovim_ai.llm.local import orphan
{guard}
print(os.getpid(), flush=True)
threading.Event().wait()
"""
PARENT = """
import os, subprocess, sys
child = subprocess.Popen(
    [sys.executable, "-c", sys.argv[1], str(os.getpid())], stdin=subprocess.PIPE
)
child.wait()
"""


@pytest.mark.parametrize(
    "guard",
    [
        pytest.param(
            "orphan.die_by_signal(int(sys.argv[1]))",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="a call of Linux"),
        ),
        "orphan.die_by_pipe(0)",
        "orphan.die_with_parent(int(sys.argv[1]), 0)",
    ],
)
def test_a_child_dies_with_its_killed_parent(guard: str) -> None:
    child = CHILD.format(guard=guard)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, child], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert not gone(pid)
    parent.send_signal(signal.SIGKILL)
    parent.communicate()
    run(eventually(lambda: gone(pid)))


@pytest.mark.skipif(sys.platform != "linux", reason="a call of Linux")
def test_a_child_whose_parent_died_before_it_asked_does_not_stay() -> None:
    stranger = str(os.getpid() + 1)
    child = CHILD.format(guard="orphan.die_by_signal(int(sys.argv[1]))")
    done = subprocess.run([sys.executable, "-c", child, stranger], check=False, timeout=60)
    assert done.returncode == 1
