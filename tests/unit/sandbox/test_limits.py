"""Whoever takes too much is ended, all of it, and it is said which limit it was."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.unit.sandbox.tiers import TIERS, lacks, made, rooms_left

from neovim_ai.sandbox import interpreter
from neovim_ai.sandbox.model import Ended, Job, Limits, Tier, Why

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="these tiers are Linux's")

LIMITS = Limits(
    wall_s=30, cpu_s=20, memory_mib=160, processes=24, file_mib=8, disk_mib=24, output_kib=64
)

# Each prints "out" when it got what it may not have; then it goes, so that the control ends too.
OUT = "\nprint('out', flush=True)\n"


@dataclass(frozen=True)
class Greedy:
    """A program that takes too much.

    Attributes:
        code: What it runs.
        why: The limit that ends it; empty where the kernel refuses it and it ends by itself.
        limits: Its limits.
    """

    code: str
    why: Why = ""
    limits: Limits = LIMITS


FORKS = """
import os, signal, time
children = []
for _ in range(60):
    pid = os.fork()
    if pid == 0:
        {before}
        time.sleep(20)
        os._exit(0)
    children.append(pid)
time.sleep(.5)
"""
END_CHILDREN = "\nfor pid in children: os.kill(pid, 9)\n"

GREEDY = {
    "forks": Greedy(FORKS.format(before="pass") + OUT + END_CHILDREN, "processes"),
    "forks_sessions": Greedy(FORKS.format(before="os.setsid()") + OUT + END_CHILDREN, "processes"),
    "bombs": Greedy(
        "import os, time\nend = time.monotonic() + 1\n"
        "while time.monotonic() < end:\n    pid = os.fork()\n"
        "    if pid and len(os.listdir('/proc/self/task')) > 9999: break\n"
        "os._exit(0)",
        "processes",
    ),
    "remembers": Greedy("x = [bytes(2**20) + b'x' for _ in range(400)]" + OUT, "memory"),
    "remembers_in_children": Greedy(
        "import os, time\nchildren = []\nfor _ in range(8):\n    pid = os.fork()\n"
        "    if pid == 0:\n        x = b'x' * (40 * 2**20)\n        time.sleep(20)\n"
        "        os._exit(0)\n    children.append(pid)\ntime.sleep(1)" + OUT + END_CHILDREN,
        "memory",
    ),
    "reserves": Greedy("import mmap; x = mmap.mmap(-1, 20 * 2**30)" + OUT),
    "fills_the_copy": Greedy(
        "import time\nfor i in range(20):\n    open(f'file{i}', 'wb').write(b'x' * 6 * 2**20)\n"
        "    time.sleep(.1)" + OUT,
        "disk",
    ),
    "fills_tmp": Greedy(
        "import os, tempfile\nplace = tempfile.mkdtemp()\nfor i in range(60):\n"
        "    with open(f'{place}/{i}', 'wb') as file:\n"
        "        file.write(b'x' * 6 * 2**20); file.flush(); os.fsync(file.fileno())"
        + OUT
        + "import shutil; shutil.rmtree(place)",
        limits=LIMITS,
    ),
    "writes_a_long_file": Greedy(
        "with open('long', 'wb') as file:\n    for _ in range(40): file.write(b'x' * 2**20)" + OUT
    ),
    "floods_stdout": Greedy(
        "import sys\nfor _ in range(400): print('x' * 1000)\nsys.stdout.flush()" + OUT, "output"
    ),
    "floods_stderr": Greedy(
        "import sys\nfor _ in range(400): print('x' * 1000, file=sys.stderr)" + OUT, "output"
    ),
    "computes": Greedy(
        "import time\nwhile time.process_time() < 2.5: pass" + OUT,
        "cpu",
        Limits(cpu_s=1, wall_s=60),
    ),
    "computes_and_ignores": Greedy(
        "import signal, time\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\n"
        "while time.process_time() < 3.5: pass" + OUT,
        "cpu",
        Limits(cpu_s=1, wall_s=60),
    ),
    "waits": Greedy("import time; time.sleep(1.5)" + OUT, "wall", Limits(wall_s=0.5)),
    "waits_and_ignores": Greedy(
        "import signal, time\nfor s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): continue\nend = time.monotonic() + 1.5\n"
        "while time.monotonic() < end: time.sleep(.1)" + OUT,
        "wall",
        Limits(wall_s=0.5),
    ),
    "opens_files": Greedy("import os\nx = [os.open('/dev/null', 0) for _ in range(600)]" + OUT),
    "dumps_core": Greedy(
        "import os, resource\nif resource.getrlimit(resource.RLIMIT_CORE)[1] == 0: os._exit(1)"
        + OUT
    ),
}

RAISED = ("fills_tmp", "bombs")
"""What ends by an error or by the watch, whichever comes first."""


async def _ran(tier: Tier, project: Path, greedy: Greedy) -> Ended:
    executable = Path(sys.executable)
    readable = await interpreter.readable_for(executable)
    argv = (str(executable), "-I", "-S", "-c", greedy.code)
    job = Job(argv, project, project, readable=readable, limits=greedy.limits)
    return await made(tier).run(job)


@pytest.mark.parametrize("name", GREEDY)
@pytest.mark.parametrize("tier", TIERS)
def test_greedy_program_does_not_get_it(tier: Tier, name: str, tmp_path: Path) -> None:
    if why := lacks(tier):
        pytest.skip(why)
    (tmp_path / "project").mkdir()
    ended = asyncio.run(_ran(tier, tmp_path / "project", GREEDY[name]))
    if name != "floods_stderr":  # it may speak on the other stream before its flood is noticed
        assert b"out" not in ended.stdout
    if name not in RAISED:
        assert ended.why == GREEDY[name].why
    assert rooms_left() == []
    assert not list((tmp_path / "project").iterdir())


@pytest.mark.parametrize("name", [name for name in GREEDY if name != "bombs"])
def test_without_a_sandbox_it_gets_it(name: str, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-I", "-S", "-c", GREEDY[name].code],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    assert ended.stdout.splitlines()[-1:] == [b"out"]


SURVIVOR = """
import os, sys, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for fd in range(3): os.close(fd)
        time.sleep(15)
        os._exit(0)
    os._exit(0)
