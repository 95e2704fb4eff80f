"""How much ordinary code is taken for a secret, and how fast it is looked through.

The functions are those of the standard library and of all installed packages; what is hidden in
one of them is a false positive unless it is shown to be a real key, so each is printed. Beside the
speed stands what a search for the fixed beginnings alone costs, on the same texts.
"""

from __future__ import annotations

import argparse
import ast
import re
import sysconfig
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.table import Row, markdown
from neovim_ai.redaction.placeholders import found

LIMIT = 0.1
"""Percent of functions in which something may be hidden."""

_PLAIN = re.compile(r"(?:AKIA|ghp_|github_pat_|glpat-|sk-|xox[bp]-|AIza|hf_|npm_|pypi-)[\w-]{16,}")


def functions() -> Iterator[tuple[str, str]]:
    """Yield names and texts of all functions that parse, this project's own left out."""
    for folder in {sysconfig.get_path("stdlib"), sysconfig.get_path("purelib")}:
        for path in sorted(Path(folder).rglob("*.py")):
            if "neovim_ai" not in path.parts:
                yield from _of(path)


def _of(path: Path) -> Iterator[tuple[str, str]]:
    try:
        text = path.read_text("utf-8")
        tree = ast.parse(text)
    except (SyntaxError, ValueError, OSError, RecursionError):
        return
    lines = text.splitlines(keepends=True)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = "".join(lines[node.lineno - 1 : node.end_lineno])
            yield f"{path.parent.name}/{path.name}:{node.lineno} {node.name}", body


def main(arguments: Sequence[str] | None = None) -> bool:
    """Print the table and each false positive; True when there are too many."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="look at each n-th function alone")
    every = parser.parse_args(arguments).every
    texts = list({body: name for name, body in functions()}.items())[::every]
    size = sum(len(body) for body, _ in texts) / 1e6
    began = time.perf_counter()
    hits = [(name, [one.kind for one in found(body)]) for body, name in texts]
    ours = time.perf_counter() - began
    began = time.perf_counter()
    for body, _ in texts:
        _PLAIN.findall(body)
    plain = time.perf_counter() - began
    wrong = [(name, kinds) for name, kinds in hits if kinds]
    share = 100 * len(wrong) / len(texts)
    rows = [
        Row(
            "functions with something taken for a secret",
            f"< {LIMIT}%",
            f"{len(wrong)} of {len(texts)} = {share:.3f}%",
            "standard library and installed packages",
            share < LIMIT,
        ),
        Row(
            "code looked through",
            "-",
            f"{size / ours:.1f} MB/s ({size:.1f} MB)",
            f"ten fixed beginnings alone: {size / plain:.1f} MB/s",
            True,
        ),
    ]
    print(markdown(rows))
    for name, kinds in wrong:
        print(f"- {name}: {', '.join(kinds)}")
    return share >= LIMIT


if __name__ == "__main__":
    raise SystemExit(main())
