"""One candidate: an entry with sources for its arguments, and what stands before the call."""

from __future__ import annotations

import keyword
import re
from typing import Any, Dict, List, Mapping, Optional, Tuple

from .entries import CLASS, Entry, Parameter, abstract_line

Call = Dict[str, Any]
_FIXTURES = ("tmp_path", "monkeypatch", "capsys")
_FILES = ("file.txt", "other.txt")
_FEW = ("True", "False", "None")
"""What arguments may well share: there is little else."""
_WRITTEN = (
    (r"['\"]", "str"), (r"-?\d+$", "int"), (r"-?\d", "float"), (r"True|False", "bool"),
    (r"None", "none"), (r"b['\"]", "bytes"), (r"\[", "list"), (r"\(", "tuple"),
    (r"\{.*:", "dict"), (r"\{|set\(", "set"),
    (r"lambda|str$|len$|repr$", "callable"), (r"tmp_path|str\(tmp", "path"),
)  # fmt: skip
"""How a source begins, and the kind of value it is."""


class Gene:
    """A candidate; it is changed by making another.

    Attributes:
        entry: What is called.
        given: Source by parameter name; `*` of a variadic parameter holds them joined by commas.
        made: The same of the constructor, for a method.
        steps: Lines between construction and call.
        world: Lines before everything.
        files: Source of a file's content by its name below `tmp_path`.
        imports: Import lines by the name they give.
    """

    _PARTS = ("entry", "files", "given", "imports", "made", "steps", "world")
    __slots__ = (*_PARTS, "_call", "_key", "_size")

    def __init__(
        self,
        entry: Entry,
        given: Mapping[str, str],
        made: Optional[Mapping[str, str]] = None,
        steps: Tuple[str, ...] = (),
        world: Tuple[str, ...] = (),
        files: Optional[Mapping[str, str]] = None,
        imports: Optional[Mapping[str, str]] = None,
    ) -> None:
        self.entry = entry
        self.given = dict(given)
        self.made = dict(made or {})
        self.steps = steps
        self.world = world
        self.files = dict(files or {})
        self.imports = dict(imports or {})
        self._key: Optional[Tuple[Any, ...]] = None
        self._call: Optional[Call] = None
        self._size = -1.0

    def copy(self, **changes: Any) -> Gene:
        """Return another with some attributes replaced."""
        whole = {name: getattr(self, name) for name in self._PARTS}
        whole.update(changes)
        return Gene(**whole)

    def sources(self) -> List[str]:
        """Return every source in it."""
        return [*self.given.values(), *self.made.values(), *self.steps, *self.world]

    def size(self) -> float:
        """Return how much there is to read: fewer, shorter, plainer is less."""
        if self._size < 0:
            self._size = self._measured()
        return self._size

    def _measured(self) -> float:
        text = "".join(self.sources())
        odd = len(re.findall(r"\\x|\\u|[^\x20-\x7e]", text))
        lines = len(self.steps) + len(self.world)
        odd += int(sum(map(self._unlikely, self.entry.parameters))) + self._alike()
        files = sum(1 for name in _FILES if name in text)
        return len(text) + 4 * odd + 15 * (lines + files) + 2 * len(self.given)

    def _unlikely(self, parameter: Parameter) -> float:
        """Return how far an argument's kind is from what a reader expects there, up to 4."""
        kinds = parameter.hint.kinds
        source = self.given.get(parameter.name)
        if source is None or not kinds or parameter.kind.startswith("VAR"):
            return 0.0
        kind = next((k for mark, k in _WRITTEN if re.match(mark, source)), "")
        return 4.0 * (1.0 - kinds.get(kind, 0.0) / max(kinds.values())) if kind else 0.0

    def _alike(self) -> int:
        """Return how many arguments repeat another: who mixes two up goes unnoticed there."""
        told = [source for source in self.given.values() if source not in _FEW]
        return len(told) - len(set(told))

    def key(self) -> Tuple[Any, ...]:
        """Return what makes it itself."""
        if self._key is None:
            parts = (self.given, self.made, self.files)
            held = tuple(tuple(sorted(part.items())) for part in parts)
            self._key = (self.entry.qualname, self.steps, self.world, *held)
        return self._key

    def call(self) -> Call:
        """Return it as `model.Call` in plain data."""
        if self._call is None:
            self._call = self._written()
        return self._call

    def _written(self) -> Call:
        entry = self.entry
        arrange, callee, arguments = list(self.world), entry.qualname, _arguments(entry, self.given)
        if entry.owner is not None:
            name = variable(entry.owner)
            arrange += self._construction(entry.owner, name) + list(self.steps)
            callee = f"{name}.{entry.name}"
            if entry.builtin:
                callee, arguments = entry.builtin, [["", name]]
        elif entry.builtin:
            above = entry.qualname.rpartition(".")[0]
            callee, arguments = entry.builtin, [*arguments, ["", above]]
        elif entry.kind == CLASS:
            concrete = abstract_line(entry, f"Concrete{entry.name}")
            arrange += [concrete] if concrete else []
            callee = f"Concrete{entry.name}" if concrete else callee
        text = "\n".join([*arrange, *(source for _, source in arguments)])
        return {
            "target": entry.qualname,
            "callee": callee,
            "arguments": arguments,
            "arrange": self._files(text) + arrange,
            "fixtures": [f for f in _FIXTURES if re.search(rf"\b{f}\b", text)],
            "imports": sorted(
                line for name, line in self.imports.items() if re.search(rf"\b{name}\b", text)
            ),
        }

    def _construction(self, owner: Entry, name: str) -> List[str]:
        concrete = abstract_line(owner, f"Concrete{owner.name}")
        callee = f"Concrete{owner.name}" if concrete else owner.qualname
        made = ", ".join(f"{n}={s}" if n else s for n, s in _arguments(owner, self.made))
        line = f"{name} = {callee}({made})"
        return [concrete, line] if concrete else [line]

    def _files(self, text: str) -> List[str]:
        lines = []
        for name in _FILES:
            if f"tmp_path / {name!r}" in text:
                content = self.files.get(name, "'some text\\n'")
                method = "write_bytes" if content[:1] == "b" else "write_text"
                lines.append(f"(tmp_path / {name!r}).{method}({content})")
        if "tmp_path / 'folder'" in text:
            lines.append("(tmp_path / 'folder').mkdir()")
        return lines


