"""Where a function touches the world outside, and the kept way for a test to hold each place."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from neovim_ai.source.text import SourceText
from neovim_ai.testgen.model import Target


class Outside(StrEnum):
    """What of the world is touched."""

    FILES = "files"
    ENVIRONMENT = "environment"
    CLOCK = "clock"
    RANDOM = "random"
    NETWORK = "network"
    SUBPROCESS = "subprocess"
    INPUT = "input"
    OUTPUT = "output"


@dataclass(frozen=True)
class Seam:
    """One place.

    Attributes:
        outside: What it touches.
        name: What is called or read there, as an import names it in full (`time.time`).
        line: 1-based line.
        key: The environment variable's name, where it is a literal.
    """

    outside: Outside
    name: str
    line: int
    key: str = ""

    @property
    def fixture(self) -> str:
        """The pytest fixture that holds it; empty where a seed does."""
        held = {Outside.FILES: "tmp_path", Outside.OUTPUT: "capsys", Outside.RANDOM: ""}
        return held.get(self.outside, "monkeypatch")


_EXACT: Mapping[str, Outside] = {
    "open": Outside.FILES,
    "io.open": Outside.FILES,
    "input": Outside.INPUT,
    "print": Outside.OUTPUT,
    "os.getenv": Outside.ENVIRONMENT,
    "os.environ.get": Outside.ENVIRONMENT,
    "os.environ": Outside.ENVIRONMENT,
    "time.time": Outside.CLOCK,
    "time.time_ns": Outside.CLOCK,
    "time.monotonic": Outside.CLOCK,
    "time.perf_counter": Outside.CLOCK,
    "time.sleep": Outside.CLOCK,
    "time.localtime": Outside.CLOCK,
    "time.gmtime": Outside.CLOCK,
    "time.strftime": Outside.CLOCK,
    "datetime.datetime.now": Outside.CLOCK,
    "datetime.datetime.utcnow": Outside.CLOCK,
    "datetime.datetime.today": Outside.CLOCK,
    "datetime.date.today": Outside.CLOCK,
    "os.system": Outside.SUBPROCESS,
    "os.popen": Outside.SUBPROCESS,
    "uuid.uuid4": Outside.RANDOM,
    "uuid.uuid1": Outside.RANDOM,
}
_FAMILIES: Mapping[str, Outside] = {
    "random": Outside.RANDOM,
    "secrets": Outside.RANDOM,
    "subprocess": Outside.SUBPROCESS,
    "urllib.request": Outside.NETWORK,
    "http.client": Outside.NETWORK,
    "requests": Outside.NETWORK,
    "httpx": Outside.NETWORK,
    "aiohttp": Outside.NETWORK,
    "socket": Outside.NETWORK,
    "smtplib": Outside.NETWORK,
    "shutil": Outside.FILES,
    "tempfile": Outside.FILES,
}
_FILE_METHODS = frozenset(
    {"read_text", "write_text", "read_bytes", "write_bytes", "unlink", "mkdir", "iterdir", "touch"}
)


def seams(source: SourceText, target: Target) -> tuple[Seam, ...]:
    """Return where a function touches the outside, in order of lines, each name once a line."""
    try:
        tree = ast.parse(source.text)
    except (SyntaxError, ValueError):
        return ()
    names = dict(_bound(tree))
    definition = target.definition
    inside = [
        node
        for node in ast.walk(tree)
        if definition.line <= getattr(node, "lineno", 0) <= definition.end_line
    ]
    found = [seam for node in inside for seam in _of(node, names)]
    return tuple(sorted(dict.fromkeys(found), key=lambda seam: (seam.line, seam.name)))


def _bound(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield each name an import binds, with what it stands for."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.partition(".")[0]
                yield alias.asname or first, alias.name if alias.asname else first
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _of(node: ast.AST, names: Mapping[str, str]) -> Iterator[Seam]:
    if isinstance(node, ast.Subscript) and _full(node.value, names) == "os.environ":
        yield Seam(Outside.ENVIRONMENT, "os.environ", node.lineno, _literal(node.slice))
    if not isinstance(node, ast.Call):
        return
    full = _full(node.func, names)
    first = node.args[0] if node.args else None
    if full in _EXACT:
        outside = _EXACT[full]
        key = _literal(first) if outside is Outside.ENVIRONMENT else ""
        yield Seam(outside, full, node.lineno, key)
    elif isinstance(node.func, ast.Attribute) and node.func.attr in _FILE_METHODS:
        yield Seam(Outside.FILES, node.func.attr, node.lineno)
    else:
        family = next((one for one in _FAMILIES if full.startswith(f"{one}.")), "")
        if family:
            yield Seam(_FAMILIES[family], full, node.lineno)


def _full(node: ast.expr, names: Mapping[str, str]) -> str:
    """Return a dotted name with its first part as the import names it; empty for no name."""
    if isinstance(node, ast.Name):
        return names.get(node.id, node.id)
    if isinstance(node, ast.Attribute):
        held = _full(node.value, names)
        return f"{held}.{node.attr}" if held else ""
    return ""


def _literal(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
