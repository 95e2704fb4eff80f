"""Contradictions with the code, judged without knowing who wrote what.

    python -m bench.docs --rows ours "docstring only" --save answers.jsonl
    python -m bench.blind sheet answers.jsonl       50 docstrings, shuffled, each with its code
    python -m bench.blind count answers.jsonl       what the verdicts say, with rows

A person reads the sheet and writes a line for each docstring into `blind_verdicts.tsv`: its number,
how many of its statements the code refutes, and which. Vague, short or missing texts are no
contradictions. Half the sheet is ours, half a peer's, on the same functions.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from neovim_ai.source import context, target
from neovim_ai.source.text import SourceText

VERDICTS = Path(__file__).with_name("blind_verdicts.tsv")
PEER = "docstring only"


@dataclass(frozen=True)
class Entry:
    """One docstring on the sheet."""

    function: str
    row: str
    docstring: str


@dataclass(frozen=True)
class Verdict:
    """What a person found: statements that the code refutes, and which."""

    number: int
    refuted: int
    which: str


def entries(path: Path, count: int, seed: int, peer: str = PEER) -> list[Entry]:
    """Draw functions that both rows answered, and shuffle their docstrings.

    Args:
        path: Answers that `bench.docs --save` wrote.
        count: Docstrings, half of them ours.
        seed: Of the draw and of the shuffle.
        peer: The other row.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    answers = [json.loads(line) for line in lines]
    found = {(a["function"], a["row"]): a["reply"]["docstring"] for a in answers}
    names = sorted({a["function"] for a in answers})
    both = [n for n in names if found.get((n, "ours")) and found.get((n, peer))]
    dice = random.Random(seed)
    drawn = dice.sample(both, min(count // 2, len(both)))
    sheet = [Entry(name, row, found[name, row]) for name in drawn for row in ("ours", peer)]
    dice.shuffle(sheet)
    return sheet


def sheet(drawn: Sequence[Entry]) -> str:
    """Return what is judged: numbers, code and docstrings, no rows."""
    parts = []
    for number, entry in enumerate(drawn, 1):
        name = entry.function.rpartition("/")[2]
        parts.append(f"## {number} {name}\n\n```python\n{_code(entry)}\n```\n\n{entry.docstring}\n")
    return "\n".join(parts)


def _code(entry: Entry) -> str:
    path, _, qualname = entry.function.partition("::")
    source = SourceText.from_bytes(Path(path).read_bytes(), Path(path))
    found = target.by_qualname(source, qualname)
    return context.gather(source, found, target.definitions(source)).definition


def verdicts(path: Path = VERDICTS) -> list[Verdict]:
    """Read what was found."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [Verdict(int(r["number"]), int(r["refuted"]), r["which"]) for r in rows]


def counted(drawn: Sequence[Entry], judged: Sequence[Verdict]) -> str:
    """Return contradictions by row, and each of them."""
    found = {verdict.number: verdict for verdict in judged}
    missing = [n for n in range(1, len(drawn) + 1) if n not in found]
    if missing:
        raise ValueError(f"No verdict for {missing}.")
    lines = ["| row | docstrings | with a contradiction | contradictions |", "|---|---|---|---|"]
    for row in dict.fromkeys(entry.row for entry in drawn):
        refuted = [found[n].refuted for n, entry in enumerate(drawn, 1) if entry.row == row]
        some = sum(1 for count in refuted if count)
        lines.append(f"| {row} | {len(refuted)} | {some} | {sum(refuted)} |")
    lines.append("")
    for number, entry in enumerate(drawn, 1):
        if found[number].refuted:
            name = entry.function.rpartition("/")[2]
            lines.append(f"- {entry.row}, {name}: {found[number].which}")
    return "\n".join(lines)


def main(words: Sequence[str] | None = None) -> int:
    """Print the sheet, or what the verdicts on it say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("sheet", "count"))
    parser.add_argument("answers", type=Path)
    parser.add_argument("--count", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args(words)
    drawn = entries(arguments.answers, arguments.count, arguments.seed)
    print(sheet(drawn) if arguments.what == "sheet" else counted(drawn, verdicts()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
