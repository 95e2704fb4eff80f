"""Readings of sensors, as they lie in CSV files."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True)
class Reading:
    sensor: str
    at: datetime
    celsius: float


def read_readings(path: Path, *, delimiter: str = ",", skip_bad: bool = False) -> Iterator[Reading]:
    with path.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file, delimiter=delimiter), start=2):
            try:
                yield Reading(
                    row["sensor"], datetime.fromisoformat(row["at"]), float(row["celsius"])
                )
            except (KeyError, TypeError, ValueError) as error:
                if not skip_bad:
                    raise ValueError(f"{path}:{number}: {error}") from error


def mean_by_sensor(readings: Iterable[Reading], minimum: int = 1) -> dict[str, float]:
    if minimum < 1:
        raise ValueError("minimum must be at least 1")
    values = defaultdict(list)
    for reading in readings:
        values[reading.sensor].append(reading.celsius)
    return {
        sensor: sum(found) / len(found) for sensor, found in values.items() if len(found) >= minimum
    }


class Alarm:
    """Tells when a sensor stays too warm."""

    def __init__(self, above: float, patience: int = 3) -> None:
        self.above = above
        self.patience = patience
        self._warm: dict[str, int] = defaultdict(int)

    @property
    def waiting(self) -> list[str]:
        return [sensor for sensor, count in self._warm.items() if 0 < count < self.patience]

    def feed(self, reading: Reading) -> bool:
        if reading.celsius <= self.above:
            self._warm[reading.sensor] = 0
            return False
        self._warm[reading.sensor] += 1
        return self._warm[reading.sensor] >= self.patience
