"""A session of pytest inside the sandbox: it collects, does what it is for, and is over."""

from __future__ import annotations

from pathlib import Path

from neovim_ai.testgen.inside import apart, session
from neovim_ai.testgen.inside.worker import Setup

REPORTING = "def pytest_terminal_summary():\n    open('reported', 'w').close()\n"


def test_no_plugin_makes_its_report_of_what_was_only_collected(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(REPORTING)
    file = tmp_path / "test_one.py"
    file.write_text("def test_one():\n    assert False\n")
    setup = Setup({"module": "one", "path": "one.py", "text": "", "root": str(tmp_path)})

    def collected() -> list[str]:
        seen: list[str] = []
        session.collect(setup, [str(file)], (), lambda found: seen.extend(found.items))
        return seen

    assert apart.run(collected, apart.Limits(60, 2000)).value == ["test_one"]
    assert not (tmp_path / "reported").exists()
