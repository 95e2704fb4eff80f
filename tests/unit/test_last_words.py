"""What a dying host says holds no secret: it stays readable in `:AiLog`."""

from __future__ import annotations

import subprocess
import sys

TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ012345"
KEY = "a key of no known shape"


def stderr_of(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode != 0
    return done.stderr


DIES = f"""
{{guard}}
from neovim_ai import log
log.hide({KEY!r})
text = "while at {TOKEN} with {KEY}"
def fails():
    raise KeyError(text)
fails()
"""
CONNECTED = "from neovim_ai import jobs; jobs.connect(lambda events: None)"


def test_a_host_dies_without_telling_secrets() -> None:
    said = stderr_of(DIES.format(guard=CONNECTED))
    assert "KeyError: 'while at [hidden] with [hidden]'" in said
    assert "in fails" in said
    assert KEY not in said.partition("KeyError")[2]


def test_without_the_guard_they_would_be_told() -> None:
    assert TOKEN in stderr_of(DIES.format(guard=""))


def test_a_secret_written_in_pieces_is_hidden_as_a_whole() -> None:
    code = f"{CONNECTED}\nimport sys\nfor c in 'see {TOKEN}': sys.stderr.write(c)\nsys.exit(3)"
    said = stderr_of(code)
    assert said == "see [hidden]"


def test_a_host_that_crashes_leaves_no_copy_of_its_memory() -> None:
    code = "import resource, sys\n{}\nsys.exit(str(resource.getrlimit(resource.RLIMIT_CORE)))"
    assert stderr_of(code.format(CONNECTED)) == "(0, 0)\n"


def test_a_host_that_hears_nothing_more_ends_and_says_why() -> None:
    code = """
import threading
from neovim_ai import jobs
host = jobs.connect(lambda events: None)
def select(timeout):
    raise MemoryError
host._loop.call_soon_threadsafe(setattr, host._loop._selector, "select", select)
threading.Event().wait()
"""
    assert "MemoryError" in stderr_of(code)
