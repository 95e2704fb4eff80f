"""A job where there are no mounts of its own: its copy lies elsewhere, and it is told so."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from neovim_ai.sandbox.copies import Room
from neovim_ai.sandbox.model import Job


def into(job: Job, room: Room) -> Job:
    """Return the job with the copy's path in the place of the project's."""
    move = _mover(job, room)
    return replace(
        job,
        argv=tuple(move(word) for word in job.argv),
        cwd=Path(move(str(job.cwd))),
        env={name: move(value) for name, value in job.env.items()},
    )


def _mover(job: Job, room: Room) -> Callable[[str], str]:
    moves = [("/tmp", str(room.path / "tmp"))]  # noqa: S108
    if job.project is not None:
        moves.insert(0, (str(job.project), str(room.copy)))
    names = dict(moves)
    pattern = re.compile("|".join(rf"(?<![\w./-]){re.escape(old)}(?![\w.-])" for old in names))
    # An environment inside the project is not in the copy: it stays where it is.
    kept = [str(path) for path in job.readable]

    def move(text: str) -> str:
        if any(text == path or text.startswith(path + "/") for path in kept):
            return text
        return pattern.sub(lambda found: names[found[0]], text)

    return move
