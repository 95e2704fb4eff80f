"""When a statement runs, as the code around it says."""

from __future__ import annotations

from tree_sitter import Node

from neovim_ai.source import syntax
from neovim_ai.source.own import Own
from neovim_ai.source.text import SourceText

LIMIT = 120


def condition(source: SourceText, own: Own, node: Node) -> str | None:
    """Return the nearest test that leads to a node, on one line; None where there is none.

    An `if`, `elif` or `while` gives its test, an `else` `not (test)` for each test before it, a
    case `match subject: case pattern`, a handler `except Class`.
    """
    for child, parent in own.way_up(node):
        found = _told(source, own, child, parent)
        if found is not None:
            return found
    return None


def _told(source: SourceText, own: Own, child: Node, parent: Node) -> str | None:
    if parent.type in {"if_statement", "elif_clause", "while_statement"}:
        leads = child.type == "block"
        test = parent.child_by_field_name("condition")
        return syntax.folded(source, test, LIMIT) if leads and test else None
    if parent.type == "else_clause" and child.type == "block":
        return _otherwise(source, own.parent(parent))
    if parent.type == "case_clause" and child.type == "block":
        return _case(source, own, parent)
    if parent.type == "except_clause" and child.type == "block":
        classes = parent.children_by_field_name("value")
        named = [n.named_children[0] if n.type == "as_pattern" else n for n in classes]
        listed = ", ".join(syntax.folded(source, n, LIMIT) for n in named)
        return f"except {listed}".rstrip()
    return None


def _otherwise(source: SourceText, statement: Node | None) -> str | None:
    if statement is None or statement.type not in {"if_statement", "while_statement"}:
        return None
    tests = [statement.child_by_field_name("condition")]
    for other in statement.children_by_field_name("alternative"):
        if other.type == "elif_clause":
            tests.append(other.child_by_field_name("condition"))
    parts = [f"not ({_inner(source, test)})" for test in tests if test]
    return _clipped(parts)


def _inner(source: SourceText, test: Node) -> str:
    return syntax.folded(source, syntax.unwrapped(test), LIMIT - len("not ()"))


def _clipped(parts: list[str]) -> str:
    """Join tests, the nearest ones first to stay when all of them are too long."""
    while len(parts) > 1 and len(" and ".join(parts)) > LIMIT:
        parts = parts[1:]
    return " and ".join(parts)


def _case(source: SourceText, own: Own, case: Node) -> str:
    block = own.parent(case)
    match = own.parent(block) if block else None
    subjects = match.children_by_field_name("subject") if match else []
    subject = ", ".join(syntax.folded(source, s, LIMIT // 2) for s in subjects)
    patterns = [c for c in case.named_children if c.type == "case_pattern"]
    pattern = ", ".join(syntax.folded(source, p, LIMIT // 2) for p in patterns)
    guard = case.child_by_field_name("guard")
    test = f" {syntax.folded(source, guard, LIMIT // 2)}" if guard else ""
    return f"match {subject}: case {pattern}{test}"
