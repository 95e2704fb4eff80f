"""Put together what is tested and how this project tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from neovim_ai.errors import AiError, Kind
from neovim_ai.source import facts, project, target
from neovim_ai.source.model import Definition, DefinitionKind
from neovim_ai.source.python_files import python_files
from neovim_ai.source.text import SourceText
from neovim_ai.testgen.model import Interpreter, Subject, Target
from neovim_ai.testgen.subject import fixtures, importing, interpreters, placing, pytest_config
from neovim_ai.testgen.subject.importing import Imported
from neovim_ai.testgen.subject.pytest_config import PytestConfig

_MOST_FILES = 3000


def subject(
    source: SourceText,
    chosen: Sequence[Definition] = (),
    *,
    python: str = "",
    tests_dir: Path | None = None,
    environment: Mapping[str, str] | None = None,
    buffers: Mapping[Path, str] | None = None,
) -> Subject:
    """Find out what is tested and how; nothing is run.

    Args:
        source: The code as it stands, with the path it is or will be saved under.
        chosen: Definitions that tests are wanted for; all that can be tested when empty.
        python: The interpreter the user has set; empty to look for it.
        tests_dir: The folder the user wants the test file in.
        environment: Variables; those of this process when absent.
        buffers: Unsaved texts of other files, the test file's among them.

    Raises:
        AiError: `no_target` when the text has no path, no importable name or nothing to test.
    """
    if source.path is None:
        raise AiError(Kind.NO_TARGET, "This buffer has no file name yet.", "Save it once.")
    path = source.path.resolve()
    top, here = _repository(path), project.root(path)
    config = pytest_config.read(path.parent, top)
    root = config.root or here
    interpreter = interpreters.find(here, top, python, environment)
    imported, test_path = _places(path, here, config, interpreter, tests_dir)
    sys_path = _sys_path(imported, test_path, config)
    existing = _existing(test_path, buffers or {})
    return Subject(
        source=source if source.path == path else SourceText(source.text, path, source.encoding),
        module=imported.module,
        root=root,
        sys_path=sys_path,
        test_path=test_path,
        existing=existing,
        pytest_options=_options(config),
        fixtures=fixtures.offered(test_path, root, existing),
        interpreter=interpreter,
        targets=targets(source, chosen),
        asynchronous=_asynchronous(config, interpreter),
        advice=_advice(imported, root, basedir(test_path)),
    )


def _places(
    path: Path, here: Path, config: PytestConfig, interpreter: Interpreter, tests_dir: Path | None
) -> tuple[Imported, Path]:
    files = sorted(one.resolve() for one in python_files([here]))[:_MOST_FILES]
    tests = placing.test_files(files, config)
    if path in tests:
        raise AiError(Kind.NO_TARGET, f"{path.name} is a test file itself.", "Name its subject.")
    packages = interpreters.site_packages(interpreter.executable)
    installed = (*importing.added_by(packages), *packages)
    imported = importing.find(path, here, config, installed, tests)
    wanted = tests_dir.resolve() if tests_dir else None
    return imported, placing.find(path, here, imported, config, files, wanted)


def _repository(path: Path) -> Path:
    for folder in path.parents:
        if (folder / ".git").exists():
            return folder
    return project.root(path)


def _existing(test_path: Path, buffers: Mapping[Path, str]) -> str | None:
    if test_path in buffers:
        return buffers[test_path]
    if not test_path.is_file():
        return None
    return SourceText.from_bytes(test_path.read_bytes(), test_path).text


def _sys_path(imported: Imported, test_path: Path, config: PytestConfig) -> tuple[Path, ...]:
    folders = [*config.pythonpath]
    if config.import_mode != "importlib":
        folders.append(basedir(test_path))
    return (*dict.fromkeys(one for one in folders if one != imported.top), imported.top)


def _advice(imported: Imported, root: Path, given: Path) -> str:
    """Say what plain pytest lacks to import the module."""
    if imported.because in ("pythonpath", "installed") or imported.top == given:
        return ""
    name = imported.top.name if imported.top != root else "."
    return (
        f"Plain pytest will not find `{imported.module}`: set pythonpath = {name!r} in pytest's "
        "configuration or install the project (pip install -e .)."
    )


def basedir(test_path: Path) -> Path:
    """Return the folder pytest puts on the path for a test file: above its packages."""
    folder = test_path.parent
    while (folder / "__init__.py").exists() and folder.parent != folder:
        folder = folder.parent
    return folder


def _options(config: PytestConfig) -> tuple[str, ...]:
    return () if config.import_mode == "prepend" else (f"--import-mode={config.import_mode}",)


def _asynchronous(config: PytestConfig, interpreter: Interpreter) -> str | None:
    if "pytest-asyncio" in interpreter.plugins:
        return "" if config.asyncio_mode == "auto" else "@pytest.mark.asyncio"
    if "anyio" in interpreter.plugins and interpreter.pytest:
        return "@pytest.mark.anyio"
    return None


def targets(source: SourceText, chosen: Sequence[Definition] = ()) -> tuple[Target, ...]:
    """Return what can be tested of a text: functions, and the methods of classes.

    Args:
        source: The text.
        chosen: What was asked for; a class stands for its methods. All of it when empty.

    Raises:
        AiError: `no_target` when nothing of it can be tested, `syntax` when it is broken.
    """
    everything = target.definitions(source)
    wanted = [one for one in everything if _asked(one, chosen)]
    broken = next((one for one in wanted if one.broken), None)
    if broken is not None:
        raise AiError(
            Kind.SYNTAX,
            f"`{broken.name}` (line {broken.line}) has a syntax error.",
            "Mend it, then ask again.",
        )
    names = {one.qualname for one in chosen}
    found = [
        Target(
            one, facts.collect(source, one, everything), one.qualname not in names and _hidden(one)
        )
        for one in wanted
    ]
    found = [one for one in found if _testable(one, everything)]
    if not found:
        raise AiError(
            Kind.NO_TARGET,
            "There is nothing to test here.",
            "Put the cursor in a function or a class, or name one.",
        )
    return tuple(found)


def _asked(one: Definition, chosen: Sequence[Definition]) -> bool:
    if one.kind not in (DefinitionKind.FUNCTION, DefinitionKind.METHOD):
        return False
    return not chosen or any(
        c.kind is DefinitionKind.MODULE or c.span.covers(one.span) for c in chosen
    )


def _hidden(one: Definition) -> bool:
    """Tell whether a part of its path is private; `__init__` and the like are not."""
    parts = one.qualname.split(".")
    return any(part.startswith("_") and not part.endswith("__") for part in parts)


def _testable(one: Target, everything: Sequence[Definition]) -> bool:
    """Leave out what no test can call: overloads, abstract methods, nested functions."""
    definition, said = one.definition, one.facts
    if said.is_overload or said.is_abstract:
        return False
    owners = {d.qualname for d in everything if d.kind is DefinitionKind.CLASS}
    outer = definition.qualname.rpartition(".")[0]
    return not outer or outer in owners
