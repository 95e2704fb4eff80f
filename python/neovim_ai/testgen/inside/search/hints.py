"""What may stand for a parameter: from its annotation, its default, and what is done with it."""

from __future__ import annotations

import inspect
import io
import pathlib
import re
import typing
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

KINDS: Dict[str, type] = {
    "str": str,
    "int": int,
    "float": float,
    "bool": bool,
    "bytes": bytes,
    "list": list,
    "tuple": tuple,
    "dict": dict,
    "set": set,
    "path": pathlib.Path,
    "stream": io.StringIO,
    "bytestream": io.BytesIO,
}
"""Kinds with a class; besides them there are `none`, `callable`, `type`, `pattern`, `object`."""


class Hint:
    """What is known of one parameter, or of one value inside it.

    Attributes:
        kinds: Weight by kind.
        classes: Classes whose instances fit.
        members: Literal values that fit (`typing.Literal`, enums, what it is compared with).
        element: Of what it holds; of a dictionary the value.
        key: Of a dictionary's keys.
        parts: Of a tuple of fixed length.
        attributes: Of a value that is known by its attributes alone.
        arity: Arguments a callable is called with.
    """

    def __init__(self) -> None:
        self.kinds: Dict[str, float] = {}
        self.classes: List[type] = []
        self.members: List[Any] = []
        self.element: Optional[Hint] = None
        self.key: Optional[Hint] = None
        self.parts: List[Hint] = []
        self.attributes: Dict[str, Hint] = {}
        self.arity = 1

    def add(self, kind: str, weight: float = 1.0) -> None:
        """Make a kind likelier."""
        self.kinds[kind] = self.kinds.get(kind, 0.0) + weight

    def inner(self) -> Hint:
        """Return the hint of what it holds."""
        if self.element is None:
            self.element = Hint()
        return self.element

    def join(self, other: Hint, depth: int = 0) -> None:
        """Take in what another hint knows of the same value."""
        for kind, weight in other.kinds.items():
            self.add(kind, weight)
        self.classes += [c for c in other.classes if c not in self.classes]
        self.members += [m for m in other.members if m not in self.members][:20]
        if depth > 3:
            return
        if other.element is not None:
            self.inner().join(other.element, depth + 1)
        if other.key is not None:
            self.key = self.key or Hint()
            self.key.join(other.key, depth + 1)
        if other.parts and not self.parts:
            self.parts = other.parts
        for name, hint in other.attributes.items():
            self.attributes.setdefault(name, Hint()).join(hint, depth + 1)

    @property
    def empty(self) -> bool:
        """Whether nothing is known."""
        return not (self.kinds or self.classes or self.members or self.attributes)


def from_annotation(annotation: Any, depth: int = 0) -> Hint:
    """Return what a resolved annotation says."""
    hint = Hint()
    if depth > 4 or annotation is inspect.Parameter.empty or annotation is Any:
        return hint
    if isinstance(annotation, typing.TypeVar):
        bounds = annotation.__constraints__ or (
            (annotation.__bound__,) if annotation.__bound__ else ()
        )
        for bound in bounds:
            hint.join(from_annotation(bound, depth + 1))
        return hint
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is None:
        _plain(hint, annotation)
    elif _is_union(origin):
        for argument in arguments:
            hint.join(from_annotation(argument, depth + 1))
    elif origin is getattr(typing, "Literal", object()):
        hint.members += list(arguments)
    elif origin is type:
        hint.add("type", 3)
        hint.classes += [a for a in arguments if isinstance(a, type)]
    elif str(origin).endswith("Annotated"):
        return from_annotation(arguments[0], depth + 1)
    else:
        _generic(hint, origin, arguments, depth)
    return hint


def _is_union(origin: Any) -> bool:
    import types

    return origin is typing.Union or origin is getattr(types, "UnionType", object())


def _plain(hint: Hint, annotation: Any) -> None:
    if annotation is None or annotation is type(None):
        hint.add("none", 1)
        return
    if not isinstance(annotation, type):
        supertype = getattr(annotation, "__supertype__", None)
        if supertype is not None:
            hint.join(from_annotation(supertype))
        return
    for kind, found in KINDS.items():
        if annotation is found:
            hint.add(kind, 4)
            return
    named = _ABSTRACT.get(annotation.__name__) if annotation.__module__ in _ABSTRACT_IN else None
    if named:
        for kind in named:
            hint.add(kind, 4)
    elif annotation is re.Pattern:
        hint.add("pattern", 4)
    elif annotation is not object:
        hint.classes.append(annotation)


_ABSTRACT_IN = ("collections.abc", "typing", "os", "types", "io", "numbers")
_ABSTRACT: Dict[str, Tuple[str, ...]] = {
    "Iterable": ("list",),
    "Iterator": ("iterator",),
    "Generator": ("iterator",),
    "Sequence": ("list", "tuple"),
    "MutableSequence": ("list",),
    "Collection": ("list",),
    "Container": ("list",),
    "Reversible": ("list",),
    "Sized": ("list",),
    "Mapping": ("dict",),
    "MutableMapping": ("dict",),
    "Set": ("set",),
    "AbstractSet": ("set",),
    "MutableSet": ("set",),
    "Callable": ("callable",),
    "Hashable": ("str", "int"),
    "PathLike": ("path",),
    "FunctionType": ("callable",),
    "Number": ("int", "float"),
    "Real": ("float", "int"),
    "Integral": ("int",),
    "TextIOBase": ("stream",),
    "IOBase": ("stream",),
    "TextIOWrapper": ("stream",),
    "TextIO": ("stream",),
    "BinaryIO": ("bytestream",),
    "IO": ("stream",),
}


