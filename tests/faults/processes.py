"""What runs, as `/proc` tells: the processes that belong to a folder, and what one holds."""

from __future__ import annotations

import resource
from pathlib import Path

from tests.editor.driver import Editor

PROC = Path("/proc")


def of(*folders: Path) -> dict[int, str]:
    """Return by id the command lines of all processes that a folder's name leads to.

    An editor's own processes have its home in their environment; what runs in a sandbox has none,
    but the folders it sees stand in its command line, or it works in one.
    """
    wanted = [str(folder).encode() for folder in folders]
    found = {}
    for place in PROC.glob("[0-9]*"):
        told = _told(place)
        if any(name in told for name in wanted):
            found[int(place.name)] = _read(place / "cmdline").replace(b"\0", b" ").decode()
    return {pid: line for pid, line in found.items() if line}


def home_of(editor: Editor) -> Path:
    """Return the folder that an editor of these tests and all it starts have for their own."""
    return Path(editor.lua("return vim.env.HOME")).parent


def started_by(editor: Editor, *folders: Path) -> dict[int, str]:
    """Return what runs beside an editor: its host, and whatever any host of its home has started.

    Without the editor itself, and without the process of its notes, which stays for others.
    """
    found = of(home_of(editor), *folders)
    own = int(editor.lua("return vim.fn.getpid()"))
    return {pid: line for pid, line in found.items() if pid != own and not is_notes(line)}


def is_notes(line: str) -> bool:
    """Tell whether a command line is that of the notes' own process."""
    return "neovim_ai.notes.process.server" in line


def notes_of(folder: Path) -> list[int]:
    """Return the ids of the notes' processes of a home."""
    return [pid for pid, line in of(folder).items() if is_notes(line)]


def memory_kib(pid: int) -> int:
    """Return the memory that a process has resident."""
    return _status(pid, "VmRSS")


def memory_limits(pid: int) -> dict[int, int]:
    """Return by the name of a limit the bytes that a process takes of it now."""
    sizes = {resource.RLIMIT_AS: "VmSize", resource.RLIMIT_DATA: "VmData"}
    return {kind: _status(pid, name) * 1024 for kind, name in sizes.items()}


def threads(pid: int) -> int:
    """Return how many threads a process has."""
    return _status(pid, "Threads")


def descriptors(pid: int) -> int:
    """Return how many files and sockets a process has open."""
    return len(list((PROC / str(pid) / "fd").iterdir()))


def runs(pid: int) -> bool:
    """Tell whether a process lives; one that is only not yet waited for does not."""
    return _read(PROC / str(pid) / "cmdline") != b""


def _status(pid: int, name: str) -> int:
    text = (PROC / str(pid) / "status").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith(name + ":"))


def _told(place: Path) -> bytes:
    try:
        where = str((place / "cwd").readlink()).encode()
    except OSError:
        where = b""
    return b"\0".join((_read(place / "environ"), _read(place / "cmdline"), where))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""  # it has ended, or is another user's
