"""What may be spent on a server that is not this machine: per request and per day, in tokens.

The day's sum is shared by all editors and command lines of a user, in a small database of the state
directory; each adds to it in one step, so that none overwrites another's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from neovim_ai import log
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.model import Usage
from neovim_ai.paths import state_dir
from neovim_ai.settings import BudgetSettings

_BUSY_SECONDS = 5.0


@dataclass(frozen=True)
class Spending:
    """The limits of a user and what has been spent of them.

    Attributes:
        limits: What the user has set; 0 is no limit.
        file: The database.
    """

    limits: BudgetSettings
    file: Path

    @classmethod
    def of(cls, limits: BudgetSettings) -> Spending:
        """Return the user's spending under these limits."""
        return cls(limits, state_dir() / "spending.sqlite")

    def require(self, tokens: int) -> None:
        """Refuse a request that would go over a limit.

        Args:
            tokens: What it may take at most: its prompt and the longest answer.

        Raises:
            AiError: `budget`, naming the limit and how to change it.
        """
        most = self.limits.request
        if most and tokens > most:
            raise AiError(
                Kind.BUDGET,
                f"This request may take {tokens} tokens; budget.request allows {most}.",
                "Raise it, or lower max_prompt_tokens.",
            )
        day = self.limits.day
        if day and (spent := self.today()) + tokens > day:
            raise AiError(
                Kind.BUDGET,
                f"Today's budget would be passed: {spent} of {day} tokens are spent, "
                f"this takes up to {tokens}.",
                "Raise budget.day, or use the local model (:AiModel).",
            )

    def left_today(self) -> int | None:
        """Return the tokens that today's budget has left; None where none is set.

        Raises:
            AiError: `disk` when what was spent cannot be read.
        """
        return max(self.limits.day - self.today(), 0) if self.limits.day else None

    def add(self, usage: Usage) -> None:
        """Note what a request took; a database that cannot be written costs the note alone."""
        tokens = usage.prompt_tokens + usage.completion_tokens
        with self._noted(), closing(self._open()) as base, base:
            base.execute(
                "INSERT INTO spent (day, tokens) VALUES (?, ?)"
                " ON CONFLICT (day) DO UPDATE SET tokens = tokens + excluded.tokens",
                (_today(), tokens),
            )
            base.execute("DELETE FROM spent WHERE day < date(?, '-31 days')", (_today(),))

    def today(self) -> int:
        """Return the tokens spent since midnight, local time.

        Raises:
            AiError: `disk` when a limit is set and what was spent cannot be read: then nothing
                more is spent.
        """
        try:
            with closing(self._open()) as base:
                row = base.execute("SELECT tokens FROM spent WHERE day = ?", (_today(),)).fetchone()
        except (sqlite3.Error, OSError) as error:
            raise AiError(
                Kind.DISK,
                f"What was spent today cannot be read ({error}).",
                f"Remove {self.file}, or set budget.day to 0.",
            ) from error
        return int(row[0]) if row else 0

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            log.warn(f"{self.file.name} could not be written: {error}")

    def _open(self) -> sqlite3.Connection:
        base = sqlite3.connect(self.file, timeout=_BUSY_SECONDS)
        base.execute("CREATE TABLE IF NOT EXISTS spent (day TEXT PRIMARY KEY, tokens INTEGER)")
        return base


def _today() -> str:
    return date.today().isoformat()
