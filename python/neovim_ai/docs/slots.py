"""Which slots a complete docstring of a definition has, from the facts alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from neovim_ai.docs.fallback import fallback
from neovim_ai.docs.model import House, Slot, SlotKind
from neovim_ai.docs.wording import event
from neovim_ai.source.model import Definition, DefinitionKind, Facts, Parameter

__all__ = ["documented_elsewhere", "fallback", "wanted"]

_NOTHING = frozenset({"None", "NoReturn", "Never"})
_STREAMS = frozenset(
    {"Iterator", "Iterable", "Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator"}
)
_CLASS_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_LONGEST_DEFAULT = 40
_LONGEST_CONDITION = 90


def wanted(
    definition: Definition,
    facts: Facts,
    house: House | None = None,
    inherited: frozenset[str] = frozenset(),
) -> tuple[Slot, ...]:
    """Return the slots of a complete docstring, in the order they are asked and written.

    An overload gets an optional summary alone: help and linters look at the implementation, and
    pydocstyle forbids the rest (D418). A property is documented as the attribute it is. What a
    setter takes and raises is as much its contract as a method's.

    Args:
        definition: What is documented.
        facts: What its code says.
        house: Where constructors are described, and what the project's linters insist on.
        inherited: Keys of what the docstring of an overridden method describes already.
    """
    house = house or House()
    if facts.is_overload:
        return (Slot(SlotKind.SUMMARY, optional=True),)
    summary = Slot(SlotKind.SUMMARY)
    if definition.kind is DefinitionKind.MODULE:
        return (summary,)
    if definition.kind is DefinitionKind.CLASS:
        return (
            summary,
            *_constructor(definition, facts, house),
            *_attributes(definition, facts, house),
        )
    result = _result(definition, facts) or _nothing(definition, facts, house)
    said = (*_parameters(facts), *result, *_raises(facts), *_caught(facts, house))
    return (summary, *_not_repeated(said, house, inherited))


def _not_repeated(
    said: tuple[Slot, ...], house: House, inherited: frozenset[str]
) -> tuple[Slot, ...]:
    """Leave out what the base describes; pydoclint takes all of a signature or none of it.

    None of it only where it lets a summary stand alone.
    """
    own = tuple(slot for slot in said if slot.key not in inherited)
    told = house.linters.pydoclint
    whole = told is not None and (own or not told.on("skipCheckingShortDocstrings", True))
    return said if whole else own


def documented_elsewhere(definition: Definition, facts: Facts, house: House | None = None) -> bool:
    """Tell whether another docstring describes all of this: `__init__`'s parameters in its class.

    Such a definition needs no docstring; one that has one is left with it.

    Args:
        definition: What might be documented.
        facts: What its code says; an overload leaves it to the implementation.
        house: Where the project describes constructors.
    """
    if facts.is_overload:
        return True
    constructor = definition.kind is DefinitionKind.METHOD and definition.name == "__init__"
    settled = house is not None and house.init_documented
    return constructor and definition.docstring is None and not settled


def _attributes(definition: Definition, facts: Facts, house: House) -> Iterator[Slot]:
    """Yield the public attributes; pydoclint insists on those of the class body."""
    told = house.linters.pydoclint
    checked = told is not None and told.on("checkClassAttributes", True)
    required = _of_the_body(definition) if checked else frozenset()
    for one in facts.attributes:
        if one.public:
            optional = one.name not in required
            type_ = _as_type(one.annotation)
            yield Slot(SlotKind.ATTRIBUTE, one.name, type_, optional=optional)


def _of_the_body(definition: Definition) -> frozenset[str]:
    """Return the names a class body gives values or types, as pydoclint sees them."""
    body = definition.node.child_by_field_name("body") if definition.node else None
    inner = [c for s in body.named_children for c in s.named_children] if body else []
    lefts = [c.child_by_field_name("left") for c in inner if c.type == "assignment"]
    texts = (left.text for left in lefts if left is not None and left.type == "identifier")
    return frozenset(text.decode() for text in texts if text)


def _constructor(definition: Definition, facts: Facts, house: House) -> tuple[Slot, ...]:
    """Return what the constructor takes and raises, unless `__init__` itself tells or is to."""
    if _init_is_documented(definition):
        return ()
    if house.init_documented and (facts.parameters or facts.raises):
        return ()
    return (*_parameters(facts), *_raises(facts), *_caught(facts, house))


def _init_is_documented(definition: Definition) -> bool:
    body = definition.node.child_by_field_name("body") if definition.node else None
    for node in body.named_children if body else ():
        function = node.child_by_field_name("definition") or node
        name, block = (function.child_by_field_name(field) for field in ("name", "body"))
        if function.type == "function_definition" and name and name.text == b"__init__" and block:
            first = next((c for c in block.named_children if c.type != "comment"), None)
            value = first.named_children[0] if first and first.named_children else None
            return value is not None and value.type in {"string", "concatenated_string"}
    return False


def _parameters(facts: Facts) -> Iterator[Slot]:
    for one in facts.parameters:
        yield Slot(SlotKind.PARAMETER, one.starred, _as_type(one.annotation), _default(one))


def _default(parameter: Parameter) -> str:
    default = parameter.default
    if default is None or len(default) > _LONGEST_DEFAULT:
        return ""
    return f"default {default}"


def _result(definition: Definition, facts: Facts) -> tuple[Slot, ...]:
    annotation = _as_type(facts.return_annotation)
    if facts.is_generator:
        return (Slot(SlotKind.YIELDS, type=_element(annotation)),)
    if facts.is_property or facts.is_setter or definition.name == "__init__":
        return ()
    if annotation in _NOTHING or _last_name(annotation) in _NOTHING:
        return ()
    if annotation is None and not facts.returns:
        return ()
    return (Slot(SlotKind.RETURNS, type=annotation or _certain_type(facts)),)


def _raises(facts: Facts) -> Iterator[Slot]:
    # NotImplementedError of an abstract method too: it is what a caller meets where the method is
    # not overridden, and linters ask for it.
    for name in facts.escaping:
        if _CLASS_NAME.fullmatch(name):
            yield Slot(SlotKind.RAISES, name, hint=_conditions(name, facts))


def _caught(facts: Facts, house: House) -> Iterator[Slot]:
    """Yield what is raised and caught again: pydoclint takes each `raise` for one that escapes."""
    told = house.linters.pydoclint
    if told is None or told.on("skipCheckingRaises", False):
        return
    for name in dict.fromkeys(r.exception for r in facts.raises if not r.escapes):
        if _CLASS_NAME.fullmatch(name) and name not in facts.escaping:
            dead = all(r.dead for r in facts.raises if r.exception == name)
            hint = "never reached" if dead else "raised and caught inside"
            yield Slot(SlotKind.RAISES, name, hint=hint)


def _nothing(definition: Definition, facts: Facts, house: House) -> tuple[Slot, ...]:
    """Return a slot for the result `None` where pydoclint insists on one."""
    told = house.linters.pydoclint
    insists = told is not None and told.on("requireReturnSectionWhenReturningNothing", False)
    silent = facts.is_generator or facts.is_property or definition.name == "__init__"
    if not insists or silent or _as_type(facts.return_annotation) != "None":
        return ()
    return (Slot(SlotKind.RETURNS, type="None"),)


def _conditions(name: str, facts: Facts) -> str:
    if facts.is_abstract and _last_name(name) == "NotImplementedError":
        return "when not overridden"
    told = [r.condition for r in facts.raises if r.exception == name and r.escapes]
    found = [(event(c) or c) if c and "…" not in c else None for c in told]
    known = list(dict.fromkeys(c for c in found if c and len(c) <= _LONGEST_CONDITION))
    kept = [known[0]] if known else []
    for one in known[1:3]:
        if len(" or ".join([*kept, one])) <= _LONGEST_CONDITION:
            kept.append(one)
    return f"when {' or '.join(kept)}" if kept else ""


def _as_type(annotation: str | None) -> str | None:
    """Return an annotation as docstrings write it: a forward reference without its quotes."""
    if not annotation:
        return None
    if annotation[0] in "\"'" and annotation[-1] == annotation[0] and len(annotation) > 2:
        inner = annotation[1:-1]
        return inner if annotation[0] not in inner else annotation
    return annotation


def _last_name(name: str | None) -> str:
    return (name or "").rpartition(".")[2]


def _element(annotation: str | None) -> str | None:
    """Return what an annotation says is yielded: `int` of `Iterator[int]`."""
    try:
        node = ast.parse(annotation or "", mode="eval").body
    except (SyntaxError, ValueError):
        return None
    if not isinstance(node, ast.Subscript) or _last_name(ast.unparse(node.value)) not in _STREAMS:
        return None
    first = node.slice
    if isinstance(first, ast.Tuple) and _last_name(ast.unparse(node.value)).endswith("Generator"):
        first = first.elts[0]
    return _as_type(ast.get_source_segment(annotation or "", first))


def _certain_type(facts: Facts) -> str | None:
    """Return the type that every returned expression certainly has; None where one may differ."""
    kinds = dict.fromkeys(_display(value.text) for value in facts.returns)
    if facts.returns_none:
        kinds["None"] = None
    if not kinds or None in kinds:
        return None
    return " | ".join(sorted((k for k in kinds if k), key=lambda kind: kind == "None"))


def _display(text: str) -> str | None:
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if isinstance(node, ast.Constant):
        return "None" if node.value is None else type(node.value).__name__
    displays: dict[type[ast.expr], str] = {
        ast.JoinedStr: "str",
        ast.List: "list",
        ast.ListComp: "list",
        ast.Dict: "dict",
        ast.DictComp: "dict",
        ast.Set: "set",
        ast.SetComp: "set",
        ast.Tuple: "tuple",
    }
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return "bool"
    return displays.get(type(node))
