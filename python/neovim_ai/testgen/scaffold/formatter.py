"""Format new tests and sort their imports as the project's own configuration has it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from neovim_ai import log
from neovim_ai.testgen.model import Subject
from neovim_ai.testgen.scaffold.house import TestHouse

_MOST_SECONDS = 10.0


def formatted(text: str, subject: Subject, house: TestHouse) -> str:
    """Return a whole test file's text, imports sorted, lines broken; itself where ruff cannot.

    Args:
        text: Imports and tests that can stand alone.
        subject: Whose test file it is.
        house: How tests look here, where the project configures no formatter.
    """
    ruff = binary()
    if ruff is None:
        return text
    style = [] if house.configured else _isolated(subject, house)
    name = ["--stdin-filename", str(subject.test_path)]
    here = subject.root
    sorted_ = _run(
        [ruff, "check", "--quiet", "--fix-only", *style, *_sorting(house), *name], text, here
    )
    form = [] if house.configured else [*style, "--config", _quotes(house)]
    return _run([ruff, "format", "--quiet", *form, *name], sorted_, here)


def _sorting(house: TestHouse) -> list[str]:
    # a project's own configuration decides what is fixed; imports are sorted in any case
    return ["--extend-select", "I"] if house.configured else ["--select", "I"]


def _isolated(subject: Subject, house: TestHouse) -> list[str]:
    top = subject.module.partition(".")[0]
    major, minor = subject.interpreter.version
    return [
        "--isolated",
        "--config",
        f"line-length = {house.width}",
        "--config",
        f'target-version = "py{major}{max(minor, 7)}"',
        "--config",
        f'lint.isort.known-first-party = ["{top}"]',
    ]


def _quotes(house: TestHouse) -> str:
    return f"""format.quote-style = "{"single" if house.quote == "'" else "double"}\""""


def _run(command: list[str], text: str, folder: Path) -> str:
    """Pass a text through a command; what it cannot read comes back as it was."""
    try:
        done = subprocess.run(
            [*command, "-"],
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="surrogatepass",
            cwd=folder,
            timeout=_MOST_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.warn(f"new tests are not formatted: {error}")
        return text
    if done.returncode != 0 or not done.stdout:
        log.warn(f"new tests are not formatted: {done.stderr.strip()[:200]}")
        return text
    return done.stdout


def binary() -> str | None:
    """Return the ruff of our own environment, else that of PATH.

    A project's own folder is not looked into: generating tests must run nothing from beside it.
    """
    places = [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    return shutil.which("ruff", path=os.pathsep.join(places))


def findings(text: str, subject: Subject) -> tuple[str, ...]:
    """Return what the project's own ruff rules say of a text, `code: message`, without lines."""
    ruff = binary()
    if ruff is None:
        return ()
    command = [ruff, "check", "--no-fix", "--output-format=concise", "--quiet", "--stdin-filename"]
    done = subprocess.run(
        [*command, str(subject.test_path), "-"],
        input=text,
        capture_output=True,
        encoding="utf-8",
        errors="surrogatepass",
        cwd=subject.root,
        timeout=_MOST_SECONDS,
        check=False,
    )
    lines = done.stdout.splitlines() if done.returncode == 1 else []
    return tuple(line.partition(": ")[2] for line in lines if ": " in line)
