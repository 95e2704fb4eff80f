"""Whether a docstring, whoever wrote it, brings linter findings that another could do without.

The judge is the project's own gate, told of a project that has all of ruff's docstring rules in
Google's convention and pydoclint: a finding counts unless no complete docstring in any form is
without it, and those are named.
"""

from __future__ import annotations

import re
import tempfile
import textwrap
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from neovim_ai.docs import place
from neovim_ai.docs.gates import linted
from neovim_ai.docs.gates.located import locate
from neovim_ai.docs.linters import Linters, Pydoclint, Rules
from neovim_ai.docs.model import House
from neovim_ai.docs.render import literal_text
from neovim_ai.source.model import Definition, Facts
from neovim_ai.source.text import SourceText

_WIDTH = 100
_CONFIGURATION = f"""\
line-length = {_WIDTH}
[lint]
select = ["D"]
pydocstyle.convention = "google"
"""
_OPTIONS = {
    "style": "google",
    "argTypeHintsInDocstring": False,
    "allowInitDocstring": True,
    "checkReturnTypes": False,
    "checkYieldTypes": False,
    "skipCheckingShortDocstrings": False,
}
_EXCUSED = re.compile(r"[^;]*in any form[^;]*")


@dataclass(frozen=True)
class Lint:
    """What the linters newly find, and what no complete docstring could have avoided."""

    found: str = ""
    excused: str = ""


def house(facts: Facts) -> House:
    """Return the house of a project that checks its docstrings with ruff and pydoclint.

    Args:
        facts: Of a function: pydoclint is told that signatures have annotations where it has.
    """
    annotated = [parameter.annotation for parameter in facts.parameters]
    return _house(bool(annotated) and all(annotated))


@cache
def _house(annotated: bool) -> House:
    folder = Path(tempfile.mkdtemp(prefix="neovim-ai-bench-"))
    (folder / "ruff.toml").write_text(_CONFIGURATION, encoding="utf-8")
    told = Pydoclint({**_OPTIONS, "argTypeHintsInSignature": annotated}, "bench")
    linters = Linters(told, Rules(("D",), convention="google", where="bench"), folder)
    return House(types=False, width=_WIDTH, linters=linters)


def lint(source: SourceText, definition: Definition, docstring: str, house: House) -> Lint:
    """Put a docstring in place and ask the linters.

    Args:
        source: A file of a function without its docstring.
        definition: The function.
        docstring: The value, without indentation.
        house: Whose linters are asked.
    """
    indent = place.docstring_indent(source, definition)
    value = textwrap.indent(docstring.strip(), indent).strip()
    value += "\n" + indent if "\n" in value else ""
    edit = place.insert(source, definition, literal_text(value, house))
    # The file's own settings must not decide: it is judged as one of the bench's folder.
    here = house.linters.folder or Path()
    before = replace(source, path=here / "judged.py")
    gate = linted.nothing_new(locate(before, before.apply([edit]), definition), house)
    excused = "; ".join(one.strip() for one in _EXCUSED.findall(gate.saw))
    return Lint("" if gate.held else gate.saw.removeprefix("new: "), excused)
