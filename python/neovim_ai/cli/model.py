"""`neovim-ai model`: bring the local model here, choose it, serve it, stop it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from neovim_ai.llm.local import catalogue


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command and its subcommands."""
    model = commands.add_parser("model", help="who answers: pull, list, use, serve, stop")
    actions = model.add_subparsers(title="actions", metavar="ACTION", required=True)
    names = ", ".join(m.name for m in catalogue.MODELS if m.offered)

    pull = actions.add_parser("pull", help="download a model, going on where it was interrupted")
    pull.add_argument(
        "name", nargs="?", default=catalogue.DEFAULT, help=", ".join(catalogue.names())
    )
    pull.add_argument(
        "--from", dest="source", type=Path, metavar="PATH", help="a file or directory"
    )
    pull.set_defaults(run=run, action=_pull)

    listing = actions.add_parser("list", help="show which models are here")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=run, action=_list)

    use = actions.add_parser("use", help="choose who answers; openai is a yes to sending code")
    use.add_argument("name", help=f"{names}, {catalogue.OPENAI}")
    use.set_defaults(run=run, action=_use)

    serve = actions.add_parser("serve", help="serve a model to other programs, until Ctrl-C")
    serve.add_argument("name", nargs="?", help="the chosen one by default")
    serve.add_argument("--port", type=int, default=0, metavar="P", help="any free one by default")
    serve.set_defaults(run=run, action=_serve)

    stop = actions.add_parser("stop", help="end the server that your editors share")
    stop.set_defaults(run=run, action=_stop)


def run(args: argparse.Namespace) -> int:
    """Run one action; returns its exit status.

    Raises:
        AiError: What the action could not do.
    """
    action: Callable[[argparse.Namespace], int] = args.action
    return action(args)


def _pull(args: argparse.Namespace) -> int:
    from neovim_ai.llm.local.pull import pull

    progress = _Bar() if sys.stderr.isatty() else _Lines()
    try:
        for model in catalogue.files_of(args.name):
            print(pull(model.name, source=args.source, progress=progress, say=progress.say))
    finally:
        progress.close()
    return 0


def _list(args: argparse.Namespace) -> int:
    entries = catalogue.entries()
    if args.json:
        print(json.dumps({"models": entries, "openai": catalogue.openai_chosen()}, indent=2))
        return 0
    for entry in entries:
        mark = "*" if entry["chosen"] else " "
        description = catalogue.find(entry["name"]).description
        size = f"{entry['bytes'] / 1e6:,.0f} MB"
        print(f"{mark} {entry['name']:<20} {size:>9}  {entry['state']:<8}  {description}")
    if catalogue.openai_chosen():
        print(f"* {catalogue.OPENAI:<20} {'':>9}  {'remote':<8}  what is asked is sent there")
    return 0


def _use(args: argparse.Namespace) -> int:
    if args.name != catalogue.OPENAI:
        catalogue.choose(args.name)
        print(f"{args.name} is used from now on.")
        return 0
    from neovim_ai.llm import consent, providers
    from neovim_ai.llm.transport import host_of

    host = host_of(providers.OPENAI)
    consent.give(host)
    catalogue.choose(args.name)
    print(f"OpenAI answers from now on: your code, and notes you ask about, may be sent to {host}.")
    return 0


def _serve(args: argparse.Namespace) -> int:
    from neovim_ai.llm.local import connection, supervisor
    from neovim_ai.llm.local.address import Address

    name = args.name or catalogue.chosen() or catalogue.DEFAULT
    config = connection.usual(name)

    def ready(where: Address) -> None:
        print(f"serving {name}; Ctrl-C ends it")
        print(f"OPENAI_BASE_URL={where.base_url}")
        print(f"OPENAI_API_KEY={where.token}", flush=True)

    print(f"loading {name}", file=sys.stderr, flush=True)
    supervisor.serve_here(config, args.port, ready)
    return 0


def _stop(_args: argparse.Namespace) -> int:
    from neovim_ai.llm.local import connection

    print("stopped" if asyncio.run(connection.stop()) else "no model server was running")
    return 0


class _Lines:
    """Progress for a log: a line whenever the work changes and at each tenth of it."""

    def __init__(self) -> None:
        self._told = ("", -1)

    def __call__(self, what: str, done: int, total: int) -> None:
        tenth = done * 10 // total
        if (what, tenth) != self._told:
            self._told = (what, tenth)
            self.say(f"{what}: {done / 1e6:,.0f} of {total / 1e6:,.0f} MB")

    def say(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    def close(self) -> None:
        """There is nothing to end."""


class _Bar:
    """Progress for a terminal: one bar for each kind of work."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._what = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        from tqdm import tqdm  # type: ignore[import-untyped]

        if self._bar is None or what != self._what:
            self.close()
            # What an earlier run brought must not count as this one's speed.
            self._bar = tqdm(
                total=total, initial=done, desc=what, unit="B", unit_scale=True, leave=False
            )
            self._what = what
        self._bar.update(done - self._bar.n)

    def say(self, line: str) -> None:
        self.close()
        print(line, file=sys.stderr, flush=True)

    def close(self) -> None:
        """End the bar, if one is shown."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
