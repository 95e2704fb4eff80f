"""Exceptions that reach a function from what it calls, with the way they come."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tree_sitter import Node

from neovim_ai.errors import AiError
from neovim_ai.source import flow, syntax, target
from neovim_ai.source.condition import condition
from neovim_ai.source.exceptions import Hierarchy, last_name
from neovim_ai.source.imports import Imported, imported, module_file
from neovim_ai.source.model import Definition, DefinitionKind, Raise
from neovim_ai.source.own import Own
from neovim_ai.source.raised import Namer
from neovim_ai.source.raises import escapes
from neovim_ai.source.raises import raises as own_raises
from neovim_ai.source.text import SourceText

_MOST_FILES = 50
SECONDS = 0.5
_DEEPEST = 6
# Calling a generator runs nothing of it; these go through it.
_EXHAUSTED_BY = frozenset({"for_statement", "yield", "for_in_clause", "argument_list"})


@dataclass(frozen=True)
class File:
    """A parsed file: its definitions by qualname, the last of equals, and what it imports."""

    source: SourceText
    definitions: tuple[Definition, ...]
    by_qualname: Mapping[str, Definition]
    imports: Mapping[str, Imported]


@dataclass(frozen=True)
class _Callee:
    file: File
    definition: Definition


class Project:
    """The files of a project that calls lead to, each parsed once until it changes."""

    def __init__(self, root: Path | None) -> None:
        """Remember where the project is.

        Args:
            root: Its folder; None to follow no call out of a file.
        """
        self._root = root
        self._files: dict[Path, tuple[int, File | None]] = {}

    def module(self, module: str, importer: Path | None) -> Path | None:
        """Return the file of a module, when it is the project's."""
        return module_file(module, importer, self._root) if self._root else None

    def is_known(self, path: Path) -> bool:
        """Tell whether a file has been parsed before."""
        return path in self._files

    def file(self, path: Path) -> File | None:
        """Parse a file, or return it as it was parsed when it has not changed since."""
        try:
            stamp = path.stat().st_mtime_ns
            known = self._files.get(path)
            if known is None or known[0] != stamp:
                source = SourceText.from_bytes(path.read_bytes(), path)
                self._files[path] = known = (stamp, parsed(source))
        except (OSError, AiError):
            return None
        return known[1]

    def named(self, file: File, name: str, deepest: int = 3) -> tuple[File, Definition] | None:
        """Return what an imported name stands for, and the project's file that defines it.

        Args:
            file: Where the name is written.
            name: As written there, dotted or not.
            deepest: How many files may hand it on (`from .base import Base` in a package).
        """
        holder, _, attribute = name.rpartition(".")
        whole, held = file.imports.get(name), file.imports.get(holder)
        if whole is not None:
            module, wanted = whole.module, whole.name
        elif held is not None:
            module = held.module if held.name is None else _joined(held.module, held.name)
            wanted = attribute
        else:
            return None
        path = self.module(module, file.source.path)
        other = self.file(path) if path else None
        if other is None or wanted is None:
            return None
        found = other.by_qualname.get(wanted)
        if found is not None or deepest <= 1:
            return (other, found) if found else None
        return self.named(other, wanted, deepest - 1)


def parsed(source: SourceText, definitions: Sequence[Definition] | None = None) -> File:
    """Find out what a file defines and imports."""
    found = tuple(target.definitions(source) if definitions is None else definitions)
    module = next((d.node for d in found if d.kind is DefinitionKind.MODULE), None)
    names = imported(source, module) if module else {}
    return File(source, found, {d.qualname: d for d in found}, names)


def raises(
    source: SourceText,
    definition: Definition,
    definitions: Sequence[Definition] | None = None,
    project: Project | None = None,
    seconds: float = SECONDS,
) -> tuple[Raise, ...]:
    """Return the exceptions that leave a function and start in what it calls.

    Calls are followed to functions and classes of the same file, to methods of `self`, and to
    names imported from the project's own modules: at most 50 files, for a bounded time. What the
    function catches around a call is left out.

    Args:
        source: The text.
        definition: The function.
        definitions: All definitions of the text, when the caller has them.
        project: Where imports lead; None stays in the file. Kept, it spares parsing files again.
        seconds: The most that is spent.

    Returns:
        Each exception once, with the line and condition of the first call it comes through.
    """
    search = _Search(project or Project(None), seconds)
    file = parsed(source, definitions)
    itself = (id(file), definition.qualname, definition.ordinal)
    found = search.through(file, definition, (itself,))
    first: dict[str, Raise] = {}
    for one in found:
        first.setdefault(last_name(one.exception), one)
    return tuple(first.values())


