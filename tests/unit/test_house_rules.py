"""The rules of the house that no linter knows: sizes, boundaries, what a file may never name."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 350
LONGEST_FUNCTION = 60
HOMES = re.compile(r"(?:/home|/Users)/[a-z]\w+/|/root" r"/")
SLOW_LIBRARIES = {"openai", "tiktoken", "xllamacpp"}
ENGINES = {"docs", "testgen", "notes"}
# Joined here, since naming one would break the rule that this file checks.
REGISTRIES = tuple(
    ".".join(name)
    for name in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("deb", "debian", "org"),
    )
)

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

Rule = Callable[[str, str], Iterator[str]]


def long_file(path: str, text: str) -> Iterator[str]:
    lines = text.count("\n")
    if path.endswith((".py", ".lua")) and lines > LONGEST_FILE:
        yield f"{lines} lines"


def long_function(path: str, text: str) -> Iterator[str]:
    for node in _nodes(path, text):
        if isinstance(node, FUNCTIONS):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{node.name} has {lines} lines"


def registry_host(path: str, text: str) -> Iterator[str]:
    yield from (f"names {host}" for host in REGISTRIES if host in text)


def machine_path(path: str, text: str) -> Iterator[str]:
    here = f"{ROOT.parent}/"
    if len(ROOT.parts) > 2 and here not in ("/tmp/", "/home/") and here in text:
        yield f"names {here}"
    yield from (f"names {found}" for found in HOMES.findall(text))


def foreign_import(path: str, text: str) -> Iterator[str]:
    """Only the host knows pynvim, only `llm` model libraries, and no engine another engine."""
    room = _room(path)
    for name, _ in _imports(path, text):
        top = name.split(".")[0]
        if top in ("pynvim", "neovim") and path.startswith("python/"):
            yield f"imports {name}"
        if top in SLOW_LIBRARIES | {"httpx2"} and path.startswith("python/") and room != "llm":
            yield f"imports {name}"
        engine = name.split(".")[1] if name.startswith("neovim_ai.") else ""
        if room in ENGINES and engine in ENGINES - {room}:
            yield f"imports {name}"


def slow_import(path: str, text: str) -> Iterator[str]:
    for name, at_module_level in _imports(path, text):
        if at_module_level and path.startswith("python/") and name.split(".")[0] in SLOW_LIBRARIES:
            yield f"imports {name} when it is imported itself"


def host_that_wakes(path: str, text: str) -> Iterator[str]:
    """A user's `:UpdateRemotePlugins` loads the host file: it must not load ours with it."""
    for name, at_module_level in _imports(path, text):
        if path.startswith("rplugin/") and at_module_level and name.startswith("neovim_ai"):
            yield f"imports {name} when it is imported itself"


def swallowed_exception(path: str, text: str) -> Iterator[str]:
    for node in _nodes(path, text):
        if isinstance(node, ast.ExceptHandler) and [type(n) for n in node.body] == [ast.Pass]:
            yield f"line {node.lineno}: swallows an exception"


def unfinished(path: str, text: str) -> Iterator[str]:
    if path.startswith(("python/", "lua/", "plugin/", "rplugin/")):
        # At the start of a comment: notes hold them too, and we find those.
        marks = re.findall(rf"(?:#|--)[\s-]*\b(?:{'TODO'}|{'FIXME'})\b", text)
        yield from (f"holds {mark}" for mark in marks)
        for node in _nodes(path, text):
            if isinstance(node, ast.Raise) and "NotImplementedError" in ast.unparse(node):
                yield f"line {node.lineno}: is not implemented"


def sleeping_test(path: str, text: str) -> Iterator[str]:
    if path.startswith("tests/"):
        for node in _nodes(path, text):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in (
                "time.sleep",
                "asyncio.sleep",
            ):
                yield f"line {node.lineno}: sleeps"


def claimless_test(path: str, text: str) -> Iterator[str]:
    """A test asserts, or calls something of `tests/` that does."""
    for node in _nodes(path, text) if path.startswith("tests/") else ():
        is_test = isinstance(node, FUNCTIONS) and node.name.startswith("test_")
        if is_test and not _asserts(node) and not _called(node) & _claiming():
            yield f"{node.name} asserts nothing"


def _asserts(node: ast.AST) -> bool:
    inside = list(ast.walk(node))
    return any(isinstance(n, ast.Assert) for n in inside) or "raises" in _called(node)


def _called(node: ast.AST) -> set[str]:
    calls = (n.func for n in ast.walk(node) if isinstance(n, ast.Call))
    return {ast.unparse(function).split(".")[-1] for function in calls}


@cache
def _claiming() -> frozenset[str]:
    """Name the functions of the tests that assert, themselves or by calling one that does."""
    bodies = [
        node
        for name, text in _files().items()
        if name.startswith("tests/")
        for node in _nodes(name, text)
        if isinstance(node, FUNCTIONS) and not node.name.startswith("test_")
    ]
    claiming = {node.name for node in bodies if _asserts(node)}
    while more := {n.name for n in bodies if _called(n) & claiming} - claiming:
        claiming |= more
    return frozenset(claiming)


