"""Safety over real functions: slots filled with hostile text, every file checked anew.

Most docstrings are removed first; the others are kept, so that updates are tried as well. Files
come with CRLF, tabs, Latin-1, a byte-order mark or form feeds, as real projects have them.

    python -m bench.corpus --count 500            a seeded sample
    python -m bench.corpus --count 0              every function there is
    python -m bench.corpus --part 2/4 --tally F   a quarter of the files, added to the counts in F
    python -m bench.corpus --control              what the checks say of edits that do harm
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from bench import devset
from bench.corpus_check import complaint
from bench.corpus_text import HOSTILE, VARIANTS, varied
from neovim_ai.docs import clean, wishes
from neovim_ai.docs.compose import Subject, compose, study
from neovim_ai.docs.engine import require_sound
from neovim_ai.docs.fallback import fallback
from neovim_ai.docs.house import detect
from neovim_ai.docs.model import House, Slot, Style
from neovim_ai.docs.wishes import Wishes
from neovim_ai.errors import AiError
from neovim_ai.settings import DocSettings
from neovim_ai.source import target
from neovim_ai.source.model import Definition
from neovim_ai.source.text import Edit, SourceText, Span

Names = list[tuple[str, int]]
# Functions that share one variant of their file: parsing it takes longer than what is tried in it.
_TOGETHER = 12
_KEPT = 0.3


@dataclass
class Tally:
    """Counts of one run."""

    asked: int = 0
    proposed: int = 0
    updates: int = 0
    complete: int = 0
    variants: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    crashed: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count what another run counted."""
        self.asked += other.asked
        self.proposed += other.proposed
        self.updates += other.updates
        self.complete += other.complete
        self.variants += other.variants
        self.refused += other.refused
        self.wrong += other.wrong
        self.crashed += other.crashed


@dataclass(frozen=True)
class Wanted:
    """What is tried in every file; `harm` breaks each edit, to see that the checks see it."""

    seed: int
    harm: bool = False


