"""Only what has passed counts, each cell under the command that it is about."""

from __future__ import annotations

import pytest
from tests.counts import counted, line


def report(nodeid: str, *said: tuple[str, object]) -> pytest.TestReport:
    place = ("file.py", 1, nodeid)
    return pytest.TestReport(nodeid, place, {}, "passed", None, "call", user_properties=[*said])


def test_cells_are_counted_by_command_and_long_tests_by_what_they_say() -> None:
    counts = counted(
        [
            report("tests/faults/test_doc_servers.py::test_a[500-before]"),
            report("tests/faults/test_doc_hosts.py::test_a[killed-apply]"),
            report("tests/faults/test_doc_hosts.py::test_the_size_of_it"),
            report("tests/faults/test_tests_faults.py::test_b[500-before]"),
            report("tests/faults/test_soak.py::test_c", ("requests", 1000), ("note", "none")),
            report("tests/unit/test_jobs.py::test_d[1]"),
        ]
    )
    assert counts == {"cells of :AiDoc": 2, "cells of :AiTest": 1, "requests": 1000}
    assert line(counts).endswith("1,000 requests")
