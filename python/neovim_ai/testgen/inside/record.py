"""Lines and branches in the terms of coverage.py, and by it."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import Any, Dict, Iterable, Iterator, List, Set, Tuple

Arc = Tuple[int, int]


class Recorder:
    """Records what runs of one file.

    coverage.py does the tracing and says which lines and arcs there are; this only asks it in the
    one way that is quick enough for a fork of some milliseconds: the file is parsed once.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = os.path.realpath(path)
        self.raw_lines: Set[int] = set()
        self.raw_arcs: Set[Arc] = set()
        self.reporter = self._reporter(text)
        self.lines: Set[int] = set(self.reporter.lines())
        self.branches = self._branches()
        self.whole = self._prepared()

    def _coverage(self) -> Any:
        import coverage

        return coverage.Coverage(
            data_file=None, branch=True, config_file=False, include=[self.path], messages=False
        )

    def _prepared(self) -> Any:
        """Return a coverage that has found its bearings: 6 ms that forks then need not spend."""
        whole = self._coverage()
        whole.start()
        whole.stop()
        return whole

    def _reporter(self, text: str) -> Any:
        from coverage.parser import PythonParser
        from coverage.python import PythonFileReporter

        whole = self._coverage()
        reporter = PythonFileReporter(self.path, coverage=whole)
        # The file on the disk is not what runs: the editor's buffer is.
        parser = PythonParser(
            text=text, filename=self.path, exclude=whole._exclude_regex("exclude")
        )
        parser.parse_source()
        reporter._source, reporter._parser = text, parser
        return reporter

    def _branches(self) -> Set[Arc]:
        """Return the arcs that coverage.py's report counts as branches."""
        exits = self.reporter.exit_counts()
        no_branch = self.reporter.no_branch_lines()
        excluded = self.reporter.excluded_lines()
        return {
            (start, end)
            for start, end in self.reporter.arcs()
            if exits.get(start, 0) > 1 and start not in no_branch and end not in excluded
        }

    @contextmanager
    def recording(self) -> Iterator[None]:
        """Record what runs inside; adds to what was recorded before."""
        self.whole.start()
        try:
            yield
        finally:
            self.whole.stop()

    def taken(self) -> Dict[str, List[Any]]:
        """Return the lines and branches that ran, as the report names them."""
        data = self.whole.get_data()
        for name in data.measured_files():
            if os.path.realpath(name) == self.path:
                self.raw_lines.update(data.lines(name) or ())
                self.raw_arcs.update(data.arcs(name) or ())
        return {"lines": sorted(self.lines_run()), "branches": sorted(self.branches_run())}

    def lines_run(self) -> Set[int]:
        """Return the statements that ran."""
        return set(self.reporter.translate_lines(self.raw_lines)) & self.lines

    def branches_run(self) -> Set[Arc]:
        """Return the branches that were taken."""
        ends: Dict[int, Set[int]] = {}
        for start, end in self.reporter.arcs():
            ends.setdefault(start, set()).add(end)
        arcs = set(self.reporter.translate_arcs(self.raw_arcs))
        only = {s: next(iter(e)) for s, e in ends.items() if len(e) == 1}
        arcs |= {(s, only[s]) for s, e in arcs if s == e and s in only}
        return set(self.reporter.translate_arcs(_moving(arcs))) & self.branches

    def clear(self) -> None:
        """Forget what was recorded, and be ready to record in forks."""
        self.raw_lines.clear()
        self.raw_arcs.clear()
        self.whole = self._prepared()


def _moving(arcs: Iterable[Arc]) -> Iterable[Arc]:
    return [(start, end) for start, end in arcs if start != end]
