"""What a project's habits and linters make of the slots: constructors, overrides, handlers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from tests.unit.docs.test_slots import CLASS, keys, read

from neovim_ai.docs import inherited, slots
from neovim_ai.docs.compose import study
from neovim_ai.docs.engine import document, to_ask
from neovim_ai.docs.fallback import fallback, settled
from neovim_ai.docs.linters import Linters, Pydoclint
from neovim_ai.docs.model import House, Slot, SlotKind
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
    assert fallback(slot, facts, definition) == "Never; it is caught inside."


DEAD = "def f() -> None:\n    return\n    raise KeyError\n"
BOTH = CAUGHT + "    return\n    raise KeyError\n"
LEAVES = CAUGHT.replace("pass", "raise")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (CAUGHT, "Never; it is caught inside."),
        (BOTH, "Never; it is caught inside."),
        (DEAD, "Never; what raises it cannot be reached."),
        (LEAVES, ""),
        ("def f():\n    raise KeyError\n", ""),
    ],
)
def test_what_no_caller_meets_is_said_without_asking_anyone(text: str, said: str) -> None:
    _, facts = read(text)
    assert settled(Slot(SlotKind.RAISES, "KeyError"), facts) == said
    assert settled(Slot(SlotKind.RAISES, "OSError"), facts) == ""
    assert settled(Slot(SlotKind.SUMMARY), facts) == ""
    source = SourceText(text)
    subject = study(source, target.by_qualname(source, "f"), linted())
    assert "raises:KeyError" in {slot.key for slot in subject.missing}
    asked = {slot.key for slot in to_ask(subject)}
    assert ("raises:KeyError" in asked) == (not said)


def test_a_docstring_that_lacks_only_what_no_caller_meets_needs_no_model() -> None:
    source = SourceText(CAUGHT.replace("None:\n", 'None:\n    """Do it."""\n', 1))
    everything = target.definitions(source)
    subject = study(source, everything[1], linted())
    outcome = asyncio.run(document(subject, everything, None, lambda _: None))
    assert "KeyError: Never; it is caught inside." in outcome.proposal.docstring


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
    assert fallback(slot, facts, definition) == "Nothing."


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
    return inherited.keys(source, target.by_qualname(source, name), House())


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


BASE = FAMILY.partition("class Middle")[0]
CHILD = "class Child({}):\n    def f(self, a, b, c):\n        return a\n"


def elsewhere(folder: Path, imports: str, base: str, files: dict[str, str]) -> frozenset[str]:
    """Return what is inherited by a class of a project's file from a base in another one."""
    (folder / "pyproject.toml").touch()
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True, parents=True)
        (folder / name).write_text(text, encoding="utf-8")
    source = SourceText(f"{imports}\n\n\n{CHILD.format(base)}", folder / "app" / "child.py")
    return inherited.keys(source, target.by_qualname(source, "Child.f"), House())


@pytest.mark.parametrize(
    ("imports", "base"),
    [
        ("from app.base import Base", "Base"),
        ("from .base import Base as Other", "Other[int]"),
        ("from . import base", "base.Base"),
        ("import app.base", "app.base.Base"),
        ("from app import Base", "Base"),
        ("from app.middle import Middle", "Middle"),
    ],
)
def test_a_base_that_is_imported_is_read_where_it_stands(
    tmp_path: Path, imports: str, base: str
) -> None:
    files = {
        "app/__init__.py": "from .base import Base\nraise SystemExit\n",
        "app/base.py": BASE,
        "app/middle.py": "from app.base import Base\n\n\nclass Middle(Base):\n    pass\n",
    }
    assert elsewhere(tmp_path, imports, base, files) == {"parameter:a", "returns"}


@pytest.mark.parametrize(
    ("imports", "base"),
    [
        ("from app.gone import Base", "Base"),
        ("from json import JSONEncoder", "JSONEncoder"),
        ("from .broken import Base", "Base"),
        ("from ...... import Base", "Base"),
        ("from .round import Base", "Base"),
        ("import app", "app"),
    ],
)
def test_a_base_that_is_not_found_changes_nothing(tmp_path: Path, imports: str, base: str) -> None:
    files = {
        "app/__init__.py": "",
        "app/broken.py": "class Base(:\n",
        "app/round.py": "from .round import Base\n",
    }
    assert elsewhere(tmp_path, imports, base, files) == frozenset()


def test_a_base_that_changes_is_read_again(tmp_path: Path) -> None:
    files, imports = {"app/base.py": BASE}, "from app.base import Base"
    assert "parameter:a" in elsewhere(tmp_path, imports, "Base", files)
    other = BASE.replace("class Base:", "class Base:\n    size = 1\n").replace(" a: ", " z: ")
    (tmp_path / "app/base.py").unlink()
    assert "parameter:a" not in elsewhere(tmp_path, imports, "Base", {"app/base.py": other})


def test_bases_that_go_in_a_circle_end() -> None:
    assert inherits("class A(B):\n    def f(self, a): pass\nclass B(A): pass\n", "A.f") == set()


def test_a_long_line_of_bases_is_not_followed_to_its_end() -> None:
    line = "".join(f"class C{n}(C{n + 1}): pass\n" for n in range(1, 40))
    text = (
        FAMILY.replace("class Base", "class C40") + line + "class D({}):\n    def f(self): pass\n"
    )
    assert inherits(text.format("C35"), "D.f") == {"parameter:a", "returns"}
    assert inherits(text.format("C1"), "D.f") == frozenset()
