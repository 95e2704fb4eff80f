"""Which Python a project runs with: found by reading folders, since to run one is to trust it."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import distributions
from pathlib import Path

from neovim_ai.errors import AiError, Kind
from neovim_ai.testgen.model import Interpreter
from neovim_ai.testgen.subject import pytest_config

_PLUGINS = frozenset(
    {"pytest-asyncio", "anyio", "trio", "pytest-trio", "pytest-mock", "pytest-randomly"}
)
_FOLDERS = (".venv", "venv", "env", ".env")


def find(
    root: Path,
    top: Path,
    wanted: str = "",
    environment: Mapping[str, str] | None = None,
) -> Interpreter:
    """Return the interpreter a project runs with; ours where it has none of its own.

    Args:
        root: The project's folder.
        top: The folder of the repository around it, where a monorepo keeps its environment.
        wanted: What the user has set: an interpreter or the folder of an environment.
        environment: Variables; those of this process when absent.

    Raises:
        AiError: `usage` when what the user has set is no interpreter.
    """
    environment = os.environ if environment is None else environment
    if wanted:
        chosen = _executable(Path(wanted).expanduser())
        if chosen is None:
            raise AiError(
                Kind.USAGE,
                f"tests.python names {wanted}, which is no Python.",
                "Name an interpreter or the folder of a virtual environment.",
            )
        return described(chosen, "tests.python")
    for place, because in _places(root, top, environment):
        found = _executable(place)
        if found is not None:
            return described(found, because)
    return described(Path(sys.executable), "our own")


def _places(root: Path, top: Path, environment: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Yield where an environment may be, and who says so, the most binding first."""
    active = environment.get("VIRTUAL_ENV")
    if active:
        yield Path(active), "VIRTUAL_ENV"
    set_for_uv = environment.get("UV_PROJECT_ENVIRONMENT")
    if set_for_uv:
        yield root / set_for_uv, "UV_PROJECT_ENVIRONMENT"
    for folder in _up_to(root, top):
        yield from ((folder / name, name) for name in _FOLDERS)
    home = Path(environment.get("HOME") or Path.home())
    name = _project_name(root)
    yield from ((one, "poetry") for one in _poetry(root, name, home, environment))
    yield from ((one, "hatch") for one in _hatch(name, home, environment))
    active = environment.get("CONDA_PREFIX")
    yield from ((one, "environment.yml") for one in _conda(root, home, environment))
    if active and environment.get("CONDA_DEFAULT_ENV") != "base":
        yield Path(active), "CONDA_PREFIX"
    yield from ((one, ".python-version") for one in _pyenv(root, top, home, environment))


def _up_to(root: Path, top: Path) -> Iterator[Path]:
    for folder in (root, *root.parents):
        yield folder
        if folder == top or not folder.is_relative_to(top):
            return


def _executable(place: Path) -> Path | None:
    """Return the interpreter of an environment's folder, or the file itself; links stay links."""
    if place.is_file() and os.access(place, os.X_OK):
        return place
    for inner in ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe"):
        if (place / inner).is_file():
            return place / inner
    return None


def _project_name(root: Path) -> str:
    project = pytest_config.toml(root / "pyproject.toml")
    tool = pytest_config.table(project, "tool", "poetry")
    return str(pytest_config.table(project, "project").get("name") or tool.get("name") or "")


def _poetry(root: Path, name: str, home: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    """Poetry names an environment by the project's name and a hash of its folder."""
    if not name:
        return
    cache = environment.get("POETRY_CACHE_DIR")
    below = [Path(cache)] if cache else [home / ".cache/pypoetry", home / "Library/Caches/pypoetry"]
    digest = hashlib.sha256(os.fsencode(os.path.normcase(root.resolve()))).digest()
    stamp = base64.urlsafe_b64encode(digest).decode()[:8]
    safe = re.sub(r'[ $`!*@"\\\r\n\t]', "_", name.lower())[:42]
    places = environment.get("POETRY_VIRTUALENVS_PATH")
    folders = [Path(places)] if places else [one / "virtualenvs" for one in below]
    for folder in folders:
        yield from sorted(folder.glob(f"{safe}-{stamp}-py*"), reverse=True)


def _hatch(name: str, home: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    """Hatch keeps environments by project name; of several projects of one name none is taken."""
    if not name:
        return
    set_folder = environment.get("HATCH_DATA_DIR")
    folders = [Path(set_folder)] if set_folder else []
    folders += [home / ".local/share/hatch", home / "Library/Application Support/hatch"]
    for folder in folders:
        kept = sorted((folder / "env/virtual" / name).glob("*"))
        if len(kept) == 1:
            yield from (kept[0] / one for one in (name, "default", "test") if one)
            yield kept[0]


def _conda(root: Path, home: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    for file in ("environment.yml", "environment.yaml"):
        found = re.search(r"^name:\s*(\S+)", pytest_config.text(root / file), re.MULTILINE)
        if found is None:
            continue
        executable = environment.get("CONDA_EXE")
        tops = [Path(executable).parents[1]] if executable else []
        tops += [home / one for one in ("miniconda3", "anaconda3", "miniforge3", "mambaforge")]
        yield from (one / "envs" / found[1].strip("'\"") for one in tops)


def _pyenv(root: Path, top: Path, home: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    versions = Path(environment.get("PYENV_ROOT") or home / ".pyenv") / "versions"
    for folder in _up_to(root, top):
        named = pytest_config.text(folder / ".python-version").split()
        if named:
            yield versions / named[0]
            return


def described(executable: Path, because: str) -> Interpreter:
    """Say what an interpreter is, from its folders alone."""
    folders = site_packages(executable)
    found = {_folded(one.name): one.version for one in distributions(path=list(map(str, folders)))}
    return Interpreter(
        executable,
        _version(executable, folders),
        because,
        found.get("pytest", ""),
        frozenset(found) & _PLUGINS,
    )


def _folded(name: str | None) -> str:
    return re.sub(r"[-_.]+", "-", name or "").lower()


def site_packages(executable: Path) -> tuple[Path, ...]:
    """Return the folders an interpreter takes installed packages from."""
    if executable == Path(sys.executable):
        return tuple(Path(one) for one in sys.path if one.endswith("site-packages"))
    top = executable.parent.parent
    found = [*top.glob("lib/python3*/site-packages"), *top.glob("Lib/site-packages")]
    told = pytest_config.text(top / "pyvenv.cfg")
    shared = re.search(r"^include-system-site-packages\s*=\s*true", told, re.MULTILINE | re.I)
    home = re.search(r"^home\s*=\s*(.+)$", told, re.MULTILINE)
    if home and (shared or not told):
        found += Path(home[1].strip()).parent.glob("lib/python3*/site-packages")
    if not found and not told:
        found += executable.resolve().parent.parent.glob("lib/python3*/site-packages")
    return tuple(found)


def _version(executable: Path, folders: tuple[Path, ...]) -> tuple[int, int]:
    if executable == Path(sys.executable):
        return sys.version_info[:2]
    told = pytest_config.text(executable.parent.parent / "pyvenv.cfg")
    texts = [*re.findall(r"^version(?:_info)?\s*=\s*(\d+\.\d+)", told, re.MULTILINE)]
    texts += [one.parent.name.removeprefix("python") for one in folders]
    texts += re.findall(r"python(\d+\.\d+)", str(executable.resolve()))
    for one in texts:
        major, _, minor = one.partition(".")
        if major.isdigit() and minor.isdigit():
            return int(major), int(minor)
    return sys.version_info[:2]
