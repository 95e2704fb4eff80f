"""What stays of a docstring that is written anew: all that no slot would say again.

Examples, notes, directives and code are a person's; a rewrite asks for other words about the
signature, not for these to go.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from neovim_ai.docs.model import Filled, Slot, SlotKind
from neovim_ai.docs.read.document import Docstring
from neovim_ai.docs.read.model import Piece, PieceKind

Block = list[str]
_DIRECTIVE = ".. "


@dataclass(frozen=True)
class Kept:
    """Blocks of lines that stay as they are.

    Attributes:
        loose: What stands outside of sections: code with what leads to it, directives.
        sections: Whole sections about nothing of the signature.
    """

    loose: tuple[Block, ...] = ()
    sections: tuple[Block, ...] = ()


def kept(docstring: Docstring, indent: str, *, prose: bool) -> Kept:
    """Return what stays of a docstring.

    Args:
        docstring: As it stands.
        indent: White space that the lines of the new one start with.
        prose: Whether its description stays, because nobody has written another.
    """
    pieces = docstring.pieces
    loose = [
        _block(docstring, [pieces[at] for at in run], indent)
        for run in _runs(_loose(docstring, pieces, prose=prose))
    ]
    titled = [n for n, section in enumerate(docstring.sections) if section.kind.slot is None]
    sections = [
        _block(docstring, [p for p in pieces if p.section == number], indent) for number in titled
    ]
    return Kept(tuple(filter(None, loose)), tuple(filter(None, sections)))


def raised_elsewhere(docstring: Docstring, wanted: Collection[Slot]) -> Iterator[Filled]:
    """Yield the exceptions that no slot is about: they come from calls, and only a person knows."""
    known = {_last(slot.name) for slot in wanted if slot.kind is SlotKind.RAISES}
    for entry in docstring.entries:
        alone = entry.kind is SlotKind.RAISES and len(entry.names) == 1 and not entry.inline
        if alone and entry.described and _last(entry.names[0]) not in known:
            text = " ".join(entry.text.of(docstring.value).split())
            yield Filled(Slot(SlotKind.RAISES, entry.names[0]), text)


def _loose(docstring: Docstring, pieces: Sequence[Piece], *, prose: bool) -> list[int]:
    """Return the numbers of the pieces outside of sections that stay."""
    outside = [at for at, piece in enumerate(pieces) if piece.section is None]
    code = {at for at in outside if pieces[at].kind is PieceKind.CODE}
    found = set(code)
    for place, at in enumerate(outside):
        piece = pieces[at]
        if piece.kind is not PieceKind.PROSE:
            continue
        text = piece.span.of(docstring.value).strip()
        below = [n for n in outside[place + 1 :] if pieces[n].kind is not PieceKind.BLANK]
        leads = text.endswith(":") and below and below[0] in code
        if prose or leads or text.startswith(_DIRECTIVE):
            found.add(at)
    return sorted(found)


def _runs(numbers: Sequence[int]) -> list[list[int]]:
    """Put what stands without a blank line between together."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def _block(docstring: Docstring, pieces: Sequence[Piece], indent: str) -> Block:
    """Return pieces as lines for another margin, blank ones at both ends left out."""
    text = "".join(piece.span.of(docstring.value) for piece in pieces)
    first = pieces[0].span.start == 0 if pieces else False
    lines = [_moved(line, docstring.margin, indent) for line in text.split("\n")]
    if first and lines:
        lines[0] = indent + lines[0].lstrip()
    while lines and not lines[0].strip():
        lines = lines[1:]
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    return lines


def _moved(line: str, margin: str, indent: str) -> str:
    if not line.strip():
        return ""
    if margin == indent or not line.startswith(margin):
        return line.rstrip()
    return indent + line.removeprefix(margin).rstrip()


def _last(name: str) -> str:
    return name.rpartition(".")[2]
