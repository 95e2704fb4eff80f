"""The warm worker: has imported pytest and what is third-party, forks for each request.

The project itself is imported after the fork, each time anew: else its import lines count for
nothing and what one run changed is there for the next.
"""

from __future__ import annotations

import importlib
import os
import random
import sys
import tempfile
import traceback
from typing import Any, Callable, Dict, Mapping, Optional

from . import buffer, lent
from .wire import Channel, Message, take_standard_streams

Emit = Callable[[Message], None]


class Setup:
    """What the host says of the subject.

    Attributes:
        module: Dotted name of the subject's module.
        path: Its file, as the sandbox shows it.
        text: What stands in the editor.
        root: The project's folder.
        warm: Modules to import before the fork.
    """

    def __init__(self, message: Message) -> None:
        self.module: str = message["module"]
        self.text: str = message["text"]
        self.told_root: str = message["root"]
        self.root: str = message.get("here") or message["root"]
        self.path: str = self.here(message["path"])
        self.warm: Any = message.get("warm", ())

    def here(self, path: str) -> str:
        """Return where a path of the project is in this sandbox, which may show it elsewhere."""
        return here(path, self.told_root, self.root)

    def written(self, files: Mapping[str, str]) -> Dict[str, str]:
        """Return files by the paths they have here."""
        return {self.here(path): text for path, text in files.items()}


def here(path: str, told: str, root: str) -> str:
    """Return a path below one folder as the same below another."""
    if path == told or path.startswith(told.rstrip("/") + "/"):
        return root + path[len(told) :]
    return path


OPERATIONS: Dict[str, str] = {
    "observe": "observe",
    "measure": "observe",
    "explore": "explore",
    "strengthen": "strengthen",
    "distinct": "mutate",
    "judge": "judge",
    "existing": "judge",
    "inspect": "litter",
}
"""Operation → the module here whose function of that name does it."""


def main() -> int:
    """Serve requests until the host goes."""
    channel = take_standard_streams()
    message = channel.receive()
    if message is None:
        return 0
    setup = Setup({**message, "here": os.getcwd()})
    os.chdir(tempfile.gettempdir())
    entries = [setup.here(entry) for entry in message["sys_path"]]
    sys.path[:0] = [entry for entry in entries if entry not in sys.path]
    lent.lend(message.get("lent", ()))
    sys.dont_write_bytecode = True
    random.seed(message.get("seed", 0))
    channel.send({"ready": _warm(setup.warm), "version": list(sys.version_info[:2])})
    while True:
        request = channel.receive()
        if request is None:
            return 0
        _serve(channel, setup, request)


def _warm(names: Any) -> Dict[str, str]:
    """Import what is slow and not the project's; tell the versions, empty where it fails."""
    versions = {}
    for name in names:
        try:
            module = importlib.import_module(name)
            versions[name] = str(getattr(module, "__version__", "0"))
        except Exception as error:
            # A broken plugin of the user's is told when it is needed, not now.
            versions[name] = ""
            sys.stderr.write(f"{name}: {error}\n")
    return versions


def _serve(channel: Channel, setup: Setup, request: Message) -> None:
    """Do one request in a fork, then say that it is over."""
    pid = os.fork()
    if pid == 0:
        os.setsid()
        status = _operate(channel, setup, request)
        os._exit(status)
    _, status = os.waitpid(pid, 0)
    channel.send({"over": request["id"], "status": status})


def _operate(channel: Channel, setup: Setup, request: Message) -> int:
    try:
        operation = request["op"]
        module = importlib.import_module(f"{__package__}.{OPERATIONS[operation]}")
        getattr(module, operation)(setup, request, channel.send)
        return 0
    except Failed as error:
        channel.send({"failed": error.kind, "message": str(error)})
        return 0
    except BaseException as error:
        trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        channel.send({"failed": "internal", "message": f"{type(error).__name__}: {error}"})
        sys.stderr.write(trace)
        return 1


class Failed(Exception):
    """A request that cannot be done, in one line."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def import_subject(setup: Setup, compiled: Optional[buffer.Compile] = None) -> Any:
    """Import the subject's module from the text in the editor.

    Raises:
        Failed: `import`, in one line, when it cannot be imported.
    """
    buffer.show(setup.path, setup.text, setup.module, compiled or buffer.plainly)
    importlib.invalidate_caches()
    try:
        return importlib.import_module(setup.module)
    except SyntaxError as error:
        raise Failed("import", f"{error.msg} (line {error.lineno})") from error
    except BaseException as error:
        raise Failed("import", _one_line(error)) from error


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:300] if text else type(error).__name__
