"""What of the subject can be called, and with what."""

from __future__ import annotations

import inspect
from types import FunctionType, ModuleType
from typing import Any, Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set

from .hints import Hint, from_annotation, from_default, from_name, resolved
from .usage import Usage

FUNCTION, METHOD, STATIC, PROPERTY, CLASS = "function", "method", "static", "property", "class"

_AS_BUILTIN = {
    "__len__": "len",
    "__str__": "str",
    "__repr__": "repr",
    "__bool__": "bool",
    "__hash__": "hash",
    "__iter__": "list",
    "__int__": "int",
    "__float__": "float",
    "__abs__": "abs",
    "__bytes__": "bytes",
    "__reversed__": "list",
    "__subclasshook__": "issubclass",
}
_BY_OTHERS = frozenset(
    {"__init__", "__new__", "__init_subclass__", "__class_getitem__", "__set_name__", "__del__",
     "__prepare__", "__getattribute__", "__post_init__", "__slots__"}
)  # fmt: skip


class Parameter(NamedTuple):
    """One parameter and what may stand for it."""

    name: str
    kind: str
    optional: bool
    hint: Hint


class Entry:
    """One callable of the subject.

    Attributes:
        qualname: Dotted path from the module.
        kind: `function`, `method` (of an instance), `static` (of a class), `property`, `class`.
        parameters: Without `self` and `cls`.
        owner: The entry of the class whose instance is needed; None without one.
        setter: Hint of the value, of a property that can be set.
        siblings: Of a class, what can be done with an instance.
        touches: Names of attributes that its code speaks of, its own included.
        value: The function itself, as far as it can be had.
    """

    def __init__(
        self,
        qualname: str,
        kind: str,
        parameters: Sequence[Parameter],
        owner: Optional[Entry] = None,
        value: Any = None,
    ) -> None:
        self.qualname = qualname
        self.kind = kind
        self.parameters = list(parameters)
        self.owner = owner
        self.value = value
        self.setter: Optional[Hint] = None
        self.siblings: List[Entry] = []
        self.touches: Set[str] = set()

    @property
    def name(self) -> str:
        """The bare name."""
        return self.qualname.rpartition(".")[2]

    @property
    def builtin(self) -> str:
        """The built-in function that calls it (`len` for `__len__`); empty without one."""
        return _AS_BUILTIN.get(self.name, "") if self.kind in (METHOD, STATIC) else ""


def entries(targets: Sequence[Mapping[str, Any]], module: ModuleType, usage: Usage) -> List[Entry]:
    """Return what can be called of the targets; a class brings its methods."""
    finder = _Finder(module, usage)
    for target in targets:
        finder.take(str(target["qualname"]), bool(target.get("private")))
    return list(finder.found.values())


