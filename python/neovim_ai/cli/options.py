"""Options that every command asking a model has."""

from __future__ import annotations

import argparse
import os

from neovim_ai.docs.through import Callees
from neovim_ai.docs.wishes import AUDIENCES, DETAILS, Wishes
from neovim_ai.settings import BudgetSettings, Settings


def add_model_options(command: argparse.ArgumentParser) -> None:
    """Let a command choose who is asked."""
    group = command.add_argument_group("model")
    group.add_argument(
        "--provider",
        choices=["auto", "local", "openai", "url"],
        default="auto",
        help="who is asked (default: --base-url, else whom you chose, else the local model)",
    )
    group.add_argument(
        "--base-url",
        default="",
        metavar="U",
        help="an OpenAI-compatible address, up to /v1 (or NEOVIM_AI_BASE_URL)",
    )
    group.add_argument(
        "--model", default="", metavar="M", help="the model's name there (or NEOVIM_AI_MODEL)"
    )
    group.add_argument(
        "--api-key-env",
        default="OPENAI_API_KEY",
        metavar="NAME",
        help="the environment variable that holds the key (OPENAI_API_KEY)",
    )
    group.add_argument("--ca-bundle", default="", metavar="PEM", help="certificate authorities")
    group.add_argument("--proxy", default="", metavar="URL", help="a proxy's address")
    group.add_argument(
        "--budget-day",
        type=int,
        default=0,
        metavar="TOKENS",
        help="the most that a day may take on another machine",
    )


def add_doc_options(command: argparse.ArgumentParser) -> None:
    """Let a command choose how much a docstring says, and for whom."""
    usual = Wishes()
    command.add_argument(
        "--detail",
        type=int,
        choices=DETAILS,
        default=usual.detail,
        help="1 summary, 2 what linters ask for (default), 3 description, 4 attributes and"
        " effects, 5 examples that were run in the sandbox",
    )
    command.add_argument(
        "--audience",
        type=int,
        choices=AUDIENCES,
        default=usual.audience,
        help="1 newcomer, 3 colleague (default), 5 expert",
    )
    command.add_argument(
        "--rewrite",
        action="store_true",
        help="new words about the signature, a person's too; examples, notes and directives stay",
    )
    command.add_argument(
        "--callees",
        choices=list(Callees),
        default=Callees.AUTO,
        help="whether exceptions of what is called are described (auto: where no linter forbids)",
    )
    command.add_argument("--note", default="", metavar="TEXT", help="what is to be said")


def add_vault_option(command: argparse.ArgumentParser) -> None:
    """Let a command say whose notes it means."""
    command.add_argument(
        "--vault",
        action="append",
        default=[],
        metavar="PATH",
        help="a file or a folder of notes; may be given several times (default: NEOVIM_AI_NOTES,"
        " else what the editor looked into last)",
    )


def add_batch_options(command: argparse.ArgumentParser) -> None:
    """Let a command take many definitions."""
    command.add_argument(
        "--all", action="store_true", help="PATH may be a folder: all it lacks, git's ignores apart"
    )
    command.add_argument(
        "--jobs",
        type=_count,
        default=1,
        metavar="N",
        help="definitions asked for at once (the local model takes one)",
    )
    command.add_argument("--yes", action="store_true", help="do not ask before a batch")


def _count(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def wishes(arguments: argparse.Namespace) -> Wishes:
    """Turn the options into wishes; nobody sees removals here, so none are made."""
    return Wishes(
        arguments.detail,
        arguments.audience,
        arguments.rewrite,
        arguments.note,
        removals=False,
        callees=Callees(arguments.callees),
    )


def settings(arguments: argparse.Namespace) -> Settings:
    """Turn the options into settings; NEOVIM_AI_BASE_URL and NEOVIM_AI_MODEL stand in for them."""
    base_url = arguments.base_url or os.environ.get("NEOVIM_AI_BASE_URL", "")
    provider = "url" if base_url and arguments.provider == "auto" else arguments.provider
    return Settings(
        provider=provider,
        base_url=base_url,
        model=arguments.model or os.environ.get("NEOVIM_AI_MODEL", ""),
        api_key_env=arguments.api_key_env,
        ca_bundle=arguments.ca_bundle,
        proxy=arguments.proxy,
        budget=BudgetSettings(day=arguments.budget_day),
    )
