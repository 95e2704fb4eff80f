"""Put a mutant in the place of the subject's code, in a fork that is thrown away."""

from __future__ import annotations

import gc
import importlib
import sys
from types import CodeType, FunctionType, ModuleType
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from . import buffer
from .worker import Setup

_OPTIMIZED = 0x0001
"""Of a code object: a function's, not a class's or module's."""


def mutated(text: str, mutant: Mapping[str, Any]) -> str:
    """Return the subject's text with one edit.

    Args:
        text: The text.
        mutant: `start` and `end` as offsets of characters, `after` what stands there then.
    """
    return text[: mutant["start"]] + str(mutant["after"]) + text[mutant["end"] :]


def compiled(text: str, path: str) -> Optional[CodeType]:
    """Compile a text; None where the mutant is not Python."""
    try:
        return buffer.plainly(text, path)
    except (SyntaxError, ValueError, RecursionError):
        return None


def differences(before: CodeType, after: CodeType) -> Optional[List[Tuple[CodeType, CodeType]]]:
    """Return the functions in which two compiled modules differ.

    Returns:
        Pairs of code, the outermost functions; None where something else differs: a default, a
        decorator, a line of the module or of a class.
    """
    if before.co_flags & _OPTIMIZED:
        return [] if same(before, after) else [(before, after)]
    inner, others = _split(before.co_consts), _split(after.co_consts)
    if _own(before) != _own(after) or inner[1] != others[1] or len(inner[0]) != len(others[0]):
        return None
    found: List[Tuple[CodeType, CodeType]] = []
    for one, other in zip(inner[0], others[0]):
        deeper = differences(one, other)
        if deeper is None:
            return None
        found += deeper
    return found


def same(before: CodeType, after: CodeType) -> bool:
    """Tell whether two codes do the same, wherever their lines are."""
    inner, others = _split(before.co_consts), _split(after.co_consts)
    if _own(before) != _own(after) or inner[1] != others[1] or len(inner[0]) != len(others[0]):
        return False
    return all(same(one, other) for one, other in zip(inner[0], others[0]))


def _split(constants: Sequence[Any]) -> Tuple[List[CodeType], List[Any]]:
    codes = [c for c in constants if isinstance(c, CodeType)]
    # With the type: 1, 1.0 and True are equal, and so are 0.0 and -0.0.
    return codes, [(type(c), repr(c)) for c in constants if not isinstance(c, CodeType)]


def _own(code: CodeType) -> Tuple[Any, ...]:
    table = getattr(code, "co_exceptiontable", b"")
    names = (code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    counts = (code.co_argcount, code.co_kwonlyargcount, code.co_flags)
    return (code.co_code, table, code.co_name, *names, *counts)


class Original:
    """The subject as it is loaded, into which mutants are put."""

    def __init__(self, setup: Setup, code: CodeType) -> None:
        self.setup = setup
        self.code = code
        self._functions: Dict[int, List[FunctionType]] = {}

    def functions(self, code: CodeType) -> List[FunctionType]:
        """Return the living functions of a code, whatever decorators hide them."""
        if id(code) not in self._functions:
            found = [f for f in gc.get_referrers(code) if isinstance(f, FunctionType)]
            self._functions[id(code)] = [f for f in found if f.__code__ is code]
        return self._functions[id(code)]

    def put(self, mutant: Mapping[str, Any]) -> bool:
        """Put a mutant in place; False where the modules must be imported anew for that."""
        after = compiled(mutated(self.setup.text, mutant), self.setup.path)
        if after is None:
            return True
        pairs = differences(self.code, after)
        if pairs is None or any(len(a.co_freevars) != len(b.co_freevars) for a, b in pairs):
            return False
        for one, other in pairs:
            functions = self.functions(one)
            if not functions:
                return False
            for function in functions:
                function.__code__ = other
        return True

    def import_anew(self, mutant: Mapping[str, Any]) -> None:
        """Import the project's modules again with the mutant in the subject's text."""
        for name in [n for n, m in sys.modules.items() if self._is_of_project(m)]:
            del sys.modules[name]
        text = mutated(self.setup.text, mutant)
        buffer.show(self.setup.path, text, self.setup.module)
        importlib.invalidate_caches()
        importlib.import_module(self.setup.module)

    def _is_of_project(self, module: Optional[ModuleType]) -> bool:
        file = getattr(module, "__file__", None) or ""
        return file == self.setup.path or file.startswith(self.setup.root.rstrip("/") + "/")


def walk(code: CodeType) -> Iterator[CodeType]:
    """Yield a code and all inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from walk(constant)
