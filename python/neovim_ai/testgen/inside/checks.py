"""What can be said of a value that cannot be written out: expressions that hold of it."""

from __future__ import annotations

import collections.abc
import re
from typing import Any, Dict, List, Mapping, Optional, Tuple

from .literal import Writer

MOST = 8
"""Checks of one value; a test that says more is not read."""

_LONG_TEXT = 40


def of_result(value: Any, writer: Writer, name: str = "result") -> List[str]:
    """Return expressions over `name` that hold and say what `value` is, the telling ones first."""
    found: List[str] = []
    for describe in (_text, _collection, _consumed, _attributes, _printed):
        try:
            found += describe(value, writer, name)
        except Exception:
            # `len`, `==` and attributes of the project's objects may raise anything.
            continue
    kind = writer.source(type(value))
    if kind is not None and not found[:1] == [f"{name} is {kind}"]:
        found.append(f"isinstance({name}, {kind})")
    elif not isinstance(value, (type, collections.abc.Callable)):  # type: ignore[arg-type]
        found.append(f"type({name}).__name__ == {type(value).__name__!r}")
    elif callable(value) and not isinstance(value, type):
        found.append(f"callable({name})")
    return found[:MOST]


def _text(value: Any, writer: Writer, name: str) -> List[str]:
    """Describe a string that is too long, changes from run to run, or of a class of its own."""
    if not isinstance(value, (str, bytes)):
        return []
    plain = str.__str__(value) if isinstance(value, str) else bytes(value)
    whole = writer.source(plain)
    found = [f"{name} == {whole}"] if whole and type(value) is not type(plain) else []
    if whole is None:
        found += [
            f"{name}.startswith({plain[:_LONG_TEXT]!r})",
            f"{name}.endswith({plain[-_LONG_TEXT:]!r})",
        ]
    found.append(f"len({name}) == {len(plain)}")
    if type(value) in (str, bytes) and len(plain) <= _LONG_TEXT:
        found.append(f"sorted({name}) == {sorted(plain)!r}")
    return found


def _collection(value: Any, writer: Writer, name: str) -> List[str]:
    if isinstance(value, (str, bytes)) or not isinstance(value, collections.abc.Sized):
        return []
    found = []
    if isinstance(value, tuple):
        plain = writer.source(tuple(value))
        found += [f"tuple({name}) == {plain}"] if plain and type(value) is not tuple else []
        fields = getattr(value, "_fields", None)
        found += [f"{name}._fields == {tuple(fields)!r}"] if isinstance(fields, tuple) else []
    elif isinstance(value, collections.abc.Mapping):
        plain = writer.source(dict(value))
        found += [f"dict({name}) == {plain}"] if plain and type(value) is not dict else []
        keys = writer.source(list(value))
        found += [f"list({name}) == {keys}"] if keys and not plain else []
    elif isinstance(value, collections.abc.Iterable):
        plain = writer.source(list(value))
        ordered = not isinstance(value, collections.abc.Set)
        if plain and ordered and not _is_exactly(value, list):
            found.append(f"list({name}) == {plain}")
        if isinstance(value, list):
            in_order = writer.source(sorted(value))
            found += [f"sorted({name}) == {in_order}"] if in_order else []
    found.append(f"len({name}) == {len(value)}")
    return found


def _consumed(value: Any, writer: Writer, name: str) -> List[str]:
    """Take what an iterator gives; it can be said only once."""
    import itertools

    if not isinstance(value, collections.abc.Iterator) or hasattr(value, "read"):
        return []
    items = list(itertools.islice(value, 51))
    text = writer.source(items) if len(items) <= 50 else None
    return [f"list({name}) == {text}"] if text else []


def _attributes(value: Any, writer: Writer, name: str) -> List[str]:
    if isinstance(value, type) or not hasattr(value, "__dict__"):
        return []
    return [f"{name}.{key} == {text}" for key, text in public(value, writer).items()]


def public(value: Any, writer: Writer) -> Dict[str, str]:
    """Return the public attributes of an object that can be written out, as source."""
    found: Dict[str, str] = {}
    inside = getattr(value, "__dict__", {})
    names = [n for n in inside if isinstance(n, str) and not n.startswith("_")]
    for owner in type(value).__mro__[:-1]:
        names += [n for n, item in vars(owner).items() if isinstance(item, property)]
    for key in dict.fromkeys(n for n in names if not n.startswith("_")):
        text = _attribute(value, key, writer)
        if text is not None:
            found[key] = text
    return found


def _attribute(value: Any, key: str, writer: Writer) -> Optional[str]:
    try:
        return writer.source(getattr(value, key), 120)
    except Exception:
        return None


def _printed(value: Any, writer: Writer, name: str) -> List[str]:
    """Tell how an object prints where its class says so itself."""
    kind = type(value)
    if isinstance(value, (type, str, bytes, collections.abc.Iterator)):
        return []
    found: List[str] = []
    for function, method in (("str", "__str__"), ("repr", "__repr__")):
        own = getattr(kind, method) is not getattr(object, method)
        if own and not found and kind.__module__ != "builtins":
            text = str(value) if function == "str" else repr(value)
            if len(text) <= 120 and not re.search(r"\bat 0x|\n", text):
                found.append(f"{function}({name}) == {text!r}")
    return found


def changed(before: Mapping[str, Optional[str]], after: Mapping[str, Optional[str]]) -> List[str]:
    """Return what holds of names whose values are not what they were."""
    different = [(n, text) for n, text in after.items() if text and text != before.get(n)]
    return [_says(n, text) for n, text in different][:MOST]


def _says(name: str, text: str) -> str:
    return f"{name} is {text}" if text in ("None", "True", "False") else f"{name} == {text}"


def snapshot(named: Mapping[str, Any], writer: Writer) -> Dict[str, Optional[str]]:
    """Return sources of the values that names hold, and of their public attributes."""
    found: Dict[str, Optional[str]] = {}
    for name, value in named.items():
        if isinstance(value, (list, dict, set, bytearray, collections.abc.MutableSequence)):
            found[name] = writer.source(value)
        elif hasattr(value, "__dict__") and not isinstance(value, type) and not callable(value):
            for key, text in public(value, writer).items():
                found[f"{name}.{key}"] = text
        elif hasattr(value, "getvalue"):
            found[f"{name}.getvalue()"] = _value(value, writer)
    return found


def _value(stream: Any, writer: Writer) -> Optional[str]:
    return None if getattr(stream, "closed", False) else writer.source(stream.getvalue())


def files(folder: Any, before: Mapping[str, Tuple[int, int]]) -> List[str]:
    """Return what holds of the files that were made or changed below `tmp_path`."""
    found = []
    for name, stamp in listing(folder).items():
        if before.get(name) == stamp:
            continue
        try:
            text = (folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            found.append(f"(tmp_path / {name!r}).exists()")
            continue
        short = len(text) <= 300
        found.append(
            f"(tmp_path / {name!r}).read_text(encoding='utf-8') == {text!r}"
            if short
            else f"(tmp_path / {name!r}).stat().st_size == {stamp[0]}"
        )
    gone = [name for name in before if not (folder / name).exists()]
    found += [f"not (tmp_path / {name!r}).exists()" for name in gone]
    return found[:MOST]


def listing(folder: Any) -> Dict[str, Tuple[int, int]]:
    """Return size and time of each file below a folder, by its relative name."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _is_exactly(value: Any, kind: type) -> bool:
    return type(value) is kind
