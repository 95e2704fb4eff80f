"""`neovim-ai doctor`: `:checkhealth neovim_ai` without the editor."""

from __future__ import annotations

import argparse
import json

from neovim_ai.cli import options
from neovim_ai.protocol import HealthEntry

MARKS = {"ok": "ok", "info": "--", "warn": "!!", "error": "XX"}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the command."""
    command = commands.add_parser(
        "doctor", help="say what is missing and what mends it", description=__doc__
    )
    command.add_argument("--json", action="store_true", help="print JSON Lines, one a finding")
    options.add_model_options(command)
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Run the command; 1 when something is broken."""
    from neovim_ai import doctor

    entries = [doctor.neovim(), *doctor.report(options.settings(arguments))]
    if arguments.json:
        for entry in entries:
            print(json.dumps(entry, ensure_ascii=False))
    else:
        _show(entries)
    return 1 if any(entry["level"] == "error" for entry in entries) else 0


def _show(entries: list[HealthEntry]) -> None:
    section = ""
    for entry in entries:
        if entry["section"] != section:
            section = entry["section"]
            print(section)
        print(f"  {MARKS[entry['level']]} {entry['message']}")
        for advice in entry["advice"]:
            print(f"       {advice}")
