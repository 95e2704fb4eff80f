"""Examples in docstrings: calls that a model proposes, output that a run gave."""

from __future__ import annotations

from neovim_ai.docs.examples.propose import Examples, possible, propose

__all__ = ["Examples", "possible", "propose"]
