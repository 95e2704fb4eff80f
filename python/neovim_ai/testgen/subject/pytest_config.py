"""What a project tells pytest: where tests live, what is on the path, how they are imported."""

from __future__ import annotations

import configparser
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_MOST_BYTES = 1_000_000
_USUAL_FILES = ("test_*.py", "*_test.py")


@dataclass(frozen=True)
class PytestConfig:
    """The part of pytest's configuration that decides how tests of a project run.

    Attributes:
        root: The folder of the configuration file, pytest's `rootdir`; None where there is none.
        file: Name of that file; empty where there is none.
        testpaths: Folders that tests are collected from, relative to `root`.
        python_files: Patterns of names of test files.
        pythonpath: Folders put on `sys.path`.
        import_mode: `prepend`, `append` or `importlib`.
        asyncio_mode: Of pytest-asyncio, `auto` or `strict`; empty where not configured.
    """

    root: Path | None = None
    file: str = ""
    testpaths: tuple[str, ...] = ()
    python_files: tuple[str, ...] = _USUAL_FILES
    pythonpath: tuple[Path, ...] = ()
    import_mode: str = "prepend"
    asyncio_mode: str = ""


def read(start: Path, last: Path) -> PytestConfig:
    """Return the configuration that pytest would take for files of a folder.

    Args:
        start: The folder; those above it are looked at too.
        last: The highest folder to look at.
    """
    for folder in _upward(start, last):
        for name, values in _sections(folder):
            if values is not None:
                return _config(folder, name, values)
    return PytestConfig()


def _upward(start: Path, last: Path) -> Iterator[Path]:
    for folder in (start, *start.parents):
        yield folder
        if folder == last:
            return


def _sections(folder: Path) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    """Yield what each file of a folder says, in pytest's order; None where it says nothing."""
    for name in ("pytest.toml", ".pytest.toml"):
        yield name, _table(toml(folder / name), "pytest")
    for name in ("pytest.ini", ".pytest.ini"):
        found = _ini(folder / name, "pytest")
        yield name, found if found is not None or not (folder / name).is_file() else {}
    project = toml(folder / "pyproject.toml")
    native = _table(project, "tool", "pytest")
    older = _table(project, "tool", "pytest", "ini_options")
    yield "pyproject.toml", older if older is not None else native
    yield "tox.ini", _ini(folder / "tox.ini", "pytest")
    yield "setup.cfg", _ini(folder / "setup.cfg", "tool:pytest")


def _config(folder: Path, name: str, values: Mapping[str, Any]) -> PytestConfig:
    options = _words(values.get("addopts"))
    return PytestConfig(
        root=folder,
        file=name,
        testpaths=_words(values.get("testpaths")),
        python_files=_words(values.get("python_files")) or _USUAL_FILES,
        pythonpath=tuple((folder / one).resolve() for one in _words(values.get("pythonpath"))),
        import_mode=_import_mode(options) or "prepend",
        asyncio_mode=_option(options, "--asyncio-mode") or str(values.get("asyncio_mode") or ""),
    )


def _import_mode(options: tuple[str, ...]) -> str:
    mode = _option(options, "--import-mode")
    return mode if mode in ("prepend", "append", "importlib") else ""


def _option(options: tuple[str, ...], name: str) -> str:
    for place, word in enumerate(options):
        if word == name and place + 1 < len(options):
            return options[place + 1]
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return ""


def _words(value: Any) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(one) for one in value)
    try:
        return tuple(shlex.split(str(value or "")))
    except ValueError:
        return tuple(str(value).split())


def _ini(path: Path, section: str) -> Mapping[str, Any] | None:
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text(path))
    except configparser.Error:
        return None
    return dict(parser.items(section)) if parser.has_section(section) else None


def toml(path: Path) -> Mapping[str, Any]:
    """Read a TOML file; one that is missing or broken says nothing."""
    try:
        return tomllib.loads(text(path))
    except tomllib.TOMLDecodeError:
        return {}


def text(path: Path) -> str:
    """Read a configuration file; one that cannot be read says nothing."""
    try:
        with path.open("rb") as file:
            return file.read(_MOST_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return ""


def table(values: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """Return an inner table, empty where it is missing."""
    return _table(values, *names) or {}


def _table(values: Mapping[str, Any], *names: str) -> Mapping[str, Any] | None:
    for name in names:
        inner = values.get(name)
        if not isinstance(inner, dict):
            return None
        values = inner
    return values
