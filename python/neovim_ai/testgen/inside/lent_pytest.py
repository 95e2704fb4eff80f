"""Plain pytest, lent to a project that has none."""

from __future__ import annotations

import os
import sys

from . import lent


def main() -> int:
    """Run pytest with the arguments that follow the lent folders."""
    lent.lend(sys.argv[1].split(os.pathsep))
    del sys.argv[1]
    sys.path.insert(0, os.getcwd())
    import pytest

    return int(pytest.main(sys.argv[1:]))