def channel_outside_host(path: str, text: str) -> Iterator[str]:
    """Only `host.lua` starts programs that speak rpc and knows their channel."""
    if path.startswith("lua/") and path != "lua/neovim_ai/host.lua":
        found = re.findall(r"\brpc(?:notify|request)\b|\brpc\s*=\s*true", text)
        yield from (f"knows channels: {name}" for name in found)


def edit_outside_apply(path: str, text: str) -> Iterator[str]:
    """Only `apply.lua` writes text into a user's buffer; scratch buffers are written whole."""
    if path.startswith("lua/") and path != "lua/neovim_ai/apply.lua":
        yield from re.findall(
            r"nvim_buf_set_text|vim\.fn\.append\b|vim\.fn\.setline\b|nvim_put\b", text
        )


RULES: tuple[Rule, ...] = (
    long_file,
    long_function,
    registry_host,
    machine_path,
    foreign_import,
    slow_import,
    host_that_wakes,
    swallowed_exception,
    unfinished,
    sleeping_test,
    claimless_test,
    channel_outside_host,
    edit_outside_apply,
)


def _room(path: str) -> str:
    found = re.match(r"python/neovim_ai/(\w+)/", path)
    return found[1] if found else ""


def _nodes(path: str, text: str) -> Iterable[ast.AST]:
    return _walked(text) if path.endswith(".py") else ()


@cache
def _walked(text: str) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(_tree(text)))


@cache
def _tree(text: str) -> ast.Module:
    return ast.parse(text)


def _imports(path: str, text: str) -> Iterable[tuple[str, bool]]:
    return _imported(text) if path.endswith(".py") else ()


@cache
def _imported(text: str) -> tuple[tuple[str, bool], ...]:
    """Return each imported name, and whether importing the file imports it."""
    found: list[tuple[str, bool]] = []
    for node, depth in _with_depth(_tree(text)):
        if isinstance(node, ast.Import):
            found += [(alias.name, depth == 0) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(f"{node.module}.{alias.name}", depth == 0) for alias in node.names]
    return tuple(found)


def _with_depth(tree: ast.AST, depth: int = 0) -> Iterator[tuple[ast.AST, int]]:
    """Walk with the number of functions around a node; type checkers' blocks count as one."""
    for node in ast.iter_child_nodes(tree):
        yield node, depth
        typing_only = isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        lazy = isinstance(node, FUNCTIONS) or typing_only
        yield from _with_depth(node, depth + lazy)


@cache
def _files() -> dict[str, str]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]
    return {name: (ROOT / name).read_text(encoding="utf-8", errors="replace") for name in names}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    broken = [f"{name}: {why}" for name, text in _files().items() for why in rule(name, text)]
    assert broken == []


BAD: tuple[tuple[Rule, str, str], ...] = (
    (long_file, "lua/a.lua", "\n" * (LONGEST_FILE + 1)),
    (long_function, "python/a.py", "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION),
    (registry_host, "README.md", f"see {REGISTRIES[0]}/simple"),
    (machine_path, "README.md", "in /" + "home/ann/src/"),
    (foreign_import, "python/neovim_ai/jobs.py", "def f():\n    import pynvim"),
    (
        foreign_import,
        "python/neovim_ai/docs/ask.py",
        "def f():\n    from openai import AsyncOpenAI",
    ),
    (foreign_import, "python/neovim_ai/docs/ask.py", "from neovim_ai.notes import index"),
    (foreign_import, "python/neovim_ai/docs/ask.py", "from neovim_ai import notes"),
    (slow_import, "python/neovim_ai/llm/client.py", "import openai.types"),
    (slow_import, "python/neovim_ai/llm/client.py", "try:\n    import openai\nfinally:\n    x = 1"),
    (host_that_wakes, "rplugin/python3/neovim_ai_host.py", "from neovim_ai.service import Service"),
    (swallowed_exception, "python/a.py", "try:\n    f()\nexcept OSError:\n    pass"),
    (unfinished, "lua/a.lua", "-- TO" + "DO: more"),
    (sleeping_test, "tests/a.py", "import time\ntime.sleep(1)"),
    (claimless_test, "tests/a.py", "def test_x():\n    print(1)"),
    (channel_outside_host, "lua/neovim_ai/client.lua", "vim.rpcnotify(channel, 'x')"),
    (
        edit_outside_apply,
        "lua/neovim_ai/preview.lua",
        "vim.api.nvim_buf_set_text(0, 0, 0, 0, 0, {})",
    ),
)


@pytest.mark.parametrize(
    ("rule", "path", "text"), BAD, ids=lambda value: getattr(value, "__name__", "")
)
def test_rule_finds_what_breaks_it(rule: Rule, path: str, text: str) -> None:
    assert list(rule(path, text))


def test_imports_inside_functions_and_for_type_checkers_are_not_slow() -> None:
    text = "if TYPE_CHECKING:\n    import openai\ndef f():\n    import openai"
    assert not list(slow_import("python/neovim_ai/llm/client.py", text))
