"""What of the disk a job may touch, as Landlock rules."""

from __future__ import annotations

import os
from collections.abc import Iterable

from landlockpy import AccessFS, AccessNet, Ruleset, Scope

READ = AccessFS.EXECUTE | AccessFS.READ_FILE | AccessFS.READ_DIR
WRITE_FILE = AccessFS.READ_FILE | AccessFS.WRITE_FILE | AccessFS.TRUNCATE
WRITE = (
    (READ | WRITE_FILE | AccessFS.REMOVE_DIR | AccessFS.REMOVE_FILE | AccessFS.MAKE_DIR)
    | (AccessFS.MAKE_REG | AccessFS.MAKE_SYM | AccessFS.MAKE_FIFO | AccessFS.MAKE_SOCK)
    | AccessFS.REFER
)

SCOPES_SINCE = 6
"""The ABI version that keeps signals in; an older kernel's jobs could end the user's programs."""


def shut_in(readable: Iterable[str], writable: Iterable[str], *, network: bool) -> None:
    """Allow reading and writing below these paths and nothing else, for good.

    Args:
        readable: Files and folders; those that do not exist are left out.
        writable: The same.
        network: Whether TCP is left alone, for where a namespace holds it.
    """
    nets = AccessNet.NONE if network else None
    scopes = Scope.ABSTRACT_UNIX_SOCKET | Scope.SIGNAL
    with Ruleset(handled_net=nets, scoped=scopes) as rules:
        for paths, folder_rights, file_rights in (
            (readable, READ, AccessFS.EXECUTE | AccessFS.READ_FILE),
            (writable, WRITE, WRITE_FILE),
        ):
            for path in filter(os.path.exists, paths):
                rights = folder_rights if os.path.isdir(path) else file_rights  # noqa: PTH112
                rules.allow_path(path, rights)
        rules.restrict()


def hold_signals() -> None:
    """Let this process and what it starts signal only each other, for good.

    Raises:
        OSError: If it still can signal its parent: then it must never signal "all".
    """
    none = AccessFS.NONE
    with Ruleset(handled_fs=none, handled_net=AccessNet.NONE, scoped=Scope.SIGNAL) as rules:
        if rules.abi_version < SCOPES_SINCE:
            raise OSError(f"Landlock {rules.abi_version} does not hold signals")
        rules.restrict()
    if not signals_are_held():
        raise OSError("signals are not held")


def signals_are_held() -> bool:
    """Whether this process cannot signal the one that started it, which is outside."""
    try:
        os.kill(os.getppid(), 0)
    except PermissionError:
        return True
    return False
