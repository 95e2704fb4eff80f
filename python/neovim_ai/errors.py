"""The one error that users see, translated once, where a library is called."""

from __future__ import annotations

import errno
from enum import StrEnum


class Kind(StrEnum):
    """What went wrong, in the words that tests, messages and the log share."""

    # what was asked
    USAGE = "usage"
    NO_TARGET = "no_target"
    NOT_PYTHON = "not_python"
    SYNTAX = "syntax"
    READ_ONLY = "read_only"
    STALE = "stale"
    GATE = "gate"
    # who answers
    NO_PROVIDER = "no_provider"
    CONSENT = "consent"
    PRIVATE = "private"
    AUTH = "auth"
    MODEL_MISSING = "model_missing"
    MODEL_DAMAGED = "model_damaged"
    QUOTA = "quota"
    RATE_LIMITED = "rate_limited"
    # how the answer came
    CONNECTION = "connection"
    TLS = "tls"
    TIMEOUT = "timeout"
    SERVER = "server"
    BAD_REQUEST = "bad_request"
    CONTEXT = "context"
    TRUNCATED = "truncated"
    REFUSED = "refused"
    FILTERED = "filtered"
    EMPTY = "empty"
    BAD_REPLY = "bad_reply"
    BUDGET = "budget"
    # this machine
    SETUP = "setup"
    DISK = "disk"
    MEMORY = "memory"
    SANDBOX = "sandbox"
    CANCELLED = "cancelled"
    INTERNAL = "internal"


class AiError(Exception):
    """One failure a user can act on.

    Attributes:
        kind: The class of the failure.
        message: What happened, one sentence, no traceback, no secret.
        hint: What to do next, one sentence; empty when there is nothing to do.
    """

    def __init__(self, kind: Kind, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


def is_of_memory(error: BaseException) -> bool:
    """Tell whether something failed because the system gives no more memory."""
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    no_thread = isinstance(error, RuntimeError) and "can't start new thread" in str(error)
    return isinstance(error, MemoryError) or no_thread


def no_memory() -> AiError:
    """Say that the system gives no more memory."""
    return AiError(
        Kind.MEMORY,
        "There is not enough memory left for that.",
        "Close something that takes much of it, then try again.",
    )
