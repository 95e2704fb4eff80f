"""Gate 4: nothing new for the project's linters, and what no docstring could avoid is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from neovim_ai.docs import place, render, slots
from neovim_ai.docs.gates import linted, located, ruffed
from neovim_ai.docs.house import detect
from neovim_ai.docs.linters import Rules, pydoclint_options
from neovim_ai.docs.model import Filled, Gate, House
from neovim_ai.settings import DocSettings
from neovim_ai.source import facts as source_facts
from neovim_ai.source import target
from neovim_ai.source.text import SourceText

PYDOCLINT = '[tool.pydoclint]\nstyle = "google"\n'
RUFF = '[tool.ruff.lint]\nselect = ["D"]\n[tool.ruff.lint.pydocstyle]\nconvention = "google"\n'
PLAIN = "def f(a: int, b: str) -> int:\n    return a\n"
GENERATOR = "def f(n: int):\n    yield n\n"


def told(root: Path, config: str, text: str) -> tuple[SourceText, House]:
    (root / "pyproject.toml").write_text(config, encoding="utf-8")
    source = SourceText(text, root / "m.py")
    return source, detect(source, root, DocSettings())


def judged(source: SourceText, after: str, house: House, name: str = "f") -> Gate:
    definition = target.by_qualname(source, name)
    pair = located.locate(source, SourceText(after, source.path), definition)
    return linted.nothing_new(pair, house)


def documented(source: SourceText, house: House, name: str = "f", leave: str = "") -> str:
    definition = target.by_qualname(source, name)
    facts = source_facts.collect(source, definition)
    needed = [s for s in slots.wanted(definition, facts, house) if not s.optional]
    filled = [Filled(s, slots.fallback(s, facts, definition)) for s in needed if s.key != leave]
    value = render.docstring(filled, house, indent=place.docstring_indent(source, definition))
    literal = render.literal_text(value, house)
    edit = place.insert(source, definition, literal, house.class_gap)
    return source.apply([edit]).text


def test_without_a_linter_the_gate_holds_and_says_why(tmp_path: Path) -> None:
    source, house = told(tmp_path, '[tool.ruff.lint]\nselect = ["E", "DTZ"]\n', PLAIN)
    found = judged(source, documented(source, house, leave="parameter:b"), house)
    assert found == Gate("linters", True, "no docstring linter configured")


def test_a_docstring_that_pydoclint_accepts_holds(tmp_path: Path) -> None:
    source, house = told(tmp_path, PYDOCLINT, PLAIN)
    assert judged(source, documented(source, house), house).held


def test_a_parameter_left_out_is_a_new_finding(tmp_path: Path) -> None:
    source, house = told(tmp_path, PYDOCLINT, PLAIN)
    found = judged(source, documented(source, house, leave="parameter:b"), house)
    assert not found.held
    assert "DOC101" in found.saw


def test_a_finding_that_another_form_avoids_is_not_excused(tmp_path: Path) -> None:
    source, house = told(tmp_path, PYDOCLINT, PLAIN)
    untyped = documented(source, House())
    assert not judged(source, untyped, house).held
    _, lenient = told(
        tmp_path,
        PYDOCLINT + "arg-type-hints-in-docstring = false\ncheck-return-types = false\n",
        PLAIN,
    )
    assert judged(source, untyped, lenient).held


def test_what_was_found_before_is_not_new(tmp_path: Path) -> None:
    old = (
        "def f(a: int, b: str) -> int:\n"
        '    """Do.\n\n    Args:\n        a (int): It.\n    """\n    return a\n'
    )
    source, house = told(tmp_path, PYDOCLINT, old)
    after = old.replace('It.\n    """', 'It.\n\n    Returns:\n        int: It.\n    """')
    assert judged(source, after, house).held
    worse = after.replace('It.\n    """', 'It.\n\n    Raises:\n        KeyError: Never.\n    """')
    assert judged(source, worse, house).saw == "new: DOC502"


def test_an_unannotated_generator_cannot_pass_and_that_is_said(tmp_path: Path) -> None:
    source, house = told(tmp_path, PYDOCLINT, GENERATOR)
    found = judged(source, documented(source, house), house)
    assert found.held
    assert "DOC403 in any form (the generator has no annotation)" in found.saw
    silent = judged(source, documented(source, house, leave="yields"), house)
    assert not silent.held
    assert "DOC402" in silent.saw


@pytest.mark.parametrize(
    "text",
    [
        "def f(a: int) -> int:\n"
        "    try:\n        raise KeyError(a)\n    except KeyError:\n        return a\n",
        "class f:\n    size: int = 1\n    kind = 2\n\n"
        "    def __init__(self, a: int) -> None:\n        raise ValueError\n",
        "def f() -> None:\n    return None\n",
    ],
)
@pytest.mark.parametrize("more", ["", "require-return-section-when-returning-nothing = true\n"])
def test_the_form_that_pydoclint_accepts_is_chosen(tmp_path: Path, text: str, more: str) -> None:
    source, house = told(tmp_path, PYDOCLINT + more, text)
    found = judged(source, documented(source, house), house)
    assert found == Gate("linters", True, "pydoclint finds nothing new")


def test_findings_of_other_definitions_do_not_count(tmp_path: Path) -> None:
    wrong = (
        "    def g(self, q: int) -> None:\n"
        '        """Do.\n\n        Args:\n            z: It.\n        """\n'
    )
    text = f"class A:\n{wrong}    def f(self, a: int) -> int:\n        return a\n"
    source, house = told(tmp_path, PYDOCLINT, text)
    assert judged(source, documented(source, house, "A.f"), house, "A.f").held
    assert judged(source, documented(source, house, "A"), house, "A").held


def test_a_finding_that_a_comment_silences_is_none(tmp_path: Path) -> None:
    source, house = told(tmp_path, PYDOCLINT, PLAIN)
    after = documented(source, house, leave="parameter:b")
    shown = after.replace('"""\n    return', '"""  # noqa: DOC101,DOC103\n    return')
    assert not judged(source, after, house).held
    assert judged(source, shown, house).held


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this Python knows the newer syntax")
def test_syntax_newer_than_the_hosts_is_labelled(tmp_path: Path) -> None:
    source, house = told(tmp_path, PYDOCLINT, f"type X = int\n\n\n{PLAIN}")
    found = judged(source, documented(source, house, leave="parameter:b"), house)
    assert found.held
    assert "cannot parse" in found.saw


def test_pydoclint_options_of_flake8_count_with_its_defaults(tmp_path: Path) -> None:
    (tmp_path / ".flake8").write_text("[flake8]\nstyle = numpy\nskip_checking_raises = True\n")
    source, house = told(tmp_path, "", PLAIN)
    assert house.linters.pydoclint is not None
    assert dict(house.linters.pydoclint.options) == {"style": "numpy", "skipCheckingRaises": True}
    assert (house.style.value, house.types) == ("numpy", True)
    assert judged(source, documented(source, house), house).held


def test_options_are_known_under_each_spelling() -> None:
    assert pydoclint_options(
        {"check-arg-order": "False", "arg_type_hints_in_docstring": True, "quiet": True}
    ) == {"checkArgOrder": False, "argTypeHintsInDocstring": True}


def test_ruff_judges_as_the_project_tells_it(tmp_path: Path) -> None:
    source, house = told(tmp_path, RUFF, PLAIN)
    right = documented(source, house)
    assert judged(source, right, house) == Gate("linters", True, "ruff finds nothing new")
    wrong = right.replace('"""F.\n', '"""F.\n    And more.\n')
    assert wrong != right
    found = judged(source, wrong, house)
    assert (found.held, found.saw) == (False, "new: D205")
    _, lenient = told(tmp_path, RUFF.replace('["D"]', '["D"]\nignore = ["D205"]'), PLAIN)
    assert judged(source, wrong, lenient).held


def test_a_blank_line_of_the_code_is_not_the_docstrings_fault(tmp_path: Path) -> None:
    source, house = told(tmp_path, RUFF, "def f():\n\n    return 1\n")
    found = judged(source, documented(source, house), house)
    assert found.held
    assert "D202 in any form" in found.saw
    close, _ = told(tmp_path, RUFF, "def f():\n    return 1\n")
    spaced = documented(close, house).replace("    return 1", "\n    return 1")
    assert judged(close, spaced, house).saw == "new: D202"


def test_a_machine_without_ruff_is_labelled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, house = told(tmp_path, RUFF, PLAIN)
    monkeypatch.setattr(ruffed, "binary", lambda: None)
    found = judged(source, documented(source, house), house)
    assert found == Gate("linters", True, "no ruff")


def test_ruff_is_waited_for_only_so_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, house = told(tmp_path, RUFF, PLAIN)

    def late(*_: object, **options: object) -> None:
        raise subprocess.TimeoutExpired("ruff", float(str(options["timeout"])))

    monkeypatch.setattr(ruffed.subprocess, "run", late)
    found = judged(source, documented(source, house), house)
    assert found == Gate("linters", True, "ruff took longer than 2 s")


def test_a_ruff_that_fails_is_labelled(tmp_path: Path) -> None:
    source, house = told(tmp_path, RUFF, PLAIN)
    (tmp_path / "ruff.toml").write_text("no toml", encoding="utf-8")
    found = judged(source, documented(source, house), house)
    assert found == Gate("linters", True, "ruff could not check this file")


def test_no_program_of_the_project_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planted = tmp_path / ".venv" / "bin" / "ruff"
    planted.parent.mkdir(parents=True)
    planted.write_text("#!/bin/sh\n", encoding="utf-8")
    planted.chmod(0o755)
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.chdir(tmp_path)
    assert ruffed.binary() != str(planted)
    monkeypatch.setenv("VIRTUAL_ENV", str(tmp_path / ".venv"))
    assert ruffed.binary() == str(planted)


@pytest.mark.parametrize("convention", ["", "google", "numpy", "pep257"])
@pytest.mark.parametrize(
    ("select", "ignore"),
    [(["D"], []), (["ALL"], ["D2"]), (["D", "D213"], ["D21"]), (["D4"], ["D40", "D417"])],
)
def test_the_rules_that_are_on_are_those_ruff_names(
    tmp_path: Path, convention: str, select: list[str], ignore: list[str]
) -> None:
    config = f"[lint]\nselect = {select}\nignore = {ignore}\n"
    config += f'[lint.pydocstyle]\nconvention = "{convention}"\n' if convention else ""
    (tmp_path / "ruff.toml").write_text(config.replace("'", '"'), encoding="utf-8")
    (tmp_path / "m.py").write_text("", encoding="utf-8")
    ruff = ruffed.binary()
    assert ruff
    command = [ruff, "check", "--show-settings", "--no-cache", "m.py"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    enabled = done.stdout.split("linter.rules.enabled = [", 1)[1].split("]", 1)[0]
    rules = Rules(tuple(select), tuple(ignore), convention)
    codes = [f"D{number}" for number in range(100, 420)]
    named = {code for code in codes if f"({code})" in enabled}
    assert named
    assert {code for code in codes if rules.active(code) and _exists(code)} == named


def _exists(code: str) -> bool:
    known = (*range(100, 108), *range(200, 216), *range(300, 302), *range(400, 421))
    return int(code[1:]) in known
