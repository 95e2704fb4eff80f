"""Call again what may fail for a moment."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

T = TypeVar("T")


def backoff_delays(
    attempts: int, first: float = 0.5, factor: float = 2.0, jitter: float = 0.1
) -> Iterator[float]:
    if attempts < 1:
        raise ValueError("attempts must be positive")
    delay = first
    for _ in range(attempts - 1):
        yield delay * random.uniform(1 - jitter, 1 + jitter)
        delay *= factor


def retry(
    call: Callable[[], T],
    attempts: int = 3,
    *,
    on: tuple[type[Exception], ...] = (OSError,),
    sleep: Callable[[float], None] = time.sleep,
) -> T:
    for delay in backoff_delays(attempts):
        try:
            return call()
        except on:
            sleep(delay)
    return call()


async def retry_async(
    call: Callable[[], Awaitable[T]], attempts: int = 3, *, timeout: float | None = None
) -> T:
    last: Exception | None = None
    for delay in [*backoff_delays(attempts), 0.0]:
        try:
            return await asyncio.wait_for(call(), timeout)
        except (ConnectionError, TimeoutError) as error:
            last = error
            await asyncio.sleep(delay)
    raise RuntimeError(f"gave up after {attempts} attempts") from last
