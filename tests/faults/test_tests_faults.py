"""`:AiTest` while the server, the host, the sandbox or the editor fails: nothing is lost or left.

A cell runs a whole search, so by default a few are played; with `make torture` all.
"""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM
from tests.faults.editors import EDITORS
from tests.faults.hosts import HOSTS, HostFault, tells
from tests.faults.moments import Moment, at
from tests.faults.sampling import ALL, cells
from tests.faults.servers import SERVERS, ServerFault
from tests.faults.test_doc_servers import STREAMING, expected
from tests.faults.tests_world import CLIP, PATIENT, TestsWorld, When
from tests.faults.ways import WAYS, Way
from tests.faults.world import TYPED

STREAMED = {Moment.FIRST: "t", Moment.MIDDLE: "test 1: a value above beco"}
Cell = TypeVar("Cell")

pytestmark = pytest.mark.timeout(300)


def few(rows: Sequence[Cell], count: int) -> Sequence[Cell]:
    """Return so many, spread evenly, or all of them in a long run."""
    return rows if ALL else [rows[at * len(rows) // count] for at in range(count)]


def name_of(value: object) -> str:
    return str(getattr(value, "name", value)) if not isinstance(value, When | Moment) else value


@pytest.mark.parametrize(("fault", "moment"), few(cells(SERVERS, STREAMING), 2), ids=name_of)
def test_tests_are_named_and_the_server_fails(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, fault: ServerFault, moment: Moment
) -> None:
    world = TestsWorld(editor, fake_llm, tmp_path)
    world.patience(fault.timeout)
    fake_llm.default = at(moment, world.gate, fault.before, fault.inside, STREAMED)
    world.ask(f"budget={PATIENT}")
    world.gate.wait_reached(100)
    typed = "" if fault.timeout else f"{TYPED}\n"
    if typed:
        world.type_meanwhile()
    world.gate.open()
    world.ended()
    assert world.text() == CLIP + typed
    (said,) = world.said()
    assert "proposed for clip" in said
    shown = world.shown()
    says = expected(fault, moment)
    if says:
        assert says in shown.partition("Without the model's advice:")[2].lower(), shown
    named = re.findall(r"\+ def (\S+)\(", shown)
    assert named
    assert all(re.fullmatch(r"test_[a-z0-9_]+", name) for name in named), named
    world.nothing_runs()


@pytest.mark.parametrize("way", few(WAYS, 1), ids=name_of)
def test_tests_are_asked_for_where_no_way_leads(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, way: Way
) -> None:
    world = TestsWorld(editor, fake_llm, tmp_path)
    with way.settings() as options:
        editor.setup(provider="url", **options, **world.options())
        world.ask()
        world.type_meanwhile()
        world.ended()
    (said,) = world.said()
    assert "proposed for clip" in said
    assert way.says in world.shown().partition("Without the model's advice:")[2].lower()
    assert world.text() == CLIP + f"{TYPED}\n"
    world.nothing_runs()


@pytest.mark.parametrize("fault", few(SERVERS, 1), ids=name_of)
def test_a_server_that_fails_later_does_not_keep_tests_from_being_accepted(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, fault: ServerFault
) -> None:
    world = TestsWorld(editor, fake_llm, tmp_path)
    world.come_to(When.OFFERED)
    assert "Without the model's advice" not in world.shown()
    asked = len(fake_llm.requests)
    fake_llm.default = fault.before
    world.accept()
    assert "now in" in "|".join(world.said())
    assert "def test_" in world.tests()
    assert len(fake_llm.requests) == asked
    world.nothing_runs()


@pytest.mark.parametrize(("fault", "when"), few(cells(HOSTS, tuple(When), 3), 1), ids=name_of)
def test_tests_are_on_their_way_and_the_host_fails(
    fresh_editor: Editor, fake_llm: FakeLLM, tmp_path: Path, fault: HostFault, when: When
) -> None:
    world = TestsWorld(fresh_editor, fake_llm, tmp_path)
    world.come_to(when)
    fault.strike(world)
    world.type_meanwhile()
    world.gate.open()
    if when is not When.OFFERED:
        world.ended()
        said = "|".join(world.said()).lower()
        assert fault.says in said or (not fault.sure and "proposed" in said), said
        assert len(world.said()) == 1, world.said()
    assert world.text() == CLIP + f"{TYPED}\n"
    if fault.ends:
        fresh_editor.wait("not select(2, require('neovim_ai.host').state())")
    tells(world, fault)
    fault.mend(world)
    if when in (When.OFFERED, When.APPLYING):
        world.accept()
        if "the next command starts it again" in "|".join(world.said()).lower():
            world.accept()  # the editor had not seen its end yet
        assert world.tests().count("import clip") == 1, world.said()
    world.nothing_runs()
    world.works_again(tmp_path)


@dataclass(frozen=True)
class Happening:
    """What happens besides.

    Attributes:
        name: For people.
        strike: Makes it happen.
        text: What the code's buffer holds afterwards; None where there is none any more.
        takes: Tests that are offered can still be taken.
        moments: When it means anything.
    """

    name: str
    strike: Callable[[TestsWorld], None]
    text: str | None = CLIP
    takes: bool = True
    moments: tuple[When, ...] = tuple(When)


def _sandbox_killed(world: TestsWorld) -> None:
    for pid in world.workers():
        with suppress(ProcessLookupError):  # the one before may have taken it along
            os.kill(pid, signal.SIGKILL)


def _lua(code: str) -> Callable[[TestsWorld], None]:
    return lambda world: world.editor.lua(code) and None


def _on_editor(name: str) -> Callable[[TestsWorld], None]:
    """Return what happens to the code as it does in the matrix of `:AiDoc`."""
    (fault,) = (one for one in EDITORS if one.name == name)
    return lambda world: fault.strike(world.editor, world.file)


RUNNING = (When.SEARCHING, When.ASKING, When.APPLYING)
HAPPENINGS = (
    Happening("sandbox killed", _sandbox_killed, moments=(When.SEARCHING, When.APPLYING)),
    Happening("buffer closed", _lua("vim.cmd('bwipeout!')"), None),
    Happening("window closed", _lua("vim.cmd('new | wincmd p | close')")),
    Happening(
        "edited",
        _lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# mine' })"),
        f"# mine\n{CLIP}",
    ),
    Happening(
        "target deleted",
        _lua("vim.api.nvim_buf_set_lines(0, 0, 4, false, { '' })"),
        "\n",
        takes=False,
    ),
    Happening("edited and undone", _on_editor("edited and undone")),
    Happening("reloaded", _on_editor("reloaded")),
    Happening("formatted on save", _on_editor("formatted on save")),
    Happening(
        "changed on disk", _on_editor("changed on disk"), f"# somebody else was here\n{CLIP}"
    ),
    Happening("read-only", _on_editor("read-only")),
    Happening("not modifiable", _on_editor("not modifiable")),
    Happening("in the middle of typing", _on_editor("in the middle of typing"), f"{CLIP}# typed\n"),
    Happening("stopped", _lua("vim.cmd.AiStop()"), moments=RUNNING),
    Happening("rejected", _lua("vim.cmd('AiReject!')"), moments=(When.APPLYING,), takes=False),
    Happening("gone from disk", lambda world: world.file.unlink()),
)
EVENTS = [(one, when) for one in HAPPENINGS for when in one.moments]


@pytest.mark.parametrize(("what", "when"), few(EVENTS, 2), ids=name_of)
def test_tests_are_on_their_way_and_something_happens(
    editor: Editor, fake_llm: FakeLLM, tmp_path: Path, what: Happening, when: When
) -> None:
    world = TestsWorld(editor, fake_llm, tmp_path)
    world.come_to(when)
    what.strike(world)
    world.gate.open()
    editor.wait("require('neovim_ai').status() == ''", 100)
    if editor.mode() == "i":
        world.leave_insert()
    assert world.text() == what.text
    assert len(world.said()) <= 1, world.said()
    world.file.write_text(CLIP)
    taken = world.tests()
    if not taken:
        world.accept()
        assert len(world.said()) <= 1, world.said()
    if when is When.OFFERED and what.text is not None:
        assert bool(world.tests()) is what.takes, world.said()
    if not what.takes:
        assert "def test_" not in world.tests()
    assert world.tests().count("import clip") <= 1
    assert world.text() == what.text
    world.nothing_runs()
    world.works_again(tmp_path)
