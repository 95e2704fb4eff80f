"""Notes to measure with: real Markdown of this machine, grown by seeded recombination.

Real are the Markdown files that came with installed packages (Python, Node, Java, Rust, the
system's documentation) and the long descriptions of Python packages. Grown sections keep a real
heading and real paragraphs, drawn from all sections, so that words are as frequent as they are.
They lie in a cache directory, made once for a size and seed.
"""

from __future__ import annotations

import gzip
import os
import random
import re
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import platformdirs

from neovim_ai.notes.parse import parse

SEED = 7
PLACES = (
    "/usr/share/doc",
    "/usr/share/javascript",
    "/usr/lib/node_modules",
    "/usr/local/lib/node_modules",
    "/usr/lib/jvm",
    "/usr/lib/google-cloud-sdk",
    "/opt",
)
_IN_FOLDER = 1000


@dataclass(frozen=True)
class Corpus:
    """A folder of notes; `sections` is how many were asked for."""

    folder: Path
    sections: int

    def files(self) -> list[Path]:
        """Return its files."""
        return sorted(self.folder.rglob("*.md"))


def cache_folder() -> Path:
    """Return where corpora lie."""
    named = os.environ.get("NEOVIM_AI_BENCH_CACHE")
    return Path(named) if named else Path(platformdirs.user_cache_dir("neovim-ai-bench"))


def real() -> Corpus:
    """Return the real Markdown of this machine, one file each, exact copies left out."""
    folder = cache_folder() / "real"
    if not (folder / ".done").exists():
        seen: set[int] = set()
        number = 0
        for text in _real_texts():
            if hash(text) in seen or text.count("\n") < 3:
                continue
            seen.add(hash(text))
            path = folder / f"{number // _IN_FOLDER:03}" / f"{number:06}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            number += 1
        (folder / ".done").touch()
    return Corpus(folder, len(sections()))


@cache
def sections() -> tuple[tuple[str, str], ...]:
    """Return heading and body of every real section."""
    found = []
    for path in sorted((cache_folder() / "real").rglob("*.md")):
        for section in parse(path.read_bytes(), str(path)).sections:
            body = section.text.partition("\n")[2] if section.own else section.text
            if section.own and len(body.split()) >= 3:
                found.append((section.heading_path[-1], body.strip()))
    return tuple(found)


def grown(count: int, long_files: bool = False) -> Corpus:
    """Return a folder of that many sections, one a file or a thousand a file."""
    real()
    folder = cache_folder() / f"{'long' if long_files else 'short'}-{count}-{SEED}-closed"
    if not (folder / ".done").exists():
        per_file = _IN_FOLDER if long_files else 1
        dice = random.Random(SEED)
        paragraphs = [p for _, body in sections() for p in _paragraphs(body)]
        for number in range(0, count, per_file):
            made = [_section(dice, paragraphs) for _ in range(min(per_file, count - number))]
            path = folder / f"{number // _IN_FOLDER:04}" / f"{number:07}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(made), "utf-8")
        (folder / ".done").touch()
    return Corpus(folder, count)


def _section(dice: random.Random, paragraphs: list[str]) -> str:
    heading, _ = dice.choice(sections())
    body = "\n\n".join(dice.choice(paragraphs) for _ in range(dice.choice((1, 1, 2, 2, 3))))
    return f"# {heading}\n\n{body}\n"


def _paragraphs(body: str) -> Iterator[str]:
    """Split at blank lines outside of fences; headings within are not taken."""
    fence, gathered = "", list[str]()
    for line in [*body.splitlines(), ""]:
        mark = line.strip()[:3]
        if mark in ("```", "~~~") and fence in ("", mark):
            fence = "" if fence else mark
        if line.strip() or fence:
            gathered.append(line)
        elif gathered:
            text, gathered = "\n".join(gathered), []
            if len(text) < 2000 and _stands_alone(text):
                yield text


def _stands_alone(text: str) -> bool:
    """Tell whether headings after a paragraph stay headings: nothing in it is left open."""
    probe = parse(f"# a\n\n{text}\n\n# b\n".encode(), "probe").sections
    return [one.heading_path for one in probe] == [("a",), ("b",)]


def _real_texts() -> Iterator[str]:
    places = [*PLACES, sys.prefix, sys.base_prefix, sysconfig.get_paths()["purelib"]]
    done: set[Path] = set()
    for place in places:
        for path in sorted(Path(place).rglob("*")) if Path(place).is_dir() else ():
            where = path.resolve()
            if where in done:
                continue
            done.add(where)
            try:
                yield from _text(path)
            except OSError:
                continue


def _text(path: Path) -> Iterator[str]:
    name = path.name.lower()
    if name.endswith((".md", ".markdown")):
        yield path.read_text("utf-8", "replace")
    elif name.endswith(".md.gz"):
        yield gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
    elif name == "metadata" and path.parent.name.endswith(".dist-info"):
        head, _, body = path.read_text("utf-8", "replace").partition("\n\n")
        if re.search(r"^Description-Content-Type: text/markdown", head, re.M):
            yield body
