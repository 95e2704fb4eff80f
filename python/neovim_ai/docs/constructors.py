"""Tells whether a project documents what a constructor takes in `__init__` or in its class."""

from __future__ import annotations

import re
from collections.abc import Sequence

from neovim_ai.docs.votes import ballot
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.text import SourceText

_TAKES = re.compile(
    r"^[ \t]*(?:(?:Args|Arguments|Keyword arguments|Parameters):?[ \t]*$|[:@]param\b)", re.MULTILINE
)


def init_documented(source: SourceText, definitions: Sequence[Definition]) -> bool | None:
    """Return what most classes of a file do; None where none has a constructor described.

    Args:
        source: The text.
        definitions: All its definitions.
    """
    own = classes = 0
    for one in definitions:
        if one.docstring is None or ballot(source.slice(one.docstring)) is None:
            continue
        takes = _TAKES.search(source.slice(one.docstring)) is not None
        own += takes and one.kind is DefinitionKind.METHOD and one.name == "__init__"
        classes += takes and one.kind is DefinitionKind.CLASS
    return own > classes if own or classes else None
