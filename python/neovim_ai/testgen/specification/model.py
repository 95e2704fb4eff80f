"""The nouns of specification: example, documented exception, sentence, property."""

from __future__ import annotations

from dataclasses import dataclass

from neovim_ai.testgen.model import Call, Source


@dataclass(frozen=True)
class Example:
    """A call whose result a person wrote down.

    Attributes:
        call: The call.
        wanted: The result as Python source, or as the text a session shows (`shown`).
        shown: `wanted` is what an interactive session prints, doctest's way.
        over: What is compared, an expression over `result` (`sorted(result)`).
        exception: The exception's name, when one is to be raised.
        message: Its text; empty for any.
        said: The line or lines it was read from.
        line: 1-based line in the subject; 0 when it stands elsewhere.
        source: An example of the documentation, or a caller.
        unread: Why it cannot be tried; empty for one that can.
        calls: Calls of the target that it goes through, where `call` is not the only one.
        whole: The line with all that was said before it, needed or not; None where that is `call`.
    """

    call: Call
    wanted: str = ""
    shown: bool = False
    over: str = "result"
    exception: str = ""
    message: str = ""
    said: str = ""
    line: int = 0
    source: Source = Source.EXAMPLE
    unread: str = ""
    calls: tuple[Call, ...] = ()
    whole: Call | None = None

    @property
    def through(self) -> tuple[Call, ...]:
        """The calls of the target that its outcome depends on."""
        return self.calls or (self.call,)


@dataclass(frozen=True)
class DocumentedRaise:
    """An exception that the documentation names.

    Attributes:
        exception: Its name as written.
        when: The condition in words; may be empty.
        test: The condition as an expression over the parameters; empty when it cannot be read.
        said: The sentence.
        line: 1-based.
    """

    exception: str
    when: str = ""
    test: str = ""
    said: str = ""
    line: int = 0


@dataclass(frozen=True)
class Property:
    """Something that holds for every result.

    Attributes:
        check: An expression over `result` and the parameters' names.
        said: The sentence or the names it was read from.
        line: 1-based; 0 when names say it.
        stated: A sentence states it; else only names suggest it, and it is kept where it holds.
        names: What the check calls beyond the function itself, names of the subject's module.
    """

    check: str
    said: str
    line: int = 0
    stated: bool = True
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Specification:
    """All that people said of one function.

    Attributes:
        target: Its qualname.
        signature: Its header on one line, annotations included, the body left out.
        text: The docstring a person wrote, cleaned; empty without one.
        line: 1-based line where the docstring starts.
        examples: In order.
        raises: In order.
        properties: In order.
        result: Names of types that the result is said to be, docstring and annotation together,
            builtin ones only (`str`, `None`); empty when nothing usable is said.
        calls: Calls that callers make, as inputs worth trying.
    """

    target: str
    signature: str
    text: str = ""
    line: int = 0
    examples: tuple[Example, ...] = ()
    raises: tuple[DocumentedRaise, ...] = ()
    properties: tuple[Property, ...] = ()
    result: frozenset[str] = frozenset()
    result_said: str = ""
    calls: tuple[Call, ...] = ()

    @property
    def is_human(self) -> bool:
        """Whether a person said anything of what it does."""
        return bool(self.text or any(e.source is Source.EXAMPLE for e in self.examples))
