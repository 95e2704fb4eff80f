"""How many processes a job has, and how much memory; read where the kernel tells it.

A limit of the kernel holds for one process, or not for root, or for all of a user's programs: only
counting tells what one job uses.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path

_PROC = Path("/proc")


HAS_PROC = Path("/proc/self/task").exists()
"""Whether the kernel tells it in files; elsewhere `ps` is asked, which takes longer."""


def members(leader: int, most: int) -> list[int]:
    """Return the process and its descendants; empty when it has ended.

    Counting ends soon after `most`: what forks without end would be counted without end.
    """
    if not HAS_PROC:
        return _descendants(leader, listed())
    found: list[int] = []
    waiting = [leader]
    while waiting and len(found) <= most:
        pid = waiting.pop()
        if (_PROC / str(pid)).exists():
            found.append(pid)
            waiting += _children(pid)
    return found


def memory_mib(pids: list[int], limit_mib: int) -> float:
    """Return the MiB that these processes hold, pages that they share counted once.

    Args:
        pids: The processes.
        limit_mib: Below it the sum that counts shared pages for each is told: it is cheaper.
    """
    if not HAS_PROC:
        return sum(kib for pid, _, kib in listed() if pid in pids) / 2**10
    page = os.sysconf("SC_PAGE_SIZE")
    resident = sum(_resident_pages(pid) for pid in pids) * page / 2**20
    if resident <= limit_mib:
        return resident
    return sum(_own_share_kib(pid) for pid in pids) / 2**10


def listed() -> list[tuple[int, int, int]]:
    """Return all processes as `ps` lists them: number, parent, KiB in memory."""
    command = ["ps", "-axo", "pid=,ppid=,rss="]
    asked = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = (line.split() for line in asked.stdout.splitlines())
    return [(int(row[0]), int(row[1]), int(row[2])) for row in rows if len(row) == 3]


def _descendants(leader: int, processes: Iterable[tuple[int, int, int]]) -> list[int]:
    children: dict[int, list[int]] = {}
    known = set()
    for pid, parent, _ in processes:
        known.add(pid)
        children.setdefault(parent, []).append(pid)
    found = [leader] if leader in known else []
    for pid in found:
        found += children.get(pid, [])
    return found


def _children(pid: int) -> Iterator[int]:
    for task in _listed(_PROC / str(pid) / "task"):
        yield from map(int, _text(task / "children").split())


def _resident_pages(pid: int) -> int:
    fields = _text(_PROC / str(pid) / "statm").split()
    return int(fields[1]) if len(fields) > 1 else 0


def _own_share_kib(pid: int) -> int:
    for line in _text(_PROC / str(pid) / "smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


def _listed(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []  # it ended meanwhile


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""  # it ended meanwhile
