"""Python source for values that fit a hint."""

from __future__ import annotations

import inspect
import random
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence

from .hints import Hint, from_annotation, from_default, from_name, resolved
from .regexes import matching
from .stock import CALLABLES, FLOATS, INTEGERS, MAKERS, STRINGS, TYPES

DEEPEST = 3
WRONG = 0.06
"""How often a value of a kind that does not fit is tried: what refuses it is code too."""

PLAIN = ("str", "int", "list", "none", "float", "bool", "dict", "tuple", "bytes", "set", "callable")
_ANY = (("str", 4.0), ("int", 3.0), ("list", 2.0), ("float", 1.0), ("none", 0.7), ("bool", 0.6),
        ("dict", 1.0), ("tuple", 1.0), ("bytes", 0.4), ("callable", 0.3), ("set", 0.3))  # fmt: skip


class Pool:
    """What the subject itself offers: its literals, its patterns, what its functions return."""

    def __init__(self) -> None:
        self.literals: Dict[str, List[Any]] = {}
        self.patterns: List[Any] = []
        self.expressions: Dict[str, List[str]] = {}

    def add(self, value: Any) -> bool:
        """Keep a literal that is short enough to be read; True where it is new."""
        kind = type(value).__name__
        known = self.literals.setdefault(kind, [])
        if (kind in ("str", "bytes") and len(value) > 200) or len(known) > 300 or value in known:
            return False
        known.append(value)
        return True

    def express(self, kind: str, source: str) -> None:
        """Keep an expression that gives a value of a kind: the call of another function."""
        known = self.expressions.setdefault(kind, [])
        if source not in known and len(source) <= 80 and len(known) < 40:
            known.append(source)


