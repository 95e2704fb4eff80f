"""Results that a docstring promises and the function does not give."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tree_sitter import Node

from neovim_ai.docs.drift.case import Case
from neovim_ai.docs.drift.model import Finding, FindingKind
from neovim_ai.docs.model import SlotKind
from neovim_ai.docs.reader import Entry
from neovim_ai.source import flow, signature, syntax
from neovim_ai.source.own import Own

_NOTHING = re.compile(
    r"\W*(?::?returns?:?|:rtype:)?\W*(?:(?:Always|It)\s+)?(?:None|Nothing|NoReturn|Never|Nil|No\b|Does\s+not)",
    re.IGNORECASE,
)
_WRITES_NOTHING = frozenset(
    {"pass_statement", "raise_statement", "delete_statement", "assert_statement"}
)


def results(case: Case) -> Iterator[Finding]:
    """Yield a documented return or yield that the code cannot give."""
    own = case.own
    if own is None or case.is_wrapped or not _gives_nothing(case, own):
        return
    for kind, gone, word in _PROMISES:
        entries = [e for e in case.entries(kind) if not _NOTHING.match(_said(case, e))]
        if entries and len(entries) == len(case.entries(kind)):
            message = f"The docstring says what is {word}, but nothing is {word}."
            yield case.finding(gone, str(kind), message, entries[0])


_PROMISES = (
    (SlotKind.RETURNS, FindingKind.RETURNS_GONE, "returned"),
    (SlotKind.YIELDS, FindingKind.YIELDS_GONE, "yielded"),
)


def _said(case: Case, entry: Entry) -> str:
    parts = [entry.type, entry.text] if entry.type else [entry.text]
    return " ".join(part.of(case.docstring.value) for part in parts)


def _gives_nothing(case: Case, own: Own) -> bool:
    """Tell whether a function runs to its end and hands nothing back, as far as anyone can see."""
    annotation = signature.return_annotation(case.source, case.definition)
    if annotation not in (None, "None") or flow.yields(case.source, own):
        return False
    if flow.returns(case.source, own) or _is_stub(case):
        return False
    return flow.returns_none(case.source, own)


def _is_stub(case: Case) -> bool:
    """Tell whether a body is there to be overridden: its docstring describes what others do."""
    body = case.definition.node and case.definition.node.child_by_field_name("body")
    written = syntax.statements(body)[1:] if body else []
    return all(node.type in _WRITES_NOTHING or _is_mere(node) for node in written)


def _is_mere(node: Node) -> bool:
    inner = syntax.statements(node)
    if node.type == "return_statement":
        return not inner or inner[0].type == "none"
    return node.type == "expression_statement" and bool(inner) and inner[0].type == "ellipsis"
