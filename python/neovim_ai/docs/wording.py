"""Turns names and conditions of the code into English, without a model."""

from __future__ import annotations

import ast
import re

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_a-zA-Z]+|\d+")
_COMPARED = {
    ast.Lt: "is less than",
    ast.LtE: "is at most",
    ast.Gt: "is greater than",
    ast.GtE: "is at least",
    ast.Eq: "equals",
    ast.NotEq: "differs from",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "is in",
    ast.NotIn: "is not in",
}
_CASE = re.compile(r"match (.+): case (.+)")
_LONGEST = 120
_UNSAID = "its checks fail"


def lexicon(text: str) -> frozenset[str]:
    """Return the words of a list written as running text."""
    return frozenset(text.split())


def words(name: str) -> list[str]:
    """Split an identifier into its words; acronyms keep their capitals."""
    found = _PARTS.findall(name)
    return [part if part.isupper() and len(part) > 1 else part.lower() for part in found]


def condition(source: str) -> str:
    """Say a test in words where that is safe, as written otherwise; never longer than a line.

    Args:
        source: An expression, `n < 1`, or what facts say of handlers and cases.
    """
    if "…" in source:
        return _UNSAID
    told = event(source)
    if told:
        return told if len(told) <= _LONGEST else _UNSAID
    try:
        said = _said(ast.parse(source, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        said = source
    said = " ".join(said.split())
    return said if len(said) <= _LONGEST else _UNSAID


def event(source: str) -> str | None:
    """Say what a handler caught or a case matched; None for what is a test."""
    if source == "except":
        return "anything is raised inside"
    if source.startswith("except "):
        return f"{source.removeprefix('except ')} is raised inside"
    matched = _CASE.fullmatch(source)
    return f"{matched[1]} matches {matched[2]}" if matched else None


def _said(node: ast.expr) -> str:
    if isinstance(node, ast.BoolOp):
        word = " and " if isinstance(node.op, ast.And) else " or "
        return word.join(_grouped(value) for value in node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _negated(node.operand)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        verb = _COMPARED[type(node.ops[0])]
        return f"{ast.unparse(node.left)} {verb} {ast.unparse(node.comparators[0])}"
    checked = _isinstance(node)
    if checked:
        return f"{checked[0]} is an instance of {checked[1]}"
    if isinstance(node, ast.Name | ast.Attribute):
        return f"{ast.unparse(node)} is set"
    return ast.unparse(node)


def _grouped(node: ast.expr) -> str:
    return f"({_said(node)})" if isinstance(node, ast.BoolOp) else _said(node)


def _negated(node: ast.expr) -> str:
    checked = _isinstance(node)
    if checked:
        return f"{checked[0]} is not an instance of {checked[1]}"
    if isinstance(node, ast.Name | ast.Attribute):
        return f"{ast.unparse(node)} is empty or false"
    if isinstance(node, ast.Compare | ast.BoolOp):
        return f"not ({_said(node)})"
    return f"{ast.unparse(node)} does not hold"


def _isinstance(node: ast.expr) -> tuple[str, str] | None:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return None
    if node.func.id != "isinstance" or len(node.args) != 2 or node.keywords:
        return None
    return ast.unparse(node.args[0]), ast.unparse(node.args[1])
