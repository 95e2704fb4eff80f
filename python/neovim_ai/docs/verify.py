"""The gates: an edit that fails one is not offered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from neovim_ai.docs import characters
from neovim_ai.docs.examples import gate as examples
from neovim_ai.docs.gates import code, linted, readback, remains
from neovim_ai.docs.gates.located import Pair, locate
from neovim_ai.docs.model import Gate, House, Slot, SlotKind
from neovim_ai.source.model import Definition
from neovim_ai.source.text import SourceText


def verify(
    before: SourceText,
    after: SourceText,
    definition: Definition,
    slots: Sequence[Slot],
    texts: Mapping[str, str],
    house: House,
    renamed: Mapping[str, str] | None = None,
) -> tuple[Gate, ...]:
    """Check a finished edit; it may be offered only if every gate held.

    Args:
        before: The source as it stands.
        after: The source with the edit applied.
        definition: What was documented, in offsets of `before`.
        slots: The slots this edit wrote; what a person wrote is not judged.
        texts: Slot key → the text that was to be written.
        house: The style it was written in; an update may follow another that the docstring has.
        renamed: Parameters whose words were given another name: the old → the new one.

    Returns:
        One gate each for the code, the bytes outside, the reading back, the linters, the
        characters and, where there are examples, for those.
    """
    pair = locate(before, after, definition)
    written = [slot for slot in slots if texts.get(slot.key)]
    return (
        code.unchanged(pair),
        remains.unchanged(pair),
        readback.complete(pair, written, texts, house),
        linted.nothing_new(pair, house, through=any(slot.via for slot in written)),
        _characters(before, written, texts),
        *([readback.renamed(pair, renamed)] if renamed else []),
        *_examples(pair, written, texts),
    )


def _examples(pair: Pair, written: Sequence[Slot], texts: Mapping[str, str]) -> Iterator[Gate]:
    for slot in written:
        if slot.kind is SlotKind.EXAMPLES:
            yield examples.shown_as_run(pair.after.value, texts[slot.key])


def _characters(before: SourceText, written: Sequence[Slot], texts: Mapping[str, str]) -> Gate:
    for slot in written:
        reason = characters.objection(texts[slot.key], before.text, before.encoding)
        if reason:
            return Gate("characters", False, f"{slot.key} holds {reason}")
    return Gate("characters", True, f"{len(written)} texts")


__all__ = ["Pair", "verify"]
