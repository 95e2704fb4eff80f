"""What decorators and warnings say of a function: deprecated, for `with`, perhaps another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tree_sitter import Node

from neovim_ai.source import syntax
from neovim_ai.source.exceptions import last_name
from neovim_ai.source.model import Definition
from neovim_ai.source.own import Own
from neovim_ai.source.text import SourceText

_DEPRECATIONS = frozenset({"DeprecationWarning", "PendingDeprecationWarning"})
_CONTEXT_MANAGERS = frozenset({"contextmanager", "asynccontextmanager"})
# What these give back takes what the function takes, or is documented as what it then is.
_KNOWN = (
    _CONTEXT_MANAGERS
    | {"property", "cached_property", "setter", "getter", "deleter", "staticmethod", "classmethod"}
    | {"wraps", "cache", "lru_cache", "singledispatch", "singledispatchmethod", "register"}
    | {"abstractmethod", "abstractproperty", "abstractclassmethod", "abstractstaticmethod"}
    | {"override", "final", "overload", "no_type_check", "deprecated", "dataclass", "fixture"}
)
_MARKS = "pytest.mark."
_WRAPPERS = frozenset({"wraps", "update_wrapper"})
_LONGEST = 60


def deprecations(source: SourceText, own: Own) -> Iterator[str]:
    """Yield where a function says that it is deprecated, with the words when they are short."""
    for decorator in _decorators(own.root):
        called = decorator.named_children[0] if decorator.named_children else None
        if called is not None and _name(source, called).startswith("deprecated"):
            yield f"is deprecated{_words(source, called)} (line {_line(source, decorator)})"
    for call in own.of("call"):
        listed = call.child_by_field_name("arguments")
        if _name(source, call) == "warn" and listed is not None:
            given = {_name(source, one) for one in syntax.descendants(listed)}
            if given & _DEPRECATIONS:
                yield f"warns that it is deprecated (line {_line(source, call)})"


def context_manager(source: SourceText, own: Own) -> Iterator[str]:
    """Yield that callers use a function in a `with` statement, and what `as` then binds."""
    for decorator in _decorators(own.root):
        named = decorator.named_children[0] if decorator.named_children else None
        if named is not None and _name(source, named) in _CONTEXT_MANAGERS:
            yield f"a context manager: `as` binds what it yields (line {_line(source, decorator)})"


def uncertain(source: SourceText, own: Own, everything: Sequence[Definition]) -> Iterator[str]:
    """Yield the decorators of a function that may give something else with another signature.

    Args:
        source: The text.
        own: The function.
        everything: All definitions of the text: one that gives the function back, or uses
            `functools.wraps`, is no reason for doubt.
    """
    for decorator in _decorators(own.root):
        named = decorator.named_children[0] if decorator.named_children else None
        if named is None or _is_known(source, named, everything):
            continue
        called = named.child_by_field_name("function") if named.type == "call" else named
        written = syntax.folded(source, called) if called is not None else ""
        if written and len(written) <= _LONGEST:
            line = _line(source, decorator)
            yield f"decorated by @{written}: the signature may differ at run time (line {line})"


def _is_known(source: SourceText, named: Node, everything: Sequence[Definition]) -> bool:
    name = _name(source, named)
    if name in _KNOWN or name.lower().endswith("property"):
        return True
    if syntax.text(source, named).startswith(_MARKS):
        return True
    plain = named.child_by_field_name("function") if named.type == "call" else named
    written = syntax.text(source, plain) if plain is not None else ""
    # The last of equals is what stands when the module has run.
    found = next((d.node for d in reversed(everything) if d.qualname == written), None)
    if found is None or found.type != "function_definition":
        return False
    return _wraps(source, found) or _gives_back(source, found, named.type == "call")


def _wraps(source: SourceText, function: Node) -> bool:
    calls = (node for node in syntax.descendants(function, frozenset()) if node.type == "call")
    return any(_name(source, call) in _WRAPPERS for call in calls)


def _gives_back(source: SourceText, function: Node, called: bool) -> bool:
    """Tell whether a decorator gives back the function that it gets; a called one makes another."""
    own = Own(function)
    given = {_returned(source, node) for node in own.of("return_statement")}
    if called:
        inner = [node for node in own.of("function_definition") if {_called(source, node)} == given]
        return len(inner) == 1 and _gives_back(source, inner[0], called=False)
    listed = function.child_by_field_name("parameters")
    first = next(iter(syntax.statements(listed)), None) if listed is not None else None
    return first is not None and given == {syntax.text(source, first).partition(":")[0].strip()}


def _returned(source: SourceText, node: Node) -> str:
    value = next(iter(syntax.statements(node)), None)
    return syntax.text(source, value) if value is not None else ""


def _called(source: SourceText, function: Node) -> str:
    name = function.child_by_field_name("name")
    return syntax.text(source, name) if name is not None else ""


def _decorators(function: Node) -> list[Node]:
    outer = function.parent
    if outer is None or outer.type != "decorated_definition":
        return []
    return [child for child in outer.named_children if child.type == "decorator"]


def _name(source: SourceText, node: Node) -> str:
    called = node.child_by_field_name("function") if node.type == "call" else node
    return last_name(syntax.text(source, called)) if called is not None else ""


def _words(source: SourceText, node: Node) -> str:
    listed = node.child_by_field_name("arguments") if node.type == "call" else None
    first = next(iter(syntax.statements(listed)), None) if listed is not None else None
    if first is None or first.type != "string":
        return ""
    said = syntax.text(source, first).strip("'\"")
    return f": {said}" if len(said) <= _LONGEST and "\n" not in said else ""


def _line(source: SourceText, node: Node) -> int:
    return source.line(node.start_byte)
