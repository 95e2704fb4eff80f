"""How often the right section stands first: own queries on one person's notes, and a public corpus.

The person's notes are given by a path; the public corpus is the Markdown of installed packages and
of the system's documentation. There the words of a query are drawn from the section that answers.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import notes_corpus
from bench.notes_corpus import Corpus
from bench.notes_queries import Question, questions
from neovim_ai.notes import words as w
from neovim_ai.notes.client import SharedNotes, open_notes
from neovim_ai.notes.model import Embeddings
from neovim_ai.notes.process.server import Config

LIMIT = 5


def main(words: Sequence[str] | None = None) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=Path, default=os.environ.get("NEOVIM_AI_NOTES"))
    parser.add_argument("--public", action="store_true", help="the Markdown of this machine")
    parser.add_argument("--half", choices=("tune", "measure"))
    parser.add_argument("--missed", action="store_true", help="list what was not first")
    parser.add_argument("--ranker", default="", help="impact or fts; the best without")
    parser.add_argument("--embeddings", default="", help="base_url of a server of embeddings")
    parser.add_argument("--model", default="", help="its model")
    arguments = parser.parse_args(words)
    if not arguments.notes and not arguments.public:
        parser.error("give --notes PATH or set NEOVIM_AI_NOTES, or give --public")
    if arguments.public:
        corpus = notes_corpus.real()
        with own_directories():
            asyncio.run(_public(corpus, arguments))
    if arguments.notes:
        with own_directories():
            asyncio.run(_own(arguments))
    return 0


@contextmanager
def own_directories() -> Iterator[Path]:
    """Let a measurement have an index and a process of its own."""
    names = ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
    before = {name: os.environ.get(name) for name in names}
    with tempfile.TemporaryDirectory(prefix="notes-bench-") as folder:
        for name in names:
            place = Path(folder) / name.lower()
            place.mkdir(mode=0o700)
            os.environ[name] = str(place)
        try:
            yield Path(folder)
        finally:
            for name, value in before.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value


async def _own(arguments: argparse.Namespace) -> None:
    notes = await open_notes(
        [str(arguments.notes)],
        Embeddings(arguments.embeddings, arguments.model),
        Config(1.0, arguments.ranker),
    )
    try:
        await notes.refresh()
        if arguments.embeddings:
            await learned(notes)
        asked = [q for q in questions() if arguments.half in (None, q.half)]
        places = [(q, await place(notes, q)) for q in asked]
    finally:
        await notes.close()
    _print(places)
    for question, at in places if arguments.missed else ():
        if at != 1:
            print(
                f"{question.kind}: {question.query!r} is {at or 'not found'}, not {question.answer}"
            )


async def learned(notes: SharedNotes) -> None:
    """Wait until every section has its vector."""
    while (await notes.status())["lacking"]:
        await asyncio.sleep(0.2)


async def place(notes: SharedNotes, question: Question) -> int:
    """Return where the answer stands, from 1; 0 when it is not among those looked at."""
    found = await notes.find(question.query, LIMIT, meaning=True)
    paths = [row.heading_path for row in found.rows]
    return next((n for n, path in enumerate(paths, 1) if question.is_answer(path)), 0)


async def _public(corpus: Corpus, arguments: argparse.Namespace) -> None:
    """Ask for real sections by words that no other section of the corpus holds together."""
    config = Config(1.0, arguments.ranker)
    notes = await open_notes([str(corpus.folder)], config=config)
    try:
        await notes.refresh()
        print(f"{corpus.sections} real sections in {len(corpus.files())} files\n")
        places = [(q, await _public_place(notes, q)) for q in public_questions()]
    finally:
        await notes.close()
    _print(places)


async def _public_place(notes: SharedNotes, question: Question) -> int:
    """As `place`; of sections with the same text (copies in other files) any is the answer."""
    found = await notes.find(question.query, LIMIT)
    sections = await notes.sections([row.section for row in found.rows])
    answer = " ".join(question.answer.split())
    texts = [" ".join(one.text.partition("\n")[2].split()) for one in sections]
    return next((at for at, text in enumerate(texts, 1) if text == answer), 0)


def public_questions(count: int = 60) -> tuple[Question, ...]:
    """Draw queries: three telling words of a section in other order, one half typed, one mistyped.

    The words are those of its heading and the rarest of its body: what a person remembers of it.
    """
    dice = random.Random(notes_corpus.SEED)
    every = notes_corpus.sections()
    holding = Counter(word for heading, body in every for word in _telling(f"{heading} {body}"))
    # Longer than a page is no answer to be remembered, and shorter than ten words has none to tell.
    fit = [s for s in every if 10 <= len(s[1].split()) <= 300 and len(s[1]) < 3000]
    made: list[Question] = []
    for number in range(count):
        heading, body = dice.choice(fit)
        words = sorted(_telling(body), key=lambda word: (holding[word], word))[:6]
        chosen = dice.sample(words, min(3, len(words)))
        if heads := sorted(_telling(heading)):
            chosen[-1:] = [dice.choice(heads)]
        dice.shuffle(chosen)
        half = ("tune", "measure")[number % 2]
        told = " ".join(chosen)
        made.append(Question("words", told + " ", body, half))
        made.append(Question("prefix", told[: -max(1, len(chosen[-1]) // 3)], body, half))
        made.append(Question("typo", _slipped(dice, chosen), body, half))
    return tuple(made)


def _telling(text: str) -> set[str]:
    return {word for word in w.parts(w.fold(text)) if word.isalpha() and 4 <= len(word) <= 16}


def _slipped(dice: random.Random, words: Sequence[str]) -> str:
    """Swap two neighbours in the longest word."""
    longest = max(words, key=len)
    at = dice.randrange(1, len(longest) - 1)
    swapped = longest[:at] + longest[at + 1] + longest[at] + longest[at + 2 :]
    return " ".join(swapped if word is longest else word for word in words) + " "


def _print(places: Sequence[tuple[Question, int]]) -> None:
    by_kind: Mapping[tuple[str, str], list[int]] = defaultdict(list)
    for question, at in places:
        by_kind[question.kind, question.half].append(at)
    print(f"| queries | half | asked | first | among {LIMIT} |\n|---|---|---|---|---|")
    for (kind, half), found in by_kind.items():
        first = sum(at == 1 for at in found) / len(found)
        among = sum(at > 0 for at in found) / len(found)
        print(f"| {kind} | {half} | {len(found)} | {first:.0%} | {among:.0%} |")


if __name__ == "__main__":
    raise SystemExit(main())
