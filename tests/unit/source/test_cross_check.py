"""The standard library, as tree-sitter and as Python's own parser see it."""

from __future__ import annotations

import random
import sysconfig
from pathlib import Path

import cross_check
import pytest

from neovim_ai.source.text import SourceText

# Each of these is a text that the grammar, not we, reads differently.
KNOWN = {
    "test_compile.py",  # a name on a line less indented than its dot, inside brackets
    "test_unicode_identifiers.py",  # Python folds compatibility characters of identifiers
}


def _files() -> list[Path]:
    library = Path(sysconfig.get_path("stdlib"))
    found = [p for p in library.rglob("*.py") if "site-packages" not in p.parts]
    wanted = sorted(p for p in found if p.name not in KNOWN and "lib2to3" not in p.parts)
    return random.Random(20).sample(wanted, min(150, len(wanted)))


def test_a_sample_of_the_standard_library_is_seen_as_python_sees_it() -> None:
    files = _files()
    assert len(files) > 100
    assert [line for path in files for line in cross_check.check(path)] == []


@pytest.mark.parametrize(
    "text",
    [
        "async def f(a, /, b: int = 1, *c, d, **e) -> None:\n    'D.'\n    yield a\n",
        "class A(B, *C):\n    x: int = 1\n    def __init__(self): self.y, *self.z = 1, 2\n",
        "def f(\n  a='''x\n  y''',\n):\n  raise mod.X(a) from None;\n",
    ],
)
def test_small_texts_are_seen_as_python_sees_them(text: str) -> None:
    assert list(cross_check.disagreements(SourceText(text))) == []


def test_the_check_itself_sees_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    source = SourceText("def f():\n    'D.'\n")
    monkeypatch.setattr(cross_check, "_docstring", lambda *_: None)
    assert any("docstring" in line for line in cross_check.disagreements(source))
