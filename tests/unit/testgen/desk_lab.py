"""A stand-in for the lab that runs the subject in this process: the seam of the text side's tests.

It observes like the real one, only without a sandbox: what it runs is written in these tests.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import importlib
import io
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import FrameType, ModuleType
from typing import Any

from neovim_ai.testgen.inside.act import as_it_stands
from neovim_ai.testgen.model import (
    Call,
    Coverage,
    Ending,
    Evidence,
    Mutant,
    Observation,
    Outcome,
    Subject,
    Target,
    TestText,
)
from neovim_ai.testgen.scaffold import values


class DeskLab:
    """Observes calls, judges tests and proves files, all by plain `exec`.

    Attributes:
        calls: What `explore` finds: calls as the search would return them.
        failing: Names of tests that the proof refuses, with the reason.
        asked: Names of the methods called, in order.
    """

    def __init__(self, subject: Subject, calls: Sequence[Call] = ()) -> None:
        self.subject = subject
        self.calls = list(calls)
        self.failing: dict[str, str] = {}
        self.asked: list[str] = []
        self.proved: list[str] = []
        self._module = self._loaded(subject.source.text)

    def _loaded(self, text: str) -> dict[str, Any]:
        module = ModuleType(self.subject.module)
        names = vars(module)
        names["__file__"] = str(self.subject.source.path)
        exec(compile(text, str(self.subject.source.path), "exec"), names)
        return names

    async def observe(self, calls: Sequence[Call]) -> Sequence[Outcome]:
        self.asked.append("observe")
        return [self._observe(call, self._module) for call in calls]

    async def explore(
        self, targets: Sequence[Target], seconds: float, seeds: Sequence[Call] = ()
    ) -> Sequence[Observation]:
        self.asked.append("explore")
        wanted = {target.qualname for target in targets}
        calls = [c for c in dict.fromkeys([*seeds, *self.calls]) if c.target in wanted]
        return [Observation(call, self._observe(call, self._module)) for call in calls]

    async def existing(self) -> Coverage:
        lines = frozenset(self._lines())
        tests = self._run_existing(self._module)[1] if self.subject.existing else frozenset()
        return Coverage(lines, frozenset(), lines & tests, frozenset())

    async def killed(self) -> frozenset[str]:
        if not self.subject.existing:
            return frozenset()
        return frozenset(
            m.key for m in self._mutants() if not self._run_existing(self._mutated(m))[0]
        )

    async def mutants(self, targets: Sequence[Target]) -> Sequence[Mutant]:
        return self._mutants()

    async def judge(self, tests: Sequence[TestText]) -> Mapping[str, Evidence]:
        self.asked.append("judge")
        return {test.name: self._judged(test) for test in tests}

    async def prove(self, file: str, names: Sequence[str], runs: int) -> Mapping[str, Evidence]:
        self.asked.append("prove")
        self.proved.append(file)
        compile(file, "test_file.py", "exec")
        found = {}
        for name in names:
            why = self.failing.get(name, "")
            found[name] = Evidence(
                runs=runs, passed=0 if why else runs, order_safe=True, refused=why
            )
        return found

    async def close(self) -> None:
        self.asked.append("close")

    def _lines(self) -> Iterator[int]:
        for target in self.subject.targets:
            tree = ast.parse(self.subject.source.text)
            first, last = target.definition.line + 1, target.definition.end_line
            for node in ast.walk(tree):
                stands_there = isinstance(node, ast.stmt) and first <= node.lineno <= last
                words = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
                if stands_there and not words:
                    yield node.lineno

    def _observe(self, call: Call, module: dict[str, Any]) -> Outcome:
        target = self.subject.named.get(call.target)
        names = dict(module)
        printed = io.StringIO()
        seen: set[int] = set()
        try:
            for line in (*call.imports, *call.arrange):
                exec(line, names)
            plain = [eval(a.source, names) for a in call.arguments if not a.name]
            named = {a.name: eval(a.source, names) for a in call.arguments if a.name}
            callee = None if call.as_written else eval(call.callee, names)
        except Exception as error:  # noqa: BLE001 - whatever the subject raises
            kind = type(error).__name__
            return Outcome(Ending.DIED, message=f"cannot be arranged: {kind}: {error}")
        try:
            with contextlib.redirect_stdout(printed), self._traced(seen):
                result = self._result(call, target, names, callee, plain, named)
        except Exception as error:  # noqa: BLE001 - whatever the subject raises
            kind = type(error)
            dotted = f"{kind.__module__}.{kind.__name__}"
            return Outcome(
                Ending.RAISED,
                type=dotted,
                message=str(error),
                lines=frozenset(seen),
                deliberate=kind.__name__ in ("ValueError", "KeyError"),
            )
        kind = type(result)
        text = repr(result)
        written = values.is_literal(text) and type(values.literal(text)) is kind
        checks = () if written else (f"isinstance(result, {kind.__name__})",)
        facts = target.facts if target is not None and not call.as_written else None
        generator = facts is not None and facts.is_generator
        return Outcome(
            Ending.YIELDED if generator else Ending.RETURNED,
            value=text if written else "",
            type=f"{kind.__module__}.{kind.__name__}",
            checks=checks,
            stdout=printed.getvalue(),
            lines=frozenset(seen),
        )

    def _result(
        self,
        call: Call,
        target: Target | None,
        names: dict[str, Any],
        callee: Any,
        plain: list[Any],
        named: dict[str, Any],
    ) -> Any:
        if call.as_written:
            return as_it_stands(call.callee, names)
        is_read = target is not None and target.facts.is_property
        result = callee if is_read else callee(*plain, **named)
        if target is not None and target.facts.is_generator and hasattr(result, "__next__"):
            return list(result)
        return result

    @contextlib.contextmanager
    def _traced(self, seen: set[int]) -> Iterator[None]:
        path = str(self.subject.source.path)

        def trace(frame: FrameType, event: str, _: Any) -> Any:
            if frame.f_code.co_filename != path:
                return None
            if event == "line":
                seen.add(frame.f_lineno)
            return trace

        before = sys.gettrace()
        sys.settrace(trace)
        try:
            yield
        finally:
            sys.settrace(before)

    def _judged(self, test: TestText) -> Evidence:
        passed, lines = self._run(test, self._module)
        if not passed:
            return Evidence(refused="fails on the code as it is")
        kills = [m.key for m in self._mutants() if not self._run(test, self._mutated(m))[0]]
        return Evidence(lines=lines, kills=frozenset(kills))

    def _run(self, test: TestText, module: dict[str, Any]) -> tuple[bool, frozenset[int]]:
        file = "\n".join([*test.imports, test.text])
        return self._run_file(file, module, [test.name])

    def _run_existing(self, module: dict[str, Any]) -> tuple[bool, frozenset[int]]:
        text = self.subject.existing or ""
        names = [n.name for n in ast.parse(text).body if isinstance(n, ast.FunctionDef)]
        return self._run_file(text, module, [n for n in names if n.startswith("test")])

    def _run_file(
        self, text: str, module: dict[str, Any], tests: Sequence[str]
    ) -> tuple[bool, frozenset[int]]:
        subject = ModuleType(self.subject.module)
        vars(subject).update(module)
        seen: set[int] = set()
        names: dict[str, Any] = {"__builtins__": builtins, "__name__": "test_file"}
        with self._importable(subject):
            exec(compile(text, "test_file.py", "exec"), names)
            for name in tests:
                try:
                    with self._traced(seen), contextlib.redirect_stdout(io.StringIO()):
                        self._call(names[name])
                except BaseException:  # noqa: BLE001 - a failed test, whatever it raises
                    return False, frozenset(seen)
        return True, frozenset(seen)

    def _call(self, test: Any) -> None:
        marks = getattr(test, "pytestmark", [])
        tables = [m for m in marks if m.name == "parametrize"]
        if not tables:
            test()
            return
        columns, rows = tables[0].args
        for row in rows:
            cells = row if isinstance(columns, tuple) else (row,)
            named = columns if isinstance(columns, tuple) else (columns,)
            test(**dict(zip(named, cells, strict=True)))

    @contextlib.contextmanager
    def _importable(self, subject: ModuleType) -> Iterator[None]:
        name = self.subject.module
        before = {n: sys.modules.get(n) for n in (name, name.partition(".")[0])}
        sys.modules[name] = subject
        if "." in name:
            sys.modules.setdefault(name.partition(".")[0], ModuleType(name.partition(".")[0]))
        try:
            importlib.invalidate_caches()
            yield
        finally:
            for one, module in before.items():
                if module is None:
                    sys.modules.pop(one, None)
                else:
                    sys.modules[one] = module

    def _mutants(self) -> list[Mutant]:
        found = []
        for target in self.subject.targets:
            first, last = target.definition.line, target.definition.end_line
            for node in ast.walk(ast.parse(self.subject.source.text)):
                if isinstance(node, ast.Return) and first <= node.lineno <= last and node.value:
                    key = f"return:{node.lineno}"
                    before = ast.unparse(node.value)
                    found.append(
                        Mutant(key, target.qualname, node.lineno, "return", before, "None")
                    )
        return found

    def _mutated(self, mutant: Mutant) -> dict[str, Any]:
        tree = ast.parse(self.subject.source.text)
        for node in ast.walk(tree):
            if isinstance(node, ast.Return) and node.lineno == mutant.line:
                node.value = ast.copy_location(ast.Constant(None), node)
        return self._loaded(ast.unparse(tree))
