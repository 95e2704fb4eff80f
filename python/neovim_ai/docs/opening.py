"""A docstring that we begin and a model goes on with, one text at a time.

Asked for lines, a 1.5B model explains; going on with a docstring, it writes one. No name, section
or fact needs to be listed in the question, so that it is as short as the code. The form is Google's
whatever the house's: it is the shortest, and only the texts are taken from it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.llm.continuing import closed
from neovim_ai.llm.model import Field

_QUOTES = '"""'
_INDENT = "    "
_SECTIONS = {
    SlotKind.PARAMETER: "Args",
    SlotKind.ATTRIBUTE: "Attributes",
    SlotKind.RETURNS: "Returns",
    SlotKind.YIELDS: "Yields",
    SlotKind.RAISES: "Raises",
}
_UNNAMED = (SlotKind.RETURNS, SlotKind.YIELDS)
# What makes a model say more of something it only named.
_FURTHER = {
    SlotKind.SUMMARY: (",", " by"),
    SlotKind.PARAMETER: (" that", ","),
    SlotKind.ATTRIBUTE: (" that", ","),
    SlotKind.RETURNS: (" that", " of"),
    SlotKind.YIELDS: (" that", " of"),
    SlotKind.RAISES: (" because", " while"),
}
_LONGEST_NAMING = 60


@dataclass(frozen=True)
class Opening:
    """Begins a docstring up to where one text comes next.

    Attributes:
        slots: All that it is to hold, in order.
        named: The slots a question asks for, by the names of its fields.
        known: Texts by slot key that there are already.
    """

    slots: Sequence[Slot]
    named: Mapping[str, Slot]
    known: Mapping[str, str]

    def __call__(self, texts: Mapping[str, str], asked: Field) -> str:
        """Return the docstring so far.

        Args:
            texts: By name, what earlier requests of the same question brought.
            asked: Whose text comes next.
        """
        told = {**self.known, **{self.named[name].key: text for name, text in texts.items()}}
        wanted = self.named[asked.name]
        begun, section = _QUOTES, ""
        for slot in self.slots:
            last = slot.key == wanted.key
            if not last and slot.key not in told:
                continue
            begun += _before(slot, section, begun)
            section = _SECTIONS.get(slot.kind, "")
            said = asked.lead if last else closed(told[slot.key])
            if last and not said:
                # The space before a word is the word's in what models read.
                return begun[:-1] if slot.kind in _UNNAMED else begun
            gap = " " if section and slot.kind not in _UNNAMED else ""
            begun += gap + said
            if last:
                break
        return begun


def _before(slot: Slot, section: str, begun: str) -> str:
    """Return what stands between the text before and this one's."""
    title = _SECTIONS.get(slot.kind, "")
    break_ = "" if begun == _QUOTES else "\n\n"
    if not title:
        return break_
    opened = "" if title == section else f"{break_}{title}:"
    name = "" if slot.kind in _UNNAMED else f"{slot.name}:"
    return f"{opened}\n{_INDENT}{name}"


def further(slot: Slot, text: str, again: int = 1) -> str:
    """Return words to go on from where a text only named its slot; empty where that cannot help.

    Args:
        slot: What the text is about.
        text: What a model said of it: `The kind.` is gone on with as `The kind that`.
        again: Which try it is; each has other words.
    """
    said = " ".join(text.split()).rstrip(" .,;:")
    plain = all(c.isalnum() or c in " '-_" for c in said)
    more = _FURTHER.get(slot.kind, ())[again - 1 : again] if again else ()
    if not said or not more or not plain or len(said) > _LONGEST_NAMING:
        return ""
    return said + more[0]
