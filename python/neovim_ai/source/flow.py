"""What a function gives back: returns, yields, and whether its end can be reached."""

from __future__ import annotations

from collections.abc import Mapping

from tree_sitter import Node

from neovim_ai.source import syntax
from neovim_ai.source.model import Value
from neovim_ai.source.own import Own
from neovim_ai.source.text import SourceText

VALUE_LIMIT = 120
_LEAVE = frozenset({"return_statement", "raise_statement", "continue_statement", "break_statement"})
_NEVER_RETURN = frozenset(
    {"sys.exit", "os._exit", "os.abort", "exit", "quit", "assert_never", "typing.assert_never"}
)
_LOOPS = frozenset({"for_statement", "while_statement"})


def returns(source: SourceText, own: Own) -> tuple[Value, ...]:
    """Return each `return` that gives a value other than a lone `None`."""
    given = [(node, _value(node)) for node in own.of("return_statement")]
    return tuple(_told(source, value, node) for node, value in given if not _is_none(value))


def returns_none(source: SourceText, own: Own) -> bool:
    """Tell whether a call can end with `None`: a bare return, `return None` or the body's end."""
    if any(_is_none(_value(node)) for node in own.of("return_statement")):
        return True
    body = own.root.child_by_field_name("body")
    return body is not None and ends(source, body)


def yields(source: SourceText, own: Own) -> tuple[Value, ...]:
    """Return each `yield` and `yield from`, with what is yielded (empty for a bare one)."""
    return tuple(_told(source, _value(node), node) for node in own.of("yield"))


def awaits(source: SourceText, own: Own) -> tuple[Value, ...]:
    """Return each awaited expression."""
    return tuple(_told(source, _value(node), node) for node in own.of("await"))


def ends(source: SourceText, block: Node) -> bool:
    """Tell whether the end of a block can be reached, judged from its statements alone."""
    return all(_passes(source, statement) for statement in syntax.statements(block))


def dead_ends(source: SourceText, own: Own) -> dict[int, int]:
    """Return, by the ids of blocks, the offset below which nothing in them can ever run."""
    found: dict[int, int] = {}
    for block in own.of("block"):
        for statement in syntax.statements(block)[:-1]:
            if not _passes(source, statement):
                found[block.id] = statement.end_byte
                break
    return found


def is_dead(own: Own, node: Node, ends: Mapping[int, int]) -> bool:
    """Tell whether a node never runs, because a statement before it always leaves.

    Args:
        own: The body it stands in.
        node: Any node of it.
        ends: What `dead_ends` says of that body.
    """
    return any(
        ends.get(parent.id, node.start_byte + 1) <= child.start_byte
        for child, parent in (own.way_up(node) if ends else ())
    )


def _value(node: Node) -> Node | None:
    return next(iter(syntax.statements(node)), None)


def _is_none(value: Node | None) -> bool:
    return value is None or syntax.unwrapped(value).type == "none"


def _told(source: SourceText, value: Node | None, node: Node) -> Value:
    text = syntax.folded(source, value, VALUE_LIMIT) if value else ""
    return Value(text, source.line(node.start_byte))


def _passes(source: SourceText, node: Node) -> bool:
    if node.type in _LEAVE:
        return False
    if node.type == "expression_statement":
        return not _never_returns(source, node)
    if node.type == "if_statement":
        return _if_passes(source, node)
    if node.type == "while_statement":
        return _while_passes(source, node)
    if node.type == "try_statement":
        return _try_passes(source, node)
    if node.type == "with_statement":
        return _suppresses(source, node) or _body_ends(source, node)
    if node.type == "match_statement":
        return _match_passes(source, node)
    return True


def _never_returns(source: SourceText, node: Node) -> bool:
    call = _value(node)
    called = call.child_by_field_name("function") if call and call.type == "call" else None
    return called is not None and syntax.text(source, called) in _NEVER_RETURN


def _body_ends(source: SourceText, node: Node) -> bool:
    block = node.child_by_field_name("body") or node.child_by_field_name("consequence")
    if block is None:
        block = next((c for c in node.named_children if c.type == "block"), None)
    return block is None or ends(source, block)


def _if_passes(source: SourceText, node: Node) -> bool:
    others = node.children_by_field_name("alternative")
    if not any(other.type == "else_clause" for other in others):
        return True
    return _body_ends(source, node) or any(_body_ends(source, other) for other in others)


def _while_passes(source: SourceText, node: Node) -> bool:
    test = node.child_by_field_name("condition")
    forever = test is not None and syntax.text(source, syntax.unwrapped(test)) in {"True", "1"}
    return not forever or _breaks(node)


def _breaks(loop: Node) -> bool:
    inner = syntax.SCOPES | _LOOPS
    return any(n.type == "break_statement" for n in syntax.descendants(loop, inner))


def _try_passes(source: SourceText, node: Node) -> bool:
    clauses = {kind: [c for c in node.children if c.type == kind] for kind in _CLAUSES}
    if any(not _body_ends(source, c) for c in clauses["finally_clause"]):
        return False
    whole = _body_ends(source, node)
    through = whole and all(_body_ends(source, c) for c in clauses["else_clause"])
    return through or any(_body_ends(source, c) for c in clauses["except_clause"])


_CLAUSES = ("except_clause", "else_clause", "finally_clause")


def _suppresses(source: SourceText, node: Node) -> bool:
    heads = [c for c in node.children if c.type == "with_clause"]
    return any("suppress(" in syntax.text(source, head) for head in heads)


def _match_passes(source: SourceText, node: Node) -> bool:
    body = node.child_by_field_name("body")
    cases = [c for c in body.named_children if c.type == "case_clause"] if body else []
    sure = any(_takes_all(source, case) for case in cases)
    return not sure or any(_body_ends(source, case) for case in cases)


def _takes_all(source: SourceText, case: Node) -> bool:
    patterns = [c for c in case.named_children if c.type == "case_pattern"]
    guarded = case.child_by_field_name("guard") is not None
    name = syntax.text(source, patterns[0]) if len(patterns) == 1 else ""
    return not guarded and name.isidentifier()
