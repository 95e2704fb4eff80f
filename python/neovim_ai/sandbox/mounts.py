"""What a job sees of the disk, where mounts are its own; planned as plain data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from neovim_ai.sandbox.copies import Room, is_too_wide

SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib32",
    "/lib64",
    "/libx32",
    "/nix/store",
    "/gnu/store",
)
"""Programs and libraries: no user's files, no sockets, no keys."""

SETTINGS = (
    *("/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/alternatives"),
    *("/etc/localtime", "/etc/timezone", "/etc/passwd", "/etc/group", "/etc/nsswitch.conf"),
    *("/etc/mime.types", "/etc/ssl/certs", "/etc/ssl/openssl.cnf", "/etc/pki/tls/certs"),
    *("/etc/python3", "/etc/python3.11", "/etc/python3.12", "/etc/python3.13"),
)

HIDDEN = (Path("/proc"), Path("/dev"), Path("/sys"), Path("/run"), Path("/var/run"))


@dataclass(frozen=True)
class Mount:
    """One place of the disk that a job sees.

    Attributes:
        source: Where it is.
        at: Where the job sees it.
        writable: Whether the job may write there.
    """

    source: Path
    at: Path
    writable: bool = False


def plan(readable: Iterable[Path], room: Room) -> list[Mount]:
    """Return what to show beside the system, outer folders before those inside them.

    A path that is too wide (the home, a folder that all programs share) is left out: showing it
    would show the user's keys and sockets.
    """
    wanted = {Mount(path, path) for path in outside_copy(readable, room)}
    if room.of is not None:
        wanted.add(Mount(room.copy, room.of, writable=True))
    shown: list[Mount] = []
    for mount in sorted(wanted, key=lambda m: (len(m.at.parts), m.at)):
        if not _is_shown_already(mount, shown):
            shown.append(mount)
    return shown


def outside_copy(readable: Iterable[Path], room: Room) -> list[Path]:
    """Return what may be shown and is not in the copy: an environment inside a project is not."""
    return [path for path in readable if _may_be_shown(path) and not _is_copied(path, room)]


def _is_copied(path: Path, room: Room) -> bool:
    if room.of is None or not path.is_relative_to(room.of):
        return False
    return (room.copy / path.relative_to(room.of)).exists()


def _may_be_shown(path: Path) -> bool:
    inside = {path, path.resolve()}
    hidden = any(p.is_relative_to(h) for p in inside for h in HIDDEN)
    return path.is_absolute() and path.exists() and not hidden and not is_too_wide(path)


def _is_shown_already(mount: Mount, shown: list[Mount]) -> bool:
    """Whether the nearest outer place shows the same files, read-only too."""
    around = [other for other in shown if mount.at.is_relative_to(other.at)]
    if around:
        return not mount.writable and not around[-1].writable
    return any(mount.at.is_relative_to(system) for system in SYSTEM) and not mount.writable
