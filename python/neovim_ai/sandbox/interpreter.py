"""What must be readable for an interpreter to work: asked from the interpreter itself."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from neovim_ai.errors import AiError, Kind

ASKING_S = 20.0

# Runs in the user's own environment, whatever its version: old syntax, nothing but the library.
_QUESTION = r"""
import json, os, sys
found = [sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix] + sys.path
try:
    from importlib.metadata import distributions
except ImportError:
    distributions = lambda: []
for dist in distributions():
    try:
        told = json.loads(dist.read_text("direct_url.json") or "{}")
    except Exception:
        continue
    if told.get("dir_info", {}).get("editable") and told.get("url", "").startswith("file://"):
        from urllib.parse import urlparse
        from urllib.request import url2pathname
        found.append(url2pathname(urlparse(told["url"]).path))
found.append(os.path.dirname(os.path.dirname(getattr(sys, "_base_executable", "") or "")))
print(json.dumps([sys.executable] + [path for path in found if path and os.path.isabs(path)]))
"""


async def readable_for(executable: Path, project: Path | None = None) -> tuple[Path, ...]:
    """Return the paths a job of this interpreter must be able to read.

    These are the interpreter by each name its links go through, its prefixes, what is on its
    path (so the targets of `.pth` files too) and the folders of packages installed editable. The
    answer is remembered until the interpreter or its packages change.

    Args:
        executable: The interpreter as it is called: `.venv/bin/python`, not what that links to.
        project: A folder that is left out, for it will be shown as a copy.

    Raises:
        AiError: `sandbox` when it does not answer.
    """
    named = Path(os.path.abspath(executable))  # noqa: PTH100 - resolve() would follow the links
    found = await asyncio.to_thread(_asked, named, _stamp(named))
    return tuple(path for path in found if path != project)


async def actual(executable: Path) -> Path:
    """Return the interpreter that a name leads to: `python3` may be a script that chooses one.

    Such a script (pyenv's and asdf's) needs files that a job does not see. An environment's
    interpreter is returned as it is named.

    Raises:
        AiError: `sandbox` when it does not answer.
    """
    named = Path(os.path.abspath(executable))  # noqa: PTH100 - as above
    found = await asyncio.to_thread(_asked, named, _stamp(named))
    told = next((path for path in found if path.name.startswith("python")), named)
    return told if named.resolve() != told.resolve() else named


@lru_cache(maxsize=32)
def _asked(executable: Path, _stamp: tuple[float, ...]) -> tuple[Path, ...]:
    try:
        asked = subprocess.run(
            [str(executable), "-c", _QUESTION],
            cwd="/",
            capture_output=True,
            timeout=ASKING_S,
            check=True,
            stdin=subprocess.DEVNULL,
        )
        answer = json.loads(asked.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        raise AiError(
            Kind.SANDBOX,
            f"The interpreter {executable} does not run.",
            "Set g:neovim_ai_python or activate the project's environment.",
        ) from error
    named = [*(Path(path) for path in answer), *_hops(executable)]
    both = [path for name in named for path in (name, name.resolve())]
    return tuple(path for path in dict.fromkeys(both) if path.exists())


def _hops(executable: Path) -> Iterator[Path]:
    """Yield the interpreter under each name: a link may go through folders that are links."""
    seen: set[Path] = set()
    while executable not in seen:
        seen.add(executable)
        yield executable
        if executable.is_symlink():
            executable = Path(os.path.abspath(executable.parent / executable.readlink()))  # noqa: PTH100


def _stamp(executable: Path) -> tuple[float, ...]:
    """Return times that change with the interpreter and with what is installed for it."""
    prefix = executable.parent.parent
    packages = prefix.glob("lib/python*/site-packages")
    watched = [executable.resolve(), prefix / "pyvenv.cfg", *sorted(packages)]
    return tuple(path.stat().st_mtime for path in watched if path.exists())
