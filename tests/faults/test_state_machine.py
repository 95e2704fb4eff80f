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
from tests.faults.machine import EditingMachine, Stage, is_of_a_docstring
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


DOCUMENTED = """\
def f(a):
    '''Add one.

    Args:
        a: A number.

    Returns:
        One more.
    '''
    a += 1
""".replace("'''", '"""')


def test_a_hunk_may_take_out_of_a_docstring_what_the_code_no_longer_returns() -> None:
    """Found by the machine: a line was deleted, and what was offered for it accepted."""
    without = DOCUMENTED.replace("\n    Returns:\n        One more.\n", "")
    assert is_of_a_docstring(DOCUMENTED, without)
    assert is_of_a_docstring("def f(a):\n    a += 1\n", DOCUMENTED)


def test_no_line_of_code_is_a_docstrings() -> None:
    for harm in ("", "    a += 2\n", "    a += 1\n    a += 1\n"):
        assert not is_of_a_docstring(DOCUMENTED, DOCUMENTED.replace("    a += 1\n", harm))
    assert not is_of_a_docstring(DOCUMENTED, DOCUMENTED.replace("def f(a):\n", ""))


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
