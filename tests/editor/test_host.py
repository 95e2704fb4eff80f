"""The Python host: found, started late, watched, mended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.editor.conftest import CODE
from tests.editor.driver import ROOT, Editor
from tests.fake_llm import FakeLLM, Gate, pausing

HOST_FILE = ROOT / "rplugin" / "python3" / "neovim_ai_host.py"
RUNS = "select(2, require('neovim_ai.host').state())"


def ask(editor: Editor, tmp_path: Path) -> None:
    editor.open(tmp_path / "code.py", CODE)
    editor.at(1)
    editor.nvim.command("AiDoc")


def has_ended(pid: int) -> bool:
    """Tell whether a process is gone; one that nobody has waited for yet counts as gone."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")")[-1].split()[0]
    except OSError:
        return True
    return state == "Z"


def ends(pid: int, seconds: float = 20.0) -> None:
    """Wait until a process is gone."""
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not has_ended(pid):
        assert time.monotonic() < deadline, f"process {pid} goes on"
        pause.wait(0.01)


def script(tmp_path: Path, text: str) -> str:
    path = tmp_path / "python"
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="ascii")
    path.chmod(0o755)
    return str(path)


def test_killing_the_host_is_one_line_and_the_next_command_works(
    fresh_editor: Editor, fake_llm: FakeLLM, tmp_path: Path
) -> None:
    gate = Gate()
    fake_llm.script(pausing("summary: Return how many bytes a wri", gate, ""))
    ask(fresh_editor, tmp_path)
    gate.wait_reached()
    fresh_editor.until(lambda: "how many" in fresh_editor.shown())
    os.kill(fresh_editor.host_pid(), signal.SIGKILL)
    fresh_editor.said("The Python host ended unexpectedly; nothing was changed.")
    assert fresh_editor.messages().count("neovim-ai:") == 1
    assert fresh_editor.text() == CODE
    assert fresh_editor.shown() == ""
    fresh_editor.nvim.command("AiDoc")
    fresh_editor.offered()


def test_a_proposal_survives_its_host(fresh_editor: Editor, tmp_path: Path) -> None:
    ask(fresh_editor, tmp_path)
    fresh_editor.offered()
    os.kill(fresh_editor.host_pid(), signal.SIGKILL)
    fresh_editor.wait(f"not {RUNS}")
    fresh_editor.nvim.command("AiAccept")
    fresh_editor.offered(0)
    assert fresh_editor.lines()[1].startswith('    """')


def test_a_python_that_is_missing_is_named(fresh_editor: Editor, tmp_path: Path) -> None:
    fresh_editor.setup(python="/nonexistent/python")
    ask(fresh_editor, tmp_path)
    fresh_editor.said("The option 'python' names '/nonexistent/python', which cannot be run.")
    assert fresh_editor.text() == CODE


def test_a_python_without_packages_points_to_the_installer(
    fresh_editor: Editor, tmp_path: Path
) -> None:
    fresh_editor.setup(python=script(tmp_path, f'exec {sys.executable} -S "$@"'))
    ask(fresh_editor, tmp_path)
    fresh_editor.said("lacks the package 'pynvim'. Run :AiInstall")
    assert fresh_editor.shown() == ""


def test_a_python_that_is_too_old_points_to_the_installer(
    fresh_editor: Editor, tmp_path: Path
) -> None:
    older = "import sys; sys.version_info = (3, 10, 4); del sys.argv[0]; exec(sys.argv[0])"
    fresh_editor.setup(python=script(tmp_path, f'shift 2; exec {sys.executable} -c "{older}" "$@"'))
    ask(fresh_editor, tmp_path)
    fresh_editor.said("is 3.10, and 3.11 or newer is needed. Run :AiInstall")
    assert fresh_editor.shown() == ""


def test_three_crashes_before_a_reply_keep_it_down_until_it_is_mended(
    fresh_editor: Editor, fake_llm: FakeLLM, tmp_path: Path
) -> None:
    started = tmp_path / "started"
    fresh_editor.setup(python=script(tmp_path, f"echo x >> {started}; exit 1"))
    for count in range(1, 4):
        ask(fresh_editor, tmp_path)
        fresh_editor.wait(f"not {RUNS}")
        fresh_editor.until(lambda count=count: started.read_text().count("x") == count)
    ask(fresh_editor, tmp_path)
    fresh_editor.said("failed three times and stays down")
    assert started.read_text().count("x") == 3
    fresh_editor.setup(provider="url", base_url=fake_llm.base_url)
    fresh_editor.lua("require('neovim_ai.host').stop()")
    ask(fresh_editor, tmp_path)
    fresh_editor.offered()


def test_nothing_is_started_before_the_first_command(fresh_editor: Editor, tmp_path: Path) -> None:
    fresh_editor.open(tmp_path / "code.py", CODE)
    assert not fresh_editor.lua(f"return {RUNS}")


def test_prestart_starts_the_host_at_the_first_python_buffer(
    fresh_editor: Editor, tmp_path: Path
) -> None:
    fresh_editor.setup(prestart=True)
    fresh_editor.open(tmp_path / "code.py", CODE)
    fresh_editor.wait("require('neovim_ai.client').hello_result ~= nil")


