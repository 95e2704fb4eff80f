"""What the code says of itself: definitions and facts, as plain data.

Everything here is found by `target` and `facts`, from the text alone; nothing is guessed.
"""

from __future__ import annotations

import ast
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from neovim_ai.source.text import Span

if TYPE_CHECKING:
    from tree_sitter import Node


class DefinitionKind(StrEnum):
    """What can carry a docstring."""

    MODULE = "module"
    CLASS = "class"
    FUNCTION = "function"
    METHOD = "method"


@dataclass(frozen=True)
class Definition:
    """One place where a docstring can stand.

    Attributes:
        kind: A function directly inside a class body is a method.
        name: The bare name; the empty string for a module.
        qualname: Dotted path from the module, `Class.method` or `outer.inner` (no `<locals>`).
        ordinal: Its place among definitions of the same qualname in this file, from 0
            (property setters, overloads, redefinitions under `if`).
        span: Decorators included, to the end of the last body statement.
        header: From `def`/`class`/`async` to the colon, included; empty for a module.
        body: The block's statements; for a module the whole text.
        docstring: The string expression that is the docstring (all parts of a concatenation,
            parentheses included), or None.
        indent: White space before `def` or `class`.
        body_indent: White space before the first statement of the body when that statement
            starts a line of its own; None for a one-liner (`def f(): return 1`) or no body.
        line: 1-based line of `def` or `class`; 1 for a module.
        end_line: 1-based line where it ends.
        decorators: Decorator expressions as written, without `@`, outermost first.
        is_async: `async def`.
        owner: The qualname of the nearest enclosing class, or None.
        broken: There is a syntax error inside its header or body.
        node: The syntax node, for `facts` alone.
    """

    kind: DefinitionKind
    name: str
    qualname: str
    ordinal: int
    span: Span
    header: Span
    body: Span
    docstring: Span | None
    indent: str
    body_indent: str | None
    line: int
    end_line: int
    decorators: tuple[str, ...] = ()
    is_async: bool = False
    owner: str | None = None
    broken: bool = False
    node: Node | None = field(default=None, compare=False, repr=False)


class ParameterKind(StrEnum):
    """As `inspect` names them."""

    POSITIONAL_ONLY = "positional-only"
    POSITIONAL_OR_KEYWORD = "positional or keyword"
    VAR_POSITIONAL = "variadic positional"
    KEYWORD_ONLY = "keyword-only"
    VAR_KEYWORD = "variadic keyword"


@dataclass(frozen=True)
class Parameter:
    """One parameter, in the order of the signature, `self` and `cls` left out.

    Attributes:
        name: The bare name, without stars.
        kind: How it is passed.
        annotation: The annotation as written, white space folded; None without one.
        default: The default as written, white space folded; None without one.
        line: 1-based line.
    """

    name: str
    kind: ParameterKind
    annotation: str | None = None
    default: str | None = None
    line: int = 0

    @property
    def starred(self) -> str:
        """The name as docstrings write it: `*args`, `**kwargs`, plain otherwise."""
        stars = {ParameterKind.VAR_POSITIONAL: "*", ParameterKind.VAR_KEYWORD: "**"}
        return stars.get(self.kind, "") + self.name


@dataclass(frozen=True)
class Raise:
    """One place where an exception starts in this function's own body.

    Attributes:
        exception: The class as written (`ValueError`, `zipfile.BadZipFile`).
        line: 1-based line of the `raise`.
        condition: Source of the nearest enclosing `if` test that leads here, folded to one line
            (`not (…)` in an else branch), or what a handler caught; None when unconditional.
        message: The literal message when it is one, placeholders as written.
        escapes: False when a handler in the same function catches it, or when it is dead.
        reraise: A bare `raise` or `raise err` of what the handler caught.
        via: The way it comes from a callee, the nearest first (`_read:41`); `line` is then that of
            the call.
        dead: A statement before it always leaves, so it never runs.
    """

    exception: str
    line: int
    condition: str | None = None
    message: str | None = None
    escapes: bool = True
    reraise: bool = False
    via: tuple[str, ...] = ()
    dead: bool = False


@dataclass(frozen=True)
class Value:
    """One `return` or `yield` with a value: the expression as written, folded, and its line."""

    text: str
    line: int


