"""The command line: everything an engine does, without an editor."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import neovim_ai
from neovim_ai.errors import AiError


def parser() -> argparse.ArgumentParser:
    """Build the parser of `neovim-ai`."""
    from neovim_ai.cli import check, doc, doctor, model, notes, test

    top = argparse.ArgumentParser(
        prog="neovim-ai",
        description="Docstrings that cannot change your code, tests with evidence, your notes.",
    )
    top.add_argument("--version", action="version", version=neovim_ai.__version__)
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in (doc, test, check, notes, model, doctor):
        command.add(commands)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 when all went well, 1 when something was refused or failed, 2 for usage.

    Failures are one line on standard error.
    """
    chosen = parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except AiError as error:
        from neovim_ai import log

        print(f"neovim-ai: {log.redact(str(error))}", file=sys.stderr)
        return 2 if error.kind == "usage" else 1
    except KeyboardInterrupt:
        print("neovim-ai: stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        return 141
