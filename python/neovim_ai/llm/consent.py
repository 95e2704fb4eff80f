"""Hosts that code may leave for: loopback, what the user configured, and what they said yes to."""

from __future__ import annotations

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.remembered import read_json, write_json
from neovim_ai.llm.transport import host_of, is_loopback
from neovim_ai.paths import state_dir

_FILE = "consent.json"


def given(host: str) -> bool:
    """Tell whether the user said yes to a host."""
    hosts = read_json(state_dir() / _FILE).get("hosts")
    return isinstance(hosts, list) and host in hosts


def give(host: str) -> None:
    """Remember a yes.

    Raises:
        AiError: `disk` when it cannot be written.
    """
    file = state_dir() / _FILE
    hosts = read_json(file).get("hosts")
    known = {str(h) for h in hosts} if isinstance(hosts, list) else set()
    if not write_json(file, {"hosts": sorted(known | {host})}):
        raise AiError(Kind.DISK, f"The yes to {host} could not be saved.", "See :AiLog.")


def require(base_url: str, *, configured: bool) -> None:
    """Let nothing leave this machine without a yes.

    Args:
        base_url: Where the code would go.
        configured: The user's own configuration names this address, which is a yes.

    Raises:
        AiError: `consent` when nobody said yes to this host.
    """
    host = host_of(base_url)
    if configured or is_loopback(base_url) or given(host):
        return
    raise AiError(
        Kind.CONSENT,
        f"Your code would be sent to {host}, and you have not agreed to that yet.",
        "Say yes once with :AiModel openai or `neovim-ai model use openai`.",
    )
