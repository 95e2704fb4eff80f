"""Under which name a project's tests import a file, and what must be on the path for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from neovim_ai.errors import AiError, Kind
from neovim_ai.testgen.subject import pytest_config
from neovim_ai.testgen.subject.pytest_config import PytestConfig

_SOURCE_FOLDERS = ("src", "lib", "python")
_MOST_FILES = 400


@dataclass(frozen=True)
class Imported:
    """How a file is imported.

    Attributes:
        module: Its dotted name.
        top: The folder that must be on `sys.path`.
        because: Who says so; empty when it is only how the folders lie.
    """

    module: str
    top: Path
    because: str = ""


def find(
    path: Path, root: Path, config: PytestConfig, installed: Sequence[Path], tests: Sequence[Path]
) -> Imported:
    """Return the name under which a file is imported.

    Args:
        path: The file, absolute.
        root: The project's folder.
        config: What pytest is told.
        installed: Folders that the interpreter's environment adds (`.pth`, editable installs).
        tests: The project's test files: how they import it decides where folders do not.

    Raises:
        AiError: `no_target` when its name is no Python name.
    """
    candidates = list(_candidates(path, root, config, installed))
    said = [one for one in candidates if one.because]
    if said:
        return said[0]
    if not candidates:
        raise AiError(
            Kind.NO_TARGET,
            f"{path.name} cannot be imported under that name.",
            "Rename it so that tests can import it.",
        )
    used = _used(tests, [one.module for one in candidates])
    named = [one for one in candidates if one.module == used]
    return named[0] if named else candidates[0]


def _candidates(
    path: Path, root: Path, config: PytestConfig, installed: Sequence[Path]
) -> Iterator[Imported]:
    for folder in config.pythonpath:
        yield from _under(path, folder, "pythonpath")
    for folder in installed:
        yield from _under(path, folder, "installed")
    for folder in _configured(root):
        yield from _under(path, folder, "pyproject.toml")
    top = _top_of_package(path)
    for name in _SOURCE_FOLDERS:
        if not (root / name / "__init__.py").exists():
            yield from _under(path, root / name, "")
    if top != path.parent:
        yield from _under(path, top, "")
    if top == path.parent:
        yield from _under(path, top, "")
        yield from _under(path, root, "")


def _under(path: Path, top: Path, because: str) -> Iterator[Imported]:
    if not path.is_relative_to(top):
        return
    parts = list(path.relative_to(top).with_suffix("").parts)
    if len(parts) > 1 and parts[-1] == "__init__":
        parts.pop()
    if parts and all(part.isidentifier() for part in parts):
        yield Imported(".".join(parts), top, because)


def _configured(root: Path) -> Iterator[Path]:
    """Yield the folders that the build configuration names as holding packages."""
    project = pytest_config.toml(root / "pyproject.toml")
    setuptools = pytest_config.table(project, "tool", "setuptools")
    where = pytest_config.table(setuptools, "packages", "find").get("where") or []
    named = [where] if isinstance(where, str) else list(where)
    named.append(pytest_config.table(setuptools, "package-dir").get(""))
    wheel = pytest_config.table(project, "tool", "hatch", "build", "targets", "wheel")
    named += [str(Path(str(one)).parent) for one in wheel.get("packages") or []]
    for one in pytest_config.table(project, "tool", "poetry").get("packages") or []:
        named.append(one.get("from") if isinstance(one, dict) else None)
    setup = pytest_config.text(root / "setup.py") + pytest_config.text(root / "setup.cfg")
    found = re.search(r"""package_dir\s*=\s*\{?\s*['"]?\s*['"]?\s*[:=]\s*['"]?([\w./-]+)""", setup)
    named.append(found[1] if found else None)
    yield from (root / str(one) for one in named if one and one not in (".", ""))


def _top_of_package(path: Path) -> Path:
    folder = path.parent
    while (folder / "__init__.py").exists() and folder.parent != folder:
        folder = folder.parent
    return folder


def _used(tests: Sequence[Path], names: Sequence[str]) -> str:
    """Return the name that test files import most; empty when they import none of them."""
    counts = dict.fromkeys(names, 0)
    imports = re.compile(r"^\s*(?:from|import)\s+([\w.]+)(?:\s+import\s+\(?\s*([^)#\n]*))?", re.M)
    for file in tests[:_MOST_FILES]:
        for module, listed in imports.findall(pytest_config.text(file)):
            spoken = {
                module,
                *(f"{module}.{one.split()[0]}" for one in listed.split(",") if one.split()),
            }
            for name in names:
                package = name.rpartition(".")[0]
                beside = bool(package) and any(
                    f"{one}.".startswith(f"{package}.") for one in spoken
                )
                counts[name] += 2 * (name in spoken) + beside
    best = max(counts, key=lambda one: counts[one], default="")
    return best if best and counts[best] else ""


def added_by(site_packages: Sequence[Path]) -> tuple[Path, ...]:
    """Return the folders that `.pth` files and editable installs put on the path."""
    found: list[Path] = []
    for folder in site_packages:
        for file in sorted(folder.glob("*.pth")):
            lines = pytest_config.text(file).splitlines()
            found += [Path(one) for one in lines if Path(one).is_absolute()]
        for file in sorted(folder.glob("__editable___*_finder.py")):
            text = pytest_config.text(file)
            mapped = re.search(r"^MAPPING[^=]*=\s*(\{.*?\})\s*$", text, re.MULTILINE)
            pairs = re.findall(r"'([\w.]+)':\s*'([^']+)'", mapped[1]) if mapped else []
            found += [Path(place).parents[name.count(".")] for name, place in pairs]
    return tuple(dict.fromkeys(found))