class _Finder:
    def __init__(self, module: ModuleType, usage: Usage) -> None:
        self.module = module
        self.usage = usage
        self.found: Dict[str, Entry] = {}
        self.classes: Dict[str, Entry] = {}

    def take(self, qualname: str, private: bool) -> None:
        if not qualname:
            for name, value in vars(self.module).items():
                own = getattr(value, "__module__", None) == self.module.__name__
                if own and isinstance(value, (type, FunctionType)):
                    self.take(name, name.startswith("_"))
            return
        owner, static = self._owner(qualname)
        if static is None or _mangled(qualname):
            return
        if isinstance(static, type):
            self._class(qualname, static)
        elif owner is not None and isinstance(owner, type):
            self._method(qualname, owner, static)
        elif callable(static):
            parameters = self._parameters(qualname, static)
            self._keep(Entry(qualname, FUNCTION, parameters, value=static))

    def _owner(self, qualname: str) -> Any:
        owner: Any = None
        found: Any = self.module
        for part in qualname.split("."):
            owner, found = found, inspect.getattr_static(found, part, None)
            if found is None:
                return None, None
        return (owner if isinstance(owner, type) else None), found

    def _keep(self, entry: Entry) -> Entry:
        return self.found.setdefault(entry.qualname, entry)

    def _class(self, qualname: str, kind: type) -> None:
        entry = self._keep(self._constructor(qualname, kind))
        for name, value in list(vars(kind).items()):
            inner = f"{qualname}.{name}"
            if isinstance(value, type):
                if value.__qualname__ == inner:
                    self._class(inner, value)
            elif name not in _BY_OTHERS and not _mangled(inner) and _is_code(value):
                self._method(inner, kind, value)
        del entry

    def _constructor(self, qualname: str, kind: type) -> Entry:
        if qualname not in self.classes:
            parameters = self._parameters(f"{qualname}.__init__", kind)
            self.classes[qualname] = Entry(qualname, CLASS, parameters, value=kind)
        return self.classes[qualname]

    def _method(self, qualname: str, owner: type, value: Any) -> None:
        name = qualname.rpartition(".")[2]
        above = qualname.rpartition(".")[0]
        if name in _BY_OTHERS:
            self._keep(self._constructor(above, owner))
            return
        made = self._constructor(above, owner)
        if isinstance(value, (staticmethod, classmethod)):
            bound = getattr(owner, name, None)
            entry = Entry(qualname, STATIC, self._parameters(qualname, bound), value=bound)
        elif isinstance(value, property) or type(value).__name__.endswith("cached_property"):
            entry = Entry(qualname, PROPERTY, (), made, value)
            entry.setter = self._setter(qualname, value)
        elif callable(value):
            parameters = self._parameters(qualname, value)[1:]
            entry = Entry(qualname, METHOD, parameters, made, value)
        else:
            return
        made.siblings.append(self._keep(entry))

    def _setter(self, qualname: str, value: Any) -> Optional[Hint]:
        if getattr(value, "fset", None) is None:
            return None
        parameters = self._parameters(qualname, value.fset)
        hint = parameters[1].hint if len(parameters) > 1 else Hint()
        getter = resolved(value.fget).get("return", inspect.Parameter.empty)
        hint.join(from_annotation(getter))
        return hint

    def _parameters(self, qualname: str, function: Any) -> List[Parameter]:
        try:
            signature = inspect.signature(function)
        except (TypeError, ValueError):
            return []
        known = resolved(function)
        return [self._parameter(qualname, p, known) for p in signature.parameters.values()]

    def _parameter(
        self, qualname: str, parameter: inspect.Parameter, known: Mapping[str, Any]
    ) -> Parameter:
        hint = from_annotation(known.get(parameter.name, parameter.empty))
        hint.join(from_default(parameter.default))
        used = self.usage.of(qualname, parameter.name)
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            # What is done with the tuple or dictionary says something of what it holds.
            used = used.element or Hint()
        hint.join(used)
        # A name is a weak word, unless it is the only one.
        named = from_name(parameter.name)
        if not hint.empty:
            named.kinds = dict.fromkeys(named.kinds, 0.6)
        hint.join(named)
        optional = parameter.default is not parameter.empty
        return Parameter(parameter.name, parameter.kind.name, optional, hint)


def _mangled(qualname: str) -> bool:
    """Tell whether a name cannot be reached from outside as it is written."""
    return any(p.startswith("__") and not p.endswith("__") for p in qualname.split("."))


def _is_code(value: Any) -> bool:
    plain = isinstance(value, (FunctionType, staticmethod, classmethod, property))
    return (
        plain
        or type(value).__name__.endswith("cached_property")
        or (callable(value) and hasattr(value, "__wrapped__"))
    )


def abstract_line(entry: Entry, name: str) -> str:
    """Return one line that makes a concrete class of an abstract one; empty where not needed."""
    missing: Any = getattr(entry.value, "__abstractmethods__", ())
    if not missing:
        return ""
    methods = ", ".join(f"{m!r}: lambda self, *args: None" for m in sorted(missing))
    return f"{name} = type({name!r}, ({entry.qualname},), {{{methods}}})"


def walk(entry: Optional[Entry]) -> Iterator[Entry]:
    """Yield an entry and those of the classes it needs."""
    while entry is not None:
        yield entry
        entry = entry.owner
