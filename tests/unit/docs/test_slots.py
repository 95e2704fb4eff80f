from __future__ import annotations

import pytest

from neovim_ai.docs import slots
from neovim_ai.docs.hollow import is_hollow
from neovim_ai.docs.model import House, Slot
from neovim_ai.source import facts as source_facts
from neovim_ai.source import target
from neovim_ai.source.model import Definition, Facts
from neovim_ai.source.text import SourceText


def read(text: str, name: str = "f", ordinal: int = 0) -> tuple[Definition, Facts]:
    source = SourceText(text)
    definition = target.by_qualname(source, name, ordinal)
    return definition, source_facts.collect(source, definition)


def wanted(
    text: str, name: str = "f", ordinal: int = 0, house: House | None = None
) -> tuple[Slot, ...]:
    return slots.wanted(*read(text, name, ordinal), house)


def keys(text: str, name: str = "f", ordinal: int = 0, house: House | None = None) -> list[str]:
    return [s.key for s in wanted(text, name, ordinal, house) if not s.optional]


def test_slots_come_in_the_order_of_the_code_with_their_facts() -> None:
    text = """\
def f(a, /, b: "int", *args: str, c=',', **kw) -> str:
    if b < 1:
        raise ValueError(b)
    if not c:
        raise ValueError("c")
    if a:
        raise zipfile.BadZipFile
    return c
"""
    found = wanted(text)
    assert [s.key for s in found] == [
        "summary",
        "parameter:a",
        "parameter:b",
        "parameter:*args",
        "parameter:c",
        "parameter:**kw",
        "returns",
        "raises:ValueError",
        "raises:zipfile.BadZipFile",
    ]
    by_key = {s.key: s for s in found}
    assert by_key["parameter:b"].type == "int"
    assert by_key["parameter:c"].hint == "default ','"
    assert by_key["returns"].type == "str"
    assert by_key["raises:ValueError"].hint == "when b < 1 or not c"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f(): return 1\n", ["summary", "returns"]),
        ("def f(): pass\n", ["summary"]),
        ("def f():\n    return None\n", ["summary"]),
        ("def f() -> None: return g()\n", ["summary"]),
        ("def f() -> typing.NoReturn: g()\n", ["summary"]),
        ("def f() -> Never: g()\n", ["summary"]),
        ("def f() -> int: ...\n", ["summary", "returns"]),
        ("def f(): yield 1\n", ["summary", "yields"]),
        ("async def f():\n    yield 1\n", ["summary", "yields"]),
        ("@contextmanager\ndef f() -> Iterator[int]:\n    yield 1\n", ["summary", "yields"]),
        ("def f(x):\n    assert x\n", ["summary", "parameter:x"]),
        (
            "def f():\n    try:\n        raise ValueError\n    except ValueError: pass\n",
            ["summary"],
        ),
        ("def f():\n    def g(y): raise KeyError\n", ["summary"]),
        ("@overload\ndef f(x: int) -> int: ...\n", []),
        (
            "@abc.abstractmethod\ndef f(): raise NotImplementedError\n",
            ["summary", "raises:NotImplementedError"],
        ),
        ("def f(): raise NotImplementedError\n", ["summary", "raises:NotImplementedError"]),
    ],
)
def test_what_completeness_needs(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    ("annotation", "element"),
    [
        ("Iterator[int]", "int"),
        ("collections.abc.AsyncIterator[dict[str, int]]", "dict[str, int]"),
        ("Generator[int, str, None]", "int"),
        ("Iterator[tuple[int, str]]", "tuple[int, str]"),
        ('"Iterator[int]"', "int"),
        ("Whatever", None),
    ],
)
def test_what_is_yielded_has_the_type_of_the_element(annotation: str, element: str | None) -> None:
    assert wanted(f"def f() -> {annotation}:\n    yield 1\n")[-1].type == element


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("return [1]", "list"),
        ("return not x", "bool"),
        ("return f'{x}'", "str"),
        ("return x", None),
        ("if x: return 1\n    return None", "int | None"),
        ("if x: return 1\n    return 'a'", "int | str"),
    ],
)
def test_a_type_is_given_without_annotation_only_where_it_is_certain(
    body: str, kind: str | None
) -> None:
    assert wanted(f"def f(x):\n    {body}\n")[-1].type == kind


CLASS = """\
class A:
    '''Doc.'''
    size = 1
    def __init__(self, path, size=1):
        {init}
        self.path = path
    @property
    def p(self): return 1
    @p.setter
    def p(self, value):
        raise ValueError
"""


