from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from neovim_ai.docs import place, render, slots
from neovim_ai.docs.house import detect
from neovim_ai.docs.model import Filled, House, Style
from neovim_ai.settings import DocSettings
from neovim_ai.source import facts as source_facts
from neovim_ai.source import target
from neovim_ai.source.model import DefinitionKind
from neovim_ai.source.text import SourceText

CODE = """\
from collections.abc import AsyncIterator, Iterator
import abc


def a(x: int, /, y: "str" = "a,b", *args: int, k: bool = False, **kw: object) -> dict[str, int]:
    if x < 1:
        raise ValueError(x)
    return {}


def b(x: int) -> Iterator[tuple[int, str]]:
    if not x:
        raise KeyError
    yield x, ""


async def c(x: int) -> AsyncIterator[int]:
    yield x


def d() -> None:
    try:
        c(1)
    except OSError as e:
        raise RuntimeError from e
    except KeyError:
        raise


class A:
    def __init__(self, path: str, *rest: int) -> None:
        self.path = path

    @property
    def p(self) -> int:
        return 1

    @p.setter
    def p(self, value: int) -> None:
        if value < 1:
            raise ValueError
        self._p = value

    @staticmethod
    def made(n: int | None = None) -> list[int] | None:
        return None if n is None else [n]

    @abc.abstractmethod
    def ab(self, q: int) -> int:
        raise NotImplementedError
"""


def documented(house: House, summary: str = "") -> str:
    """Give every definition but `__init__`, which its class documents, a docstring of fallbacks."""
    source = SourceText(CODE)
    for number in range(len(target.definitions(source))):
        definition = target.definitions(source)[number]
        facts = source_facts.collect(source, definition)
        needed = [s for s in slots.wanted(definition, facts) if not s.optional]
        if definition.name == "__init__":
            continue
        filled = [Filled(slot, slots.fallback(slot, facts, definition)) for slot in needed]
        if summary and definition.kind is not DefinitionKind.MODULE:
            filled[0] = Filled(filled[0].slot, summary)
        value = render.docstring(filled, house, indent=place.docstring_indent(source, definition))
        literal = render.literal_text(value, house)
        source = source.apply([place.insert(source, definition, literal, house.class_gap)])
    return source.text


@pytest.mark.parametrize("types", [False, True])
@pytest.mark.parametrize("style", [Style.GOOGLE, Style.NUMPY, Style.SPHINX])
def test_pydoclint_finds_nothing_in_what_we_write(
    style: Style, types: bool, tmp_path: Path
) -> None:
    path = tmp_path / "linted.py"
    path.write_text(documented(House(style=style, types=types)), encoding="utf-8")
    names = ("arg-type-hints-in-docstring", "check-return-types", "check-yield-types")
    flags = [] if types else [f"--{name}=False" for name in names]
    command = [sys.executable, "-m", "pydoclint.main", "-q", f"--style={style}", *flags, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def test_pydoclint_would_have_found_something(tmp_path: Path) -> None:
    path = tmp_path / "linted.py"
    text = documented(House(types=True))
    path.write_text(text.replace("*args (int): ", "*others (int): "), encoding="utf-8")
    command = [sys.executable, "-m", "pydoclint.main", "-q", "--style=google", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert "DOC103" in done.stdout + done.stderr


LONG = (
    "Return the rows that match; the others are left where they stand, and nothing is moved.",
    "Return the rows of the table that match the filter which was given, in order of name.",
    "Return the rows (only those that match the filter which was given in the first place).",
)


@pytest.mark.parametrize("summary", LONG)
@pytest.mark.parametrize("width", [60, 79, 100])
@pytest.mark.parametrize(
    ("convention", "style"),
    [("google", Style.GOOGLE), ("numpy", Style.NUMPY), ("pep257", Style.PLAIN), ("", Style.NUMPY)],
)
def test_ruff_finds_nothing_in_what_we_write(
    convention: str, style: Style, width: int, summary: str, tmp_path: Path
) -> None:
    config = '[lint]\nselect = ["D"]\nignore = ["D100", "D107"]\n'
    config += f'[lint.pydocstyle]\nconvention = "{convention}"\n' if convention else ""
    (tmp_path / "ruff.toml").write_text(config, encoding="utf-8")
    path = tmp_path / "linted.py"
    found = detect(SourceText(CODE, path), tmp_path, DocSettings(width=width))
    assert convention == "pep257" or found.style is style
    text = documented(replace(found, style=style), summary)
    assert _ruff(tmp_path, text) == ""
    # What ruff would say of a summary on two lines.
    broken = text.replace('"""Return the rows', '"""Return\n    the rows', 1)
    assert "D205" in _ruff(tmp_path, broken)


def _ruff(folder: Path, text: str) -> str:
    command = [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format=concise", "-q"]
    done = subprocess.run(
        [*command, "--stdin-filename", str(folder / "linted.py"), "-"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=folder,
    )
    return done.stdout + done.stderr
