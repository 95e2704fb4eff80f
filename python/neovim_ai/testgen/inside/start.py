"""The first file that runs in the sandbox: load this folder as a package, leave no path behind."""

from __future__ import annotations

import importlib.util
import os
import sys

NAME = "_neovim_ai_inside"
"""A name that no project uses; `inside` alone would hide a project's own module."""


def load() -> None:
    """Make this folder importable as `NAME` without putting anything on `sys.path`."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [entry for entry in sys.path if entry not in ("", here)]
    spec = importlib.util.spec_from_file_location(
        NAME, here + "/__init__.py", submodule_search_locations=[here]
    )
    if spec is None or spec.loader is None:
        raise ImportError(here)
    package = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    load()
    program = importlib.import_module(f"{NAME}.{sys.argv[1]}")
    del sys.argv[1]
    sys.exit(program.main())
