"""What the lab sees of a call: values, changes, ends, and that nothing else comes of it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from tests.unit.testgen.lab.laboratory import call, everything_in, in_lab, sandbox, subject_of

from neovim_ai.errors import AiError, Kind
from neovim_ai.testgen.lab import observing
from neovim_ai.testgen.lab.lab import SandboxLab
from neovim_ai.testgen.model import Call, Ending, Interpreter

MODULE = """
import asyncio, dataclasses, decimal, enum, os, random, sys

class Colour(enum.Enum):
    RED = 1

@dataclasses.dataclass
class Point:
    x: int
    y: int

class Plain:
    def __init__(self):
        self.size = 3
        self._hidden = 4

class Tally:
    def __init__(self):
        self.items = []
    def add(self, item):
        self.items.append(item)
    @property
    def total(self):
        return sum(self.items)

def give(value): return value
def double(x):
    if x > 3:
        return x * 2
    raise ValueError(f"{x} is too small")
def append(items): items.append(3)
def count(n):
    for i in range(n):
        yield i
def shuffle(text):
    chars = list(text)
    random.shuffle(chars)
    return "".join(chars)
def order(text): return list(set(text))
def say(text): print(text)
def save(folder): (folder / "out.txt").write_text("saved")
def litter(): open("left.txt", "w").close()
def variable(): return os.environ["NAME"]
def where(): return __file__
async def later(x):
    await asyncio.sleep(0)
    return x
def tree(): return Plain()
def endless():
    while True: pass
def stubborn():
    while True:
        try:
            while True: pass
        except BaseException: pass
def bomb(): return [0] * 10**10
def leave(): os._exit(3)
def flood():
    while True: print("x" * 1000)
def deaf():
    import subprocess
    subprocess.Popen(["sleep", "600"], start_new_session=False)
    return 1
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    return root


def test_values_are_written_as_source_that_evaluates_to_them(root: Path) -> None:
    subject = subject_of(root, {"things.py": MODULE})
    sources = [
        "[1, 2.5, 'a', b'b', None, True]",
        "{'k': (1,)}",
        "{3, 1, 2}",
        "set()",
        "float('inf')",
        "Colour.RED",
        "Point(x=1, y=2)",
        "decimal.Decimal('1.50')",
        "Plain",
    ]
    calls = [call("give", source) for source in sources]
    found = in_lab(subject, lambda lab: lab.observe(calls))
    names: dict[str, object] = {}
    exec(MODULE, names)
    for source, outcome in zip(sources, found, strict=True):
        assert outcome.ending is Ending.RETURNED and outcome.stable
        assert outcome.value, source
        again, wanted = eval(outcome.value, names), eval(source, names)
        assert (again, type(again)) == (wanted, type(wanted))
    assert found[7].imports == ("import decimal",)


def test_what_cannot_be_written_is_described(root: Path) -> None:
    subject = subject_of(root, {"things.py": MODULE})
    calls = [
        call("tree"),
        call("append", "[1]"),
        call("count", "3"),
        call("count", "10**6"),
        call("say", "'hello'"),
        call("save", "tmp_path", fixtures=("tmp_path",)),
        call("later", "7"),
        Call("Tally.total", "tally.total", arrange=("tally = Tally()", "tally.add(2)")),
        Call("Tally.add", "tally.add", call("add", "5").arguments, ("tally = Tally()",)),
        call(
            "variable",
            arrange=("monkeypatch.setenv('NAME', 'value')",),
            fixtures=("monkeypatch",),
        ),
        call("double", "1"),
        call("litter"),
    ]
    tree, append, three, many, say, save, later, total, add, variable, small, litter = in_lab(
        subject, lambda lab: lab.observe(calls)
    )
    assert "result.size == 3" in tree.checks and "_hidden" not in "".join(tree.checks)
    assert tree.value == ""
    assert append.checks == ("items == [1, 3]",)
    assert (three.ending, three.value) == (Ending.YIELDED, "[0, 1, 2]")
    assert many.checks == ("[item for item, _ in zip(result, range(5))] == [0, 1, 2, 3, 4]",)
    assert say.stdout == "hello\n"
    assert save.checks == ("(tmp_path / 'out.txt').read_text(encoding='utf-8') == 'saved'",)
    assert later.value == "7"
    assert total.value == "2"
    assert add.checks == ("tally.items == [5]", "tally.total == 5")
    assert variable.value == "'value'"
    assert (small.type, small.message) == ("builtins.ValueError", "1 is too small")
    assert small.deliberate
    assert litter.litter == ("left.txt",)


def test_a_line_of_an_example_runs_as_it_was_written(root: Path) -> None:
    subject = subject_of(root, {"things.py": MODULE})
    twice = "def twice(n):\n    return 2 * double(n)"
    lines = [
        Call("double", "twice(4) + 1", arrange=(twice,), as_written=True),
        Call("double", "for n in (4, 5):\n    print(double(n))", as_written=True),
        Call("double", "double(1)", as_written=True),
        Call("double", "twice(4)", arrange=(twice, "twice(1)"), as_written=True),
    ]
    added, printed, small, before = in_lab(subject, lambda lab: lab.observe(lines))
    assert (added.value, added.ending) == ("17", Ending.RETURNED)
    assert added.lines
    assert (printed.value, printed.stdout) == ("None", "8\n10\n")
    assert (small.type, small.deliberate) == ("builtins.ValueError", True)
    assert before.message == "cannot be arranged: ValueError: 1 is too small"


