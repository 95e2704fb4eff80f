"""`make bench`: what the editor pays, what drift finds, how good docstrings are; then the tables.

Samples, where the whole takes longer; `make bench-full` runs the whole.
"""

from __future__ import annotations

import argparse
import sys

from bench import (
    cancelling,
    docs,
    drift,
    editor,
    growth,
    notes,
    notes_ask,
    notes_quality,
    oracle,
    recovery,
    sandbox,
    secrets,
    testgen,
    whole_file,
)
from bench.table import machine, markdown
from neovim_ai.llm.local import catalogue

SAMPLE, WHOLE = 12, 100


def main() -> int:
    """Print the machine and the tables; 1 when a limit is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="everything, not samples")
    full = parser.parse_args().full
    print(f"{machine()}\n", flush=True)
    rows = editor.measure(lambda what: print(f"measuring: {what}", file=sys.stderr, flush=True))
    print(markdown(rows), flush=True)
    print("\n## Recovery and cancelling\n", flush=True)
    slow = recovery.main([] if full else ["--count", "20"])
    slow = cancelling.main([] if full else ["--count", "10"]) or slow
    print("\n## Sandbox\n", flush=True)
    sandbox.main([] if full else ["--runs", "8"])
    print("\n## Secrets\n", flush=True)
    leaky = secrets.main(["--every", "4" if full else "60"])
    print("\n## Drift\n", flush=True)
    missed = drift.main([] if full else ["--files", "400"]) or leaky
    print("\n## Notes\n", flush=True)
    missed = notes.main([] if full else ["--queries", "20"]) or missed
    if full:
        missed = notes.main(["--sections", "1000000", "--long"]) or missed
    missed = notes_quality.main(["--public"]) or missed
    print("\n## How cost grows\n", flush=True)
    growth.main([] if full else ["--sections", "1000", "3000", "10000"])
    print("\n## Tests\n", flush=True)
    has_model = catalogue.chosen() is not None
    missed = testgen.main(_testgen(full, has_model)) or missed
    told = oracle.main(["--count", str(oracle.WHOLE if full else oracle.SAMPLE), "--seconds", "2"])
    missed = told or missed
    print("\n## Docstrings of the local model\n", flush=True)
    if not has_model:
        print("No local model is pulled: `neovim-ai model pull`, then run this again.")
    else:
        missed = docs.main(["--count", str(WHOLE if full else SAMPLE)]) or missed
        print("\n## A whole file, local model\n", flush=True)
        missed = whole_file.main([] if full else ["--count", "4", "--passes", "1"]) or missed
        print("\n## Answers from notes, local model\n", flush=True)
        unverified = notes_ask.main([] if full else ["--half", "measure"])
        missed = missed or unverified
    return 1 if missed or slow or not all(row.met for row in rows) else 0


def _testgen(full: bool, has_model: bool) -> list[str]:
    """Return the arguments: all of it, or two subjects in short; rows that need no model alone."""
    rows = list(testgen.ROWS if has_model else testgen.ROWS_ALONE)
    sample = ["--subjects", "pysnooper.utils", "sty.primitive", "--budget", "60", "--mutants", "15"]
    return ["--rows", *rows, *(["--full"] if full else sample)]


if __name__ == "__main__":
    sys.exit(main())
