"""Rows of measurements, and the machine they were taken on."""

from __future__ import annotations

import os
import platform
import re
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Row:
    """One limit of the design, with what was measured.

    Attributes:
        what: What was measured, in words.
        limit: The limit in words.
        measured: The figure in words, with how often it was taken.
        beside: What it stands beside: the alternative, or the same machine doing nothing.
        met: Whether the limit holds.
    """

    what: str
    limit: str
    measured: str
    beside: str
    met: bool


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the smallest value that `percent` of all values do not exceed."""
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * percent // 100) - 1)]


def spread(values: Sequence[float], unit: str = "ms") -> str:
    """Return median, p99 and count in words."""
    middle, high = statistics.median(values), percentile(values, 99)
    return f"median {middle:.1f}, p99 {high:.1f} {unit} (n={len(values)})"


def machine() -> str:
    """Describe this machine: processor, cores, load, system, Python."""
    info = Path("/proc/cpuinfo")
    found = re.search(r"model name\s*:\s*(.+)", info.read_text()) if info.exists() else None
    name = found[1].strip() if found else platform.processor() or platform.machine()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    system = f"{platform.system()} {platform.release()}"
    return f"{name}, {os.cpu_count()} cores{load}; {system}; Python {platform.python_version()}"


def markdown(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = ["| what | limit | measured | beside | met |", "|---|---|---|---|---|"]
    for row in rows:
        met = "yes" if row.met else "**no**"
        lines.append(f"| {row.what} | {row.limit} | {row.measured} | {row.beside} | {met} |")
    return "\n".join(lines)