@dataclass(frozen=True)
class Attribute:
    """A class or instance attribute: where it is set, annotation and value as written."""

    name: str
    line: int
    annotation: str | None = None
    default: str | None = None
    public: bool = True


@dataclass(frozen=True)
class Facts:
    """What the code of one definition says, and nothing else.

    Attributes:
        parameters: In signature order, kinds kept.
        return_annotation: As written, folded; None without one.
        returns: Each `return` with a value other than a lone `None`.
        returns_none: A bare `return`, `return None`, or falling off the end can happen beside
            `returns`.
        yields: Each `yield` / `yield from`, nested functions apart.
        is_generator: Holds a `yield` of its own.
        raises: Every raise of its own body, in order of line, nested functions apart.
        attributes: Of a class: class-level and `self.x = …` ones, first place each.
        is_property: `@property`, `@cached_property` and the like (documented as an attribute).
        is_setter: A property's `.setter` or `.deleter`.
        is_overload: `@typing.overload`.
        is_abstract: `@abstractmethod`, or a body of `...`/`pass`/`raise NotImplementedError` alone.
        bases: Base classes as written, of a class.
        side_effects: Short phrases with a line (`prints (line 12)`), for evidence; that it is
            deprecated is one.
        awaits: Each awaited expression.
        in_use: What decorators make of it for callers, as phrases with a line.
    """

    parameters: tuple[Parameter, ...] = ()
    return_annotation: str | None = None
    returns: tuple[Value, ...] = ()
    returns_none: bool = False
    yields: tuple[Value, ...] = ()
    is_generator: bool = False
    raises: tuple[Raise, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    is_property: bool = False
    is_setter: bool = False
    is_overload: bool = False
    is_abstract: bool = False
    bases: tuple[str, ...] = ()
    side_effects: tuple[str, ...] = ()
    awaits: tuple[Value, ...] = ()
    in_use: tuple[str, ...] = ()

    @property
    def escaping(self) -> tuple[str, ...]:
        """Names of the exceptions that leave the function, each once, in order."""
        return tuple(dict.fromkeys(r.exception for r in self.raises if r.escapes))

    def digest(self) -> str:
        """Return a stamp of what a docstring must agree with; `differing` compares two.

        That is what its slots are about: parameters with their defaults, whether something or None
        is returned or yielded, which exceptions leave and when, attributes. Lines, messages, side
        effects and how a result is computed do not count: a docstring tells what a caller meets.
        Nor does how an expression is written, since formatters change that when a file is saved.
        """
        return ".".join(_stamp(aspect) for aspect in self._aspects().values())

    def _aspects(self) -> dict[str, object]:
        escaping = sorted({(r.exception, _meant(r.condition)) for r in self.raises if r.escapes})
        result = (
            _meant(self.return_annotation),
            bool(self.returns),
            self.returns_none,
            bool(self.yields) or self.is_generator,
            self.is_property,
        )
        return {
            "parameters": [
                (p.name, p.kind.value, _meant(p.annotation), _meant(p.default))
                for p in self.parameters
            ],
            "result": result,
            "exceptions": escaping,
            "attributes": [
                (a.name, _meant(a.annotation), _meant(a.default)) for a in self.attributes
            ],
        }

    def differing(self, digest: str) -> tuple[str, ...]:
        """Name what differs from the facts that another digest was made of.

        A proposal is stale exactly when something does.
        """
        stamps = digest.split(".")
        aspects = self._aspects()
        if len(stamps) != len(aspects):
            return tuple(aspects)
        pairs = zip(aspects.items(), stamps, strict=True)
        return tuple(name for (name, aspect), stamp in pairs if _stamp(aspect) != stamp)


def _meant(text: str | None) -> str:
    """Return an expression without the ways it can be written: quotes, blanks, parentheses."""
    if text is None:
        return ""
    try:
        return ast.unparse(ast.parse(text, mode="eval"))
    except (SyntaxError, ValueError, RecursionError):
        return " ".join(text.split())


def _stamp(aspect: object) -> str:
    return hashlib.sha256(repr(aspect).encode("utf-8", "surrogatepass")).hexdigest()[:12]
