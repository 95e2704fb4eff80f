"""What a process leaves when it dies: its standard error, without secrets, and no core file."""

from __future__ import annotations

import sys
from typing import TextIO

_LONGEST = 64_000  # characters without a line's end that are kept waiting for it


class _Redacted:
    """Writes lines to a stream once they are whole, secrets left out of them."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._rest = ""

    def write(self, text: str) -> int:
        """Take some text; its last line waits for its end, since a secret may be cut in two."""
        self._rest += text
        whole, _, rest = self._rest.rpartition("\n")
        if whole:
            self._rest = rest
            self._put(f"{whole}\n")
        elif len(rest) > _LONGEST:
            self.flush()
        return len(text)

    def flush(self) -> None:
        """Write what waits too."""
        rest, self._rest = self._rest, ""
        self._put(rest)
        self._stream.flush()

    def _put(self, text: str) -> None:
        from neovim_ai import log

        self._stream.write(log.redact(text))

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


def redact_stderr() -> None:
    """Let nothing that Python itself writes to standard error hold a secret from now on.

    A traceback ends with the message of its error, which may quote code; the editor keeps the
    host's last lines for `:AiLog`.
    """
    if not isinstance(sys.stderr, _Redacted):
        sys.stderr = _Redacted(sys.stderr)


def leave_no_core() -> None:
    """Let a crash write no copy of this process's memory, in which keys stand as they are."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
