"""Check a text again after each edit, looking only at what the edit has touched."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, replace

from tree_sitter import Node

from neovim_ai.docs.drift.case import MAKERS, Surroundings
from neovim_ai.docs.drift.checks import constant, findings, of_definition
from neovim_ai.docs.drift.model import Finding
from neovim_ai.docs.drift.moved import moved
from neovim_ai.docs.model import House
from neovim_ai.source import outline
from neovim_ai.source.exceptions import base_names
from neovim_ai.source.incremental import GrowingTree, Part, parts
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText

_EXCEPTIONS = re.compile("raise|except", re.IGNORECASE)
_Told = tuple[str, tuple[Finding, ...]]


@dataclass(frozen=True)
class _Known:
    """What is known of one definition's text, wherever it stands now.

    Attributes:
        told: Each definition in it, in file order, with its findings; lines count from the row
            that the text starts at.
        bases: The classes in it.
        around: What of the rest of the file it was found with; None where that decides nothing.
        inner: The keys of the definitions that are known apart, of a class.
    """

    told: tuple[_Told, ...]
    bases: Mapping[str, tuple[str, ...]]
    around: Surroundings | None
    inner: tuple[Hashable, ...] = ()


class Watch:
    """The findings of one text while it is edited, the same as `findings` gives for each version.

    What a definition's text says is found once; where the text stays the same its findings move
    along. While a syntax error stands in the text, everything is looked at anew.
    """

    def __init__(self, house: House | None = None) -> None:
        """Start with nothing known.

        Args:
            house: Decides between two styles that a docstring mixes equally.
        """
        self._house = house or House()
        self._tree = GrowingTree()
        self._known: dict[Hashable, _Known] = {}
        self._last: tuple[SourceText, tuple[Finding, ...]] | None = None

    def check(self, source: SourceText) -> tuple[Finding, ...]:
        """Return the findings of a new version of the text."""
        found = self.check_whole(source)
        return self._keep(source, findings(source, None, self._house) if found is None else found)

    def check_resting(self, source: SourceText) -> tuple[Finding, ...]:
        """Return the findings of a new version; while a syntax error stands in it, those of before.

        They move with the text, but for those whose line was edited. Only the first version is
        looked at whole whatever stands in it.
        """
        found = self.check_whole(source)
        if found is None and self._last is None:
            return self.check(source)
        if found is None and self._last is not None:
            before, known = self._last
            found = tuple(moved(known, before, source))
        return self._keep(source, found or ())

    def _keep(self, source: SourceText, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
        self._last = source, found
        return found

    def check_whole(self, source: SourceText) -> tuple[Finding, ...] | None:
        """Return the findings of a new version, or None while a syntax error stands in it.

        Recovering from one takes as long as a full check, too long for every key in a large file:
        there the findings of before can stay until the text is whole again.
        """
        tree = self._tree.parse(source)
        if tree.root_node.has_error:
            return None
        look = _Look(source, self._house, self._known)
        told = _numbered(look.at(tree.root_node))
        self._known = look.kept
        return told


class _Look:
    """One look at a text, with what was known before and what is known after."""

    def __init__(self, source: SourceText, house: House, known: Mapping[Hashable, _Known]) -> None:
        self._source = source
        self._house = house
        self._known = known
        self._parts: dict[int, tuple[Part, ...]] = {}
        self._around = Surroundings()
        self.kept: dict[Hashable, _Known] = {}

    def at(self, root: Node) -> Iterator[_Told]:
        """Return the module's definitions with their findings, in file order."""
        top = self._parts_of(root, outline.Place())
        bases: dict[str, tuple[str, ...]] = {}
        for part in top:
            bases |= self._bases(part)
        constants: dict[str, tuple[str, ...]] = {}
        for node in root.named_children:
            constants |= constant(self._source, node)
        self._around = Surroundings(bases, constants)
        return (told for part in top for told in self._told(part))

    def _parts_of(self, node: Node, place: outline.Place) -> tuple[Part, ...]:
        if node.id not in self._parts:
            self._parts[node.id] = tuple(parts(self._source, node, place))
        return self._parts[node.id]

    def _bases(self, part: Part) -> Mapping[str, tuple[str, ...]]:
        known = self._known.get(part.key)
        if known is not None:
            return known.bases
        one = self._definition(part)
        if one is None or one.node is None:
            return {}
        is_class = one.kind is DefinitionKind.CLASS
        found = {one.name: base_names(self._source, one)} if is_class else {}
        for inner in self._parts_of(one.node, outline.inside(one)):
            found |= self._bases(inner)
        return found

    def _definition(self, part: Part) -> Definition | None:
        node: Node | None = part.node
        if part.node.type == "decorated_definition":
            node = part.node.child_by_field_name("definition")
        return outline.definition(self._source, node, part.place) if node else None

    def _told(self, part: Part) -> Iterator[_Told]:
        known = self._known.get(part.key) or self.kept.get(part.key)
        if known is None or known.around not in (None, self._around):
            known = self._found(part)
        self._keep(part.key, known)
        row = self._source.row(part.node.start_byte)
        for qualname, found in known.told:
            yield qualname, tuple(replace(f, line=f.line + row) for f in found)

    def _keep(self, key: Hashable, known: _Known) -> None:
        self.kept[key] = known
        for inner in known.inner:
            if inner not in self.kept and inner in self._known:
                self._keep(inner, self._known[inner])

    def _found(self, part: Part) -> _Known:
        one = self._definition(part)
        if one is None or one.node is None:
            return _Known((), {}, None)
        row = self._source.row(part.node.start_byte)
        bases = dict(self._bases(part))
        if one.kind is not DefinitionKind.CLASS:
            everything = outline.below(self._source, part.node, part.place)
            told = [(d.qualname, self._check(d, everything)) for d in everything]
            return self._kept(told, row, bases, (), self._depend(everything))
        inner = self._parts_of(one.node, outline.inside(one))
        makers = [d for d in map(self._maker, inner) if d is not None]
        told = [(one.qualname, self._check(one, makers))]
        for child in inner:
            told += self._told(child)
        keys = tuple(child.key for child in inner)
        depends = self._depend([one]) or any(self.kept[k].around is not None for k in keys)
        return self._kept(told, row, bases, keys, depends)

    def _depend(self, definitions: list[Definition]) -> bool:
        """Tell whether a docstring lists exceptions, which classes elsewhere may decide about."""
        spans = (d.docstring for d in definitions)
        return any(_EXCEPTIONS.search(self._source.slice(span)) for span in spans if span)

    def _maker(self, part: Part) -> Definition | None:
        one = self._definition(part)
        return one if one is not None and one.name in MAKERS else None

    def _check(self, one: Definition, others: list[Definition]) -> tuple[Finding, ...]:
        found = of_definition(self._source, one, others, self._around, self._house)
        return tuple(found)

    def _kept(
        self,
        told: list[_Told],
        row: int,
        bases: Mapping[str, tuple[str, ...]],
        inner: tuple[Hashable, ...],
        depends: bool,
    ) -> _Known:
        moved = tuple((q, tuple(replace(f, line=f.line - row) for f in found)) for q, found in told)
        return _Known(moved, bases, self._around if depends else None, inner)


def _numbered(told: Iterator[_Told]) -> tuple[Finding, ...]:
    """Tell equals apart by their order, as definitions are told apart."""
    seen: Counter[str] = Counter()
    result: list[Finding] = []
    for qualname, found in told:
        result += [replace(f, ordinal=seen[qualname]) for f in found]
        seen[qualname] += 1
    return tuple(sorted(result, key=lambda f: f.line))
