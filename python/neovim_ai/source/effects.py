"""What a function does to the world besides returning: few phrases, each sure, with its line."""

from __future__ import annotations

from collections.abc import Iterator

from tree_sitter import Node

from neovim_ai.source import raises, syntax
from neovim_ai.source.model import Parameter, ParameterKind
from neovim_ai.source.own import Own
from neovim_ai.source.text import SourceText

_CALLS = {
    "sys.stdout.write": "prints",
    "sys.stderr.write": "writes to standard error",
    "subprocess.run": "runs a program",
    "subprocess.call": "runs a program",
    "subprocess.check_call": "runs a program",
    "subprocess.check_output": "runs a program",
    "subprocess.Popen": "runs a program",
    "asyncio.create_subprocess_exec": "runs a program",
    "asyncio.create_subprocess_shell": "runs a program",
    "os.system": "runs a program",
    "os.putenv": "changes the environment",
    "os.unsetenv": "changes the environment",
    "os.environ.update": "changes the environment",
    "os.environ.setdefault": "changes the environment",
    "os.environ.pop": "changes the environment",
    "os.chdir": "changes the working directory",
    "os.remove": "removes a file",
    "os.unlink": "removes a file",
    "os.rename": "renames a file",
    "os.replace": "renames a file",
    "os.mkdir": "makes a directory",
    "os.makedirs": "makes a directory",
    "os.rmdir": "removes a directory",
    "shutil.rmtree": "removes a directory",
    "shutil.move": "moves a file",
    "shutil.copy": "copies a file",
    "shutil.copyfile": "copies a file",
    "shutil.copy2": "copies a file",
}
_WRITING_METHODS = frozenset({"write_text", "write_bytes"})
_MUTATORS = frozenset(
    {"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "popitem"}
    | {"update", "setdefault", "add", "discard", "appendleft", "popleft"}
    | {"difference_update", "intersection_update", "symmetric_difference_update"}
)
_STARRED = frozenset({ParameterKind.VAR_POSITIONAL, ParameterKind.VAR_KEYWORD})
_SETTERS = ("assignment", "augmented_assignment", "delete_statement")


def side_effects(
    source: SourceText, own: Own, parameters: tuple[Parameter, ...]
) -> tuple[str, ...]:
    """Return each kind of effect once, with the line where it is first seen."""
    # What stars collect is a fresh tuple or dict; a rebound name is no longer the caller's object.
    names = {p.name for p in parameters if p.kind not in _STARRED} - _rebound(source, own)
    seen: dict[str, int] = {}
    for phrase, line in sorted(_seen(source, own, names), key=lambda effect: effect[1]):
        seen.setdefault(phrase, line)
    return tuple(f"{phrase} (line {line})" for phrase, line in seen.items())


def _seen(source: SourceText, own: Own, names: set[str]) -> Iterator[tuple[str, int]]:
    for call in own.of("call"):
        phrase = _of_call(source, call, names)
        if phrase:
            yield phrase, source.line(call.start_byte)
    for node in own.of(*_SETTERS):
        for target in _targets(node):
            phrase = _of_target(source, target, names)
            if phrase:
                yield phrase, source.line(target.start_byte)
    yield from _outer_names(source, own)
    for line in raises.nameless_reraises(source, own):
        yield "raises on what a bare except caught", line


def _of_call(source: SourceText, call: Node, names: set[str]) -> str | None:
    called = call.child_by_field_name("function")
    name = syntax.text(source, called) if called else ""
    if name == "print":
        return None if _keyword(source, call, "file") else "prints"
    if name in {"open", "io.open"} or name.endswith(".open"):
        return "writes a file" if _is_written(source, call, 1 if name in _OPENERS else 0) else None
    holder, _, method = name.rpartition(".")
    if method in _WRITING_METHODS:
        return "writes a file"
    if method in _MUTATORS and holder in names:
        return f"changes parameter {holder}"
    return _CALLS.get(name)


_OPENERS = frozenset({"open", "io.open", "os.fdopen", "codecs.open", "gzip.open", "bz2.open"})


def _is_written(source: SourceText, call: Node, place: int) -> bool:
    given = call.child_by_field_name("arguments")
    plain = [n for n in syntax.statements(given) if n.type != "keyword_argument"] if given else []
    mode = plain[place] if len(plain) > place else _keyword(source, call, "mode")
    if mode is None or mode.type != "string":
        return False
    written = syntax.text(source, mode).strip("'\"")
    return len(written) <= 3 and set(written) <= set("rwxabt+") and bool(set(written) & set("wxa+"))


def _keyword(source: SourceText, call: Node, name: str) -> Node | None:
    given = call.child_by_field_name("arguments")
    for node in syntax.statements(given) if given else []:
        named = node.child_by_field_name("name") if node.type == "keyword_argument" else None
        if named is not None and syntax.text(source, named) == name:
            return node.child_by_field_name("value")
    return None


def _targets(node: Node) -> list[Node]:
    if node.type == "delete_statement":
        return syntax.statements(node)
    target = node.child_by_field_name("left")
    return [target] if target else []


def _of_target(source: SourceText, target: Node, names: set[str]) -> str | None:
    if target.type not in {"subscript", "attribute"}:
        return None
    held = target.child_by_field_name("value") or target.child_by_field_name("object")
    name = syntax.text(source, held) if held else ""
    if name == "os.environ":
        return "changes the environment"
    return f"changes parameter {name}" if name in names else None


def _rebound(source: SourceText, own: Own) -> set[str]:
    lefts = (node.child_by_field_name("left") for node in own.of("assignment", "for_statement"))
    return {syntax.text(source, left) for left in lefts if left and left.type == "identifier"}


def _outer_names(source: SourceText, own: Own) -> Iterator[tuple[str, int]]:
    declared: dict[str, str] = {}
    for kind in ("global", "nonlocal"):
        for node in own.of(f"{kind}_statement"):
            declared |= {syntax.text(source, name): kind for name in syntax.statements(node)}
    for node in own.of("assignment", "augmented_assignment"):
        left = node.child_by_field_name("left")
        name = syntax.text(source, left) if left else ""
        if name in declared:
            yield f"sets {declared[name]} {name}", source.line(node.start_byte)
