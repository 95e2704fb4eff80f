"""Write a test function for one case, or for several cases of one shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from neovim_ai.testgen.merge.existing import Existing
from neovim_ai.testgen.model import Argument, Case, Ending, Subject, TestText
from neovim_ai.testgen.scaffold import naming, values
from neovim_ai.testgen.scaffold.body import Body, body
from neovim_ai.testgen.scaffold.house import TestHouse
from neovim_ai.testgen.scaffold.origins import origins

_KNOWN = frozenset({"pytest", "re", "asyncio"})


class Scaffold:
    """Writes tests of one subject in one house's style."""

    def __init__(self, subject: Subject, house: TestHouse) -> None:
        """Remember what is tested and how tests look here."""
        self._subject = subject
        self._house = house
        self._targets = subject.named

    def single(self, case: Case, name: str, mark: str = "") -> TestText:
        """Write the test of one case.

        Args:
            case: What it asserts.
            name: Its name, `test_…`.
            mark: Why it is expected to fail; empty when it is not.
        """
        written = self._body(case, {})
        decorators = []
        imports = []
        if mark:
            decorators.append(f"@pytest.mark.xfail(strict=True, reason={mark!r})")
            imports.append("import pytest")
        return self._text(name, (case,), written, decorators, [], imports, mark)

    def parametrized(self, cases: Sequence[Case], name: str) -> TestText:
        """Write one test for cases that differ only in literal arguments and what comes out."""
        if len(cases) == 1:
            return self.single(cases[0], name)
        table = _Table(cases, self.parameters(cases[0]))
        written = self._body(table.shared, table.replaced)
        rows = [f"({', '.join(row)})" if len(row) > 1 else row[0] for row in table.rows]
        quoted = [f'"{one}"' for one in table.columns]
        columns = f"({', '.join(quoted)})" if len(quoted) > 1 else quoted[0]
        decorator = f"@pytest.mark.parametrize({columns}, [{', '.join(rows)},])"
        return self._text(
            name, tuple(cases), written, [decorator], table.columns, ["import pytest"], ""
        )

    def subject_words(self, qualname: str) -> str:
        """Name what is tested, as far as the class a test stands in does not."""
        return naming.subject_words(qualname, in_class=self._house.classes)

    def parameters(self, case: Case) -> list[str]:
        """Return the names of the parameters of what a case calls."""
        target = self._targets.get(case.call.target)
        return [p.name for p in target.facts.parameters] if target else []

    def _body(self, case: Case, replaced: dict[str, str]) -> Body:
        target = self._targets.get(case.call.target)
        plugin = self._subject.asynchronous is not None
        return body(case, target, plugin=plugin, replaced=replaced)

    def _text(
        self,
        name: str,
        cases: tuple[Case, ...],
        written: Body,
        decorators: list[str],
        columns: Sequence[str],
        imports: list[str],
        mark: str,
    ) -> TestText:
        if written.awaits and self._subject.asynchronous:
            decorators = [self._subject.asynchronous, *decorators]
            imports = [*imports, "import pytest"]
        arguments = ", ".join([*columns, *(f for f in written.fixtures if f not in columns)])
        returns = " -> None" if self._house.annotated else ""
        head = f"{'async ' if written.awaits else ''}def {name}({arguments}){returns}:"
        lines = [*decorators, head, *(f"    {line}" for line in written.lines)]
        text = values.quoted("\n".join(lines), self._house.quote)
        needed = [*imports, *written.imports]
        needed += self._of_subject(text, needed, [*columns, *written.fixtures])
        return TestText(name, text, tuple(dict.fromkeys(needed)), cases, mark)

    def _of_subject(self, text: str, imports: Sequence[str], given: Sequence[str]) -> list[str]:
        """Import what stands bare in a test and is nobody else's: names of the subject's module.

        What that module has imported itself comes from where it has it from, unless the test file
        takes it from the subject already.
        """
        known = {name for line in imports for name in values.bound_names(line)} | set(given)
        bare = values.free_names(text) - known - _KNOWN
        return [self._origins.get(name) or self._handed_on(name) for name in sorted(bare)]

    def _handed_on(self, name: str) -> str:
        return f"from {self._subject.module} import {name}"

    @cached_property
    def _origins(self) -> Mapping[str, str]:
        subject = self._subject
        path = subject.source.path
        package = path is not None and path.stem == "__init__"
        found = origins(subject.source.text, subject.module, package=package)
        bound = Existing(subject.existing or "").bound() if found else {}
        ours = {name for name, meant in bound.items() if meant == f"{subject.module}:{name}"}
        return {name: line for name, line in found.items() if name not in ours}


class _Table:
    """The columns in which cases differ, and one case that stands for all of them."""

    def __init__(self, cases: Sequence[Case], parameters: Sequence[str]) -> None:
        first = cases[0]
        self.columns: list[str] = []
        self.replaced: dict[str, str] = {}
        cells: list[list[str]] = []
        for place, argument in enumerate(first.call.arguments):
            sources = [case.call.arguments[place].source for case in cases]
            if len(set(sources)) > 1:
                column = self._column(argument, place, parameters, first)
                self.replaced[str(place)] = column
                cells.append(sources)
        for key, texts in (
            ("expected", [case.expectation.value for case in cases]),
            ("message", [repr(case.expectation.match) for case in cases]),
            ("stdout", [repr(case.expectation.stdout) for case in cases]),
        ):
            if len(set(texts)) > 1:
                self.replaced[key] = key
                self.columns.append(key)
                cells.append(texts)
        self.rows = list(zip(*cells, strict=True))
        self.shared = _standing_for(cases)

    def _column(
        self, argument: Argument, place: int, parameters: Sequence[str], first: Case
    ) -> str:
        name = argument.name or (parameters[place] if place < len(parameters) else "value")
        taken = {*self.columns, first.call.callee.partition(".")[0], "expected", "message"}
        while name in taken or name in first.call.fixtures:
            name += "_"
        self.columns.append(name)
        return name


def _standing_for(cases: Sequence[Case]) -> Case:
    """Return the case whose form suits all: `approx` when one needs it, `is` when all allow it."""
    wanted = [case.expectation for case in cases]
    if wanted[0].ending is Ending.RAISED or wanted[0].checks:
        return cases[0]
    floats = [e for e in wanted if values.needs_approx(e.value)]
    plain = [e for e in wanted if not values.is_singleton(e.value)]
    chosen = (floats or plain or wanted)[0]
    return replace(cases[0], expectation=chosen)
