"""An immutable piece of the index: the words of some sections in arrays, mapped from one file.

Terms are sorted, so that all that begin alike are one slice of the postings. A posting is a section
and a payload of 16 bits: flags of `words` above, below how much the section is about the term.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neovim_ai.errors import AiError, Kind

Ints = NDArray[np.uint32]
Payloads = NDArray[np.uint16]

MAGIC = b"notes-segment 2\n"
WIDTH = 20
"""Letters of a word that are compared when a typo is looked for."""
BEYOND = "\U0010ffff"
_REMEMBERED = 4096
_ARRAYS = (
    "ids", "files", "bounds", "stream",
    "starts", "sections", "payloads",
    "position_starts", "positions",
    "champion_starts", "champions", "champion_scores", "champion_totals",
    "letters", "lengths", "letter_sets",
)  # fmt: skip


@dataclass(frozen=True)
class Segment:
    """Sections by number within the segment; `ids` are theirs in the store, ascending.

    Attributes:
        terms: Sorted.
        ids: The section's id in the store.
        files: The file's id in the store.
        bounds: Where a section's words begin in `stream`; one more than sections.
        stream: Term numbers in the order of the text.
        starts: Where a term's postings begin; one more than terms.
        sections: Postings: section numbers, ascending within a term.
        payloads: Postings: flags and weight.
        position_starts: Where a term's positions begin; one more than terms.
        positions: Places in `stream`, ascending within a term.
        champion_prefixes: Short prefixes, and whole words with a space behind them, with so many
            postings that their best were picked before.
        champion_starts: Where a prefix's champions begin; one more than prefixes.
        champions: The best sections of a prefix.
        champion_scores: What `search` gives these.
        champion_totals: How many sections a prefix has in all.
        letters: The first letters of each word, one row a letter; words are the terms from
            `first_word` on.
        lengths: How many letters each word has.
        letter_sets: Which letters it has, one bit for each of 32 kinds.
    """

    terms: list[str]
    ids: Ints
    files: Ints
    bounds: Ints
    stream: Ints
    starts: Ints
    sections: Ints
    payloads: Payloads
    position_starts: Ints
    positions: Ints
    champion_prefixes: list[str]
    champion_starts: Ints
    champions: Ints
    champion_scores: NDArray[np.float32]
    champion_totals: Ints
    letters: NDArray[np.uint16]
    lengths: NDArray[np.uint8]
    letter_sets: Ints

    def __len__(self) -> int:
        return len(self.ids)

    def term(self, text: str) -> int:
        """Return a term's number, or -1."""
        known = self._numbers.get(text)
        if known is None:
            at = bisect_left(self.terms, text)
            known = at if at < len(self.terms) and self.terms[at] == text else -1
            if len(self._numbers) >= _REMEMBERED:
                self._numbers.clear()
            self._numbers[text] = known
        return known

    def held(self, first: int, last: int) -> int:
        """Return how many postings a range of terms has."""
        return int(self.starts[last]) - int(self.starts[first])

    def terms_from(self, prefix: str) -> tuple[int, int]:
        """Return the range of terms that begin with a prefix."""
        return bisect_left(self.terms, prefix), bisect_left(self.terms, prefix + BEYOND)

    def postings(self, first: int, last: int) -> tuple[Ints, Payloads]:
        """Return the postings of a range of terms; of more than one term they are not sorted."""
        here = slice(int(self.starts[first]), int(self.starts[last]))
        return self.sections[here], self.payloads[here]

    @cached_property
    def first_word(self) -> int:
        """The first term that is not a mark."""
        return bisect_left(self.terms, " ")

    @cached_property
    def _numbers(self) -> dict[str, int]:
        """Terms that were asked for lately: a query asks for each more than once."""
        return {}

    @cached_property
    def guessed(self) -> dict[tuple[str, bool], Mapping[str, int]]:
        """What `guesses` found lately: a word, whether it may go on, and those near to it."""
        return {}

    @cached_property
    def champion_numbers(self) -> dict[str, int]:
        """The place of each short prefix among those with champions."""
        return {prefix: number for number, prefix in enumerate(self.champion_prefixes)}

    def section_of(self, places: NDArray[Any]) -> NDArray[Any]:
        """Return the sections in which places of `stream` lie."""
        return np.searchsorted(self.bounds, places, side="right") - 1

    def numbers_of(self, ids: Sequence[int]) -> NDArray[Any]:
        """Return the section numbers of those of the ids that are here."""
        wanted = np.asarray(ids, dtype=np.uint32)
        at = np.searchsorted(self.ids, wanted)
        at = at[at < len(self.ids)] if len(wanted) == 0 else np.minimum(at, len(self.ids) - 1)
        return at[self.ids[at] == wanted] if len(self.ids) else at[:0]


def write(segment: Segment, path: Path) -> None:
    """Write a segment so that it is either there and whole or not there.

    Raises:
        AiError: `disk` when there is no room.
    """
    arrays = [np.ascontiguousarray(getattr(segment, name)) for name in _ARRAYS]
    blobs = [
        "\n".join(segment.terms).encode(),
        "\n".join(segment.champion_prefixes).encode(),
        *(array.tobytes() for array in arrays),
    ]
    layout = {
        "lengths": [len(blob) for blob in blobs],
        "types": [array.dtype.str for array in arrays],
        "terms_crc": zlib.crc32(blobs[0]),
    }
    head = MAGIC + json.dumps(layout).encode() + b"\n"
    fresh = path.with_name(path.name + ".new")
    try:
        with fresh.open("wb") as out:
            out.write(head)
            for blob in blobs:
                out.write(b"\0" * (-out.tell() % 8))
                out.write(blob)
        fresh.replace(path)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise AiError(
            Kind.DISK, f"The notes index cannot be written: {error.strerror}.", "Make room on disk."
        ) from error


def read(path: Path) -> Segment:
    """Map a segment.

    Raises:
        ValueError: If it is damaged or of another version.
        OSError: If it cannot be read.
    """
    with path.open("rb") as file:
        if file.readline() != MAGIC:
            raise ValueError("not a segment of this version")
        layout = json.loads(file.readline())
        at = file.tell()
    whole = np.memmap(path, dtype=np.uint8, mode="r")
    blobs = []
    for length in layout["lengths"]:
        at += -at % 8
        blobs.append(whole[at : at + length])
        at += length
    if at != len(whole) or zlib.crc32(blobs[0].tobytes()) != layout["terms_crc"]:
        raise ValueError("damaged")
    arrays = {
        name: np.asarray(blob).view(dtype)
        for name, blob, dtype in zip(_ARRAYS, blobs[2:], layout["types"], strict=True)
    }
    arrays["letters"] = arrays["letters"].reshape(WIDTH, -1)
    return Segment(terms=_lines(blobs[0]), champion_prefixes=_lines(blobs[1]), **arrays)


def _lines(blob: NDArray[np.uint8]) -> list[str]:
    return bytes(blob).decode().split("\n") if len(blob) else []
