"""Examples: calls from a model, output from two runs; what is not the same twice is dropped."""

from __future__ import annotations

import asyncio
import textwrap
from pathlib import Path

import pytest
from tests.unit.docs.test_engine import Scripted

from neovim_ai.docs.examples import calls, gate, importing, possible, running, text
from neovim_ai.docs.examples.propose import propose
from neovim_ai.docs.examples.running import Answer
from neovim_ai.docs.examples.text import Shown
from neovim_ai.docs.model import House
from neovim_ai.sandbox import choose
from neovim_ai.source import facts as source_facts
from neovim_ai.source import target
from neovim_ai.source.context import gather
from neovim_ai.source.text import SourceText

CODE = """
import os, random, socket, time

class Opaque:
    pass

def split_fields(line, delim=",", limit=0):
    if limit < 0:
        raise ValueError("limit must not be negative")
    return line.split(delim)

def words(text):
    return {word for word in text.split()}

def noise(top):
    return random.randint(0, top)

def opaque(x):
    return Opaque()

def offset(x):
    return time.localtime(x).tm_hour

def here(x):
    return os.getcwd()

def fetch(host):
    try:
        return socket.create_connection((host, 80), 1)
    except OSError:
        return "offline"

def save(name):
    with open(name, "w") as file:
        return file.write("x")

def forever(x):
    while True:
        pass

def shout(text):
    print(text.upper())

def countdown(start):
    while start:
        yield start
        start -= 1

class Box:
    def __init__(self, width, height):
        self.width, self.height = width, height

    def area(self):
        return self.width * self.height
"""


def source_of(code: str, path: Path | None = None) -> SourceText:
    return SourceText(textwrap.dedent(code).lstrip("\n"), path=path)


@pytest.fixture(scope="module", autouse=True)
def chosen() -> None:
    """Skip where nothing may run."""
    from neovim_ai.errors import AiError

    try:
        asyncio.run(choose.choose())
    except AiError as error:
        pytest.skip(error.message)


def proposed(qualname: str, *lines: str, source: SourceText | None = None) -> tuple[str, str]:
    source = source or source_of(CODE)
    definition = target.by_qualname(source, qualname)
    facts = source_facts.collect(source, definition)
    context = gather(source, definition, target.definitions(source))
    model = Scripted({f"call_{number}": line for number, line in enumerate(lines, 1)})
    width = House().width
    found = asyncio.run(propose(source, definition, facts, context, model, width))
    return found.text, found.note


def test_output_is_what_the_run_printed() -> None:
    shown, note = proposed("split_fields", "split_fields('a,b')", 'split_fields("a;b", ";")')
    assert text.read(shown) == [
        Shown("split_fields('a,b')", "['a', 'b']"),
        Shown('split_fields("a;b", ";")', "['a', 'b']"),
    ]
    assert note == "2 of 2 example calls ran twice with the same output"


def test_what_a_model_says_the_output_is_counts_for_nothing() -> None:
    shown, _ = proposed("split_fields", "split_fields('a,b') == ['wrong']")
    assert text.read(shown) == [Shown("split_fields('a,b')", "['a', 'b']")]
    shown, _ = proposed("split_fields", ">>> split_fields('a')  # -> 'wrong'")
    assert text.read(shown) == [Shown("split_fields('a')", "['a']")]


@pytest.mark.parametrize(
    ("qualname", "call", "why"),
    [
        ("split_fields", "split_fields('a', limit=-1)", "raised ValueError"),
        ("words", "words('one two three four five six')", "differed"),
        ("noise", "noise(10 ** 9)", "differed"),
        ("opaque", "opaque(1)", "not readable"),
        ("offset", "offset(0)", "differed"),
        ("here", "here(1)", "not readable"),
        ("fetch", "fetch('example')", "went outside"),
        ("save", "save('file')", "went outside"),
        ("forever", "forever(1)", "came to no end"),
        ("Box.area", "Box('a', 'b').area()", "raised TypeError"),
        ("split_fields", "split_fields('x,' * 200)", "too long"),
    ],
)
def test_call_that_cannot_be_shown_is_dropped_with_its_reason(
    qualname: str, call: str, why: str
) -> None:
    shown, note = proposed(qualname, call)
    assert shown == ""
    assert why in note


@pytest.mark.parametrize(
    ("qualname", "call", "output"),
    [
        ("shout", "shout('hello')", "HELLO"),
        ("countdown", "list(countdown(3))", "[3, 2, 1]"),
        ("Box.area", "Box(2, 3).area()", "6"),
        ("words", "sorted(words('b a'))", "['a', 'b']"),
    ],
)
def test_printed_text_generators_and_methods_are_shown(
    qualname: str, call: str, output: str
) -> None:
    assert text.read(proposed(qualname, call)[0]) == [Shown(call, output)]


