"""The host's side of `:AiTest`, played by a test: what it proposes and what it answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.editor.driver import Editor
from tests.editor.host_fakes import FakeMethod

CODE = """\
def half(number):
    if number < 0:
        raise ValueError("negative")
    return number // 2
"""
TESTS = """\
from code import half


def test_mine():
    assert half(4) == 2
"""
FIRST = ["def test_zero():", "    assert half(0) == 0"]
SECOND = ["def test_negative():", "    with pytest.raises(ValueError):", "        half(-1)"]
COVERAGE = {"lines": 4, "lines_run": 0, "branches": 2, "branches_run": 0, "missing": []}
USAGE = {
    "prompt_tokens": 0,
    "completion_tokens": 0,
    "cached_tokens": 0,
    "requests": 0,
    "estimated": False,
}
SURVIVOR = {
    "key": "m1",
    "target": "half",
    "row": 1,
    "operator": "compare",
    "before": "<",
    "after": "<=",
}
QUESTION = {
    "key": "d1",
    "target": "half",
    "row": 0,
    "call": "half(3)",
    "expected": "1.5",
    "observed": "1",
    "source": "documented",
    "said": "Half of\n   a number.",
    "votes": [],
    "can_be_pinned": True,
    "case": {},
}


def hunk(key: str, lines: list[str]) -> dict[str, Any]:
    return {
        "key": key,
        "label": key,
        "lines": lines,
        "provenance": "observed",
        "sources": [],
        "evidence": f"lines +2 (1-2) · kills 1 of 9 mutants · 5/5 runs · {key}",
        "intent": "",
        "target": "half",
        "test": {"opaque": key},
    }


class Played:
    """An editor with code and a test file, and the host's methods played."""

    def __init__(self, editor: Editor, folder: Path) -> None:
        self.editor = editor
        self.code, self.file = folder / "code.py", folder / "tests" / "test_code.py"
        self.test = FakeMethod(editor, "test")
        self.apply = FakeMethod(editor, "test_apply")
        self.kill = FakeMethod(editor, "test_kill")
        editor.open(self.code, CODE)
        editor.at(1)

    def message(self, **changes: Any) -> dict[str, Any]:
        return {
            "status": "proposed",
            "reason": "",
            "path": str(self.code),
            "qualname": "half",
            "row": 0,
            "end_row": 3,
            "targets": ["half"],
            "digest": "x",
            "test_path": str(self.file),
            "exists": self.file.exists(),
            "hunks": [hunk("test_zero", FIRST), hunk("test_negative", SECOND)],
            "disputes": [],
            "survivors": [],
            "refused": [],
            "before": {**COVERAGE, "percent": 0.0},
            "after": {**COVERAGE, "percent": 100.0},
            "mutants": 9,
            "killed": 8,
            "notes": [],
            "not_run": "",
            "edits": [],
            "usage": USAGE,
            "seconds": 1.5,
            "model": "",
            "route": "",
            **changes,
        }

    def propose(self, **changes: Any) -> None:
        count = self.test.count()
        self.editor.nvim.command("AiTest")
        self.test.answer(self.message(**changes), count + 1)

    def applied(self, edits: list[tuple[int, list[str]]], count: int = 1, **more: Any) -> None:
        """Answer `test_apply` with insertions at the starts of rows, the last first."""
        places = [
            {"start_row": row, "start_col": 0, "end_row": row, "end_col": 0, "lines": lines}
            for row, lines in edits
        ]
        result = {
            "path": str(self.file),
            "exists": self.file.exists(),
            "edits": places,
            "names": ["test_zero"],
            "bugs": [],
            "verified": "1 test, 2/2 runs",
            **more,
        }
        self.apply.answer(result, count)

    def write_tests(self) -> None:
        self.file.parent.mkdir(exist_ok=True)
        self.file.write_text(TESTS)

    def in_file(self) -> list[str]:
        code = "return vim.api.nvim_buf_get_lines(vim.fn.bufnr(...), 0, -1, false)"
        return list(self.editor.lua(code, str(self.file)))

    def into_window(self) -> None:
        self.editor.nvim.command("AiNext")
