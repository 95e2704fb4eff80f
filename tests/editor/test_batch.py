"""Many definitions at once: a motion, a range, a buffer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.editor.driver import Editor
from tests.fake_faults import FAULTS
from tests.fake_llm import FakeLLM, Gate, derived, pausing

COUNT = 5
CODE = "".join(
    f"def work_{n}(first, second):\n    return first + second + {n}\n\n\n" for n in range(COUNT)
)
LINE = {n: 1 + 4 * n for n in range(COUNT)}


@pytest.fixture
def many(editor: Editor, tmp_path: Path) -> Editor:
    """Five functions without docstrings, the cursor in the first."""
    editor.open(tmp_path / "many.py", CODE.rstrip() + "\n")
    editor.at(1)
    return editor


def names(editor: Editor) -> list[str]:
    code = """
    return vim.tbl_map(function(proposal)
      return proposal.qualname
    end, require("neovim_ai.offers").in_order(vim.api.nvim_get_current_buf()))
    """
    return list(editor.lua(code))


def status(editor: Editor) -> str:
    return str(editor.lua("return require('neovim_ai').status()"))


def ends(editor: Editor) -> None:
    editor.until(lambda: status(editor) == "")


def answered(name: int) -> tuple[str, str]:
    return f"summary: Return the {name}", "th sum.\nfirst: One.\nsecond: Two.\nreturns: The sum.\n"


def test_the_whole_buffer_is_asked_for_one_after_the_other(many: Editor, fake_llm: FakeLLM) -> None:
    gates = [Gate() for _ in range(COUNT)]
    fake_llm.script(
        *(pausing(answered(n)[0], gate, answered(n)[1]) for n, gate in enumerate(gates))
    )
    many.nvim.command("AiDoc!")
    for number, gate in enumerate(gates):
        gate.wait_reached()
        assert len(fake_llm.chats) == number + 1
        assert f"{number + 1} of {COUNT} functions" in status(many)
        gate.open()
    many.said(f"{COUNT} of {COUNT} docstrings are proposed. :AiNext shows them")
    assert names(many) == [f"work_{n}" for n in range(COUNT)]
    ends(many)


def test_the_status_tells_how_long_it_takes_still(many: Editor, fake_llm: FakeLLM) -> None:
    gate = Gate()
    fake_llm.script(derived, derived, pausing(answered(2)[0], gate, answered(2)[1]))
    many.nvim.command("AiDoc!")
    gate.wait_reached()
    many.until(lambda: f"3 of {COUNT}" in status(many))
    assert re.search(rf"docstrings: 3 of {COUNT} functions · \d+ s left$", status(many))
    gate.open()
    many.offered(COUNT)


def test_each_request_of_a_file_begins_alike(many: Editor, fake_llm: FakeLLM) -> None:
    many.nvim.command("AiDoc!")
    many.offered(COUNT)
    first, *others = [chat.prompt for chat in fake_llm.chats]
    assert len(others) == COUNT - 1
    shared = first[: first.index("work_0")]
    assert shared
    assert all(prompt.startswith(shared) for prompt in others)


def test_a_range_takes_the_functions_in_it(many: Editor) -> None:
    many.nvim.command(f"{LINE[1]},{LINE[3]}AiDoc")
    many.offered(3)
    ends(many)
    assert names(many) == ["work_1", "work_2", "work_3"]


def test_a_visual_selection_is_a_range(many: Editor) -> None:
    many.at(LINE[2])
    many.nvim.input("Vj:AiDoc<CR>")
    many.offered(1)
    ends(many)
    assert names(many) == ["work_2"]


def test_the_operator_takes_a_motion_and_a_dot_repeats_it(many: Editor) -> None:
    many.nvim.command("nmap <buffer> gyd <Plug>(neovim-ai-doc-operator)")
    many.nvim.input("gydj")
    many.offered(1)
    ends(many)
    assert names(many) == ["work_0"]
    many.at(LINE[3])
    many.nvim.input(".")
    many.offered(2)
    ends(many)
    assert names(many) == ["work_0", "work_3"]


def test_stopping_asks_for_no_more_and_keeps_what_is_offered(
    many: Editor, fake_llm: FakeLLM
) -> None:
    gate = Gate()
    fake_llm.script(derived, derived, pausing("summary: Never to be ", gate, "seen.\n"))
    many.nvim.command("AiDoc!")
    gate.wait_reached()
    many.at(LINE[0])
    many.nvim.command("AiAccept")
    many.offered(1)
    many.nvim.command("AiStop")
    many.said(f"Stopped 1. {COUNT - 3} more were not asked for.")
    assert status(many) == ""
    assert fake_llm.chats[-1].gone.wait(20)
    assert names(many) == ["work_1"]
    assert many.text().count('"""') in (1, 2)
    many.at(LINE[4] + 2)
    many.nvim.command("AiDoc")
    many.offered(2)
    assert len(fake_llm.chats) == 4