class _Search:
    """One bounded walk along calls."""

    def __init__(self, project: Project, seconds: float) -> None:
        self._project = project
        self._until = time.monotonic() + seconds
        self._left = _MOST_FILES
        self._bases: dict[str, tuple[str, ...]] = {}
        self._known: dict[tuple[int, str, int], tuple[Raise, ...]] = {}

    def through(
        self, file: File, definition: Definition, above: tuple[tuple[int, str, int], ...]
    ) -> tuple[Raise, ...]:
        """Return what escapes from a function through its calls, `above` being who called it."""
        node = definition.node
        if node is None or definition.kind is DefinitionKind.CLASS or len(above) > _DEEPEST:
            return ()
        own, namer = Own(node), Namer(file.source, definition, file.definitions)
        self._bases = {**self._bases, **namer.hierarchy.bases}
        found: list[Raise] = []
        for call in own.of("call"):
            callee = self._callee(file, namer, own, call)
            if callee is None or time.monotonic() > self._until or not _runs(callee, own, call):
                continue
            found += self._arriving(file, own, namer, call, callee, above)
        return tuple(found)

    def _arriving(
        self,
        file: File,
        own: Own,
        namer: Namer,
        call: Node,
        callee: _Callee,
        above: tuple[tuple[int, str, int], ...],
    ) -> Iterator[Raise]:
        leaving = self._leaving(callee, above)
        # A handler here may name a base that only the callee's file derives from.
        namer.hierarchy = Hierarchy({**self._bases, **namer.hierarchy.bases})
        for one in leaving:
            if escapes(own, namer, call, one.exception):
                yield replace(
                    one,
                    line=file.source.line(call.start_byte),
                    condition=condition(file.source, own, call),
                    reraise=False,
                    via=(f"{callee.definition.name}:{one.line}", *one.via),
                )

    def _leaving(
        self, callee: _Callee, above: tuple[tuple[int, str, int], ...]
    ) -> tuple[Raise, ...]:
        one, file = callee.definition, callee.file
        key = (id(file), one.qualname, one.ordinal)
        if key in above or one.node is None:
            return ()
        if key not in self._known:
            own, namer = Own(one.node), Namer(file.source, one, file.definitions)
            direct = tuple(r for r in own_raises(file.source, own, namer) if r.escapes)
            self._known[key] = direct + self.through(file, one, (*above, key))
        return self._known[key]

    def _callee(self, file: File, namer: Namer, own: Own, call: Node) -> _Callee | None:
        called = call.child_by_field_name("function")
        if called is None:
            return None
        here = namer.function(called)
        if here is not None:
            return self._constructed(file, here)
        name = "".join(syntax.text(file.source, called).split())
        bound = name in file.imports or name.rpartition(".")[0] in file.imports
        if not bound or _is_local(file.source, own, name):
            return None
        return self._imported(file, name)

    def _constructed(self, file: File, one: Definition) -> _Callee | None:
        if one.kind is not DefinitionKind.CLASS:
            return _Callee(file, one)
        made = file.by_qualname.get(f"{one.qualname}.__init__")
        return _Callee(file, made) if made else None

    def _imported(self, file: File, name: str) -> _Callee | None:
        """Find `f` of `from m import f`, and `m.f` of `import m` or `from p import m`."""
        holder, _, attribute = name.rpartition(".")
        bound = file.imports.get(name)
        if bound is not None and bound.name is not None:
            return self._in_module(file, bound.module, bound.name)
        bound = file.imports.get(holder)
        if bound is None or not attribute:
            return None
        dotted = bound.module if bound.name is None else _joined(bound.module, bound.name)
        return self._in_module(file, dotted, attribute)

    def _in_module(self, file: File, module: str, name: str) -> _Callee | None:
        path = self._project.module(module, file.source.path)
        if path is None or (not self._project.is_known(path) and self._left <= 0):
            return None
        self._left -= not self._project.is_known(path)
        other = self._project.file(path)
        found = other.by_qualname.get(name) if other else None
        if other is None or found is None:
            return None
        return self._constructed(other, found)


def _joined(module: str, name: str) -> str:
    return module + name if module.endswith(".") else f"{module}.{name}"


def _is_local(source: SourceText, own: Own, name: str) -> bool:
    """Tell whether a parameter or an assignment hides what was imported under a name."""
    first = name.partition(".")[0]
    listed = own.root.child_by_field_name("parameters")
    words = syntax.descendants(listed, frozenset()) if listed else iter(())
    if any(n.type == "identifier" and syntax.text(source, n) == first for n in words):
        return True
    lefts = (n.child_by_field_name("left") for n in own.of("assignment"))
    return any(left is not None and syntax.text(source, left) == first for left in lefts)


def _runs(callee: _Callee, own: Own, call: Node) -> bool:
    """Tell whether the call itself runs the callee's body: not without `await` or going through."""
    node, parent = callee.definition.node, own.parent(call)
    if node is None or parent is None:
        return False
    if flow.yields(callee.file.source, Own(node)):
        return parent.type in _EXHAUSTED_BY
    return parent.type == "await" or not callee.definition.is_async
