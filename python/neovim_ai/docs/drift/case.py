"""One definition's docstring beside its code: what every check looks at."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from neovim_ai.docs import reader
from neovim_ai.docs.drift.model import Finding, FindingKind, Severity
from neovim_ai.docs.model import House, SlotKind
from neovim_ai.docs.reader import Docstring, Entry
from neovim_ai.errors import AiError, Kind
from neovim_ai.source import facts as source_facts
from neovim_ai.source import signature
from neovim_ai.source.exceptions import last_name
from neovim_ai.source.model import Definition, DefinitionKind, Parameter
from neovim_ai.source.own import Own
from neovim_ai.source.text import SourceText

# What a list of parameters, results, exceptions or attributes starts with, in any style. Most
# docstrings have none, and telling so early is what makes a check of a whole project fast.
# What may stand before it on its line is looked at only then: a pattern that starts with the start
# of a line takes ten times as long.
_LISTED = re.compile(
    r"[:@](?:param|arg|key|kw|type|return|rtype|yield|ytype|raise|except|ivar|var|cvar)[^\n]*:"
    r"|[@\\](?:param|return|throw|exception)[\[s \t]"
    r"|(?:Args?|Arguments?|Param(?:eter)?s?|Kwargs|Receives?|Returns?|Yields?"
    r"|Raises?|Except(?:ion)?s?|Attributes?|args?|arguments?|param(?:eter)?s?|returns|yields|raises"
    r"|exceptions|attributes)(?:[ \t]+[Vv]alues?)?[ \t]*(?::[ \t\r]*$|\r?\n[ \t]*[-=~]{2})"
    r"|(?:Returns?|Yields?|Raises?):[ \t]",
    re.MULTILINE,
)
_BEFORE = re.compile(r"[ \t]*(?:\(?[rRuU]?['\"]{1,3})?[ \t]*(?:[A-Za-z]+[ \t]+)?")
MAKERS = frozenset({"__init__", "__new__"})
# These change neither what is passed nor what comes back.
_HARMLESS = frozenset(
    {"staticmethod", "classmethod", "property", "cached_property", "abstractmethod", "override"}
    | {"final", "wraps", "lru_cache", "cache", "overload", "setter", "deleter"}
)


@dataclass(frozen=True)
class Surroundings:
    """What of the rest of a file decides about one docstring: exception classes and their groups.

    Attributes:
        bases: Class name → its bases, as `Hierarchy` has them.
        constants: Module-level names that stand for exception classes.
    """

    bases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constants: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One definition that has a docstring with entries.

    Attributes:
        source: The text.
        definition: Where it stands.
        docstring: What it says.
        inner: The definitions inside it, in file order.
        surroundings: What the rest of the file adds.
    """

    source: SourceText
    definition: Definition
    docstring: Docstring
    inner: Sequence[Definition]
    surroundings: Surroundings

    @cached_property
    def is_class(self) -> bool:
        """Whether it is a class."""
        return self.definition.kind is DefinitionKind.CLASS

    @cached_property
    def makers(self) -> tuple[Definition, ...]:
        """The functions whose parameters it documents: itself, or what makes a class's objects."""
        if not self.is_class:
            return (self.definition,)
        owner = self.definition.qualname
        made = [d for d in self.inner if d.owner == owner and d.name in MAKERS]
        made = [d for d in made if d.kind is DefinitionKind.METHOD]
        return tuple(d for d in made if not source_facts.is_overload(d) and not d.broken)

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, those of `__init__` for a class."""
        ranked = sorted(self.makers, key=lambda d: d.name == "__init__")
        return signature.parameters(self.source, ranked[-1]) if ranked else ()

    @cached_property
    def taken(self) -> tuple[Parameter, ...]:
        """What the makers take; of several they may repeat each other."""
        return tuple(p for maker in self.makers for p in signature.parameters(self.source, maker))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that a list may have: a function may document what one inside it takes."""
        inner = () if self.is_class else self.inner
        within = (p.name for one in inner for p in signature.parameters(self.source, one))
        return frozenset([*(p.name for p in self.taken), *within])

    @cached_property
    def own(self) -> Own | None:
        """The body of a function."""
        return Own(self.definition.node) if self.definition.node and not self.is_class else None

    @cached_property
    def is_wrapped(self) -> bool:
        """Whether a decorator that we do not know may change what callers see."""
        names = (last_name(d.partition("(")[0].strip()) for d in self.definition.decorators)
        return any(name not in _HARMLESS for name in names)

    def entries(self, kind: SlotKind) -> tuple[Entry, ...]:
        """Return the docstring's entries of one kind."""
        return tuple(e for e in self.docstring.entries if e.kind is kind)

    def text(self, entry: Entry) -> str:
        """Return an entry as the docstring's value has it."""
        return entry.span.of(self.docstring.value)

    def line(self, entry: Entry | None = None) -> int:
        """Return the 1-based line of an entry, or of the docstring."""
        literal = self.docstring.literal
        if entry is None:
            return self.source.line(literal.span.start)
        return self.source.line(self.offset(entry.span.start))

    def offset(self, at: int) -> int:
        """Return the byte offset in the source behind the character before a value offset."""
        if at > 0 and self.docstring.value[at - 1] == "\\":
            at -= 1
        return self.docstring.literal.inserted(((at, ""),), "\n")[0].span.start

    def finding(
        self,
        kind: FindingKind,
        key: str,
        message: str,
        entry: Entry | None = None,
        *,
        severity: Severity = Severity.WARNING,
        was: str = "",
        now: str = "",
    ) -> Finding:
        """Return a finding about this definition."""
        one = self.definition
        return Finding(
            kind, one.qualname, one.ordinal, self.line(entry), key, message, severity, was, now
        )


def may_list(text: str) -> bool:
    """Tell whether a text may hold a docstring with entries: quick, and wrong only by a yes."""
    for found in _LISTED.finditer(text):
        at = found.start()
        if _BEFORE.fullmatch(text, text.rfind("\n", 0, at) + 1, at):
            return True
    return False


def case(
    source: SourceText,
    definition: Definition,
    inner: Sequence[Definition],
    surroundings: Surroundings,
    house: House,
) -> Case | None:
    """Read a definition's docstring; None when there is nothing in it that could drift."""
    span = definition.docstring
    if span is None or definition.broken or definition.kind is DefinitionKind.MODULE:
        return None
    if not may_list(source.slice(span)) or source_facts.is_overload(definition):
        return None
    try:
        docstring = reader.read(source, definition, house)
    except AiError as error:
        if error.kind is not Kind.SYNTAX:
            raise
        return None
    if docstring is None or not docstring.entries:
        return None
    return Case(source, definition, docstring, inner, surroundings)