def test_a_class_documents_its_constructor_unless_that_documents_itself() -> None:
    alone = CLASS.format(init="pass")
    assert keys(alone, "A") == ["summary", "parameter:path", "parameter:size"]
    assert keys(CLASS.format(init="'''Own.'''"), "A") == ["summary"]
    assert "attribute:path" in [s.key for s in wanted(alone, "A") if s.optional]
    assert keys(alone, "A.__init__") == ["summary", "parameter:path", "parameter:size"]


def test_a_setter_tells_what_it_takes_and_raises_and_returns_nothing() -> None:
    found = keys(CLASS.format(init="pass"), "A.p", 1)
    assert found == ["summary", "parameter:value", "raises:ValueError"]


def test_a_property_is_documented_as_the_attribute_it_is() -> None:
    assert keys(CLASS.format(init="pass"), "A.p", 0) == ["summary"]


def test_a_module_has_a_summary() -> None:
    assert keys("x = 1\n", "") == ["summary"]


def test_a_very_long_default_or_condition_is_no_hint() -> None:
    text = f"def f(a={'1 + ' * 20}1):\n    if a == {'1 + ' * 40}1:\n        raise ValueError\n"
    assert {s.hint for s in wanted(text)} == {""}


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ("def f(n):\n    if n < 1: raise V\n", "raises:V", "If n is less than 1."),
        (
            "def f(n):\n    if not isinstance(n, int): raise V\n",
            "raises:V",
            "If n is not an instance of int.",
        ),
        ("def f(n):\n    if n not in (1, 2): raise V\n", "raises:V", "If n is not in (1, 2)."),
        ("def f(n):\n    raise V('no luck')\n", "raises:V", "With the message 'no luck'."),
        ("def f(max_size=3): pass\n", "parameter:max_size", "The max size to use; 3 by default."),
        (
            "def f(dry: bool = False): pass\n",
            "parameter:dry",
            "Whether dry is wanted; False by default.",
        ),
        ("def f(*a, **k): pass\n", "parameter:**k", "Further options, by keyword."),
        ("def f(a, b): return a + b\n", "returns", "The value of a + b."),
        (
            "def f(a): return self\n",
            "returns",
            "The instance itself, so that calls can be chained.",
        ),
        ("def load_config(): pass\n", "summary", "Load config."),
        ("def decorator(f): pass\n", "summary", "Run the decorator."),
        ("def loads_all(f): pass\n", "summary", "Load all."),
        ("def __len__(self): pass\n", "summary", "Return the number of items."),
        ("class HTTPServer(Base): pass\n", "summary", "A HTTP server, built on Base."),
    ],
)
def test_a_fallback_is_true_and_a_sentence(text: str, key: str, expected: str) -> None:
    source = SourceText(text)
    definition = target.definitions(source)[1]
    facts = source_facts.collect(source, definition)
    slot = next(s for s in slots.wanted(definition, facts) if s.key == key)
    assert slots.fallback(slot, facts, definition) == expected


@pytest.mark.parametrize(
    ("body", "hint", "text"),
    [
        (
            "try: g()\n    except OSError as e: raise V from e",
            "when OSError is raised inside",
            "If OSError is raised inside.",
        ),
        ("match a:\n        case 1: raise V", "when a matches 1", "If a matches 1."),
        (
            "raise NotImplementedError",
            "when not overridden",
            "If a subclass does not override this.",
        ),
    ],
)
def test_handlers_cases_and_placeholders_are_told_in_words(body: str, hint: str, text: str) -> None:
    definition, facts = read(f"def f(a):\n    {body}\n")
    slot = slots.wanted(definition, facts)[-1]
    assert slot.hint == hint
    assert slots.fallback(slot, facts, definition) == text


def test_every_slot_has_a_fallback() -> None:
    text = "async def f(a, *b, c=1, **d):\n    if a: raise X\n    yield a\n    raise\n"
    definition, facts = read(text)
    for slot in slots.wanted(definition, facts):
        said = slots.fallback(slot, facts, definition)
        assert said.endswith(".")
        assert said[0].isupper()


def test_a_condition_in_words_is_not_hollow() -> None:
    definition, facts = read("def f(n):\n    if n < 1: raise ValueError\n")
    slot = slots.wanted(definition, facts)[-1]
    assert not is_hollow(slot, slots.fallback(slot, facts, definition), facts)
