"""`:AiDoc` while the Python process beside the editor dies or runs short: then it works again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.editor.conftest import CODE
from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM
from tests.faults.hosts import HOSTS, HostFault, tells
from tests.faults.moments import Moment, at, then_well, well
from tests.faults.sampling import cells
from tests.faults.test_doc_editors import ANSWER, accept_here, added_once, rest
from tests.faults.world import TYPED, World


@pytest.mark.parametrize(
    ("fault", "moment"),
    cells(HOSTS, tuple(Moment)),
    ids=lambda value: value.name if isinstance(value, HostFault) else str(value),
)
def test_a_docstring_is_on_its_way_and_the_host_fails(
    fresh_editor: Editor, fake_llm: FakeLLM, tmp_path: Path, fault: HostFault, moment: Moment
) -> None:
    world = World(fresh_editor, fake_llm, tmp_path)
    if moment is Moment.APPLY:
        fresh_editor.nvim.command("AiDoc")
        fresh_editor.offered(1)
    else:
        fake_llm.default = at(moment, world.gate, well(ANSWER), then_well(rest(moment)))
        fresh_editor.nvim.command("AiDoc")
        world.gate.wait_reached()
    fault.strike(world)
    world.type_meanwhile()
    world.gate.open()
    world.ended()
    typed = CODE + f"{TYPED}\n"
    assert world.text() == typed
    if fault.ends:
        fresh_editor.wait("not select(2, require('neovim_ai.host').state())")
    if world.offered():
        fresh_editor.at(1)
        fresh_editor.nvim.command("messages clear")
        accept_here(world)
        said = "|".join(world.said()).lower()
        kept = bool(fault.later) and world.text() == typed and fault.later in said
        assert kept or added_once(world.text() or "", typed), said
    else:
        assert fault.says in "|".join(world.said()).lower()
        assert world.leftovers() == []
    tells(world, fault)
    world.works_again(tmp_path)