def test_what_changes_from_run_to_run_is_not_pinned(root: Path) -> None:
    subject = subject_of(root, {"things.py": MODULE})
    shuffled, ordered = in_lab(
        subject,
        lambda lab: lab.observe([call("shuffle", "'hello world'"), call("order", "'abcdefgh'")]),
    )
    assert shuffled.value == "" and shuffled.stable
    assert "len(result) == 11" in shuffled.checks
    assert ordered.value == ""
    assert "sorted(result) == ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']" in ordered.checks


def test_a_hostile_call_ends_in_one_line_and_the_next_one_runs(root: Path) -> None:
    subject = subject_of(root, {"things.py": MODULE})
    before = everything_in(root)
    names = ["endless", "stubborn", "bomb", "leave", "flood", "litter", "deaf"]

    async def act(lab: SandboxLab) -> list[tuple[Ending, str]]:
        calls = [*map(call, names), call("double", "4"), call("give", "missing_name")]
        found = await observing.observe(lab._workers, calls, 2.0)
        return [(outcome.ending, outcome.message) for outcome in found]

    endless, stubborn, bomb, leave, flood, _, deaf, double, unknown = in_lab(subject, act)
    assert endless == (Ending.TIMED_OUT, "ran longer than 2 s")
    assert stubborn[0] is Ending.TIMED_OUT
    assert bomb == (Ending.DIED, "needed too much memory")
    assert leave == (Ending.DIED, "ended its process with status 3")
    assert flood == (Ending.DIED, "printed too much")
    assert deaf[0] is Ending.RETURNED
    assert double == (Ending.RETURNED, "")
    assert unknown[1] == "cannot be arranged: NameError: name 'missing_name' is not defined"
    assert everything_in(root) == before


def test_the_text_in_the_editor_is_what_runs_under_the_real_path(root: Path) -> None:
    subject = subject_of(
        root,
        {"pkg/thing.py": "def value(): return 'saved'\n", "pkg/__init__.py": ""},
        buffer="from . import thing\ndef value(): return 'unsaved'\ndef where(): return __file__\n",
    )
    value, where = in_lab(subject, lambda lab: lab.observe([call("value"), call("where")]))
    assert value.value == "'unsaved'"
    assert Path(where.value.strip("'")).name == "thing.py"
    assert (root / "pkg/thing.py").read_text() == "def value(): return 'saved'\n"


def test_a_buffer_that_was_never_saved_can_be_imported(root: Path) -> None:
    subject = subject_of(root, {"thing.py": ""}, buffer="def value(): return 1\n")
    (root / "thing.py").unlink()
    (value,) = in_lab(subject, lambda lab: lab.observe([call("value")]))
    assert value.value == "1"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "import no_such\ndef f(): return 1\n",
            "ModuleNotFoundError: No module named 'no_such",
        ),
        ("def f(): return 1\nraise SystemExit(2)\n", "SystemExit: 2"),
        ("def f(): return 1\n1 / 0\n", "ZeroDivisionError: division by zero"),
    ],
)
def test_an_import_that_fails_is_one_clear_line(root: Path, text: str, said: str) -> None:
    subject = subject_of(root, {"thing.py": text})
    with pytest.raises(AiError) as caught:
        in_lab(subject, lambda lab: lab.observe([call("f")]))
    assert caught.value.kind is Kind.SETUP
    assert said in caught.value.message and "\n" not in caught.value.message


def test_cancelling_leaves_nothing_running(root: Path) -> None:
    subject = subject_of(root, {"things.py": MODULE})

    async def act() -> set[int]:
        lab = SandboxLab(await sandbox(), subject)
        before = _children()
        task = asyncio.create_task(lab.observe([call("endless")] * 20))
        while len(_children() - before) < 4:
            await asyncio.wait({task}, timeout=0.05)
            assert not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        await lab.close()
        return _children() - before

    assert asyncio.run(act()) == set()


def _children() -> set[int]:
    """Return the processes below this one."""
    listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True)
    pairs = [tuple(map(int, line.split())) for line in listed.stdout.splitlines()]
    found = {os.getpid()}
    while more := {pid for pid, parent in pairs if parent in found} - found:
        found |= more
    return {pid for pid in found - {os.getpid()} if _runs(pid)}


def _runs(pid: int) -> bool:
    try:
        line = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
    return bool(line) and b"ps\0-eo" not in line


def test_pytest_and_coverage_are_lent_to_an_interpreter_without_them(
    root: Path, tmp_path: Path
) -> None:
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bare)], check=True)
    subject = subject_of(root, {"things.py": MODULE})
    python = Interpreter(bare / "bin" / "python", sys.version_info[:2], "its own", "")
    subject = replace(subject, interpreter=python)
    calls = [
        call("say", "'a'", fixtures=("capsys",)),
        # What else we have is not lent: it would work here and fail on the user's machine.
        call("give", "__import__('griffe')"),
    ]
    said, lent = in_lab(subject, lambda lab: lab.observe(calls))
    assert said.stdout == "a\n"
    assert "No module named 'griffe'" in lent.message
