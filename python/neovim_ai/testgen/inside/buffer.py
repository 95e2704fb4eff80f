"""The subject as it stands in the editor: its module is made from the buffer's text."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import linecache
import sys
from importlib.abc import MetaPathFinder, SourceLoader
from types import CodeType, ModuleType
from typing import Any, Callable, Optional

Compile = Callable[[str, str], CodeType]


def plainly(text: str, path: str) -> CodeType:
    """Compile text as the file at `path`."""
    return compile(text, path, "exec", dont_inherit=True)


class BufferLoader(SourceLoader):
    """Loads one module from a text, with the real `__file__`."""

    def __init__(self, path: str, text: str, compiled: Compile) -> None:
        self.path = path
        self.text = text
        self.compiled = compiled

    def get_filename(self, fullname: str) -> str:
        """Name the file that the text belongs to."""
        return self.path

    def get_data(self, path: Any) -> bytes:
        """Give the text for the file itself, and other files of the package as they are."""
        if path == self.path:
            return self.text.encode("utf-8", "surrogatepass")
        with open(path, "rb") as file:
            return file.read()

    def get_source(self, fullname: str) -> str:
        """Give the text, decoded already, whatever its coding comment says."""
        return self.text

    def get_code(self, fullname: str) -> Optional[CodeType]:
        """Compile the text; no byte code file is read or written."""
        return self.compiled(self.text, self.path)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module; its lines are shown in tracebacks."""
        linecache.cache[self.path] = (
            len(self.text),
            None,
            self.text.splitlines(True),
            self.path,
        )
        super().exec_module(module)


class BufferFinder(MetaPathFinder):
    """Finds the subject's module, under whatever name its file is imported."""

    def __init__(self, path: str, text: str, compiled: Compile = plainly) -> None:
        self.loader = BufferLoader(path, text, compiled)
        self.module = ""

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Optional[Any]:
        """Take over where the usual search ends at the subject's file, or where it is not saved."""
        spec = importlib.machinery.PathFinder.find_spec(fullname, path, target)
        if spec is None and fullname != self.module:
            return None
        if spec is not None and not _same(spec.origin, self.loader.path):
            return None
        inner = spec.submodule_search_locations if spec else None
        return importlib.util.spec_from_file_location(
            fullname, self.loader.path, loader=self.loader, submodule_search_locations=inner
        )


def _same(first: Optional[str], second: str) -> bool:
    import os

    return first is not None and os.path.realpath(first) == os.path.realpath(second)


def show(path: str, text: str, module: str, compiled: Compile = plainly) -> None:
    """Let imports of the subject's module find this text from now on."""
    finder = BufferFinder(path, text, compiled)
    finder.module = module
    sys.meta_path[:] = [f for f in sys.meta_path if not isinstance(f, BufferFinder)]
    sys.meta_path.insert(0, finder)
