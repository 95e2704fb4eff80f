"""The development subjects of `bench/testgen.py`, and the environment that scores tests of them.

Installed by the bench itself into the cache directory, pinned: the tools that score (coverage,
cosmic-ray, pytest, an order shuffler) into a virtual environment of their own, so that nothing of
this project is in it; the subjects into a folder that projects are copied from.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from neovim_ai.paths import cache_dir

TOOLS = ("pytest==9.2.0", "coverage==7.17.5", "cosmic-ray==8.7.0", "pytest-randomly==5.1.0")


@dataclass(frozen=True)
class Subject:
    """One module to write tests for.

    Attributes:
        package: The requirement it comes from, pinned.
        module: Its import path; also names the row.
        published: Line+branch percent published for CoverUp with GPT-4o and for a plain prompt to
            the same model.
    """

    package: str
    module: str
    published: tuple[int, int]

    @property
    def file(self) -> Path:
        """Its path inside a project."""
        return Path(*self.module.split(".")).with_suffix(".py")


SUBJECTS = (
    Subject("python-string-utils==1.0.0", "string_utils.manipulation", (100, 67)),
    Subject("flutils==0.7", "flutils.txtutils", (77, 76)),
    Subject("PySnooper==1.2.3", "pysnooper.utils", (92, 64)),
    Subject("sty==1.0.0", "sty.primitive", (100, 58)),
)


@dataclass(frozen=True)
class Place:
    """Where tools and subjects are.

    Attributes:
        folder: Holds both.
        python: The interpreter that scores.
    """

    folder: Path
    python: Path

    def project(self, subject: Subject, parent: Path) -> Path:
        """Make a fresh project that holds the subject's package and no tests.

        Args:
            subject: What to copy.
            parent: An empty folder; the project is made in it.
        """
        root = parent / "project"
        package = subject.module.partition(".")[0]
        skipped = shutil.ignore_patterns("__pycache__")
        shutil.copytree(self.folder / "subjects" / package, root / package, ignore=skipped)
        setting = '[tool.pytest.ini_options]\npythonpath = ["."]\n'
        (root / "pyproject.toml").write_text(setting, encoding="utf-8")
        return root


def install() -> Place:
    """Install tools and subjects once; later calls find them.

    Raises:
        subprocess.CalledProcessError: pip could not.
    """
    wanted = "\n".join((*TOOLS, *(one.package for one in SUBJECTS)))
    folder = cache_dir() / "bench" / "testgen"
    place = Place(folder, folder / "venv" / "bin" / "python")
    done = folder / "installed.txt"
    if done.is_file() and done.read_text(encoding="utf-8") == wanted:
        return place
    print("testgen: installing the subjects and what scores", file=sys.stderr, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    _run([sys.executable, "-m", "venv", str(folder / "venv")])
    pip = [str(place.python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    _run([*pip, *TOOLS])
    packages = [one.package for one in SUBJECTS]
    _run([*pip, "--no-deps", "--target", str(folder / "subjects"), *packages])
    done.write_text(wanted, encoding="utf-8")
    return place


def _run(argv: list[str]) -> None:
    subprocess.run(argv, check=True, env=surroundings(), stdout=sys.stderr)


def surroundings(**more: str) -> dict[str, str]:
    """Return an environment without Python's own variables, and so without this project."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "PYTEST", "COV"))}
    return {**kept, "PYTHONDONTWRITEBYTECODE": "1", **more}
