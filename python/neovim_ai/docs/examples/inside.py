"""Runs snippets after importing a module, for whoever reads its answer; used inside a sandbox.

    python inside.py < request.json

It runs under the project's own interpreter, so it knows the library alone, and that from 3.8 on.
Each script runs in a process of its own with a fresh copy of the module's names; a snippet's answer
is what it printed, its value shown as the interactive interpreter shows it.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import io
import json
import os
import random
import signal
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

OUTSIDE = ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.system")
"""Events of the interpreter after which an answer depends on more than the code."""

SECONDS = 2


class Held(importlib.machinery.SourceFileLoader):
    """Loads a module from a text in the place of its file."""

    text = b""

    def get_data(self, path: str) -> bytes:
        """Return the text for the module's own path."""
        return self.text if path == self.path else super().get_data(path)

    def path_stats(self, path: str) -> Any:
        """Say that there is nothing that could have been compiled before."""
        raise OSError(path)


class Finder(importlib.abc.MetaPathFinder):
    """Finds one module at its path, with a text that may not have been saved."""

    def __init__(self, name: str, path: str, text: str) -> None:
        self.name, self.path, self.text = name, path, text

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002
        """Find the module by its full name, nothing else."""
        if fullname != self.name:
            return None
        loader = Held(fullname, self.path)
        loader.text = self.text.encode("utf-8", "surrogatepass")
        file = Path(self.path)
        places = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(
            fullname, self.path, loader=loader, submodule_search_locations=places
        )


def imported(request: dict[str, Any]) -> ModuleType:
    """Import the module from where this was started, then go where the request says."""
    base = Path.cwd()
    # What stands there is the folder of this file, whose neighbours are no modules of the project.
    sys.path[:1] = [str(base / folder) for folder in request["folders"]]
    path = str(base / request["path"])
    sys.meta_path.insert(0, Finder(request["module"], path, request["text"]))
    quiet = io.StringIO()
    sys.stdout, sys.stderr = quiet, quiet
    module = importlib.import_module(request["module"])
    os.chdir(request["cwd"] or base)
    return module


def ran(module: ModuleType, snippets: list[str], seed: int) -> list[dict[str, Any]]:
    """Run the snippets of one script and return an answer for each that was reached."""
    random.seed(seed)
    names = dict(vars(module), __name__="__main__")
    left: list[str] = []

    def watch(event: str, arguments: Any) -> None:
        if event in OUTSIDE or (event == "open" and writes(arguments)):
            left.append(event)

    sys.addaudithook(watch)
    answers: list[dict[str, Any]] = []
    for snippet in snippets:
        sys.stdout = sys.stderr = printed = io.StringIO()
        answer: dict[str, Any] = {}
        try:
            exec(compile(snippet, "<example>", "single"), names)  # noqa: S102 - in the sandbox
        except BaseException as error:  # noqa: BLE001 - it may raise anything, SystemExit too
            lines = traceback.format_exception_only(type(error), error)
            answer["raised"] = "".join(lines)
        answer["printed"] = printed.getvalue()
        answer["outside"] = bool(left)
        answers.append(answer)
    return answers


def writes(arguments: Any) -> bool:
    """Whether a file is opened to be written."""
    mode = arguments[1]
    flags = arguments[2] if len(arguments) > 2 and isinstance(arguments[2], int) else 0
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))


def apart(module: ModuleType, snippets: list[str], seed: int) -> list[dict[str, Any]] | None:
    """Run one script in a process of its own; None when that did not come to an end."""
    reads, writes_to = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reads)
            signal.alarm(SECONDS)
            body = json.dumps(ran(module, snippets, seed)).encode()
            with os.fdopen(writes_to, "wb") as stream:
                stream.write(body)
            code = 0
        finally:
            os._exit(code)
    os.close(writes_to)
    with os.fdopen(reads, "rb") as stream:
        body = stream.read()
    status = os.waitpid(child, 0)[1]
    answers: list[dict[str, Any]] | None = json.loads(body) if status == 0 and body else None
    return answers


def main() -> None:
    """Read a request, answer it on what was standard output."""
    answer_to = os.dup(1)
    os.dup2(2, 1)
    request = json.load(sys.stdin)
    answer: dict[str, Any] = {}
    try:
        module = imported(request)
    except BaseException as error:  # noqa: BLE001 - a module may raise anything
        answer["failed"] = "".join(traceback.format_exception_only(type(error), error)).strip()
    else:
        answer["scripts"] = [apart(module, one, request["seed"]) for one in request["scripts"]]
    with os.fdopen(answer_to, "w") as stream:
        json.dump(answer, stream)
    sys.stdout = sys.__stdout__
    os._exit(0)


if __name__ == "__main__":
    main()
