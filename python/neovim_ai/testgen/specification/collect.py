"""Put together what people said of each target."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from neovim_ai.source import target as targets
from neovim_ai.source.model import Definition
from neovim_ai.testgen.model import Subject, Target
from neovim_ai.testgen.specification import callers, conditions, docstring, entries, examples
from neovim_ai.testgen.specification import properties as stated
from neovim_ai.testgen.specification.callers import Callers
from neovim_ai.testgen.specification.docstring import Docstring, WrittenByUs
from neovim_ai.testgen.specification.model import DocumentedRaise, Example, Specification

_KNOWN = ("str", "bytes", "int", "float", "bool", "list", "tuple", "dict", "set", "None")
_ALIASES = {"string": "str", "integer": "int", "boolean": "bool", "NoneType": "None"}
_CAPITAL = {"List": "list", "Dict": "dict", "Tuple": "tuple", "Set": "set"}


def nobody(_: str) -> bool:
    """Say of every text that a person wrote it."""
    return False


def specification(
    subject: Subject,
    target: Target,
    around: Callers | None = None,
    written_by_us: WrittenByUs = nobody,
) -> Specification:
    """Return what people said of one function.

    Args:
        subject: What is tested.
        target: The function.
        around: The project's files that use it.
        written_by_us: Tells which texts this tool wrote: those specify nothing.
    """
    source, definition = subject.source, target.definition
    everything = targets.definitions(source)
    said = docstring.read(source, definition, written_by_us)
    modules = module_names(subject.module)
    read = list(examples.read(said, target, modules))
    read += _of_owner(subject, target, everything, modules, written_by_us)
    if around is not None:
        read += callers.examples(around, target, modules)
    result, result_said = _result(target, said)
    return Specification(
        target=target.qualname,
        signature=" ".join(source.slice(definition.header).split()),
        text=said.text,
        line=said.line,
        examples=tuple(read),
        raises=_raises(target, said),
        properties=stated.read(said, target, everything),
        result=result,
        result_said=result_said,
        calls=callers.calls(around, target, modules) if around else (),
    )


def module_names(module: str) -> set[str]:
    """Return the names under which examples may mention a module: itself and its packages."""
    parts = module.split(".")
    return {".".join(parts[:count]) for count in range(1, len(parts) + 1)} | {parts[-1]}


def _of_owner(
    subject: Subject,
    target: Target,
    everything: Sequence[Definition],
    modules: set[str],
    written_by_us: WrittenByUs,
) -> Iterable[Example]:
    """Read the examples of the class's and the module's docstring too."""
    owner = target.definition.owner
    for one in everything:
        if one.qualname == owner or one.qualname == "":
            yield from examples.read(
                docstring.read(subject.source, one, written_by_us), target, modules
            )


def _raises(target: Target, said: Docstring) -> tuple[DocumentedRaise, ...]:
    names = [p.name for p in target.facts.parameters]
    return tuple(
        DocumentedRaise(
            one.name,
            one.text,
            conditions.condition(one.text, names),
            f"{one.name}: {one.text}".rstrip(": "),
            said.line_of(one.row),
        )
        for one in entries.raised(said)
    )


def _result(target: Target, said: Docstring) -> tuple[frozenset[str], str]:
    """Return the builtin types the result is said to have; nothing when any is not a builtin."""
    if target.facts.is_generator or target.definition.is_async:
        return frozenset(), ""
    annotation = target.facts.return_annotation
    if annotation:
        return _types(annotation), f"-> {annotation}"
    for one in entries.returned(said):
        found = _types(one.name.partition(":")[2] or one.name)
        if found:
            return found, one.name
    return frozenset(), ""


def _types(text: str) -> frozenset[str]:
    bare = re.sub(r":\w+:|[`~]", "", text.strip().strip("'\""))
    optional = re.fullmatch(r"(?:typing\.)?Optional\[(.*)\]", bare)
    union = re.fullmatch(r"(?:typing\.)?Union\[(.*)\]", bare)
    inner = optional[1] if optional else union[1] if union else bare
    parts = _split(inner, "," if union else "|")
    if not union and len(parts) == 1:
        parts = re.split(r"\s+or\s+", inner)
    found = [_named(part) for part in parts] + (["None"] if optional else [])
    return frozenset(found) if all(found) else frozenset()


def _split(text: str, mark: str) -> list[str]:
    depth, parts = 0, [""]
    for character in text:
        depth += (character == "[") - (character == "]")
        if character == mark and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def _named(text: str) -> str:
    name = text.strip().partition("[")[0].strip()
    name = name.removeprefix("typing.").removeprefix("builtins.")
    name = _CAPITAL.get(name, _ALIASES.get(name, name))
    return name if name in _KNOWN else ""
