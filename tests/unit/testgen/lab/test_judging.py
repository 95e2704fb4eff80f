"""What tests are worth: lines, branches, kills; proof in fresh processes; what is thrown out."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.testgen.lab.laboratory import everything_in, in_lab, subject_of, text

from neovim_ai.testgen.lab.lab import SandboxLab
from neovim_ai.testgen.lab.minimise import minimise
from neovim_ai.testgen.lab.mutants import changes
from neovim_ai.testgen.model import Coverage, Evidence, TestText

MODULE = '''
import functools

LIMIT = 3
STATE = []

@functools.lru_cache(maxsize=None)
def sign(x: int = 0) -> int:
    """Tell the sign."""
    if x > LIMIT:
        return 1
    return -1

def push(x):
    STATE.append(x)
    return len(STATE)

def spin(n):
    while n > 0:
        n = n - 1
    return n
'''
OR_EQUAL = "> LIMIT → >= LIMIT"
SIGN = ("from thing import sign",)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    return root


def test_a_test_is_told_what_it_runs_and_which_mutants_it_alone_fails_on(root: Path) -> None:
    subject = subject_of(root, {"thing.py": MODULE, "conftest.py": CONFTEST})
    tests = [
        text("test_above", "assert sign(4) == 1", imports=SIGN),
        text("test_both", "assert sign(4) == 1", "assert sign(3) == -1", imports=SIGN),
        text("test_wrong", "assert sign(4) == 2", imports=SIGN),
        TestText("test_own", "def test_own(four):\n    assert sign(four) == 1", SIGN, ()),
        text("test_spin", "assert spin(2) == 0", imports=("from thing import spin",)),
    ]
    before = everything_in(root)

    async def act(lab: SandboxLab) -> tuple[dict[str, str], dict[str, Evidence]]:
        mutants = await lab.mutants(subject.targets)
        return {m.key: f"{m.before} → {m.after}" for m in mutants}, dict(await lab.judge(tests))

    mutants, found = in_lab(subject, act)
    line = MODULE.splitlines().index("    if x > LIMIT:") + 1
    assert found["test_above"].lines == {line, line + 1}
    assert found["test_above"].branches == {(line, line + 1)}
    assert found["test_both"].branches == {(line, line + 1), (line, line + 2)}
    assert {mutants[key] for key in found["test_both"].kills} >= {OR_EQUAL, "> → <", "1 → 2"}
    assert OR_EQUAL not in {mutants[key] for key in found["test_above"].kills}
    assert {mutants[key] for key in found["test_both"].alone} >= {OR_EQUAL}
    assert found["test_own"].kills == found["test_above"].kills
    assert found["test_wrong"].refused == "fails: assert 1 == 2"
    # `n = n - 1` made `n = n + 1` never ends: that is a kill, and takes its time limit alone.
    assert "n - 1 → n + 1" in {mutants[key] for key in found["test_spin"].kills}
    assert everything_in(root) == before


WIDE = """
def shown(text):
    return "".join(
        character
        if character < "b" else "?"
        for character in text
    )

def small(x):
    if (
        x > 3
        and x < 9
    ):
        match x:
            case 4:
                return (
                    x + 2
                )
        return 0
    return x
"""


def test_mutants_in_lines_that_continue_a_statement_are_tried_on_the_tests_that_run_it(
    root: Path,
) -> None:
    subject = subject_of(root, {"thing.py": WIDE})
    calls = ('assert shown("ac") == "a?"', "assert [small(4), small(9)] == [6, 9]")
    imports = ("from thing import shown, small",)
    tests = [text(f"test_{n}", call, imports=imports) for n, call in enumerate(calls)]

    async def act(lab: SandboxLab) -> set[str]:
        mutants = {m.key: f"{m.before} → {m.after}" for m in await lab.mutants(subject.targets)}
        found = await lab.judge(tests)
        return {mutants[key] for one in found.values() for key in one.kills}

    wanted = {'"?" → "XX?XX"', "9 → 10", "2 → 3"}
    assert wanted <= in_lab(subject, act)


CONFTEST = """
import pytest

@pytest.fixture
def four():
    return 4