def _arguments(entry: Entry, given: Mapping[str, str]) -> List[List[str]]:
    """Return `[name, source]` in order; names only where a position would not do."""
    found: List[List[str]] = []
    gap = False
    for parameter in entry.parameters:
        source = given.get(parameter.name)
        if parameter.kind == "VAR_KEYWORD":
            found += [] if source is None else [[n, s] for n, s in _pairs(source)]
        elif source is None:
            gap = True
        elif parameter.kind == "VAR_POSITIONAL":
            found += [["", s] for s in split(source)] if not gap else []
        elif parameter.kind == "KEYWORD_ONLY" or (gap and parameter.kind != "POSITIONAL_ONLY"):
            found.append([parameter.name, source])
        elif not gap:
            found.append(["", source])
    return found


def split(source: str) -> List[str]:
    """Return the sources that commas join, from the syntax."""
    import ast

    if not source:
        return []
    node = ast.parse(f"({source},)", mode="eval").body
    text = f"({source},)"
    return [ast.get_source_segment(text, item) or "None" for item in getattr(node, "elts", [])]


def _pairs(source: str) -> List[Tuple[str, str]]:
    import ast

    text = f"f({source})"
    node = ast.parse(text, mode="eval").body
    return [
        (str(k.arg), ast.get_source_segment(text, k.value) or "None")
        for k in getattr(node, "keywords", [])
        if k.arg
    ]


def variable(owner: Entry) -> str:
    """Return a name for an instance of a class: `AnsiTextWrapper` is `ansi_text_wrapper`."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", owner.name)
    name = words.strip("_").lower() or "instance"
    return f"{name}_" if keyword.iskeyword(name) or name == owner.name else name


def required(entry: Entry) -> List[Parameter]:
    """Return the parameters that a call must give."""
    return [p for p in entry.parameters if not p.optional and not p.kind.startswith("VAR")]
