"""Anything in any order: the buffer holds what the user typed and whole docstrings, always."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky, FlakyStrategyDefinition
from hypothesis.stateful import run_state_machine_as_test

from tests.editor.driver import Editor
from tests.fake_llm import FakeLLM
from tests.faults.machine import EditingMachine, Stage
from tests.faults.sampling import ALL

EXAMPLES = 5000 if ALL else 300
STEPS = 12 if ALL else 6
SETTINGS = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)


@pytest.fixture
def stage(warm_editor: Editor, fake_llm: FakeLLM, tmp_path: Path) -> Iterator[Stage]:
    stage = Stage()
    stage.editor, stage.fake, stage.file = warm_editor, fake_llm, tmp_path / "code.py"
    warm_editor.setup(provider="url", base_url=fake_llm.base_url)
    yield stage
    warm_editor.nvim.command("silent! AiStop! | silent! AiReject! | silent! only! | %bwipeout!")


@pytest.mark.timeout(7200 if ALL else 600)
def test_whatever_is_done_the_text_is_the_users(
    stage: Stage, record_property: Callable[[str, object], None]
) -> None:
    machine = type("Machine", (EditingMachine,), {"stage": stage})
    run_state_machine_as_test(machine, settings=SETTINGS)
    record_property("examples of the state machine", stage.examples)
    record_property("docstrings accepted in them", stage.accepted)
    assert stage.accepted > EXAMPLES / 10, f"{stage.accepted} accepted of {stage.asked} asked"


@pytest.mark.timeout(600)
def test_an_apply_that_writes_elsewhere_is_found(stage: Stage) -> None:
    """The control: with the position of an edit off by a line the machine must fail."""
    stage.editor.lua(
        """
        local real = vim.api.nvim_buf_set_text
        vim.api.nvim_buf_set_text = function(buf, row, col, to, to_col, lines)
          real(buf, math.max(row - 1, 0), 0, to, to_col, lines)
        end
        FakeReal = real
        """
    )
    machine = type("Machine", (EditingMachine,), {"stage": stage})
    # Found once is enough here; answers that come at other times make it look flaky.
    once = settings(SETTINGS, phases=(Phase.generate,), report_multiple_bugs=False)
    with pytest.raises((AssertionError, Flaky, FlakyStrategyDefinition)):
        run_state_machine_as_test(machine, settings=once)
    stage.editor.lua("vim.api.nvim_buf_set_text = FakeReal")
