"""What a project's habits and linters make of the slots: constructors, overrides, handlers."""

from __future__ import annotations

import pytest
from tests.unit.docs.test_slots import CLASS, keys, read

from neovim_ai.docs import inherited, slots
from neovim_ai.docs.linters import Linters, Pydoclint
from neovim_ai.docs.model import House
from neovim_ai.source import target
from neovim_ai.source.text import SourceText


def linted(**options: bool) -> House:
    return House(linters=Linters(Pydoclint({"style": "google", **options}, "pyproject.toml")))


def test_a_class_tells_what_its_constructor_raises() -> None:
    raising = CLASS.format(init="if not path: raise KeyError(path)")
    assert keys(raising, "A") == ["summary", "parameter:path", "parameter:size", "raises:KeyError"]


def test_a_house_may_describe_constructors_in_themselves() -> None:
    house = House(init_documented=True)
    alone = CLASS.format(init="if not path: raise KeyError(path)")
    assert keys(alone, "A", house=house) == ["summary"]
    assert keys(alone, "A.__init__", house=house)[1:] == [
        "parameter:path",
        "parameter:size",
        "raises:KeyError",
    ]
    assert not slots.documented_elsewhere(*read(alone, "A.__init__"), house)
    assert slots.documented_elsewhere(*read(alone, "A.__init__"), House())
    assert not slots.documented_elsewhere(*read(alone, "A"), House())
    assert not slots.documented_elsewhere(*read(alone, "A.p"), House())
    own = CLASS.format(init="'''Own.'''")
    assert not slots.documented_elsewhere(*read(own, "A.__init__"), House())
    overload = "@overload\ndef f(x: int) -> int: ...\n"
    assert slots.documented_elsewhere(*read(overload), House())


CAUGHT = "def f() -> None:\n    try:\n        raise KeyError\n    except KeyError: pass\n"


def test_what_is_caught_is_told_only_where_the_linter_insists_and_told_as_that() -> None:
    assert keys(CAUGHT) == ["summary"]
    assert keys(CAUGHT, house=linted()) == ["summary", "raises:KeyError"]
    assert keys(CAUGHT, house=linted(skipCheckingRaises=True)) == ["summary"]
    definition, facts = read(CAUGHT)
    slot = slots.wanted(definition, facts, linted())[-1]
    assert slot.hint == "raised and caught inside"
    assert slots.fallback(slot, facts, definition) == "Raised and caught inside."


def test_attributes_of_the_class_body_are_needed_only_where_pydoclint_checks_them() -> None:
    text = "class A:\n    size = 1\n    kind: str\n    _own = 2\n    def f(self): self.x = 1\n"
    assert keys(text, "A") == ["summary"]
    assert keys(text, "A", house=linted()) == ["summary", "attribute:size", "attribute:kind"]
    assert keys(text, "A", house=linted(checkClassAttributes=False)) == ["summary"]


def test_a_result_of_none_is_told_only_where_the_linter_insists() -> None:
    text = "def f() -> None: pass\n"
    insisting = linted(requireReturnSectionWhenReturningNothing=True)
    assert keys(text, house=insisting) == ["summary", "returns"]
    definition, facts = read(text)
    slot = slots.wanted(definition, facts, insisting)[-1]
    assert slots.fallback(slot, facts, definition) == "Nothing."


FAMILY = """\
class Base:
    def f(self, a, b):
        '''Do.

        Args:
            a: It.

        Returns:
            It.
        '''
        return a

    def g(self, a):
        return a

class Middle(Base): pass

class Child(Middle):
    def f(self, a, b, c):
        return a

    def g(self, a):
        return a
"""


def inherits(text: str, name: str) -> frozenset[str]:
    source = SourceText(text)
    definitions = target.definitions(source)
    definition = target.by_qualname(source, name)
    return inherited.keys(source, definition, definitions, House())


def test_an_override_repeats_nothing_that_its_base_describes() -> None:
    told = inherits(FAMILY, "Child.f")
    assert told == {"parameter:a", "returns"}
    definition, facts = read(FAMILY, "Child.f")
    left = [s.key for s in slots.wanted(definition, facts, House(), told)]
    assert left == ["summary", "parameter:b", "parameter:c"]


def test_pydoclint_takes_all_of_a_signature_or_none() -> None:
    definition, facts = read(FAMILY, "Child.f")
    some = slots.wanted(definition, facts, linted(), frozenset({"parameter:a"}))
    assert "parameter:a" in [s.key for s in some]
    everything = frozenset(s.key for s in slots.wanted(definition, facts)[1:])
    left = slots.wanted(definition, facts, linted(), everything)
    assert [s.key for s in left] == ["summary"]
    strict = linted(skipCheckingShortDocstrings=False)
    assert [s.key for s in slots.wanted(definition, facts, strict, everything)][1:]


@pytest.mark.parametrize("name", ["Child.g", "Base.f", "Child", "Middle"])
def test_without_a_documented_base_all_is_needed(name: str) -> None:
    assert inherits(FAMILY, name) == frozenset()


def test_bases_that_go_in_a_circle_end() -> None:
    assert inherits("class A(B):\n    def f(self, a): pass\nclass B(A): pass\n", "A.f") == set()
