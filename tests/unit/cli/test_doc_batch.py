"""`neovim-ai doc` over folders: which files, how many at once, what stays when it is stopped."""

from __future__ import annotations

import ast
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from tests.fake_llm import Asked, FakeLLM, Gate, Wire, derived

from neovim_ai.cli import main
from neovim_ai.cli.files import documentable

FUNCTION = 'def {name}(line, delim=","):\n    return line.split(delim)\n'
CLASS = '''
class Shelf:
    """Holds books of one size, in the order in which they came."""

    def put(self, book):
        return book

    def take(self, title):
        return title

    def count(self):
        return 3
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for name in ("a/one.py", "a/two.py", "three.py", ".venv/lib/x.py", "build/made.py"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(FUNCTION.format(name=path.stem))
    (folder / "notes.txt").write_text("no python")
    return folder


def run(fake: FakeLLM, *arguments: str) -> int:
    return main(["doc", *arguments, "--base-url", fake.base_url])


def documented(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.py")
        if b'"""' in path.read_bytes()
    }


def test_a_folder_is_taken_whole_but_for_what_tools_made(fake_llm: FakeLLM, project: Path) -> None:
    assert run(fake_llm, str(project), "--all", "--write") == 0
    assert documented(project) == {"a/one.py", "a/two.py", "three.py"}


def test_what_git_ignores_is_left_out(project: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    (project / ".gitignore").write_text("a/\n")
    assert [path.name for path in documentable(project)] == ["three.py"]


def test_an_environment_nobody_ignored_is_left_out_all_the_same(project: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    (project / "a" / "pyvenv.cfg").write_text("")
    assert {path.name for path in documentable(project)} == {"three.py"}


def test_a_file_that_cannot_be_read_stops_no_other(
    fake_llm: FakeLLM, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "latin.py").write_bytes(b"x = '\xe9'\n")
    assert run(fake_llm, str(project), "--all", "--write") == 1
    assert "latin.py: refused: " in capsys.readouterr().err
    assert "three.py" in documented(project)


def test_a_second_run_takes_only_what_is_missing(fake_llm: FakeLLM, project: Path) -> None:
    run(fake_llm, str(project), "--all", "--write")
    asked = len(fake_llm.chats)
    (project / "new.py").write_text(FUNCTION.format(name="fresh"))
    run(fake_llm, str(project), "--all", "--write")
    later = fake_llm.chats[asked:]
    assert later
    assert all("def fresh" in chat.prompt for chat in later)


def test_a_batch_says_first_what_it_will_take(
    fake_llm: FakeLLM, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(fake_llm, str(project), "--all")
    first = capsys.readouterr().err.splitlines()[0]
    assert first.startswith("3 definitions in 3 files, about ")
    read = int(first.split("about ")[1].split()[0])
    sent = sum(len(chat.prompt) for chat in fake_llm.chats[:1]) // 4
    assert sent * 2 < read < sent * 4


def test_a_batch_for_another_machine_says_what_the_day_has_left(
    fake_llm: FakeLLM, project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    far = ("--base-url", "http://models.example/v1", "--proxy", f"http://127.0.0.1:{fake_llm.port}")
    main(["doc", str(project), "--all", *far, "--budget-day", "50000"])
    first = capsys.readouterr().err.splitlines()[0]
    assert first.endswith("; 50000 of today's budget are left")
    main(["doc", str(project), "--all", *far, "--budget-day", "50000"])
    left = int(capsys.readouterr().err.splitlines()[0].split("; ")[1].split()[0])
    assert 0 < left < 50000
    assert main(["doc", str(project), "--all", *far, "--budget-day", "10"]) == 1
    assert "budget" in capsys.readouterr().err


class Crowd:
    """Holds each reply back until as many questions stand open as are waited for."""

    def __init__(self, fake: FakeLLM, wanted: int) -> None:
        self._fake, self._wanted = fake, wanted
        self.open = self.most = 0
        self.gate = Gate()

    async def __call__(self, wire: Wire, asked: Asked) -> None:
        self.open += 1
        self.most = max(self.most, self.open)
        if self.open >= self._wanted:
            self.gate.open()
        await wire.at(self.gate)
        await derived(wire, asked, self._fake)
        self.open -= 1


def test_so_many_definitions_are_asked_for_at_once(fake_llm: FakeLLM, tmp_path: Path) -> None:
    path = tmp_path / "many.py"
    path.write_text("\n\n".join(FUNCTION.format(name=f"f{n}") for n in range(6)))
    before = ast.dump(ast.parse(path.read_text()))
    crowd = Crowd(fake_llm, 3)
    fake_llm.default = crowd
    assert run(fake_llm, str(path), "--write", "--jobs", "3", "--yes") == 0
    assert crowd.most == 3
    text = path.read_text()
    assert text.count('"""Return') == 6
    tree = ast.parse(text)
    for node in tree.body:
        assert isinstance(node, ast.FunctionDef)
        node.body = node.body[1:]
    assert ast.dump(tree) == before


def test_one_is_asked_for_at_a_time_unless_told_otherwise(fake_llm: FakeLLM, project: Path) -> None:
    crowd = Crowd(fake_llm, 1)
    fake_llm.default = crowd
    run(fake_llm, str(project), "--all", "--write")
    assert crowd.most == 1


def test_methods_of_a_class_share_their_prompts_beginning(
    fake_llm: FakeLLM, tmp_path: Path
) -> None:
    path = tmp_path / "shelf.py"
    path.write_text(CLASS)
    run(fake_llm, str(path), "--write", "--audience", "5")
    firsts = {chat.prompt.split("```python")[0] for chat in fake_llm.chats}
    assert len(firsts) == 1
    assert "class Shelf:" in firsts.pop()


def _interruptible() -> None:
    """Let Ctrl-C reach the child also where this suite runs in a shell's background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_stopping_keeps_what_was_written(fake_llm: FakeLLM, project: Path) -> None:
    gate, told = Gate(), threading.Event()

    async def stands_still(wire: Wire, asked: Asked) -> None:
        if "def three" in asked.prompt:
            told.set()
            await wire.at(gate)
        await derived(wire, asked, fake_llm)

    fake_llm.default = stands_still
    command = [sys.executable, "-m", "neovim_ai", "doc", str(project), "--all", "--write"]
    with subprocess.Popen(
        [*command, "--base-url", fake_llm.base_url],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
        preexec_fn=_interruptible,
    ) as process:
        assert told.wait(60)
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Stopped: 2 written and kept, 1 left" in error
    assert "Traceback" not in error
    assert documented(project) == {"a/one.py", "a/two.py"}


def test_detail_note_and_rewriting_reach_the_model(fake_llm: FakeLLM, tmp_path: Path) -> None:
    path = tmp_path / "shelf.py"
    path.write_text('def f(a):\n    """Old words."""\n    return a\n')
    options = ["--detail", "3", "--note", "mention the moon", "--rewrite", "--write"]
    assert run(fake_llm, str(path), *options) == 0
    assert "mention the moon" in fake_llm.chats[0].prompt
    assert "description" in fake_llm.chats[0].prompt
    assert "Old words" not in path.read_text()


def test_what_is_gone_stays_where_nobody_sees_the_hunk(fake_llm: FakeLLM, tmp_path: Path) -> None:
    path = tmp_path / "shelf.py"
    path.write_text('def f(a):\n    """Do.\n\n    Args:\n        gone: Two.\n    """\n')
    assert run(fake_llm, str(path), "--write") == 0
    assert "gone: Two." in path.read_text()
    assert "a: " in path.read_text()


@pytest.mark.parametrize("options", [["--jobs", "0"], ["--detail", "6"], ["--audience", "x"]])
def test_options_out_of_range_are_refused(
    fake_llm: FakeLLM, project: Path, options: list[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        run(fake_llm, str(project), "--all", *options)
    assert caught.value.code == 2