os.wait()
"""


def _lives(marker: str) -> bool:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if marker.encode() in (folder / "cmdline").read_bytes():
                return True
        except OSError:
            continue
    return False


@pytest.mark.parametrize("tier", TIERS)
def test_daemon_ends_with_its_job(tier: Tier, tmp_path: Path) -> None:
    if why := lacks(tier):
        pytest.skip(why)
    marker = f"survivor-{tmp_path.name}-{tier}"
    ended = asyncio.run(_ran(tier, tmp_path / "home", Greedy(SURVIVOR + f"# {marker}")))
    assert (ended.returncode, ended.why) == (0, "")
    assert not _lives(marker)


def test_without_a_sandbox_the_daemon_lives_on(tmp_path: Path) -> None:
    marker = f"survivor-{tmp_path.name}-bare"
    code = SURVIVOR.replace("time.sleep(15)", "os.read(int(sys.argv[1]), 1)") + f"# {marker}"
    code = code.replace("for fd in range(3): os.close(fd)", "pass")
    with subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", code, "0"], stdin=subprocess.PIPE
    ) as bare:
        bare.wait()
        assert _lives(marker)
        assert bare.stdin is not None
        bare.stdin.close()


@pytest.mark.parametrize("tier", TIERS)
def test_cancelled_job_ends(tier: Tier, tmp_path: Path) -> None:
    if why := lacks(tier):
        pytest.skip(why)
    marker = f"cancelled-{tmp_path.name}-{tier}"

    async def cancel() -> None:
        greedy = Greedy(f"import time; time.sleep(60)  # {marker}")
        task = asyncio.create_task(_ran(tier, tmp_path / "home", greedy))
        async with asyncio.timeout(60):
            while not _lives(marker):
                await asyncio.wait([task], timeout=0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel())
    assert not _lives(marker)
    assert rooms_left() == []


@pytest.mark.parametrize("tier", TIERS)
def test_job_that_is_cancelled_before_it_begins_never_does(tier: Tier, tmp_path: Path) -> None:
    if why := lacks(tier):
        pytest.skip(why)
    marker = f"early-{tmp_path.name}-{tier}"
    (tmp_path / "work").mkdir()

    async def cancel_after(seconds: float) -> None:
        greedy = Greedy(f"import time; time.sleep(60)  # {marker}")
        task = asyncio.create_task(_ran(tier, tmp_path / "work", greedy))
        await asyncio.wait([task], timeout=seconds)
        task.cancel()
        async with asyncio.timeout(30):
            with pytest.raises(asyncio.CancelledError):
                await task

    for thousandths in range(0, 40, 4):
        asyncio.run(cancel_after(thousandths / 1000))
    assert not _lives(marker)
