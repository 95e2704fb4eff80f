"""Do one call on the subject and tell what came out, as plain data."""

from __future__ import annotations

import asyncio
import functools
import inspect
import io
import itertools
import re
import sys
import time
from contextlib import ExitStack, nullcontext, redirect_stderr, redirect_stdout
from types import ModuleType
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from . import checks, fixtures
from .literal import Writer

Told = Dict[str, Any]

MOST_YIELDED = 50
"""Items taken from a generator; beyond them only the first few are told."""

_LONGEST_OUTPUT = 64 * 1024


class Flood(BaseException):
    """The call printed more than anyone reads."""


class Unarranged(Exception):
    """What stands before the call failed: that is no outcome of the subject."""


class _Output(io.StringIO):
    def write(self, text: str) -> int:
        if self.tell() + len(text) > _LONGEST_OUTPUT:
            raise Flood
        return super().write(text)


class Prepared:
    """A call with its names bound, its statements run and its arguments evaluated."""

    def __init__(self, call: Mapping[str, Any], module: ModuleType, stack: ExitStack) -> None:
        names = dict(vars(module))
        names.update(__name__="__call__", __builtins__=__builtins__)
        given = fixtures.give(call.get("fixtures", ()), stack)
        names.update(given)
        self.names = names
        self.folder = given.get("tmp_path")
        known = set(names)
        for line in (*call.get("imports", ()), *call.get("arrange", ())):
            exec(compile(line, "<arrange>", "exec"), names)
        self.arranged = {n: v for n, v in names.items() if n not in known and n[:1] != "_"}
        self.source = str(call["callee"])
        # Reading a property is the act itself, and so is a line that stands as it was written.
        self.attribute = bool(call.get("as_written")) or is_attribute(call, module)
        self.callee: Any = None if self.attribute else evaluate(self.source, names)
        self.positional: List[Any] = []
        self.named: Dict[str, Any] = {}
        for name, source in call.get("arguments", ()):
            if name:
                self.named[name] = evaluate(source, names)
            elif source.startswith("*") and not source.startswith("**"):
                self.positional.extend(evaluate(source[1:], names))
            else:
                self.positional.append(evaluate(source, names))

    def values(self) -> Dict[str, Any]:
        """Return what the call may change, by the name a test can speak of it."""
        values = {n: v for n, v in self.arranged.items() if not isinstance(v, (type, ModuleType))}
        if not self.attribute:
            values.update(self.bound())
        return values

    def bound(self) -> Dict[str, Any]:
        """Return the arguments by the names of the parameters."""
        try:
            bound = inspect.signature(self.callee).bind(*self.positional, **self.named)
        except (TypeError, ValueError):
            return dict(self.named)
        flat = {n: v for n, v in bound.arguments.items() if not isinstance(v, tuple)}
        return {n: v for n, v in flat.items() if not any(v is a for a in self.arranged.values())}

    def act(self) -> Any:
        """Make the call; what a coroutine returns is awaited."""
        if self.attribute:
            return as_it_stands(self.source, self.names)
        result = self.callee(*self.positional, **self.named)
        return asyncio.run(_awaited(result)) if inspect.isawaitable(result) else result


async def _awaited(result: Any) -> Any:
    return await result


@functools.lru_cache(maxsize=4096)
def _compiled(source: str) -> Any:
    return compile(source, "<call>", "eval")


def evaluate(source: str, names: Dict[str, Any]) -> Any:
    """Evaluate one expression of a call."""
    return eval(_compiled(source), names)


def as_it_stands(source: str, names: Dict[str, Any]) -> Any:
    """Evaluate an expression, or run a statement, which gives None."""
    try:
        code = _compiled(source)
    except SyntaxError:
        exec(compile(source, "<call>", "exec"), names)
        return None
    return eval(code, names)


def is_attribute(call: Mapping[str, Any], module: ModuleType) -> bool:
    """Tell whether the target is read, not called: a property of its class."""
    found: Any = module
    for part in call["target"].split("."):
        found = inspect.getattr_static(found, part, None)
    is_data = isinstance(found, property) or type(found).__name__.endswith("cached_property")
    return is_data and call["callee"].rpartition(".")[2] == call["target"].rpartition(".")[2]


def perform(
    call: Mapping[str, Any], module: ModuleType, around: Optional[Callable[[], Any]] = None
) -> Told:
    """Do a call and tell its outcome.

    Args:
        call: `model.Call` as plain data.
        module: The subject.
        around: Makes a context, such as a recorder of lines, that arrangement and act are run in,
            but not our own look at objects before and after.

    Raises:
        Unarranged: If a name, statement or argument of the call itself fails.
    """
    writer = Writer(vars(module))
    output = _Output()
    with ExitStack() as stack:
        stack.enter_context(redirect_stdout(output))
        stack.enter_context(redirect_stderr(_Output()))
        try:
            with (around or nullcontext)():
                prepared = Prepared(call, module, stack)
        except Exception as error:
            raise Unarranged(f"{type(error).__name__}: {error}") from error
        return _told(prepared, writer, output, around)