def main() -> int:
    """Run over the corpus and print the counts; 1 if anything but a docstring changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", default="1/1", metavar="N/OF")
    parser.add_argument("--tally", type=Path, help="add the counts to those in a file")
    parser.add_argument("--jobs", type=int, default=min(os.cpu_count() or 1, 8))
    parser.add_argument("--control", action="store_true", help="harm each edit: all must be seen")
    arguments = parser.parse_args()
    began, tally = time.monotonic(), Tally()
    part, parts = map(int, arguments.part.split("/"))
    chosen = _chosen(arguments.count, arguments.seed)[part - 1 :: parts]
    for one in _tallies(chosen, Wanted(arguments.seed, arguments.control), arguments.jobs):
        tally.add(one)
    if arguments.tally:
        tally = _kept(arguments.tally, tally)
    _print(tally, time.monotonic() - began)
    if arguments.control:
        missed = tally.proposed - len(tally.wrong)
        print(f"control: {len(tally.wrong)} of {tally.proposed} harmful edits were seen")
        return 1 if missed else 0
    return 1 if tally.wrong or tally.crashed else 0


def _chosen(count: int, seed: int) -> list[tuple[Path, Names]]:
    everything = [
        (path, d.qualname, d.ordinal) for path in devset.files() for _, d in devset.functions(path)
    ]
    random.Random(seed).shuffle(everything)
    by_file: dict[Path, Names] = {}
    for path, qualname, ordinal in everything[: count or None]:
        by_file.setdefault(path, []).append((qualname, ordinal))
    # The longest first, so that no process is left with them at the end.
    return sorted(by_file.items(), key=lambda one: (-len(one[1]), one[0]))


def _tallies(chosen: Sequence[tuple[Path, Names]], wanted: Wanted, jobs: int) -> Iterator[Tally]:
    work = partial(_file, wanted)
    if jobs < 2:
        yield from map(work, chosen)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(work, chosen)


def _file(wanted: Wanted, chosen: tuple[Path, Names]) -> Tally:
    path, names = chosen
    tally, dice = Tally(), random.Random(f"{wanted.seed}{path.name}")
    original = SourceText.from_bytes(path.read_bytes(), path)
    for at in range(0, len(names), _TOGETHER):
        some, keep = names[at : at + _TOGETHER], dice.random() < _KEPT
        variant = dice.choice(VARIANTS)
        source = varied(original, variant)
        source = source if keep else _bare(source, some)
        house = detect(source, None, DocSettings(style=dice.choice(_STYLES)))
        for name in some:
            tally.asked += 1
            tally.variants[variant] += 1
            _tried(source, name, house, tally, dice, wanted)
    return tally


_STYLES = ("auto", *Style)
# Examples have to run; everything below them is text.
_LEVELS = (wishes.REQUIRED, wishes.DESCRIBED, wishes.ATTRIBUTES)


def _bare(source: SourceText, names: Names) -> SourceText:
    """Take the docstrings of some functions out."""
    wanted = set(names)
    found = [d for d in target.definitions(source) if (d.qualname, d.ordinal) in wanted]
    edits = [edit for one in found if (edit := devset.removal(source, one))]
    return source.apply(edits)


def _tried(
    source: SourceText,
    name: tuple[str, int],
    house: House,
    tally: Tally,
    dice: random.Random,
    wanted: Wanted,
) -> None:
    place = f"{source.path}::{name[0]}"
    try:
        found = target.by_qualname(source, *name)
        require_sound(found)
        _one(source, found, house, tally, dice, wanted)
    except AiError as error:
        tally.refused[f"{error.kind}: {error.message[:60]}"] += 1
    except Exception as error:  # noqa: BLE001 - a crash is a result here, and is counted
        tally.crashed.append(f"{place}: {type(error).__name__}: {error}")


def _one(
    source: SourceText,
    found: Definition,
    house: House,
    tally: Tally,
    dice: random.Random,
    wanted: Wanted,
) -> None:
    subject = study(source, found, house, Wishes(detail=dice.choice(_LEVELS)))
    if not subject.missing:
        tally.complete += 1
        return
    texts = {slot.key: _text(slot, subject, dice) for slot in subject.missing}
    composed = compose(subject, texts)
    if composed is None or composed.failed:
        saw = composed.failed[0] if composed else None
        tally.refused[f"gate {saw.name}: {saw.saw[:60]}" if saw else "nothing to add"] += 1
        return
    tally.proposed += 1
    tally.updates += subject.existing is not None
    after = source.apply([composed.edit])
    after = _harmed(after, found, dice) if wanted.harm else after
    said = complaint(source, after, found)
    if said:
        tally.wrong.append(f"{source.path}::{found.qualname}: {said}")


def _harmed(after: SourceText, definition: Definition, dice: random.Random) -> SourceText:
    """Do what must not be done: touch the code, the white space around, or a person's words."""
    now = target.by_qualname(after, definition.qualname, definition.ordinal)
    if definition.docstring is not None and now.docstring is not None and dice.random() < 0.5:
        letters = list(re.finditer(rb"[A-Za-z]", after.utf8[now.docstring.start + 4 :]))
        at = now.docstring.start + 4 + letters[0].start()
        return after.apply([Edit(Span(at, at + 1), "")])
    at = dice.choice((now.header.start, now.header.end - 1, len(after.utf8)))
    return after.apply([Edit(Span(at, at), "# \n" if at == len(after.utf8) else "  ")])


def _text(slot: Slot, subject: Subject, dice: random.Random) -> str:
    text = clean.clean(
        slot, dice.choice(HOSTILE), subject.facts, subject.source.text, subject.definition
    )
    return text or fallback(slot, subject.facts, subject.definition)


def _kept(path: Path, tally: Tally) -> Tally:
    """Add the counts to those of the runs before, and keep the sum."""
    if path.exists():
        before = json.loads(path.read_text("utf-8"))
        for name in ("variants", "refused"):
            before[name] = Counter(before[name])
        tally.add(Tally(**before))
    path.write_text(json.dumps(vars(tally)), "utf-8")
    return tally


def _print(tally: Tally, seconds: float) -> None:
    offered = tally.asked - tally.complete
    print(f"corpus: {devset.describe()}")
    print(f"functions   {tally.asked}, of which {tally.complete} lacked nothing")
    print(f"variants    {', '.join(f'{k!r} {n}' for k, n in sorted(tally.variants.items()))}")
    share = tally.proposed / max(offered, 1)
    print(f"proposed    {tally.proposed} ({share:.2%}), {tally.updates} of them updates")
    print(f"changed     {len(tally.wrong)} beyond the docstring")
    print(f"crashes     {len(tally.crashed)}")
    for reason, count in tally.refused.most_common():
        print(f"refused     {count:5}  {reason}")
    for line in [*tally.wrong, *tally.crashed][:40]:
        print(f"!! {line}")
    print(f"{seconds:.1f} s")


if __name__ == "__main__":
    raise SystemExit(main())
