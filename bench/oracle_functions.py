"""Documented functions for `bench/oracle.py`, and a fault in each that their examples exclude.

Drawn, seeded, from packages pinned here and installed into the cache directory. What is correct and
what is a fault is decided without this project: by Python's doctest on the function's own examples.
"""

from __future__ import annotations

import ast
import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.testgen_subjects import surroundings
from neovim_ai.paths import cache_dir
from neovim_ai.source import target
from neovim_ai.source.text import SourceText
from neovim_ai.testgen.lab.mutants import changes
from neovim_ai.testgen.subject import find

PACKAGES = ("boltons==25.0.0", "toolz==1.0.0", "inflection==0.5.1", "more-itertools==10.7.0")
_MOST_OF_A_FILE = 8
_MOST_TRIED = 12
_SECONDS = 20.0
_DOCTEST = """
import doctest, importlib, io, contextlib, json, sys
sys.path.insert(0, sys.argv[1])
module = importlib.import_module(sys.argv[2])
told = {}
for name in sys.argv[3:]:
    found = doctest.DocTestFinder(recurse=False).find(
        getattr(module, name), name, module=module, globs=dict(vars(module)))
    with contextlib.redirect_stdout(io.StringIO()):
        ran = [doctest.DocTestRunner().run(one) for one in found if one.examples]
    told[name] = [sum(one.attempted for one in ran), sum(one.failed for one in ran)]
print(json.dumps(told))
"""


@dataclass(frozen=True)
class Function:
    """A function whose examples hold.

    Attributes:
        top: The folder that its package stands in.
        file: Its file below that.
        name: Of the function, at the top of the module.
    """

    top: Path
    file: Path
    name: str

    def project(self, parent: Path, text: str = "") -> Path:
        """Make a project of a copy of the package; return the copy of the file.

        Args:
            parent: An empty folder.
            text: What the file is to hold; empty for what it holds.
        """
        first = self.file.parts[0]
        if len(self.file.parts) == 1:
            shutil.copy(self.top / first, parent / first)
        else:
            shutil.copytree(self.top / first, parent / first)
        setting = '[tool.pytest.ini_options]\npythonpath = ["."]\n'
        (parent / "pyproject.toml").write_text(setting, encoding="utf-8")
        copied = parent / self.file
        if text:
            copied.write_text(text, encoding="utf-8")
        return copied


def draw(count: int, seed: int) -> list[Function]:
    """Draw functions with examples that all hold, a few of each file."""
    top = _installed()
    pool = [Function(top, file, name) for file in _files(top) for name in _named(top / file)]
    random.Random(seed).shuffle(pool)
    drawn: list[Function] = []
    of_file: Counter[Path] = Counter()
    for one in pool:
        if len(drawn) == count:
            break
        if of_file[one.file] < _MOST_OF_A_FILE and holds(top, one):
            of_file[one.file] += 1
            drawn.append(one)
    return drawn


def holds(top: Path, function: Function) -> bool | None:
    """Tell whether the examples hold; None when there are none, or they cannot be run."""
    module = ".".join(function.file.with_suffix("").parts)
    try:
        ran = subprocess.run(
            [sys.executable, "-I", "-c", _DOCTEST, str(top), module, function.name],
            env=surroundings(),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    if ran.returncode != 0:
        return None
    attempted, failed = json.loads(ran.stdout.splitlines()[-1])[function.name]
    return failed == 0 if attempted else None


def faulty(function: Function, seed: int, folder: Path) -> tuple[str, str] | None:
    """Return the file's text with one fault that the examples exclude, and what was changed.

    Args:
        function: What is harmed.
        seed: Of the choice.
        folder: Where it may be tried; emptied.
    """
    source = SourceText.from_bytes(
        (function.top / function.file).read_bytes(), function.top / function.file
    )
    subject = find.subject(source, (target.by_qualname(source, function.name),))
    own = [one for one in changes(source.text, subject.targets) if one.mutant.target]
    own = [one for one in own if one.mutant.target.partition(".")[0] == function.name]
    random.Random(f"{seed} {function.name}").shuffle(own)
    for number, one in enumerate(own[:_MOST_TRIED]):
        text = source.text[: one.start] + one.after + source.text[one.end :]
        place = folder / str(number)
        place.mkdir(parents=True)
        function.project(place, text)
        if holds(place, function) is False:
            mutant = one.mutant
            return text, f"line {mutant.line}: {mutant.before} → {mutant.after}"
    return None


def _installed() -> Path:
    top = cache_dir() / "bench" / "oracle"
    done, wanted = top / "installed.txt", "\n".join(PACKAGES)
    if done.is_file() and done.read_text(encoding="utf-8") == wanted:
        return top
    shutil.rmtree(top, ignore_errors=True)
    top.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(top)]
    subprocess.run([*pip, *PACKAGES], check=True, stdout=sys.stderr, env=surroundings())
    done.write_text(wanted, encoding="utf-8")
    return top


def _files(top: Path) -> Sequence[Path]:
    found = (path.relative_to(top) for path in sorted(top.rglob("*.py")))
    return [one for one in found if not {"tests", "tlz", "sandbox"} & set(one.parts)]


def _named(path: Path) -> Iterator[str]:
    """Yield the functions of a module whose docstrings call them at a prompt."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            said = ast.get_docstring(node) or ""
            at_prompt = any(f"{node.name}(" in r for r in said.split("\n") if ">>>" in r)
            if at_prompt and not node.name.startswith("_"):
                yield node.name
