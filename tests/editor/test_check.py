"""`:AiCheck` and live diagnostics: shown where they belong, never out of date."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from neovim_ai.source import project as projects
from tests.editor.driver import Editor
from tests.editor.host_fakes import FakeMethod

CODE = '''\
def cut(text, limit):
    """Cut it.

    Args:
        text: My words.
        gone: What was there once.
    """
    return text[:limit]
'''


def finding(row: int = 5, **more: Any) -> dict[str, Any]:
    return {
        "kind": "parameter_gone",
        "qualname": "cut",
        "ordinal": 0,
        "row": row,
        "key": "parameter:gone",
        "message": "The docstring describes 'gone', which is no parameter.",
        "severity": "warning",
        "mendable": True,
        **more,
    }


@pytest.fixture
def checks(editor: Editor, tmp_path: Path) -> Iterator[FakeMethod]:
    editor.open(tmp_path / "drifted.py", CODE)
    fake = FakeMethod(editor, "check")
    yield fake
    editor.setup()
    fake.end()


def diagnostics(editor: Editor) -> list[dict[str, Any]]:
    return list(editor.lua("return vim.diagnostic.get(0)"))


def quickfix(editor: Editor) -> list[dict[str, Any]]:
    return list(editor.lua("return vim.fn.getqflist()"))


def test_findings_become_diagnostics_and_quickfix_entries(
    editor: Editor, checks: FakeMethod
) -> None:
    editor.nvim.command("AiCheck")
    assert checks.asked()["buffer"]["lines"] == CODE.splitlines()
    checks.answer({"findings": [finding(), finding(1, severity="info")]})
    editor.said("2 docstring entries of this buffer disagree with the code. :copen")
    warning, info = sorted(diagnostics(editor), key=lambda d: -d["lnum"])
    assert (warning["lnum"], warning["col"], warning["severity"]) == (5, 8, 2)
    assert info["severity"] == 3
    assert warning["source"] == "neovim-ai"
    entries = quickfix(editor)
    assert [(entry["lnum"], entry["type"]) for entry in entries] == [(6, "W"), (2, "I")]
    assert "no parameter" in entries[0]["text"]


def test_nothing_found_is_one_line_and_clears_what_was_shown(
    editor: Editor, checks: FakeMethod
) -> None:
    editor.nvim.command("AiCheck")
    checks.answer({"findings": [finding()]})
    editor.until(lambda: diagnostics(editor))
    editor.nvim.command("AiCheck")
    checks.answer({"findings": []}, 2)
    editor.said("Each docstring of this buffer agrees with its code.")
    assert diagnostics(editor) == []
    assert quickfix(editor) == []


def test_a_reply_about_text_that_changed_is_asked_for_again(
    editor: Editor, checks: FakeMethod
) -> None:
    editor.nvim.command("AiCheck")
    checks.asked()
    editor.lua("vim.api.nvim_buf_set_lines(0, 0, 0, false, { '# new' })")
    checks.answer({"findings": [finding()]})
    assert checks.asked(2)["buffer"]["lines"][0] == "# new"
    assert diagnostics(editor) == []
    checks.answer({"findings": [finding(6)]}, 2)
    editor.until(lambda: [d["lnum"] for d in diagnostics(editor)] == [6])


def test_writing_the_file_checks_again_what_was_shown(editor: Editor, checks: FakeMethod) -> None:
    editor.nvim.command("silent write")
    assert checks.count() == 0
    editor.nvim.command("AiCheck")
    checks.answer({"findings": [finding()]})
    editor.until(lambda: diagnostics(editor))
    editor.nvim.command("silent write")
    checks.answer({"findings": []}, 2)
    editor.until(lambda: diagnostics(editor) == [])


def test_what_to_look_for_besides_is_sent_and_looked_for_again_on_writing(
    editor: Editor, checks: FakeMethod
) -> None:
    editor.nvim.command("AiCheck examples age")
    assert checks.asked()["options"] == {"examples": True, "age": True}
    failing = finding(1, kind="example_fails", key="examples", message="It no longer holds.")
    checks.answer({"findings": [failing]})
    editor.until(lambda: [d["code"] for d in diagnostics(editor)] == ["example_fails"])
    editor.nvim.command("silent write")
    assert checks.asked(2)["options"] == {"examples": True, "age": True}
    checks.answer({"findings": []}, 2)
    editor.until(lambda: diagnostics(editor) == [])


def test_live_checks_keep_what_only_asking_finds(editor: Editor, checks: FakeMethod) -> None:
    editor.nvim.command("AiCheck examples")
    failing = finding(1, kind="example_fails", key="examples", message="It no longer holds.")
    checks.answer({"findings": [failing, finding()]})
    editor.until(lambda: len(diagnostics(editor)) == 2)
    assert "unasked" not in checks.asked()
    live(editor)
    assert "options" not in checks.asked(2)
    assert checks.asked(2)["unasked"] is True
    checks.answer({"findings": []}, 2)
    editor.until(lambda: [d["code"] for d in diagnostics(editor)] == ["example_fails"])
    editor.nvim.command("AiCheck")
    checks.answer({"findings": []}, 3)
    editor.until(lambda: diagnostics(editor) == [])


def test_unknown_thing_to_look_for_is_named(editor: Editor, checks: FakeMethod) -> None:
    editor.nvim.command("AiCheck exemples")
    editor.said(":AiCheck does not know 'exemples'. Known: examples, age.")
    assert checks.count() == 0


def test_examples_of_the_unsaved_buffer_are_run(editor: Editor, tmp_path: Path) -> None:
    code = 'def add(n):\n    """Add one.\n\n    >>> add(1)\n    3\n    """\n    return n + 2\n'
    editor.open(tmp_path / "sums.py", code)
    editor.lua("vim.api.nvim_buf_set_lines(0, -2, -1, false, { '    return n + 1' })")
    editor.nvim.command("AiCheck examples")
    editor.until(lambda: diagnostics(editor) or "no sandbox" in str(editor.messages()))
    if not diagnostics(editor):
        pytest.skip("nothing can be run here")
    [found] = diagnostics(editor)
    assert found["lnum"] == 3
    assert "It shows 3 and gives 2." in found["message"]


def test_a_buffer_that_is_not_python_is_not_checked(editor: Editor, checks: FakeMethod) -> None:
    editor.nvim.command("setlocal filetype=lua")
    editor.nvim.command("AiCheck")
    editor.said("This buffer is not Python")
    assert checks.count() == 0


def test_nothing_is_checked_while_editing_unless_wanted(editor: Editor, checks: FakeMethod) -> None:
    editor.lua("vim.api.nvim_exec_autocmds('TextChanged', { buffer = 0 })")
    assert editor.lua("return package.loaded['neovim_ai.live'] == nil or true")
    assert editor.lua("return #vim.api.nvim_get_autocmds({ event = 'InsertLeave' })") == 0
    assert checks.count() == 0


def live(editor: Editor, debounce: int = 1) -> None:
    editor.setup(diagnostics={"live": True, "debounce": debounce})


def test_live_diagnostics_follow_the_text(editor: Editor, checks: FakeMethod) -> None:
    live(editor)
    checks.answer({"findings": [finding()]})
    editor.until(lambda: [d["lnum"] for d in diagnostics(editor)] == [5])
    editor.nvim.input("6Gdd")
    assert "gone" not in "".join(checks.asked(2)["buffer"]["lines"])
    checks.answer({"findings": []}, 2)
    editor.until(lambda: diagnostics(editor) == [])


def test_leaving_insert_mode_checks_and_typing_does_not(editor: Editor, checks: FakeMethod) -> None:
    live(editor)
    checks.answer({"findings": []})
    editor.nvim.input("Go# typed")
    editor.until(lambda: editor.lines()[-1] == "# typed")
    assert checks.count() == 1
    editor.nvim.input("<Esc>")
    assert checks.asked(2)["buffer"]["lines"][-1] == "# typed"


def test_a_stale_reply_is_dropped(editor: Editor, checks: FakeMethod) -> None:
    live(editor)
    checks.asked()
    editor.nvim.input("ggO# new<Esc>")
    checks.asked(2)
    checks.answer({"findings": [finding()]})
    assert diagnostics(editor) == []
    checks.answer({"findings": [finding(6)]}, 2)
    editor.until(lambda: [d["lnum"] for d in diagnostics(editor)] == [6])


def test_a_check_that_nobody_asked_for_does_not_end_one_that_somebody_waits_for(
    editor: Editor, checks: FakeMethod
) -> None:
    live(editor)
    checks.answer({"findings": []})
    editor.nvim.command("AiCheck")
    checks.asked(2)
    editor.lua("require('neovim_ai.diagnostics').check_quietly(vim.api.nvim_get_current_buf())")
    assert checks.count() == 2
    checks.answer({"findings": [finding()]}, 2)
    editor.said("1 docstring entry of this buffer disagrees with the code.")
    editor.lua("require('neovim_ai.diagnostics').check_quietly(vim.api.nvim_get_current_buf())")
    assert checks.count() == 3


def test_many_changes_are_one_check(editor: Editor, checks: FakeMethod) -> None:
    live(editor, debounce=300)
    editor.lua(
        """
        for number = 1, 20 do
          vim.api.nvim_buf_set_lines(0, -1, -1, false, { "# " .. number })
          vim.api.nvim_exec_autocmds("TextChanged", { buffer = 0 })
        end
        """
    )
    assert checks.asked()["buffer"]["lines"][-1] == "# 20"
    assert checks.count() == 1


def test_switching_it_off_takes_the_diagnostics_away(editor: Editor, checks: FakeMethod) -> None:
    live(editor)
    checks.answer({"findings": [finding()]})
    editor.until(lambda: diagnostics(editor))
    editor.setup()
    assert diagnostics(editor) == []
    assert editor.lua("return #vim.api.nvim_get_autocmds({ group = 'neovim_ai_live' })") == 0


def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    (root / "inner").mkdir(parents=True)
    (root / "pyproject.toml").write_text("", encoding="utf-8")
    (root / "inner" / "one.py").write_text(CODE, encoding="utf-8")
    (root / "fine.py").write_text('def f():\n    """Do it."""\n', encoding="utf-8")
    return root


def test_with_a_bang_the_project_is_checked_by_the_command_line(
    editor: Editor, tmp_path: Path
) -> None:
    root = project(tmp_path)
    editor.nvim.command(f"edit {root}/fine.py")
    editor.nvim.command("AiCheck!")
    editor.said("disagrees with the code")
    names = [
        os.path.relpath(editor.lua("return vim.fn.bufname(...)", entry["bufnr"]), root)
        for entry in quickfix(editor)
    ]
    assert names
    assert {Path(name).name for name in names} == {"one.py"}
    assert any("gone" in entry["text"] and entry["lnum"] == 6 for entry in quickfix(editor))
    assert editor.lua("return require('neovim_ai').status()") == ""


@pytest.mark.parametrize("mark", projects.MARKS)
def test_a_project_begins_where_python_says_it_does(
    editor: Editor, tmp_path: Path, mark: str
) -> None:
    script = tmp_path / "python"
    script.write_text('#!/bin/sh\nshift $(($# - 1))\nprintf %s "$1" >"$0.asked"\n', "ascii")
    script.chmod(0o755)
    inner = tmp_path / "outer" / "inner"
    (inner / "package").mkdir(parents=True)
    (inner.parent / "pyproject.toml").touch()
    (inner / mark).touch()
    editor.setup(python=str(script))
    editor.open(inner / "package" / "code.py", CODE)
    editor.nvim.command("AiCheck!")
    editor.wait("require('neovim_ai').status() == ''")
    asked = Path(script.with_suffix(".asked").read_text("utf-8"))
    assert asked == projects.root(inner / "package") == inner


def test_a_project_that_cannot_be_checked_is_one_line(editor: Editor, tmp_path: Path) -> None:
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\necho 'it is broken' >&2\nexit 1\n", encoding="ascii")
    script.chmod(0o755)
    editor.setup(python=str(script))
    editor.open(tmp_path / "code.py", CODE)
    editor.nvim.command("AiCheck!")
    editor.said("The project could not be checked: it is broken")


def test_a_name_with_odd_characters_arrives_whole(editor: Editor, tmp_path: Path) -> None:
    root = project(tmp_path)
    odd = root / "a b'c.py"
    odd.write_text(CODE, encoding="utf-8")
    editor.lua("vim.cmd.edit(vim.fn.fnameescape(...))", str(root / "fine.py"))
    editor.nvim.command("call setqflist([]) | AiCheck!")
    editor.until(lambda: quickfix(editor))
    found = {editor.lua("return vim.fn.bufname(...)", e["bufnr"]) for e in quickfix(editor)}
    assert any(Path(name).name == odd.name for name in found), json.dumps(sorted(found))


def test_the_host_finds_drift_and_accepting_an_update_mends_it(
    editor: Editor, tmp_path: Path
) -> None:
    editor.open(tmp_path / "drifted.py", CODE)
    editor.nvim.command("AiCheck")
    editor.until(lambda: any("gone" in d["message"] for d in diagnostics(editor)))
    assert {d["lnum"] for d in diagnostics(editor) if "gone" in d["message"]} == {5}
    editor.at(1)
    editor.nvim.command("AiDoc")
    editor.offered()
    editor.nvim.command("AiAccept")
    editor.offered(0)
    editor.until(lambda: diagnostics(editor) == [])


def test_the_host_is_asked_while_editing(editor: Editor, tmp_path: Path) -> None:
    editor.open(tmp_path / "drifted.py", CODE)
    live(editor)
    editor.until(lambda: any("gone" in d["message"] for d in diagnostics(editor)))
    editor.nvim.input("6Gdd")
    editor.until(lambda: not any("gone" in d["message"] for d in diagnostics(editor)))
    editor.nvim.input("u")
    editor.until(lambda: any("gone" in d["message"] for d in diagnostics(editor)))
    editor.setup()
