"""Options that every command asking a model has."""

from __future__ import annotations

import argparse
import os

from neovim_ai.settings import Settings


def add_model_options(command: argparse.ArgumentParser) -> None:
    """Let a command choose who is asked."""
    group = command.add_argument_group("model")
    group.add_argument(
        "--provider",
        choices=["auto", "local", "openai", "url"],
        default="auto",
        help="who is asked (default: what is configured, else the local model)",
    )
    group.add_argument(
        "--base-url", default="", metavar="U", help="an OpenAI-compatible address, up to /v1"
    )
    group.add_argument("--model", default="", metavar="M", help="the model's name there")
    group.add_argument("--api-key-env", default="OPENAI_API_KEY", metavar="NAME")
    group.add_argument("--ca-bundle", default="", metavar="PEM", help="certificate authorities")
    group.add_argument("--proxy", default="", metavar="URL")


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
    )
