"""Which environment variables a job may see: a short list, and what the user adds to it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

SAFE = ("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_NUMERIC", "LC_TIME", "TZ", "PYTHONUTF8")

HOME = "/tmp/home"  # noqa: S108 - inside a job /tmp is its own
PATH = "/usr/local/bin:/usr/bin:/bin"


def allowed(names: Iterable[str] = (), source: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the variables of this process that a job may see.

    Args:
        names: What the user allows beside `SAFE`: the setting `tests.env`.
        source: Where from; this process's own environment when None.
    """
    found = os.environ if source is None else source
    return {name: found[name] for name in (*SAFE, *names) if name in found}


def completed(env: Mapping[str, str], home: str = HOME, temporary: str = "/tmp") -> dict[str, str]:  # noqa: S108
    """Return a job's environment with what every program expects, the sandbox's own folders."""
    quiet = {"PYTHONDONTWRITEBYTECODE": "1", "NO_COLOR": "1", "PATH": PATH}
    return {**quiet, **env, "HOME": home, "TMPDIR": temporary}