def _generic(hint: Hint, origin: Any, arguments: Tuple[Any, ...], depth: int) -> None:
    name = getattr(origin, "__name__", str(origin))
    kinds = _ABSTRACT.get(name) or tuple(k for k, found in KINDS.items() if origin is found)
    for kind in kinds:
        hint.add(kind, 4)
    if not kinds and isinstance(origin, type):
        hint.add("pattern", 4) if origin is re.Pattern else hint.classes.append(origin)
    if not arguments:
        return
    if origin is tuple and arguments[-1:] != (Ellipsis,):
        hint.parts = [from_annotation(argument, depth + 1) for argument in arguments]
    elif "dict" in kinds and len(arguments) == 2:
        hint.key = from_annotation(arguments[0], depth + 1)
        hint.element = from_annotation(arguments[1], depth + 1)
    elif "callable" in kinds:
        hint.arity = len(arguments[0]) if isinstance(arguments[0], list) else 1
        hint.element = from_annotation(arguments[-1], depth + 1)
    else:
        hint.element = from_annotation(arguments[0], depth + 1)


def from_default(value: Any) -> Hint:
    """Return what a default says: its type is right most of the time, None says nothing."""
    hint = Hint()
    if value is inspect.Parameter.empty:
        return hint
    if value is None:
        hint.add("none", 1)
        return hint
    for kind, found in KINDS.items():
        if type(value) is found:
            hint.add(kind, 3)
            if isinstance(value, (tuple, list)):
                hint.add("list", 1)
                hint.add("tuple", 1)
    if isinstance(value, type):
        hint.add("type", 1)
        hint.add("callable", 1)
    elif callable(value):
        hint.add("callable", 3)
    elif not hint.kinds:
        hint.classes.append(type(value))
    return hint


_NAMED: Tuple[Tuple[str, str], ...] = (
    (r"(^|_)(path|file|filename|filepath|dir|directory|folder)$", "path"),
    (
        r"^(n|i|j|k|num|count|size|width|height|length|index|idx|limit|depth|level|port|start|stop|end|step|max\w*|min\w*|lo|hi|low(er|est)?|high(er|est)?|upper|num_\w+|n_\w+)$|_(count|size|width|len|length|index|limit)$",
        "int",
    ),
    (
        r"^(s|text|string|str|name|key|line|word|prefix|suffix|sep|separator|delimiter|message|msg|title|url|encoding|pattern|char|label|query|content|source|code|value_str|fmt|format)$|_(name|text|string|str|prefix|suffix|url)$",
        "str",
    ),
    (
        r"^(items|values|lst|list|elements|seq|sequence|iterable|args|rows|lines|words|names|numbers|nums|keys|arr|array|data)$|_list$",
        "list",
    ),
    (
        r"^(func|function|fn|f|callback|cb|predicate|handler|factory|hook|key_func|callable)$|_(func|fn|callback)$",
        "callable",
    ),
    (
        r"^(is|has|use|with|allow|should|enable|strict|reverse|verbose|force|recursive|ignore)(_|$)|_(flag|enabled)$",
        "bool",
    ),
    (
        r"^(mapping|dict|kwargs|options|opts|config|params|headers|attrs|context|env|d)$|_(map|dict)$",
        "dict",
    ),
    (
        r"^(x|y|z|ratio|factor|rate|alpha|beta|eps|epsilon|tol|tolerance|weight|seconds|timeout|delay)$",
        "float",
    ),
    (r"^(data|buf|buffer|payload|raw|b)$|_bytes$", "bytes"),
    (r"^(stream|fp|fh|fileobj|out|output|writer|reader|stdout|stdin|file)$", "stream"),
    (r"^(regex|rx)$", "pattern"),
)


def from_name(name: str) -> Hint:
    """Return what a parameter's name suggests: weak, where nothing better is known."""
    hint = Hint()
    for pattern, kind in _NAMED:
        if re.search(pattern, name.lower().strip("_")):
            hint.add(kind, 1.5)
    return hint


def resolved(function: Any) -> Dict[str, Any]:
    """Return the annotations of a function, or of a class's constructor, that can be had."""
    if isinstance(function, type):
        function = inspect.getattr_static(function, "__init__")
    function = inspect.unwrap(function)
    try:
        return typing.get_type_hints(function)
    except Exception:
        found = {}
        space = {**vars(typing), **getattr(function, "__globals__", {})}
        for name, text in getattr(function, "__annotations__", {}).items():
            try:
                found[name] = eval(text, space) if isinstance(text, str) else text
            except Exception:
                continue
        return found


def classes_of(value: Any) -> Iterator[type]:
    """Yield the classes that an `isinstance` test names."""
    if isinstance(value, type):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from classes_of(item)


def fits(attributes: Set[str]) -> List[str]:
    """Return the kinds whose instances have all of some attributes."""
    return [k for k, found in _INSTANCES if all(_has(found, a) for a in attributes)]


_INSTANCES = (*KINDS.items(), ("type", type))


def _has(kind: type, attribute: str) -> bool:
    # Not `hasattr`: a class has what its metaclass has, its instances have not.
    return any(attribute in vars(base) for base in kind.__mro__)
