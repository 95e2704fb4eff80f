"""Durations as people write them: `90`, `1h 30m`, `2d`."""

from __future__ import annotations

import re
from datetime import timedelta

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
PART = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")


def parse_duration(
    text: str, *, default_unit: str = "s", limit: timedelta | None = None
) -> timedelta:
    text = text.strip().lower()
    if not text:
        raise ValueError("empty duration")
    if default_unit not in SECONDS:
        raise KeyError(default_unit)
    if text.replace(".", "", 1).isdigit():
        total = float(text) * SECONDS[default_unit]
    else:
        if PART.sub("", text).strip():
            raise ValueError(f"not a duration: {text!r}")
        total = sum(float(number) * SECONDS[unit] for number, unit in PART.findall(text))
    duration = timedelta(seconds=total)
    if limit is not None and duration > limit:
        raise OverflowError(f"{text!r} is longer than {limit}")
    return duration


def format_duration(duration: timedelta, max_parts: int = 2) -> str:
    """Write a duration the way `parse_duration` reads it.

    Args:
        duration: What to write; fractions of a second are dropped.
    """
    if duration < timedelta(0):
        raise ValueError("negative duration")
    left = int(duration.total_seconds())
    parts = []
    for unit, size in sorted(SECONDS.items(), key=lambda item: -item[1]):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts[:max_parts]) or "0s"