def test_nothing_to_do_is_one_line(editor: Editor, tmp_path: Path, fake_llm: FakeLLM) -> None:
    editor.open(tmp_path / "done.py", 'def f():\n    """Return nothing."""\n')
    editor.nvim.command("AiDoc!")
    editor.said("nothing to do")
    assert fake_llm.chats == []
    assert status(editor) == ""


def test_one_that_fails_for_itself_does_not_end_the_others(many: Editor, fake_llm: FakeLLM) -> None:
    fake_llm.script(derived, FAULTS["content filter"])
    many.nvim.command("AiDoc!")
    many.said(f"{COUNT - 1} of {COUNT} docstrings are proposed (not: work_1)")
    assert "work_1" not in names(many)


def test_a_failure_that_all_would_share_ends_it_with_one_line(
    many: Editor, fake_llm: FakeLLM
) -> None:
    fake_llm.default = FAULTS["bad key"]
    many.nvim.command("AiDoc!")
    many.said("401")
    ends(many)
    assert len([line for line in many.messages().splitlines() if line]) == 1
    assert len(fake_llm.chats) == 1


def test_lines_that_move_meanwhile_do_not_matter(many: Editor, fake_llm: FakeLLM) -> None:
    gate = Gate()
    fake_llm.script(pausing(answered(0)[0], gate, answered(0)[1]))
    many.nvim.command("AiDoc!")
    gate.wait_reached()
    many.lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# one', '# two', '', '' })")
    gate.open()
    many.said(f"{COUNT} of {COUNT} docstrings are proposed.")
    assert names(many) == [f"work_{n}" for n in range(COUNT)]


def test_wiping_the_buffer_ends_it(many: Editor, fake_llm: FakeLLM) -> None:
    gate = Gate()
    fake_llm.script(pausing("summary: Never to be ", gate, "seen.\n"))
    many.nvim.command("AiDoc!")
    gate.wait_reached()
    many.nvim.command("bwipeout!")
    assert fake_llm.chats[-1].gone.wait(20)
    ends(many)
    many.offered(0)
    assert len(fake_llm.chats) == 1
    assert "proposed" not in many.messages()


def test_updates_open_no_window_over_each_other(editor: Editor, tmp_path: Path) -> None:
    code = "".join(
        f'def work_{n}(first):\n    """Do it.\n\n    Args:\n    """\n    return first + {n}\n\n\n'
        for n in range(3)
    )
    editor.open(tmp_path / "updates.py", code)
    editor.at(1)
    editor.nvim.command("AiDoc!")
    editor.offered(3)
    assert len([text for text in editor.floats() if "Do it." in text]) <= 1
    editor.nvim.command("AiNext | AiNext | AiNext")
    assert len([text for text in editor.floats() if "Do it." in text]) == 1


def test_what_leaves_for_another_machine_is_estimated_first(
    many: Editor, fake_llm: FakeLLM
) -> None:
    proxy = f"http://127.0.0.1:{fake_llm.port}"
    many.setup(
        provider="url",
        base_url="http://models.example/v1",
        proxy=proxy,
        budget={"day": 100_000},
    )
    many.nvim.command("AiDoc!")
    many.offered(COUNT)
    told = re.search(rf"{COUNT} docstrings take about (\d+) tokens in, \d+ out", many.messages())
    assert told
    assert "; 100000 of today's budget are left" in many.messages()
    assert "(models.example)" in many.messages()
    assert int(told[1]) > sum(len(chat.prompt) for chat in fake_llm.chats) // 8


def test_this_machine_is_asked_without_an_estimate(many: Editor) -> None:
    many.nvim.command("AiDoc!")
    many.offered(COUNT)
    assert "docstrings take" not in many.messages()
