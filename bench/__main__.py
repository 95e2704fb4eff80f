"""`make bench`: measure the editor's limits and print the table."""

from __future__ import annotations

import sys

from bench import editor
from bench.table import machine, markdown


def main() -> int:
    """Print the machine and the table; 1 when a limit is missed."""
    print(f"{machine()}\n", flush=True)
    rows = editor.measure(lambda what: print(f"measuring: {what}", file=sys.stderr, flush=True))
    print(markdown(rows))
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
