"""Exceptions: raised and not listed, or listed and surely not raised."""

from __future__ import annotations

from collections.abc import Iterator

from neovim_ai.docs.drift.case import Case
from neovim_ai.docs.drift.model import Finding, FindingKind, Severity
from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.docs.reader import described
from neovim_ai.source.exceptions import INCIDENTAL, Hierarchy, is_builtin_exception, last_name
from neovim_ai.source.model import Facts, Raise
from neovim_ai.source.own import Own
from neovim_ai.source.raised import Namer
from neovim_ai.source.raises import raises

# These come out of operators, subscripts, attributes and unpacking, with no call to be seen.
_FROM_OPERATORS = frozenset(
    {"TypeError", "ValueError", "KeyError", "IndexError", "LookupError", "AttributeError"}
    | {"ArithmeticError", "ZeroDivisionError", "OverflowError", "FloatingPointError", "Exception"}
    | {"NameError", "UnboundLocalError", "RecursionError", "MemoryError", "RuntimeError"}
    | {"StopIteration", "StopAsyncIteration", "GeneratorExit", "KeyboardInterrupt", "SystemExit"}
    | {"BaseException", "UnicodeError", "UnicodeDecodeError", "UnicodeEncodeError"}
)
# Where anything may be raised by code that is not here.
_RUNS_OTHER_CODE = frozenset(
    {"call", "await", "with_statement", "yield", "import_statement", "import_from_statement"}
    | {"attribute", "for_statement", "list_comprehension", "set_comprehension", "subscript"}
    | {"dictionary_comprehension", "generator_expression", "delete_statement"}
)
_CALLED_SAFELY = frozenset({"isinstance", "len", "id", "type", "callable", "issubclass", "bool"})


def exceptions(case: Case) -> Iterator[Finding]:
    """Yield what escapes beside a list of exceptions, and what is listed and cannot be raised."""
    entries, own = case.entries(SlotKind.RAISES), case.own
    if not entries or own is None:
        return
    found = _raised(case, own)
    told = described(case.docstring, Facts(raises=found))
    listed = [name for entry in entries for name in entry.names]
    yield from _missing(case, found, told, listed)
    if not case.is_wrapped:
        yield from _gone(case, own, found)


def _raised(case: Case, own: Own) -> tuple[Raise, ...]:
    namer = Namer(case.source, case.definition, [case.definition, *case.inner])
    # The rest of the file counts only through these two, which an incremental check can compare.
    namer.hierarchy = Hierarchy(case.surroundings.bases)
    namer._constants = {k: list(v) for k, v in case.surroundings.constants.items()}
    return raises(case.source, own, namer)


def _missing(
    case: Case, found: tuple[Raise, ...], told: set[str], listed: list[str]
) -> Iterator[Finding]:
    hierarchy, seen = Hierarchy(case.surroundings.bases), set[str]()
    for one in found:
        key = Slot(SlotKind.RAISES, one.exception).key
        hidden = last_name(one.exception).startswith("_") or one.reraise or not one.escapes
        if hidden or key in told or key in seen or _is_ordinary(one):
            continue
        # A base class in the list covers what is derived from it.
        if any(hierarchy.catches(name, one.exception) for name in listed):
            continue
        # `from m import JSONDecodeError as RequestsJSONDecodeError`: known by its own name.
        if any(last_name(one.exception).endswith(last_name(name)) for name in listed):
            continue
        seen.add(key)
        yield case.finding(
            FindingKind.RAISES_MISSING,
            key,
            f"The docstring lists exceptions but not {one.exception}, which is raised.",
            case.entries(SlotKind.RAISES)[0],
            severity=Severity.INFO,
            now=one.exception,
        )


def _is_ordinary(one: Raise) -> bool:
    return last_name(one.exception) in INCIDENTAL


def _gone(case: Case, own: Own, found: tuple[Raise, ...]) -> Iterator[Finding]:
    raised_here = {last_name(one.exception) for one in found}
    if len(own.of("raise_statement")) > len({one.line for one in found}):
        return
    if _is_stub(own) or any(_may_raise(own, kind) for kind in _RUNS_OTHER_CODE):
        return
    for entry in case.entries(SlotKind.RAISES):
        names = {last_name(name) for name in entry.names}
        if not names or names & (raised_here | _FROM_OPERATORS):
            continue
        if all(_is_known(case, name) for name in names):
            name = entry.names[0]
            key = Slot(SlotKind.RAISES, name).key
            message = f"The docstring lists {name}, which nothing here raises."
            yield case.finding(FindingKind.RAISES_GONE, key, message, entry, was=name)


def _is_known(case: Case, name: str) -> bool:
    return is_builtin_exception(name) or name in case.surroundings.bases


def _is_stub(own: Own) -> bool:
    return len(own.of("expression_statement", "return_statement", "assignment")) <= 1


def _may_raise(own: Own, kind: str) -> bool:
    if kind != "call":
        return bool(own.of(kind))
    called = (node.child_by_field_name("function") for node in own.of("call"))
    raised = {id_ for node in own.of("raise_statement") for id_ in _inside(own, node.id)}
    texts = ((c.text or b"").decode() for c in called if c is not None and c.id not in raised)
    return any(text not in _CALLED_SAFELY for text in texts)


def _inside(own: Own, statement: int) -> Iterator[int]:
    """Yield the ids of the nodes inside a statement."""
    for node in own.nodes:
        if any(parent.id == statement for _, parent in own.way_up(node)):
            yield node.id
