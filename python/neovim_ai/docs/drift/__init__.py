"""Drift: what docstrings say that the code does not, found without a model."""

from __future__ import annotations

from neovim_ai.docs.drift.checks import findings
from neovim_ai.docs.drift.incomplete import incomplete
from neovim_ai.docs.drift.mend import Mended, mend
from neovim_ai.docs.drift.model import Finding, FindingKind, Severity
from neovim_ai.docs.drift.watch import Watch

__all__ = [
    "Finding",
    "FindingKind",
    "Mended",
    "Severity",
    "Watch",
    "findings",
    "incomplete",
    "mend",
]
