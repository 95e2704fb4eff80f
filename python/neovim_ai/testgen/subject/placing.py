"""Which file the tests of a module belong into, by the habit of the project."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from neovim_ai.testgen.subject import pytest_config
from neovim_ai.testgen.subject.importing import Imported
from neovim_ai.testgen.subject.pytest_config import PytestConfig

_TEST_FOLDERS = ("tests", "test", "testing")


@dataclass(frozen=True)
class _Habit:
    """Where tests stand: `beside` the module, or below `folder`, with or without its packages."""

    beside: bool
    folder: Path
    kept: int  # leading packages of the module that are left out of the path; -1 leaves out all


def test_files(files: Sequence[Path], config: PytestConfig) -> tuple[Path, ...]:
    """Return those of a project's files that pytest would collect."""
    return tuple(f for f in files if any(fnmatch(f.name, one) for one in config.python_files))


def find(
    path: Path,
    root: Path,
    imported: Imported,
    config: PytestConfig,
    files: Sequence[Path],
    tests_dir: Path | None = None,
) -> Path:
    """Return the path of the test file for a module; it need not exist.

    Args:
        path: The module's file.
        root: The project's folder.
        imported: How tests import the module.
        config: What pytest is told.
        files: All Python files of the project.
        tests_dir: Where the user wants it; then no habit counts.
    """
    tests = test_files(files, config)
    if tests_dir is not None:
        return _named(tests_dir, _suffixed(tests, config), _stem(path), imported, tests)
    own = _existing(path, imported, tests)
    if own is not None:
        return own
    suffixed, stem = _suffixed(tests, config), _stem(path)
    habit = _habit(tests, files) or _usual(path, root, imported, config, tests)
    if habit.beside:
        return _named(path.parent, suffixed, stem, imported, tests)
    packages = imported.module.split(".")[:-1]
    inner = [] if habit.kept < 0 else packages[habit.kept :]
    return _named(habit.folder.joinpath(*inner), suffixed, stem, imported, tests)


def _stem(path: Path) -> str:
    return (path.parent.name if path.name == "__init__.py" else path.stem).lstrip("_") or path.stem


def _existing(path: Path, imported: Imported, tests: Sequence[Path]) -> Path | None:
    """Return the test file that is named for the module and, among several, imports it."""
    names = {f"test_{_stem(path)}.py", f"{_stem(path)}_test.py", f"test_{path.stem}.py"}
    found = [one for one in tests if one.name in names]
    importing = [one for one in found if _imports(one, imported.module)]
    if importing:
        return min(importing, key=lambda one: (len(one.parts), str(one)))
    near = [one for one in found if not _imports_another(one, imported.module)]
    return near[0] if len(near) == 1 else None


def _imports(file: Path, module: str) -> bool:
    package, _, name = module.rpartition(".")
    pattern = rf"^\s*(?:from|import)\s+{re.escape(module)}(?![\w.])"
    if package:
        listed = r"(?:\([^)]*?|[^\n(]*?)"
        pattern += rf"|^\s*from\s+{re.escape(package)}\s+import\s+{listed}\b{re.escape(name)}\b"
    return re.search(pattern, pytest_config.text(file), re.MULTILINE) is not None


def _imports_another(file: Path, module: str) -> bool:
    """Tell whether a file of that name tests a module of the same name in another package."""
    name = module.rpartition(".")[2]
    found = re.findall(r"^\s*(?:from|import)\s+([\w.]+)", pytest_config.text(file), re.MULTILINE)
    return any(one.rpartition(".")[2] == name and one != module for one in found)


def _suffixed(tests: Sequence[Path], config: PytestConfig) -> bool:
    """Tell whether the project writes `x_test.py`."""
    votes = Counter(one.stem.endswith("_test") for one in tests)
    if votes:
        return votes[True] > votes[False]
    return not fnmatch("test_x.py", config.python_files[0]) and any(
        fnmatch("x_test.py", one) for one in config.python_files
    )


def _tested_stem(test: Path) -> str:
    return test.stem.removeprefix("test_").removesuffix("_test")


def _habit(tests: Sequence[Path], files: Sequence[Path]) -> _Habit | None:
    """Let the tests that are named for a module vote on where tests stand."""
    modules: dict[str, list[Path]] = {}
    for file in files:
        if file not in tests:
            modules.setdefault(_stem(file), []).append(file)
    votes: Counter[_Habit] = Counter()
    for test in tests:
        for module in modules.get(_tested_stem(test), []):
            votes[_relation(test, module)] += 1
    if not votes:
        return None
    return max(votes, key=lambda one: (votes[one], one.kept < 0, str(one.folder)))


def _relation(test: Path, module: Path) -> _Habit:
    if test.parent == module.parent:
        return _Habit(beside=True, folder=Path(), kept=0)
    packages = _packages(module)
    folder, shared = test.parent, 0
    while shared < len(packages) and folder.name == packages[len(packages) - 1 - shared]:
        folder, shared = folder.parent, shared + 1
    if shared == 0:
        return _Habit(beside=False, folder=folder, kept=-1 if packages else 0)
    return _Habit(beside=False, folder=folder, kept=len(packages) - shared)


def _packages(module: Path) -> tuple[str, ...]:
    folder, names = module.parent, []
    while (folder / "__init__.py").exists():
        names.append(folder.name)
        folder = folder.parent
    return tuple(reversed(names))


def _usual(
    path: Path, root: Path, imported: Imported, config: PytestConfig, tests: Sequence[Path]
) -> _Habit:
    """Where nothing votes: the configured folder, the one there is, beside a script, else tests."""
    for name in config.testpaths:
        folder = (config.root or root) / name
        if folder.is_dir() and path.is_relative_to(folder.parent):
            return _Habit(beside=False, folder=folder, kept=-1)
    for name in _TEST_FOLDERS:
        if (root / name).is_dir():
            return _Habit(beside=False, folder=root / name, kept=-1)
    if tests and all(one.parent == root for one in tests):
        return _Habit(beside=False, folder=root, kept=-1)
    if "." not in imported.module and imported.top == path.parent and path.parent.name != "src":
        return _Habit(beside=True, folder=Path(), kept=0)
    return _Habit(beside=False, folder=root / "tests", kept=-1)


def _named(
    folder: Path, suffixed: bool, stem: str, imported: Imported, tests: Sequence[Path]
) -> Path:
    """Name the file; where another module's tests have that name, the package is named too."""
    path = folder / (f"{stem}_test.py" if suffixed else f"test_{stem}.py")
    taken = path in tests and _imports_another(path, imported.module)
    parts = imported.module.split(".")
    if not taken or len(parts) < 2:
        return path
    longer = f"{parts[-2]}_{stem}"
    return folder / (f"{longer}_test.py" if suffixed else f"test_{longer}.py")
