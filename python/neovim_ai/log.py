"""The one log: a private file in which no secret stands and whose failure breaks nothing."""

from __future__ import annotations

import logging
import os
import re
import sys
from collections.abc import Set as AbstractSet
from logging.handlers import RotatingFileHandler
from pathlib import Path

from neovim_ai.paths import state_dir
from neovim_ai.redaction.formats import known

HIDDEN = "[hidden]"
MOST_BYTES = 1_000_000

# Servers shorten the keys they complain of, so that these are looser than the formats.
_SHAPES = re.compile(
    r"(?i:bearer)\s+[\w.~+/=-]{8,}"
    r"|\b(?:sk|pk|rk)-[A-Za-z0-9_*-]{8,}"
    r"|\b(?:gh[pousr]_|github_pat_|glpat-|hf_|xox[abpr]-|AKIA|AIza)[\w-]{12,}"
)
_USERINFO = re.compile(r"(?<=://)[^\s/@]+@")


def path() -> Path:
    """Return the file's place."""
    return state_dir() / "neovim-ai.log"


def hide(secret: str) -> None:
    """Keep a secret out of everything that is logged or redacted from now on."""
    if len(secret) >= 4:
        _sink().secrets |= {secret}


def redact(text: str) -> str:
    """Return a text without known secrets and without what looks like one."""
    return redacted(text, _sink().secrets)


def redacted(text: str, secrets: AbstractSet[str]) -> str:
    """Return a text without these secrets and without what looks like one."""
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    for shape in {text[found.start : found.end] for found in known(text)}:
        text = text.replace(shape, HIDDEN)
    return _USERINFO.sub(f"{HIDDEN}@", _SHAPES.sub(HIDDEN, text))


def warn(message: str) -> None:
    """Note something that went wrong without ending anything."""
    _logger().warning(message)


def info(message: str) -> None:
    """Note something that happened."""
    _logger().info(message)


def failure(message: str, error: BaseException) -> None:
    """Note an error with its traceback."""
    _logger().error(message, exc_info=error)


def _logger() -> logging.Logger:
    logger = logging.getLogger("neovim_ai")
    _sink()
    return logger


def _sink() -> _Sink:
    """Return the handler for today's state directory; `logging` itself keeps it."""
    logger = logging.getLogger("neovim_ai")
    file = path()
    old = [h for h in logger.handlers if isinstance(h, _Sink)]
    if old and Path(old[0].baseFilename) == file:
        return old[0]
    sink = _Sink(file)
    for stale in old:
        sink.secrets |= stale.secrets
        logger.removeHandler(stale)
        stale.close()
    logger.addHandler(sink)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    return sink


class _Sink(RotatingFileHandler):
    """A rotating file of two halves that hides secrets and gives up quietly."""

    def __init__(self, file: Path) -> None:
        super().__init__(file, maxBytes=MOST_BYTES, backupCount=1, encoding="utf-8", delay=True)
        self.secrets: frozenset[str] = frozenset()
        self.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))

    def _open(self):  # type: ignore[no-untyped-def]  # the base class's own stream type is private
        flags = os.O_APPEND | os.O_CREAT | os.O_WRONLY
        handle = os.open(self.baseFilename, flags, 0o600)
        return os.fdopen(handle, "a", encoding="utf-8", errors="backslashreplace")

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record), self.secrets)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: ARG002, N802 - logging's name
        # a full disk must not break the job whose failure we meant to note
        if self.stream:
            self.stream = None
        sys.exc_info()
