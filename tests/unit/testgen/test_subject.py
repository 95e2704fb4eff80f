"""What is tested and how a project tests, read off its files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.unit.testgen.conftest import Make

from neovim_ai.errors import AiError
from neovim_ai.source import target
from neovim_ai.source.text import SourceText
from neovim_ai.testgen.model import Subject
from neovim_ai.testgen.subject.find import subject
from neovim_ai.testgen.subject.seams import Outside, seams

CODE = "def double(x):\n    return 2 * x\n"
TEST = "from {0} import one\n\n\ndef test_one():\n    assert one() == 1\n"


def found(path: Path, *names: str, **wanted: object) -> Subject:
    source = SourceText.from_bytes(path.read_bytes(), path)
    chosen = [target.by_qualname(source, name) for name in names]
    wanted.setdefault("environment", {"HOME": str(path.parent)})
    return subject(source, chosen, **wanted)  # type: ignore[arg-type]


def relative(one: Subject, root: Path) -> tuple[str, str, list[str]]:
    shown = [str(p.relative_to(root)) for p in one.sys_path if p.is_relative_to(root)]
    return one.module, str(one.test_path.relative_to(root)), shown


@pytest.mark.parametrize(
    ("files", "path", "module", "test_path"),
    [
        pytest.param(
            {"pyproject.toml": ""}, "words.py", "words", "test_words.py", id="flat script"
        ),
        pytest.param(
            {"pyproject.toml": "", "tests/test_other.py": ""},
            "words.py",
            "words",
            "tests/test_words.py",
            id="flat script beside tests",
        ),
        pytest.param(
            {"pyproject.toml": "", "src/pkg/__init__.py": "", "tests/test_a.py": ""},
            "src/pkg/words.py",
            "pkg.words",
            "tests/test_words.py",
            id="src layout",
        ),
        pytest.param(
            {
                "pyproject.toml": "",
                "src/pkg/__init__.py": "",
                "src/pkg/inner/__init__.py": "",
                "src/pkg/inner/one.py": "",
                "tests/inner/test_one.py": TEST.format("pkg.inner.one"),
            },
            "src/pkg/inner/words.py",
            "pkg.inner.words",
            "tests/inner/test_words.py",
            id="tests mirror packages below the top one",
        ),
        pytest.param(
            {
                "pyproject.toml": "",
                "pkg/__init__.py": "",
                "pkg/one.py": "",
                "pkg/one_test.py": TEST.format("pkg.one"),
            },
            "pkg/words.py",
            "pkg.words",
            "pkg/words_test.py",
            id="suffixed, beside the module",
        ),
        pytest.param(
            {
                "pyproject.toml": "",
                "src/space/pkg/__init__.py": "",
                "tests/test_a.py": TEST.format("space.pkg.a"),
            },
            "src/space/pkg/words.py",
            "space.pkg.words",
            "tests/test_words.py",
            id="namespace package told by the tests",
        ),
        pytest.param(
            {"pytest.ini": "[pytest]\npythonpath = lib\ntestpaths = checks\n", "checks/x": ""},
            "lib/words.py",
            "words",
            "checks/test_words.py",
            id="pythonpath and testpaths",
        ),
        pytest.param(
            {"pyproject.toml": "", "pkg/__init__.py": ""},
            "pkg/words/__init__.py",
            "pkg.words",
            "tests/test_words.py",
            id="a package itself",
        ),
    ],
)
def test_module_and_test_file_follow_the_projects_habit(
    make: Make, files: Mapping[str, str], path: str, module: str, test_path: str
) -> None:
    root = make({**files, path: CODE})
    got = relative(found(root / path), root)
    assert got[:2] == (module, test_path)


def test_existing_test_file_of_the_module_is_taken_wherever_it_is(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": "",
            "pkg/__init__.py": "",
            "pkg/words.py": CODE,
            "other/__init__.py": "",
            "tests/a/test_words.py": "from other.words import x\n",
            "tests/b/test_words.py": "from pkg.words import double\n",
        }
    )
    assert found(root / "pkg/words.py").test_path == root / "tests/b/test_words.py"


def test_a_test_file_of_that_name_for_another_module_is_left_alone(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": "",
            "pkg/__init__.py": "",
            "pkg/words.py": CODE,
            "tests/test_words.py": "from other.words import x\n",
        }
    )
    assert found(root / "pkg/words.py").test_path == root / "tests/test_pkg_words.py"


def test_monorepo_takes_the_nearest_project_and_the_environment_above(make: Make) -> None:
    root = make(
        {
            "pyproject.toml": "[tool.pytest.ini_options]\naddopts = '--import-mode=importlib'\n",
            ".venv/pyvenv.cfg": "version = 3.12.1\n",
            ".venv/bin/python": "",
            ".venv/lib/python3.12/site-packages/pytest-8.0.dist-info/METADATA": (
                "Name: pytest\nVersion: 8.0\n"
            ),
            ".venv/lib/python3.12/site-packages/a.pth": "{0}/libs/a/src\n",
            "libs/a/pyproject.toml": "",
            "libs/a/src/a/__init__.py": "",
            "libs/a/src/a/words.py": CODE,
        }
    )
    site = root / ".venv/lib/python3.12/site-packages"
    (site / "a.pth").write_text(f"{root}/libs/a/src\n")
    one = found(root / "libs/a/src/a/words.py")
    assert (one.module, one.root) == ("a.words", root)
    assert one.test_path == root / "libs/a/tests/test_words.py"
    assert one.pytest_options == ("--import-mode=importlib",)
    assert (one.interpreter.because, one.interpreter.version) == (".venv", (3, 12))
    assert one.interpreter.pytest == "8.0"
    assert one.advice == ""


def test_src_layout_that_nobody_put_on_the_path_is_said(make: Make) -> None:
    root = make({"pyproject.toml": "", "src/pkg/__init__.py": "", "src/pkg/words.py": CODE})
    assert "pythonpath = 'src'" in found(root / "src/pkg/words.py").advice


@pytest.mark.parametrize(
    ("config", "plugin", "marker"),
    [
        ("", "", None),
        ("", "pytest-asyncio", "@pytest.mark.asyncio"),
        ("asyncio_mode = 'auto'\n", "pytest-asyncio", ""),
        ("addopts = '--asyncio-mode auto'\n", "pytest-asyncio", ""),
    ],
)
def test_async_tests_run_as_the_project_runs_them(
    make: Make, config: str, plugin: str, marker: str | None
) -> None:
    files = {
        "pyproject.toml": f"[tool.pytest.ini_options]\n{config}",
        ".venv/pyvenv.cfg": "version = 3.11.0\n",
        ".venv/bin/python": "",
        "words.py": CODE,
    }
    if plugin:
        name = f".venv/lib/python3.11/site-packages/{plugin.replace('-', '_')}-1.dist-info/METADATA"
        files[name] = f"Name: {plugin}\nVersion: 1\n"
    assert found(make(files) / "words.py").asynchronous == marker


def test_interpreter_is_looked_for_from_the_active_environment_to_our_own(make: Make) -> None:
    root = make(
        {
            "words.py": CODE,
            "pyproject.toml": "[project]\nname = 'thing'\n",
            "active/bin/python": "",
            "home/.local/share/hatch/env/virtual/thing/abc/thing/bin/python": "",
        }
    )
    (root / "active/bin/python").chmod(0o755)
    home = {"HOME": str(root / "home")}
    active = found(root / "words.py", environment={**home, "VIRTUAL_ENV": str(root / "active")})
    assert active.interpreter.because == "VIRTUAL_ENV"
    assert found(root / "words.py", environment=home).interpreter.because == "hatch"
    nobody = found(root / "words.py", environment={"HOME": str(root)})
    assert nobody.interpreter.because == "our own"
    chosen = found(root / "words.py", environment=home, python=str(root / "active"))
    assert chosen.interpreter.because == "tests.python"
    with pytest.raises(AiError, match="which is no Python"):
        found(root / "words.py", environment=home, python=str(root / "nowhere"))


def test_unsaved_test_file_counts_as_it_stands_in_its_buffer(make: Make) -> None:
    root = make({"words.py": CODE, "test_words.py": "old = 1\n"})
    path = (root / "test_words.py").resolve()
    assert found(root / "words.py").existing == "old = 1\n"
    assert found(root / "words.py", buffers={path: "new = 1\n"}).existing == "new = 1\n"


def test_fixtures_of_conftest_files_above_the_test_file_are_known(make: Make) -> None:
    fixture = "import pytest\n\n@pytest.fixture{0}\ndef {1}():\n    return 1\n"
    root = make(
        {
            "pyproject.toml": "",
            "pkg/__init__.py": "",
            "pkg/words.py": CODE,
            "conftest.py": fixture.format("(name='renamed')", "ignored"),
            "tests/conftest.py": fixture.format("", "near"),
            "other/conftest.py": fixture.format("", "far"),
        }
    )
    assert found(root / "pkg/words.py").fixtures == {"renamed", "near"}


def test_helpers_count_but_are_not_asked_for_unless_named(make: Make) -> None:
    text = (
        "def _help(x):\n    return x\n\n\nclass Box:\n    def __init__(self):\n        self.x = 1\n"
    )
    path = make({"words.py": text}) / "words.py"
    assert {t.qualname: t.private for t in found(path).targets} == {
        "_help": True,
        "Box.__init__": False,
    }
    assert [t.private for t in found(path, "_help").targets] == [False]


@pytest.mark.parametrize(
    ("text", "says"),
    [("x = 1\n", "nothing to test"), ("def f(:\n    pass\n", "syntax error")],
)
def test_nothing_to_test_is_one_clear_line(make: Make, text: str, says: str) -> None:
    with pytest.raises(AiError, match=says):
        found(make({"words.py": text}) / "words.py")


def test_file_that_no_test_can_import_is_refused(make: Make) -> None:
    with pytest.raises(AiError, match="cannot be imported"):
        found(make({"my-words.py": CODE}) / "my-words.py")


def test_seams_are_found_under_the_names_that_imports_give_them(make: Make) -> None:
    text = (
        "import os\nimport random as dice\nfrom datetime import datetime\n"
        "from pathlib import Path\nimport subprocess\nfrom urllib.request import urlopen\n\n\n"
        "def f(path):\n"
        "    os.environ['HOME']\n"
        "    dice.random()\n"
        "    datetime.now()\n"
        "    Path(path).read_text()\n"
        "    subprocess.run([])\n"
        "    urlopen('x')\n"
        "    input()\n"
    )
    one = found(make({"words.py": text}) / "words.py")
    held = {seam.outside: seam for seam in seams(one.source, one.targets[0])}
    assert set(held) == set(Outside) - {Outside.OUTPUT}
    assert held[Outside.ENVIRONMENT].key == "HOME"
    assert held[Outside.CLOCK].name == "datetime.datetime.now"
