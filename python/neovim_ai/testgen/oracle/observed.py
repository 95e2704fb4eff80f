"""What a test asserts that pins what the code did."""

from __future__ import annotations

from neovim_ai.testgen.model import Ending, Expectation, Outcome, Provenance, Source

_LONGEST_MESSAGE = 60


def expectation(outcome: Outcome, *, own: bool = True) -> Expectation | None:
    """Return what can be pinned of an outcome; None when nothing can.

    Args:
        outcome: What a call did.
        own: An exception is raised by the subject's own code, whose message is its own too; the
            texts of Python's own exceptions change from version to version.
    """
    if outcome.ending is Ending.RAISED:
        match = outcome.message if own and outcome.stable else ""
        return _pinned(Ending.RAISED, type=outcome.type, match=readable(match))
    if outcome.ending not in (Ending.RETURNED, Ending.YIELDED):
        return None
    value = outcome.value if outcome.stable else ""
    checks = outcome.checks if not value or value == "None" else ()
    stdout = outcome.stdout if outcome.stdout and outcome.stable else None
    if not value and not checks and stdout is None:
        return None
    if value == "None" and (checks or stdout is not None):
        value = ""
    return _pinned(outcome.ending, value=value, checks=checks, stdout=stdout)


def readable(message: str) -> str:
    """Return the part of a message that a test matches: its beginning, up to a whole word."""
    if not message.isprintable():
        return ""
    if len(message) <= _LONGEST_MESSAGE:
        return message
    return message[:_LONGEST_MESSAGE].rpartition(" ")[0]


def _pinned(
    ending: Ending,
    *,
    value: str = "",
    type: str = "",  # noqa: A002 - the field's own name
    match: str = "",
    checks: tuple[str, ...] = (),
    stdout: str | None = None,
) -> Expectation:
    return Expectation(
        Provenance.OBSERVED,
        Source.RUN,
        ending,
        value=value,
        type=type,
        match=match,
        checks=checks,
        stdout=stdout,
    )