"""


def test_mutants_are_distinct_and_leave_docstrings_and_annotations_alone(root: Path) -> None:
    subject = subject_of(root, {"thing.py": MODULE})
    made = changes(subject.source.text, subject.targets)
    assert len({change.mutant.key for change in made}) == len(made)
    for change in made:
        whole = MODULE[: change.start] + change.after + MODULE[change.end :]
        compile(whole, "thing.py", "exec")
        assert whole != MODULE
        assert '"""Tell the sign."""' in whole and "x: int" in whole
    assert {change.mutant.operator for change in made} >= {"relation", "swap op", "number"}
    assert {change.mutant.target for change in made} == {"sign", "push", "spin"}


def test_a_built_in_function_is_mixed_up_with_its_opposite(root: Path) -> None:
    text = "def span(rows):\n    return max(rows) - min(rows) if any(rows) else self.all(rows)\n"
    subject = subject_of(root, {"thing.py": text})
    made = [c.mutant for c in changes(text, subject.targets) if c.mutant.operator == "opposite"]
    assert [(one.before, one.after) for one in made] == [
        ("max(rows)", "min(rows)"),
        ("min(rows)", "max(rows)"),
        ("any(rows)", "all(rows)"),
    ]


def test_mutants_with_the_same_bytecode_are_left_out(root: Path) -> None:
    subject = subject_of(root, {"thing.py": "def f(x):\n    if x or False:\n        return 0x1\n"})
    made = changes(subject.source.text, subject.targets)
    at = subject.source.text.index("0x1")
    mutant = replace(made[0].mutant, key="same")
    same = replace(made[0], start=at, end=at + 3, after="1", mutant=mutant)

    async def act(lab: SandboxLab) -> list[str]:
        from neovim_ai.testgen.lab.judging import distinct

        return [c.mutant.key for c in await distinct(lab._workers, [*made, same])]

    kept = in_lab(subject, act)
    assert "same" not in kept and kept


def test_coverage_is_what_coverage_py_reports(root: Path) -> None:
    tests = "from thing import sign, spin\n\ndef test_it():\n    sign(9)\n    spin(1)\n"
    subject = subject_of(root, {"thing.py": MODULE, "tests/test_thing.py": tests})
    found: Coverage = in_lab(subject, lambda lab: lab.existing())
    arguments = ["--branch", "--include=thing.py", "-m", "pytest", "-q", "tests/test_thing.py"]
    for line in (["run", *arguments], ["json", "-o", "report.json"]):
        subprocess.run([sys.executable, "-m", "coverage", *line], cwd=root, check=True)
    report = json.loads((root / "report.json").read_text())["files"]["thing.py"]
    inside = {
        line
        for target in subject.targets
        for line in range(target.definition.line, target.definition.end_line + 1)
    }
    assert found.lines_run == set(report["executed_lines"]) & inside
    assert found.lines - found.lines_run == set(report["missing_lines"]) & inside
    executed = {(a, b) for a, b in report["executed_branches"] if a in inside}
    missing = {(a, b) for a, b in report["missing_branches"] if a in inside}
    assert found.branches_run == executed
    assert found.branches - found.branches_run == missing and missing


def test_what_the_project_tests_already_notice_is_known(root: Path) -> None:
    tests = "from thing import sign\n\ndef test_it():\n    assert sign(9) == 1\n"
    subject = subject_of(root, {"thing.py": MODULE, "tests/test_thing.py": tests})

    async def act(lab: SandboxLab) -> set[str]:
        killed = await lab.killed()
        return {m.target for m in await lab.mutants(subject.targets) if m.key in killed}

    assert in_lab(subject, act) == {"sign"}


FILE = """
import os
import threading

from thing import push, sign


def test_good():
    assert sign(9) == 1


def test_order():
    assert push(1) == 1


def test_hash():
    assert hash("a") % 2 == 0


def test_litter():
    open("left.txt", "w").close()


def test_environment():
    os.environ["LEFT"] = "1"


def test_thread():
    threading.Thread(target=threading.Event().wait, daemon=True).start()
"""


def test_only_what_holds_in_fresh_processes_and_leaves_nothing_is_kept(root: Path) -> None:
    others = "from thing import push\n\ndef test_other():\n    push(0)\n"
    subject = subject_of(root, {"thing.py": MODULE, "tests/test_other.py": others})
    names = ["good", "order", "hash", "litter", "environment", "thread"]
    before = everything_in(root)
    found = in_lab(subject, lambda lab: lab.prove(FILE, [f"test_{n}" for n in names], 4))
    assert found["test_good"].refused == "" and found["test_good"].order_safe
    assert (found["test_good"].runs, found["test_good"].passed) == (4, 4)
    why = {name: found[f"test_{name}"].refused for name in names}
    assert why["order"].startswith("fails after the project's other tests: assert 2 == 1")
    assert why["litter"] == "leaves a file behind: left.txt"
    assert why["environment"] == "changes the environment: LEFT"
    assert why["thread"].startswith("leaves a thread: ")
    assert found["test_hash"].passed < 4 and "fails" in why["hash"]
    assert everything_in(root) == before


def test_a_file_that_cannot_be_collected_refuses_its_tests(root: Path) -> None:
    subject = subject_of(root, {"thing.py": MODULE})
    broken = "from thing import missing\n\ndef test_a():\n    assert missing\n"
    found = in_lab(subject, lambda lab: lab.prove(broken, ["test_a"], 1))
    assert "cannot import name 'missing'" in found["test_a"].refused


_KEYS = st.frozensets(st.sampled_from("abcdef"))
_LINES = st.frozensets(st.integers(1, 6))
_EVIDENCE = st.builds(Evidence, lines=_LINES, kills=_KEYS, refused=st.sampled_from(("", "", "x")))


@given(st.dictionaries(st.text("tu", min_size=1), _EVIDENCE, max_size=6))
def test_what_is_kept_shows_all_that_all_showed_and_each_shows_something(
    found: dict[str, Evidence],
) -> None:
    kept = minimise(found)
    good = {name: e for name, e in found.items() if not e.refused}
    assert set(kept) <= set(good)
    for kind in ("lines", "kills"):
        whole = {item for e in good.values() for item in getattr(e, kind)}
        assert {item for name in kept for item in getattr(good[name], kind)} == whole
    assert all(good[name].lines or good[name].kills for name in kept)
