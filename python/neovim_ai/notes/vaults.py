"""Whose notes a command means: those it names, else the environment's, else the editor's."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from neovim_ai import paths
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.remembered import read_json, write_json

VARIABLE = "NEOVIM_AI_NOTES"
"""Names vaults, several of them separated as in PATH."""


def chosen(named: Sequence[str]) -> list[str]:
    """Return the vaults that a command is about.

    Args:
        named: What it was given, if anything.

    Raises:
        AiError: `usage` when none is known.
    """
    of_environment = [one for one in os.environ.get(VARIABLE, "").split(os.pathsep) if one]
    found = list(named) or of_environment or _of_the_editor()
    if not found:
        raise AiError(
            Kind.USAGE,
            "No notes are named.",
            f"Give --vault PATH or set {VARIABLE}; what :NotesFind looked into last is known, too.",
        )
    return found


def remember(vaults: Sequence[str]) -> None:
    """Keep what the editor has set, for commands that name no vault; a full disk ends nothing."""
    known = [str(Path(one).expanduser().absolute()) for one in vaults]
    if known != _of_the_editor():
        write_json(_file(), {"vaults": known})


def _of_the_editor() -> list[str]:
    known = read_json(_file()).get("vaults")
    return [str(one) for one in known] if isinstance(known, list) else []


def _file() -> Path:
    return paths.state_dir() / "notes-vaults.json"
