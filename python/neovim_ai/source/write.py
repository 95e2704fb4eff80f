"""Write a changed source back to its file, or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from neovim_ai.errors import AiError, Kind
from neovim_ai.source.text import SourceText


def write_back(path: Path, before: bytes, source: SourceText) -> bytes:
    """Replace a file's bytes in one step, keeping its mode; return the bytes written.

    Args:
        path: The file; a link is followed, not replaced.
        before: The bytes the source was read from.
        source: The text to write, in its own encoding.

    Raises:
        AiError: `stale` when the file has changed since it was read, `read_only` when it may not be
            written, `gate` when the text does not fit its encoding, `disk` when writing fails.
    """
    real = path.resolve()
    if real.read_bytes() != before:
        raise AiError(
            Kind.STALE, f"{path} changed on disk meanwhile.", "Nothing written; run again."
        )
    if not os.access(real, os.W_OK):
        raise AiError(Kind.READ_ONLY, f"{path} is read-only.", "Nothing was written.")
    try:
        data = source.to_bytes()
    except UnicodeEncodeError as error:
        raise AiError(
            Kind.GATE,
            f"{path} is {source.encoding} and cannot hold {error.object[error.start]!r}.",
            "Nothing was written; declare UTF-8 in the file, or run again for other words.",
        ) from error
    _replace(real, data)
    return data


def write_new(path: Path, source: SourceText) -> None:
    """Write a file that does not exist yet, its folders too.

    Raises:
        AiError: `stale` when it appeared meanwhile, `disk` when writing fails.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(source.to_bytes())
    except FileExistsError as error:
        raise AiError(
            Kind.STALE, f"{path} exists by now.", "Nothing written; run again."
        ) from error
    except OSError as error:
        raise AiError(Kind.DISK, f"{path} was not written: {error.strerror}.") from error


def _replace(path: Path, data: bytes) -> None:
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise AiError(Kind.DISK, f"Cannot write beside {path}: {error.strerror}.") from error
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        Path(name).chmod(path.stat().st_mode & 0o7777)
        Path(name).replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise AiError(Kind.DISK, f"{path} was not written: {error.strerror}.") from error