def test_text_that_is_not_saved_is_what_runs(tmp_path: Path) -> None:
    project = tmp_path / "work"  # its parent holds the home of the tests
    package = project / "src" / "shop"
    package.mkdir(parents=True)
    (project / "pyproject.toml").touch()
    (package / "__init__.py").write_text("", encoding="utf-8")
    (package / "rates.py").write_text("RATE = 3\n", encoding="utf-8")
    (package / "price.py").write_text("def total(n):\n    return 0\n", encoding="utf-8")
    unsaved = "from .rates import RATE\n\ndef total(n):\n    return n * RATE\n"
    shown, note = proposed("total", "total(4)", source=source_of(unsaved, package / "price.py"))
    assert text.read(shown) == [Shown("total(4)", "12")], note
    assert (package / "price.py").read_text(encoding="utf-8") == "def total(n):\n    return 0\n"


def test_module_that_cannot_be_imported_gives_one_line() -> None:
    shown, note = proposed(
        "f", "f(1)", source=source_of("import nowhere\n\ndef f(x):\n    return x\n")
    )
    assert (shown, "No module named 'nowhere'" in note, "\n" in note) == ("", True, False)


def test_without_a_sandbox_nothing_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    choose._found.cache_clear()
    monkeypatch.setattr(choose, "_tiers", lambda: iter(()))
    shown, note = proposed("shout", "shout('a')")
    choose._found.cache_clear()
    assert shown == ""
    assert note.startswith("no example: There is no sandbox here")


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "x = split_fields('a')",
        "other('a')",
        "split_fields('a'); os.system('ls')",
        "split_fields(__import__('os').name)",
        "split_fields(open('x').read())",
        "split_fields('a').__class__",
        "split_fields('a'",
        "The call splits a line.",
        "split_fields",
        "split_fields((x := 'a'))",
    ],
)
def test_line_that_is_no_call_of_the_definition_is_dropped(line: str) -> None:
    definition = target.by_qualname(source_of(CODE), "split_fields")
    assert calls.call(line, definition) is None


@pytest.mark.parametrize(
    ("code", "qualname"),
    [
        ("async def f(): return 1", "f"),
        ("def f():\n    def g(): return 1\n    return g", "f.g"),
        ("class A:\n    @property\n    def f(self): return 1", "A.f"),
        ("class A:\n    def __len__(self): return 1", "A.__len__"),
    ],
)
def test_what_no_expression_calls_gets_no_example(code: str, qualname: str) -> None:
    source = source_of(code)
    definition = target.by_qualname(source, qualname)
    assert not possible(definition, source_facts.collect(source, definition))


def test_two_runs_differ_in_all_that_an_answer_could_depend_on() -> None:
    one, other = running.ONE, running.OTHER
    pairs = zip(
        (one.hash_seed, one.seed, one.zone, one.cwd),
        (other.hash_seed, other.seed, other.zone, other.cwd),
        strict=True,
    )
    assert all(a != b for a, b in pairs)


@pytest.mark.parametrize(
    ("path", "name", "folder"),
    [
        ("src/shop/price.py", "shop.price", "src"),
        ("shop/price.py", "shop.price", ""),
        ("tools/price.py", "price", "tools"),
        ("shop/__init__.py", "shop", ""),
    ],
)
def test_file_is_imported_as_its_project_would(
    path: str, name: str, folder: str, tmp_path: Path
) -> None:
    for file in ("pyproject.toml", "shop/__init__.py", "src/shop/__init__.py", path):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).touch()
    module = importing.module_of(SourceText("x = 1\n", path=tmp_path / path))
    assert (module.name, module.folders[0], module.project) == (name, folder, tmp_path)


def test_gate_holds_for_what_ran_and_for_nothing_else() -> None:
    ran = ">>> f(1)\n2"
    value = "Add one.\n\n    Examples:\n        >>> f(1)\n        2\n    "
    assert gate.shown_as_run(value, ran).held
    assert not gate.shown_as_run(value.replace("2", "3"), ran).held
    assert not gate.shown_as_run("Add one.", ran).held
    assert not gate.shown_as_run("Add one.\n>>>f(1)\n2", ran).held


def test_answers_that_agree_make_the_example() -> None:
    same = [Answer("1\n")]
    assert text.agreed("f()", same, same, 80) == Shown("f()", "1")
    assert text.agreed("f()", same, [Answer("2\n")], 80) == "differed between two runs"
    assert text.agreed("f()", None, same, 80) == "came to no end"
