"""Files that never leave for another machine, whoever asks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from neovim_ai.errors import AiError, Kind


def is_private(file: Path, patterns: Sequence[str]) -> bool:
    """Tell whether a file matches a pattern: of its name, or of its path where one has a slash."""
    whole = file.as_posix()
    for pattern in patterns:
        if "/" not in pattern:
            if fnmatchcase(file.name, pattern):
                return True
            continue
        expanded = Path(pattern).expanduser().as_posix()
        anchored = expanded if expanded.startswith("/") else f"*/{expanded}"
        if fnmatchcase(whole, anchored):
            return True
    return False


def require_public(files: Iterable[Path], patterns: Sequence[str], host: str) -> None:
    """Refuse to send what stands in a private file.

    Raises:
        AiError: `private`, naming the file.
    """
    for file in files:
        if is_private(file, patterns):
            raise AiError(
                Kind.PRIVATE,
                f"{file.name} is private and does not leave for {host}.",
                "Use the local model (:AiModel), or change the option `private`.",
            )
