"""What a run of the tests has played, counted, so that "all passed" says how much that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

import pytest

SUITES: Mapping[str, str] = {
    "tests/faults/test_doc_": "cells of :AiDoc",
    "tests/faults/test_notes_": "cells of :NotesAsk",
    "tests/faults/test_tests_": "cells of :AiTest",
    "tests/faults/test_ways.py::test_a_docstring": "cells of :AiDoc",
    "tests/faults/test_ways.py::test_a_question": "cells of :NotesAsk",
    "tests/faults/test_recovery.py::test_an_editor": "ends of an editor",
    "tests/unit/redaction/test_secrets.py": "tests of secrets",
    "tests/editor/test_secrets.py": "tests of secrets",
    "tests/unit/sandbox/test_hostile_programs.py::test_nothing_gets_out": "hostile runs held",
    "tests/unit/sandbox/test_hostile_programs.py::test_without": "of their programs seen outside",
    "tests/unit/llm/conformance/": "answers of servers as they are",
}
"""What a test counts as, by how its id begins; one with parameters is one each."""


def counted(passed: Iterable[pytest.TestReport]) -> Counter[str]:
    """Count tests that have passed, and what they say themselves that they have done."""
    counts: Counter[str] = Counter()
    for ended in passed:
        for begins, what in SUITES.items():
            if ended.nodeid.startswith(begins) and "[" in ended.nodeid:
                counts[what] += 1
        for name, value in ended.user_properties:
            if isinstance(value, int):
                counts[name] += value
    return counts


def line(counts: Mapping[str, int]) -> str:
    """Return counts in words."""
    return "what held: " + ", ".join(f"{number:,} {name}" for name, number in counts.items())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was played."""
    passed = [one for one in terminalreporter.stats.get("passed", []) if one.when == "call"]
    if counts := counted(passed):
        terminalreporter.write_line(line(counts))
    from tests.faults.heard import Heard

    if Heard.count:
        told = f"{Heard.count:,} messages heard, the longest of {len(Heard.longest)} characters"
        terminalreporter.write_line(f"{told}: {Heard.longest}")