class Maker:
    """Makes sources; what they need beyond the subject's names is in `imports`.

    Attributes:
        chance: The one source of randomness.
        names: What stands bare.
        pool: What the subject offers.
        imports: Import line by the name it gives.
        wrong: How often a value of a kind that does not fit is made.
    """

    def __init__(self, chance: random.Random, names: Mapping[str, Any], pool: Pool) -> None:
        self.chance = chance
        self.names = names
        self.pool = pool
        self.imports: Dict[str, str] = {}
        self.wrong = WRONG
        self._made: Dict[type, List[str]] = {}

    def make(self, hint: Hint, depth: int = 0) -> str:
        """Return source of a value that fits a hint, now and then of one that does not."""
        roll = self.chance.random()
        if roll < self.wrong and depth == 0:
            return self._of(self.chance.choice(PLAIN), Hint(), depth)
        if hint.members and roll < 0.3:
            return self._member(self.chance.choice(hint.members))
        choices = [(k, w) for k, w in hint.kinds.items()]
        choices += [("class", 4.0)] if hint.classes else []
        if not choices:
            choices = list(_ANY)
        kind = self._weighted(choices)
        if kind == "class":
            made = self.instance(self.chance.choice(hint.classes), depth)
            return made or self._of("none", hint, depth)
        return self._of(kind, hint, depth)

    def _weighted(self, choices: Sequence[Any]) -> str:
        kinds, weights = zip(*choices)
        return str(self.chance.choices(kinds, weights)[0])

    def _member(self, value: Any) -> str:
        text = self.name_of(value) if isinstance(value, type) else None
        if text is None and hasattr(value, "name") and hasattr(type(value), "__members__"):
            return f"{self.name_of(type(value))}.{value.name}"
        return text or repr(value)

    def _of(self, kind: str, hint: Hint, depth: int) -> str:
        known = self.pool.expressions.get(kind)
        if known and self.chance.random() < 0.06 and depth == 0:
            return self.chance.choice(known)
        maker: Callable[[Hint, int], str] = getattr(self, f"_{kind}", self._none)
        return maker(hint, depth)

    def _none(self, hint: Hint, depth: int) -> str:
        return "None"

    def _bool(self, hint: Hint, depth: int) -> str:
        return self.chance.choice(("True", "False"))

    def _str(self, hint: Hint, depth: int) -> str:
        return repr(self.text())

    def text(self) -> str:
        """Return a text: the subject's own literals, what its patterns match, or a usual one."""
        roll = self.chance.random()
        own = self.pool.literals.get("str")
        if own and roll < 0.4:
            return str(self.chance.choice(own))
        if self.pool.patterns and roll < 0.6:
            text = matching(self.chance.choice(self.pool.patterns), self.chance)
            return text[:120] if roll < 0.5 else f"some {text[:120]} here"
        if own and roll < 0.7:
            parts = [str(self.chance.choice(own)) for _ in range(self.chance.randint(2, 3))]
            return self.chance.choice(("", " ", "\n", "a")).join(parts)[:160]
        return self.chance.choice(STRINGS)

    def _int(self, hint: Hint, depth: int) -> str:
        own = self.pool.literals.get("int")
        if own and self.chance.random() < 0.4:
            return repr(self.chance.choice(own) + self.chance.choice((0, 0, 0, 1, -1)))
        return repr(self.chance.choice(INTEGERS))

    def _float(self, hint: Hint, depth: int) -> str:
        own = self.pool.literals.get("float")
        value = self.chance.choice(own if own and self.chance.random() < 0.4 else FLOATS)
        return "float('inf')" if value == float("inf") else repr(value)

    def _bytes(self, hint: Hint, depth: int) -> str:
        own = self.pool.literals.get("bytes")
        if own and self.chance.random() < 0.4:
            return repr(self.chance.choice(own))
        return repr(self.text().encode("utf-8", "replace"))

    def _size(self) -> int:
        return self.chance.choice((0, 1, 1, 2, 2, 3, 3, 4, 6))

    def _items(self, hint: Hint, depth: int) -> List[str]:
        if depth >= DEEPEST:
            return []
        inner = hint.element
        if inner is None or (inner.empty and not inner.parts):
            inner = Hint()
            inner.add(self.chance.choice(("str", "int")))
        return [self.make(inner, depth + 1) for _ in range(self._size())]

    def _list(self, hint: Hint, depth: int) -> str:
        return f"[{', '.join(self._items(hint, depth))}]"

    def _iterator(self, hint: Hint, depth: int) -> str:
        return f"iter({self._list(hint, depth)})"

    def _tuple(self, hint: Hint, depth: int) -> str:
        if hint.parts and self.chance.random() < 0.95:
            items = [self.make(part, depth + 1) for part in hint.parts]
        else:
            items = self._items(hint, depth)
        return f"({', '.join(items)}{',' if len(items) == 1 else ''})"

    def _set(self, hint: Hint, depth: int) -> str:
        items = [i for i in self._items(hint, depth) if i[:1] not in "[{" and "(" not in i]
        return f"{{{', '.join(items)}}}" if items else "set()"

    def _dict(self, hint: Hint, depth: int) -> str:
        if depth >= DEEPEST:
            return "{}"
        key = hint.key or Hint()
        if key.empty:
            key.add("str")
        inner = hint.element or Hint()
        members = [m for m in key.members if isinstance(m, str)]
        keys = [repr(m) for m in members if self.chance.random() < 0.8]
        keys += [self.make(key, depth + 1) for _ in range(self._size() if not members else 0)]
        plain = [k for k in dict.fromkeys(keys) if k[:1] not in "[{"]
        return "{" + ", ".join(f"{k}: {self.make(inner, depth + 1)}" for k in plain) + "}"

    def _callable(self, hint: Hint, depth: int) -> str:
        if hint.element is not None and self.chance.random() < 0.5:
            return f"lambda *args: {self.make(hint.element, depth + 1)}"
        return self.chance.choice(CALLABLES)

    def _type(self, hint: Hint, depth: int) -> str:
        known = [self.name_of(found) for found in hint.classes]
        named = [name for name in known if name]
        words = [t for t in self.pool.literals.get("str", ()) if t.isidentifier()]
        if words and self.chance.random() < 0.35:
            # A class that has what the code looks for.
            value = self.chance.choice(("None", "1", "lambda self, *args: None"))
            return f"type('Thing', (), {{{self.chance.choice(words)!r}: {value}}})"
        return self.chance.choice(named or list(TYPES))

    def _pattern(self, hint: Hint, depth: int) -> str:
        self.imports["re"] = "import re"
        return self.chance.choice(("re.compile('a+')", r"re.compile('(\\w+)')", "re.compile('')"))

    def _path(self, hint: Hint, depth: int) -> str:
        name = self.chance.choice(("file.txt", "file.txt", "other.txt", "missing.txt", "folder"))
        path = "tmp_path" if self.chance.random() < 0.15 else f"tmp_path / {name!r}"
        return path if self.chance.random() < 0.5 else f"str({path})"

    def _stream(self, hint: Hint, depth: int) -> str:
        self.imports["io"] = "import io"
        return f"io.StringIO({self.text()!r})"

    def _bytestream(self, hint: Hint, depth: int) -> str:
        self.imports["io"] = "import io"
        return f"io.BytesIO({self._bytes(hint, depth)})"

    def _object(self, hint: Hint, depth: int) -> str:
        """Return an object known by its attributes alone."""
        self.imports["SimpleNamespace"] = "from types import SimpleNamespace"
        if depth >= DEEPEST:
            return "SimpleNamespace()"
        parts = [
            f"{name}={self.make(inner, depth + 1)}"
            for name, inner in hint.attributes.items()
            if not name.startswith("__")
        ]
        return f"SimpleNamespace({', '.join(parts)})"

    def name_of(self, kind: type) -> Optional[str]:
        """Return an expression for a class, and remember the import it needs."""
        import builtins
        import sys

        name = kind.__name__
        if self.names.get(name) is kind or getattr(builtins, name, None) is kind:
            return name
        module = kind.__module__
        bare = next((n for n, v in self.names.items() if v is kind and not n.startswith("_")), None)
        if bare:
            return bare
        top = module.split(".")[0]
        if getattr(sys.modules.get(module), name, None) is not kind or name.startswith("_"):
            return None
        if self.names.get(top) is sys.modules.get(top) and "." not in module:
            return f"{top}.{name}"
        if name in self.names or self.imports.get(name, "") not in ("", _line(module, name)):
            return None
        self.imports[name] = _line(module, name)
        return name

    def instance(self, kind: type, depth: int = 0) -> Optional[str]:
        """Return source that makes an instance of a class or of one of its loaded subclasses."""
        if kind in MAKERS:
            top = kind.__module__
            if top != "builtins":
                self.imports[top] = f"import {top}"
            return self.chance.choice(MAKERS[kind])
        if depth > DEEPEST:
            return None
        members = getattr(kind, "__members__", None)
        choices = [kind, *_subclasses(kind)][:30]
        chosen = self.chance.choice(choices)
        if inspect.isabstract(chosen):
            concrete = [c for c in choices if not inspect.isabstract(c)]
            if not concrete:
                return None
            chosen = self.chance.choice(concrete)
        name = self.name_of(chosen)
        if name is None:
            return None
        if members:
            return f"{name}.{self.chance.choice(list(members))}"
        made = f"{name}({', '.join(self.arguments(chosen, depth + 1))})"
        return made if len(made) < 200 else None

    def arguments(self, function: Any, depth: int = 0) -> List[str]:
        """Return sources of arguments that a function or class might take."""
        made: List[str] = []
        try:
            parameters = inspect.signature(function).parameters.values()
        except (TypeError, ValueError):
            return made
        known = resolved(function)
        skipped = False
        for parameter in parameters:
            hint = hint_of(parameter, known)
            optional = parameter.default is not parameter.empty
            if parameter.kind is parameter.VAR_POSITIONAL:
                if not skipped:
                    made += [self.make(hint, depth) for _ in range(self.chance.randint(0, 3))]
            elif parameter.kind is parameter.VAR_KEYWORD:
                continue
            elif optional and self.chance.random() < 0.7:
                skipped = True
            elif skipped or parameter.kind is parameter.KEYWORD_ONLY:
                if parameter.kind is not parameter.POSITIONAL_ONLY:
                    made.append(f"{parameter.name}={self.make(hint, depth)}")
            else:
                made.append(self.make(hint, depth))
        return made


def hint_of(parameter: inspect.Parameter, known: Mapping[str, Any]) -> Hint:
    """Return what annotation, default and name say of a parameter."""
    annotation = known.get(parameter.name, inspect.Parameter.empty)
    hint = from_annotation(annotation)
    hint.join(from_default(parameter.default))
    if set(hint.kinds) <= {"none"} and not hint.classes and not hint.members:
        hint.join(from_name(parameter.name))
    return hint


def _line(module: str, name: str) -> str:
    return f"from {module} import {name}"


def _subclasses(kind: type) -> List[type]:
    found: List[type] = []
    subclasses: List[type] = type.__subclasses__(kind)
    for inner in subclasses:
        found += [inner, *_subclasses(inner)]
    return found
