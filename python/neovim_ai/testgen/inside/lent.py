"""What is lent to a project that lacks it: pytest and coverage, and nothing else.

Our whole site-packages on `sys.path` would make imports work that fail on the user's machine.
"""

from __future__ import annotations

import importlib.machinery
import sys
from importlib.abc import MetaPathFinder
from typing import Any, Optional, Sequence

NAMES = frozenset(
    {
        "pytest",
        "_pytest",
        "py",
        "pluggy",
        "iniconfig",
        "packaging",
        "pygments",
        "coverage",
        "exceptiongroup",
        "tomli",
        "typing_extensions",
    }
)


class Lender(MetaPathFinder):
    """Finds the lent packages where nothing else did; stands last on `sys.meta_path`."""

    def __init__(self, folders: Sequence[str]) -> None:
        self.folders = list(folders)

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Optional[Any]:
        """Find a top-level package by name in the lent folders."""
        if path is not None or fullname not in NAMES:
            return None
        return importlib.machinery.PathFinder.find_spec(fullname, self.folders, target)


def lend(folders: Sequence[str]) -> None:
    """Offer the packages in these folders to whoever lacks them."""
    sys.meta_path.append(Lender(folders))
