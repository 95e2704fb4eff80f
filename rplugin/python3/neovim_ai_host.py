"""The remote plugin: messages between Neovim and the jobs, and nothing else.

Nothing of ours is imported before the first message, so that a user's `:UpdateRemotePlugins`
neither loads the package nor prints a traceback.
"""

from __future__ import annotations

import functools
import sys
from pathlib import Path
from typing import Any

import pynvim

RECEIVE = "require('neovim_ai.client').receive(...)"


@pynvim.plugin
class NeovimAiHost:
    """One per Neovim; started by `lua/neovim_ai/host.lua`."""

    def __init__(self, nvim: pynvim.Nvim) -> None:
        self._nvim = nvim

    @pynvim.rpc_export("neovim_ai_request")
    def request(self, message: dict[str, Any]) -> None:
        """Start a `protocol.Request`."""
        self._jobs.request(message)

    @pynvim.rpc_export("neovim_ai_cancel")
    def cancel(self, request_id: int) -> None:
        """End a request."""
        self._jobs.cancel(request_id)

    def _send(self, events: list[dict[str, Any]]) -> None:
        self._nvim.async_call(self._nvim.exec_lua, RECEIVE, events, async_=True)

    @functools.cached_property
    def _jobs(self) -> Any:
        # The plugin's own copy of the package, whatever the interpreter has installed.
        sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))
        from neovim_ai import jobs

        return jobs.connect(self._send)