BROKEN = {
    "taking it": """
from pynvim.msgpack_rpc.session import Session
def broken(self, name, args, real=Session._on_notification):
    if name == "neovim_ai_cancel":
        raise MemoryError
    real(self, name, args)
Session._on_notification = broken
""",
    "reading it": """
from pynvim.msgpack_rpc.msgpack_stream import MsgpackStream
def broken(self, data, real=MsgpackStream._on_data):
    if b"neovim_ai_cancel" in data:
        raise MemoryError
    real(self, data)
MsgpackStream._on_data = broken
""",
    "answering it": """
from pynvim.msgpack_rpc.session import Session
def broken(self, call, *arguments, real=Session.threadsafe_call):
    def fail():
        raise MemoryError
    self._async_session._msgpack_stream.loop.threadsafe_call(fail)
Session.threadsafe_call = broken
""",
    "starting it": """
import threading
def broken(self, real=threading.Thread.start):
    if self.name == "neovim-ai-jobs":
        raise MemoryError
    real(self)
threading.Thread.start = broken
""",
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_host_that_fails_at_a_message_ends_and_the_editor_lives(
    fresh_editor: Editor, fake_llm: FakeLLM, tmp_path: Path, broken: str
) -> None:
    """A reply that pynvim would send then ends Neovim itself, with all that is not saved."""
    code = tmp_path / "broken.py"
    code.write_text(BROKEN[broken], encoding="ascii")
    python = script(tmp_path, f'exec {sys.executable} -I -c "$(cat {code})\n$3" "$4"')
    where = {"provider": "url", "base_url": fake_llm.base_url}
    fresh_editor.setup(**where, python=python)
    gate = Gate()
    fake_llm.script(pausing("summary: Return how many bytes a wri", gate, ""))
    ask(fresh_editor, tmp_path)
    if broken in ("taking it", "reading it"):
        gate.wait_reached()
        fresh_editor.nvim.command("AiStop")
    fresh_editor.wait(f"not {RUNS}")
    assert "Traceback" not in fresh_editor.messages()
    assert fresh_editor.text() == CODE
    gate.open()
    fresh_editor.setup(**where)
    ask(fresh_editor, tmp_path)
    fresh_editor.offered()


def test_the_environment_does_not_leak_into_the_host(fresh_editor: Editor, tmp_path: Path) -> None:
    poison = tmp_path / "poison"
    poison.mkdir()
    (poison / "pynvim.py").write_text("raise SystemExit('poisoned')", encoding="ascii")
    fresh_editor.lua("vim.env.PYTHONPATH = ...", str(poison))
    fresh_editor.lua("vim.api.nvim_set_current_dir(...)", str(poison))
    ask(fresh_editor, tmp_path)
    fresh_editor.offered()


def test_quitting_while_it_is_written_leaves_no_process(
    fresh_editor: Editor, fake_llm: FakeLLM, tmp_path: Path
) -> None:
    gate = Gate()
    fake_llm.script(pausing("summary: Return how many bytes a wri", gate, ""))
    ask(fresh_editor, tmp_path)
    gate.wait_reached()
    pid = fresh_editor.host_pid()
    fresh_editor.close()
    assert fake_llm.chats[-1].gone.wait(20)
    ends(pid)


def test_a_thread_that_goes_on_does_not_keep_the_host_when_neovim_is_killed(
    fresh_editor: Editor, tmp_path: Path
) -> None:
    stuck, pid_file = tmp_path / "stuck.py", tmp_path / "pid"
    stuck.write_text(
        "import os, threading, pathlib\n"
        "threading.Thread(target=threading.Event().wait).start()\n"
        f"pathlib.Path({str(pid_file)!r}).write_text(str(os.getpid()))\n",
        encoding="utf-8",
    )
    started = f'exec {sys.executable} "$1" "$2" "$3" {stuck}'
    fresh_editor.setup(python=script(tmp_path, started))
    ask(fresh_editor, tmp_path)
    fresh_editor.until(lambda: pid_file.exists() and pid_file.read_text())
    pid = int(pid_file.read_text())
    assert not has_ended(pid)
    # Killed, since a Neovim that quits ends its jobs itself.
    os.kill(fresh_editor.lua("return vim.uv.os_getpid()"), signal.SIGKILL)
    ends(pid)


def test_the_host_file_is_inert_until_the_first_message() -> None:
    code = (
        "import sys, runpy; runpy.run_path(sys.argv[1]);"
        "print([m for m in sys.modules if m.split('.')[0] in ('neovim_ai', 'openai')])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code, str(HOST_FILE)],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.strip() == "[]"


def test_update_remote_plugins_registers_nothing_and_says_nothing_bad(
    fresh_editor: Editor,
) -> None:
    fresh_editor.lua("vim.g.python3_host_prog = ...", sys.executable)
    fresh_editor.nvim.command("runtime plugin/rplugin.vim")
    output = fresh_editor.nvim.command_output("UpdateRemotePlugins")
    assert "Traceback" not in output + fresh_editor.messages()
    assert "rror" not in output
    manifest = fresh_editor.lua("return vim.fn.stdpath('data') .. '/rplugin.vim'")
    assert "neovim_ai" not in Path(manifest).read_text(encoding="utf-8") or (
        "'neovim_ai_request'" not in Path(manifest).read_text(encoding="utf-8")
    )
