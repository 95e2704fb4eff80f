"""Small projects of the kinds that there are, in a folder: what `:AiTest` must cope with."""

from __future__ import annotations

import venv
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Project:
    """One project.

    Attributes:
        name: For people.
        files: Text by path.
        subject: The file that is opened.
        line: Where the cursor is put.
        tests: Where its tests belong.
        run: Where plain pytest is run, below the project's folder.
        options: What plain pytest is told there.
        editable: Folders that the project's own environment has as editable installs do.
    """

    name: str
    files: dict[str, str]
    subject: str
    line: int
    tests: str
    run: str = "."
    options: tuple[str, ...] = ()
    editable: tuple[str, ...] = ()

    def write(self, folder: Path) -> Path:
        """Write it; return the file to open."""
        for name, text in self.files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        if self.editable:
            self._environment(folder)
        return folder / self.subject

    def _environment(self, folder: Path) -> None:
        place = folder / self.run / ".venv"
        venv.EnvBuilder(symlinks=True).create(place)
        (packages,) = place.glob("lib/python*/site-packages")
        lines = "".join(f"{folder / name}\n" for name in self.editable)
        (packages / "_editable.pth").write_text(lines)


PACKAGE = Project(
    "src layout with tests, fixtures and relative imports",
    {
        "pyproject.toml": (
            "[project]\nname = 'sizes'\nversion = '1'\n"
            "[tool.pytest.ini_options]\npythonpath = ['src']\ntestpaths = ['tests']\n"
        ),
        "src/sizes/__init__.py": "from .units import factor\n",
        "src/sizes/units.py": (
            "from .table import FACTORS\n\n\n"
            "def factor(unit):\n"
            "    if unit not in FACTORS:\n"
            "        raise ValueError(f'unknown unit: {unit}')\n"
            "    return FACTORS[unit]\n"
        ),
        "src/sizes/table.py": "FACTORS = {'B': 1, 'kB': 1000, 'MB': 1000000}\n",
        "tests/conftest.py": "import pytest\n\n\n@pytest.fixture\ndef unit():\n    return 'kB'\n",
        "tests/test_units.py": (
            "from sizes.units import factor\n\n\n"
            "def test_a_fixture_of_mine(unit):\n    assert factor(unit) == 1000\n"
        ),
    },
    "src/sizes/units.py",
    4,
    "tests/test_units.py",
)

SCRIPT = Project(
    "a flat script",
    {
        "clip.py": (
            "def clip(value: int, low: int = 0, high: int = 10) -> int:\n"
            "    if value < low:\n        return low\n"
            "    return high if value > high else value\n\n\n"
            "if __name__ == '__main__':\n    print(clip(42))\n"
        ),
    },
    "clip.py",
    1,
    "test_clip.py",
)

CONFIGURED = Project(
    "pythonpath in the configuration",
    {
        "pytest.ini": "[pytest]\npythonpath = lib\n",
        "lib/words.py": (
            "def initials(words: list[str]) -> str:\n    return ''.join(w[0] for w in words if w)\n"
        ),
        "tests/__init__.py": "",
    },
    "lib/words.py",
    1,
    "tests/test_words.py",
)

MONOREPO = Project(
    "an editable sibling in a monorepo",
    {
        "libs/base/pyproject.toml": "[project]\nname = 'base'\nversion = '1'\n",
        "libs/base/src/base/__init__.py": "def double(n):\n    return n * 2\n",
        "apps/web/pyproject.toml": (
            "[project]\nname = 'web'\nversion = '1'\ndependencies = ['base']\n"
            "[tool.pytest.ini_options]\npythonpath = ['src']\n"
            "[tool.uv.sources]\nbase = { path = '../../libs/base', editable = true }\n"
        ),
        "apps/web/src/web/__init__.py": "",
        "apps/web/src/web/pages.py": (
            "from base import double\n\n\n"
            "def pages(count: int) -> int:\n    return double(count) if count > 0 else 0\n"
        ),
        "apps/web/tests/test_smoke.py": "def test_smoke():\n    assert True\n",
    },
    "apps/web/src/web/pages.py",
    4,
    "apps/web/tests/test_pages.py",
    run="apps/web",
    editable=("libs/base/src",),
)

ASYNCHRONOUS = Project(
    "an async module",
    {
        "pyproject.toml": "[tool.pytest.ini_options]\npythonpath = ['.']\n",
        "waits.py": (
            "import asyncio\n\n\n"
            "async def later(value: int) -> int:\n"
            "    await asyncio.sleep(0)\n"
            "    if value < 0:\n        raise ValueError('negative')\n"
            "    return value + 1\n"
        ),
        "tests/__init__.py": "",
    },
    "waits.py",
    4,
    "tests/test_waits.py",
)

WORLDLY = Project(
    "files, the clock, the environment, the network",
    {
        "pyproject.toml": "[tool.pytest.ini_options]\npythonpath = ['.']\n",
        "world.py": (
            "import os\nimport time\nimport urllib.request\nfrom pathlib import Path\n\n\n"
            "def first_line(path: Path) -> str:\n"
            "    return path.read_text().splitlines()[0]\n\n\n"
            "def stamp(name: str) -> str:\n"
            "    return f'{name}-{int(time.time())}'\n\n\n"
            "def home(name: str = 'HOME_OF_ALL') -> str:\n"
            "    return os.environ.get(name, 'nowhere')\n\n\n"
            "def fetch(url: str) -> bytes:\n"
            "    return urllib.request.urlopen(url).read()\n"
        ),
        "tests/__init__.py": "",
    },
    "world.py",
    7,
    "tests/test_world.py",
)

PROJECTS = (PACKAGE, SCRIPT, CONFIGURED, MONOREPO, ASYNCHRONOUS, WORLDLY)