def _told(
    prepared: Prepared,
    writer: Writer,
    output: io.StringIO,
    around: Optional[Callable[[], Any]],
) -> Told:
    before = checks.snapshot(prepared.values(), writer)
    files = checks.listing(prepared.folder) if prepared.folder else {}
    output.seek(0)
    output.truncate()
    began = time.perf_counter()
    with ExitStack() as recorded:
        if around is not None:
            recorded.enter_context(around())
        try:
            told = _ended(prepared, writer)
        except (Flood, MemoryError, SystemExit, KeyboardInterrupt) as error:
            told = _abnormal(error)
        except BaseException as error:
            told = _raised(error)
    told["seconds"] = time.perf_counter() - began
    told["stdout"] = _printed(prepared, output)
    after = checks.snapshot(prepared.values(), writer)
    told["checks"] += checks.changed(before, after)
    if prepared.folder:
        told["checks"] += checks.files(prepared.folder, files)
    told["imports"] = sorted(writer.imports)
    return told


def _printed(prepared: Prepared, output: io.StringIO) -> str:
    capture = prepared.names.get("capsys")
    if capture is not None and hasattr(capture, "readouterr"):
        return str(capture.readouterr().out)
    return output.getvalue()


def _ended(prepared: Prepared, writer: Writer) -> Told:
    result = prepared.act()
    if inspect.isgenerator(result) or inspect.isasyncgen(result):
        return _yielded(result, writer)
    value = writer.source(result)
    return _outcome("returned", type(result), value or "", result, writer)


def _yielded(result: Any, writer: Writer) -> Told:
    items, more = _taken(result)
    if more:
        first = writer.source(items[:5])
        told = _outcome("yielded", list, "", None, writer)
        told["checks"] = (
            [f"[item for item, _ in zip(result, range(5))] == {first}"] if first else []
        )
        return told
    value = writer.source(items)
    told = _outcome("yielded", list, value or "", None, writer)
    if value is None:
        told["checks"] = [f"len(list(result)) == {len(items)}"]
    return told


def _taken(result: Any) -> Tuple[List[Any], bool]:
    if inspect.isgenerator(result):
        items = list(itertools.islice(result, MOST_YIELDED + 1))
    else:
        items = asyncio.run(_from_async(result))
    return items[:MOST_YIELDED], len(items) > MOST_YIELDED


async def _from_async(result: Any) -> List[Any]:
    items: List[Any] = []
    async for item in result:
        items.append(item)
        if len(items) > MOST_YIELDED:
            break
    return items


def _outcome(ending: str, kind: type, value: str, result: Any, writer: Writer) -> Told:
    says = [] if value else checks.of_result(result, writer)
    # Said of a plain value too: what is left when it changes from run to run.
    spare = checks.of_result(result, writer) if value and isinstance(result, (str, bytes)) else []
    if value and isinstance(result, (list, float, int)) and not isinstance(result, bool):
        spare = checks.of_result(result, writer)
    return {
        "ending": ending,
        "value": value,
        "type": dotted(kind),
        "message": "",
        "checks": says,
        "spare": spare,
    }


def _raised(error: BaseException) -> Told:
    try:
        message = str(error)
    except Exception:
        message = ""
    return {
        "ending": "raised",
        "value": "",
        "type": dotted(type(error)),
        "message": message[:500],
        "checks": [],
        "spare": [],
        "raised_by_subject": _deliberate(error),
    }


def _abnormal(error: BaseException) -> Told:
    if isinstance(error, SystemExit):
        return _raised(error)
    why = {Flood: "printed too much", MemoryError: "needed too much memory"}
    message = why.get(type(error), "was interrupted")
    return {**_raised(error), "ending": "died", "message": message}


def _deliberate(error: BaseException) -> bool:
    """Tell whether a `raise` statement threw it, not an operation on a value that does not fit."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return False
    code = trace.tb_frame.f_code.co_code
    operation = code[trace.tb_lasti] if 0 <= trace.tb_lasti < len(code) else -1
    return operation == _RAISE


def _raise_operation() -> int:
    import dis

    return dis.opmap["RAISE_VARARGS"]


_RAISE = _raise_operation()


def dotted(kind: type) -> str:
    """Return a class's dotted path."""
    return f"{kind.__module__}.{kind.__qualname__}"


_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


def without_addresses(text: str) -> str:
    """Return a message with what differs from run to run taken out."""
    return _ADDRESS.sub("at 0x…", text)


def subject_of(name: str) -> ModuleType:
    """Import the subject's module, or give it when it is loaded."""
    import importlib

    return sys.modules.get(name) or importlib.import_module(name)
