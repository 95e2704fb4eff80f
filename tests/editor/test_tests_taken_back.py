""":AiTest in a real Neovim: what is rejected or changed while tests are run once more."""

from __future__ import annotations

import pytest

from tests.editor.played_tests import FIRST, TESTS, Played

INSERTED = [(5, ["", "", *FIRST, ""])]


@pytest.mark.parametrize("how", ["AiReject!", "AiReject"])
def test_what_is_rejected_before_it_is_written_is_not_written(tests: Played, how: str) -> None:
    tests.write_tests()
    tests.propose()
    tests.editor.nvim.command("AiAccept!")
    tests.apply.asked()
    if how == "AiReject":
        tests.into_window()
    tests.editor.nvim.command(how)
    tests.applied(INSERTED)
    tests.editor.said("It was rejected meanwhile; nothing was written.")
    assert tests.in_file() == TESTS.splitlines()
    assert ("test_negative" in tests.editor.shown()) == (how == "AiReject")


def test_tests_join_the_file_as_it_is_on_the_disk_by_now(tests: Played) -> None:
    tests.write_tests()
    tests.editor.lua("vim.fn.bufload(vim.fn.bufadd(...))", str(tests.file))
    tests.propose()
    changed = TESTS + "\n# by somebody else, at another time\n"
    tests.file.write_text(changed)
    tests.editor.nvim.command("AiAccept!")
    assert tests.apply.asked()["test_buffer"]["lines"] == changed.splitlines()


def test_a_window_closed_by_hand_opens_again(tests: Played) -> None:
    tests.propose()
    tests.into_window()
    tests.editor.nvim.command("close")
    tests.into_window()
    assert "test_negative" in tests.editor.shown()
    assert "Error" not in tests.editor.messages()
