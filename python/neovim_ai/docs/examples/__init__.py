"""Examples in docstrings: calls that a model proposes, output that a run gave."""

from __future__ import annotations

from neovim_ai.docs.examples.possible import possible

__all__ = ["possible"]
