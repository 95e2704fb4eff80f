"""Which exception class catches which: builtins, the file's own classes, a few well-known ones."""

from __future__ import annotations

import builtins
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from neovim_ai.source import syntax
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText

INCIDENTAL = frozenset({"NotImplementedError", "AssertionError", "StopIteration"})
"""What is raised by the way and promised to no caller: a docstring need not list it."""

_ALIASES = {
    "IOError": "OSError",
    "EnvironmentError": "OSError",
    "WindowsError": "OSError",
    "socket.error": "OSError",
    "select.error": "OSError",
    "os.error": "OSError",
    "socket.timeout": "TimeoutError",
    "asyncio.TimeoutError": "TimeoutError",
    "concurrent.futures.TimeoutError": "TimeoutError",
}
_KNOWN_BASES: Mapping[str, tuple[str, ...]] = {
    "JSONDecodeError": ("ValueError",),
    "URLError": ("OSError",),
    "HTTPError": ("OSError",),
    "SSLError": ("OSError",),
    "gaierror": ("OSError",),
    "herror": ("OSError",),
    "UnsupportedOperation": ("OSError", "ValueError"),
    "ZipImportError": ("ImportError",),
    "CancelledError": ("BaseException",),
    "IncompleteReadError": ("EOFError",),
    "InvalidStateError": ("Exception",),
    "FrozenInstanceError": ("AttributeError",),
}
_NO_BASES = frozenset({"keyword_argument", "dictionary_splat"})


def last_name(dotted: str) -> str:
    """Return the last part of a dotted name."""
    return dotted.rpartition(".")[2]


def is_builtin_exception(name: str) -> bool:
    """Tell whether Python itself defines an exception of this name."""
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, BaseException)


def base_names(source: SourceText, definition: Definition) -> tuple[str, ...]:
    """Return the base classes of a class as written, keywords such as `metaclass=` left out."""
    listed = definition.node and definition.node.child_by_field_name("superclasses")
    if not listed:
        return ()
    bases = [n for n in syntax.statements(listed) if n.type not in _NO_BASES]
    return tuple(syntax.folded(source, node) for node in bases)


@dataclass(frozen=True)
class Hierarchy:
    """The exception classes that can be known from one file.

    Attributes:
        bases: Last part of a class's name → its bases, for the classes of the file.
    """

    bases: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, source: SourceText, definitions: Iterable[Definition]) -> Hierarchy:
        """Read the classes of a file."""
        classes = (d for d in definitions if d.kind is DefinitionKind.CLASS)
        return cls({d.name: base_names(source, d) for d in classes})

    def catches(self, handler: str, exception: str) -> bool:
        """Tell whether `except handler` surely or very likely catches `exception`.

        A class that nobody here knows is taken to be an ordinary `Exception`.
        """
        above = self._ancestors(exception)
        wanted = last_name(_ALIASES.get(handler, handler))
        if wanted == "BaseException" or wanted in above:
            return True
        return wanted == "Exception" and "BaseException" not in above

    def _ancestors(self, exception: str) -> set[str]:
        """Names of a class and its bases; holds `BaseException` only where known not to be more."""
        found: set[str] = set()
        queue = [exception]
        while queue:
            dotted = queue.pop()
            name = last_name(_ALIASES.get(dotted, dotted))
            if name in found:
                continue
            found.add(name)
            if name in self.bases:
                queue += self.bases[name]
            elif is_builtin_exception(name):
                found |= {base.__name__ for base in getattr(builtins, name).__mro__}
            else:
                queue += _KNOWN_BASES.get(name, ())
        return found - {"object", *(("BaseException",) if "Exception" in found else ())}
