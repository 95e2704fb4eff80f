"""What the names of a file's imports stand for, as far as the project's own files go."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tree_sitter import Node

from neovim_ai.source import syntax
from neovim_ai.source.text import SourceText

_TOKENS = frozenset({"import", "from"})
_WORDS = re.compile(rb"(?:import|from)(?=[ \t\\.])")
# Where projects keep their packages below their root.
_SOURCE_FOLDERS = ("", "src", "python", "lib")


@dataclass(frozen=True)
class Imported:
    """A name that an import binds.

    Attributes:
        module: The dotted module, with leading dots when relative.
        name: What of the module it is; None for the module itself.
    """

    module: str
    name: str | None = None


def imported(source: SourceText, root: Node) -> dict[str, Imported]:
    """Return the names that a file's imports bind, wherever in the file they stand."""
    found: dict[str, Imported] = {}
    # Looking only where the words are is what lets a key press afford it in a large file.
    for word in _WORDS.finditer(source.utf8):
        token = root.descendant_for_byte_range(word.start(), word.start() + 1)
        node = token.parent if token is not None and token.type in _TOKENS else None
        if node is None or node.start_byte != word.start():
            continue
        if node.type == "import_statement":
            found |= dict(_modules(source, node))
        elif node.type == "import_from_statement":
            found |= dict(_names(source, node))
    return found


def _modules(source: SourceText, node: Node) -> Iterator[tuple[str, Imported]]:
    for one in node.children_by_field_name("name"):
        dotted, alias = _aliased(source, one)
        # `import a.b` binds `a`; calls are written `a.b.f`, and looked up under `a.b`.
        yield alias or dotted, Imported(dotted)


def _names(source: SourceText, node: Node) -> Iterator[tuple[str, Imported]]:
    held = node.child_by_field_name("module_name")
    module = "".join(syntax.text(source, held).split()) if held else ""
    for one in node.children_by_field_name("name"):
        name, alias = _aliased(source, one)
        yield alias or name, Imported(module, name)


def _aliased(source: SourceText, node: Node) -> tuple[str, str | None]:
    if node.type != "aliased_import":
        return "".join(syntax.text(source, node).split()), None
    name, alias = (node.child_by_field_name(field) for field in ("name", "alias"))
    dotted = "".join(syntax.text(source, name).split()) if name else ""
    return dotted, syntax.text(source, alias) if alias else None


def module_file(module: str, importer: Path | None, root: Path) -> Path | None:
    """Return the file of a module under a project's root; None when it is not the project's.

    Args:
        module: Its dotted name, leading dots as in the import.
        importer: The file that imports it.
        root: The project's folder.
    """
    bare = module.lstrip(".")
    level = len(module) - len(bare)
    if level:
        if importer is None or len(importer.parents) < level:
            return None
        tops = [importer.parents[level - 1]]
    else:
        tops = [root / folder for folder in _SOURCE_FOLDERS]
        tops += [_top_of_package(importer)] if importer else []
    parts = [part for part in bare.split(".") if part]
    candidates = (path for top in tops for path in _spellings(top.joinpath(*parts)))
    inside = root.resolve()
    return next((p for p in candidates if p.is_file() and p.resolve().is_relative_to(inside)), None)


def _spellings(path: Path) -> tuple[Path, ...]:
    package = path / "__init__.py"
    # The root of the file system has no name.
    return (path.with_name(f"{path.name}.py"), package) if path.name else (package,)


def _top_of_package(file: Path) -> Path:
    folder = file.parent
    while (folder / "__init__.py").exists() and folder.parent != folder:
        folder = folder.parent
    return folder
