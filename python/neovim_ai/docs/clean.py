"""Makes a slot's text of what a model wrote, or refuses it."""

from __future__ import annotations

import re

from neovim_ai.docs import characters, imperative, sentences
from neovim_ai.docs.hollow import is_hollow
from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.source.model import Definition, DefinitionKind, Facts

__all__ = ["clean", "is_hollow"]

_THINKING = re.compile(r"<think(?:ing)?>.*?</think(?:ing)?>|^.*</think(?:ing)?>", re.S | re.I)
_UNFINISHED_THINKING = re.compile(r"<think(?:ing)?>", re.I)
_FENCE = re.compile(r"^\s*(?:```|~~~)[\w-]*[ \t]*$", re.M)
_PREFACE = re.compile(
    r"^(?:sure|certainly|of course|okay|ok|here(?:'s| is| are))\b[^.:!]{0,80}[.:!]\s+", re.I
)
_REFUSAL = re.compile(
    r"^(?:i(?:'m| am) (?:sorry|unable|not able)|sorry\b|as an ai\b|i (?:can ?not|can't|cannot)\b|"
    r"to ?do\b|fixme\b|tbd\b|n/?a\b[. ]*$|unknown[. ]*$|\.{3}|<[\w ]+>$|\[[\w ]+\]$)",
    re.I,
)
_CODE = re.compile(
    r"^(?:>>>|@\w+\b|def \w+\s*\(|class \w+\s*[:(]|import \w+$|from [\w.]+ import |"
    r"(?:raise|return|yield) [\w.]+\(|[\w.]+(?:: [\w\[\]]+)? ?= ?\S|[{\[]\s*[\"'])"
)
_QUOTED = re.compile(r"^(\"\"\"|'''|\"|'|`)(.+)\1(\.?)$", re.S)
_LINK = re.compile(r"!?\[([^\[\]]+)\]\([^()\s]*\)|`([^`<>]+?)\s*<[^<>]*>`_{1,2}")
_ROLE = re.compile(r":[\w:+-]+:`~?([^`]+)`")
_SPAN = re.compile(r"``([^`]+(?:`[^`]+)*)``|`([^`]+)`_{0,2}")
_BOLD = re.compile(r"(\*\*|__)(?=\S)([^*_\n]*[^\s*_])\1(?!\w)")
_EMPHASIS = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*\n]*[^\s*,(])\*(?![\w*])")
_BULLET = re.compile(r"^(?:[-*+•>]|#{1,6}|\d+[.)])\s+")
_TAG = re.compile(r"</?(?:p|br|b|i|em|strong|code|tt|ul|li|div|span)\s*/?>", re.I)
# Typographic quotes, ellipsis, dashes and hyphens, which linters take for mistaken ASCII.
_PLAIN = str.maketrans(
    {0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2026: "..."}
    | dict.fromkeys((0x2010, 0x2011, 0x2013, 0x2014), "-")
)
_WORDS_OF_KIND = {
    SlotKind.SUMMARY: r"summary|docstring|description",
    SlotKind.DESCRIPTION: r"description|details",
    SlotKind.RETURNS: r"returns?|return value",
    SlotKind.YIELDS: r"yields?",
    SlotKind.RAISES: r"raises?|throws?",
    SlotKind.PARAMETER: r"param(?:eter)?|arg(?:ument)?",
    SlotKind.ATTRIBUTE: r"attribute|attr",
}
_SENTENCES = {SlotKind.SUMMARY: 1, SlotKind.DESCRIPTION: 6}
# `:param x:` would be read as a field of its own.
_FIELD = re.compile(r"^:(?:[\w-]+)(?:\s[^:]{0,60})?:\s+")
# "If it is empty, a ValueError is raised" says the name above it once more.
_RAISER = r"[\w.]*[a-z](?:Error|Exception|Warning)|exception|error|function|method|it"
_RAISED = re.compile(
    rf",\s*(?:then\s+)?(?:(?:an?|the|this)\s+)?(?:(?:(?:{_RAISER})\s+)+(?:is|will be|gets)\s+"
    rf"(?:raised|thrown)|(?:(?:{_RAISER})\s+)*(?:will\s+)?(?:raises?|throws?))\b.*$",
    re.S,
)
_GIVES = re.compile(r"^(?:it|this|(?:the|this) (?:function|method))\s+(?:returns|yields)\s+", re.I)
# A type in front of a result, which the section shows where the house wants it.
_TYPED = re.compile(r"^`?[\w.]+(?:\[[\w., |\[\]]*\])?(?:\s*\|\s*[\w.\[\], |]+)?`?:\s+(?=[A-Z])")
# "Specifies the number" of a parameter is "The number".
_ABOUT = re.compile(
    r"^(?:this\s+)?(?:specifies|indicates|represents|denotes|defines|determines|describes|"
    r"contains|holds|controls|gives|is)\s+(?=(?:the|an?|whether|how|if|which|what)\b)",
    re.I,
)
_VERB = re.compile(
    r"^(?:[A-Z][a-z]+(?:izes|ifies|ates|ets|urns|isters|ses|zes))\s+(?:the|an?|it)\b"
)
_MOST_SYMBOLS = 0.3


def clean(
    slot: Slot, raw: str, facts: Facts, project: str, definition: Definition | None = None
) -> str | None:
    """Return the paragraph that goes into a slot; None when nothing usable is left, or hollow.

    Args:
        slot: What was asked.
        raw: What the model wrote.
        facts: What the code says.
        project: The text it goes into.
        definition: What is documented.
    """
    text = readable(slot, raw, facts, project, definition)
    name = definition.name if definition else ""
    return None if text is None or is_hollow(slot, text, facts, name) else text


def readable(
    slot: Slot, raw: str, facts: Facts, project: str, definition: Definition | None = None
) -> str | None:
    """Return the paragraph that could go into a slot; None when nothing usable is left.

    Args:
        slot: What was asked.
        raw: What the model wrote, perhaps cut off in the middle.
        facts: What the code says.
        project: The text it goes into: it decides which scripts are at home.
        definition: What is documented; a class's summary names a thing, a function's an action.
    """
    text = _unwrapped(raw)
    text = _without_label(slot, text)
    text = _without_frame(slot, _without_markup(text))
    if not text or _REFUSAL.match(text) or _is_code(text):
        return None
    text = sentences.whole(text, _SENTENCES.get(slot.kind, 2))
    if slot.kind is SlotKind.SUMMARY and _is_action(definition, facts):
        text = imperative.imperative(text)
    text = sentences.finished(text, {p.name for p in facts.parameters} - {slot.name})
    if not text or '"""' in text or "'''" in text or text.endswith("\\"):
        return None
    return None if characters.objection(text, project) else text


def _is_action(definition: Definition | None, facts: Facts) -> bool:
    if facts.is_property or facts.bases:
        return False
    things = (DefinitionKind.CLASS, DefinitionKind.MODULE)
    return definition is None or definition.kind not in things


def _unwrapped(raw: str) -> str:
    """Drop thinking, fences and the quotes around all of it; fold to one line."""
    text = _THINKING.sub("", raw)
    if _UNFINISHED_THINKING.search(text):
        return ""
    text = " ".join(_FENCE.sub("", text).translate(_PLAIN).split())
    text = text.replace("```", " ").strip()
    text = _PREFACE.sub("", text)
    while match := _QUOTED.match(text):
        if match[1] in match[2]:
            break
        text = (match[2] + match[3]).strip()
    return text.strip()


def _without_label(slot: Slot, text: str) -> str:
    """Drop a repetition of what stands before the text anyway: name, type, section word."""
    kind = _WORDS_OF_KIND[slot.kind]
    bare = slot.name.lstrip("*")
    names = [rf"[*`]*{re.escape(bare)}[*`]*"] if bare else []
    typed = r"(?:\s*\([^()]*\))?"
    if slot.type:
        names.append(rf"`?{re.escape(slot.type)}`?")
    known = "|".join(names) or kind
    label = re.compile(
        rf"^(?::?(?:{kind})(?:\s+(?:[\w.\[\]]+\s+)?(?:{known}))?|{known})"
        rf"{typed}\s*(?::|--?(?=\s)|=>?(?=\s))\s*",
        re.I,
    )
    for _ in range(3):
        shorter = label.sub("", _BULLET.sub("", text))
        if shorter == text:
            break
        text = shorter.strip()
    return text


def _without_frame(slot: Slot, text: str) -> str:
    """Drop words around the text that the section it stands in says already."""
    text = _FIELD.sub("", text)
    if slot.kind is SlotKind.RAISES and re.match(r"(?:if|when)\b", text, re.I):
        return _RAISED.sub("", text)
    if slot.kind in (SlotKind.RETURNS, SlotKind.YIELDS):
        text = _TYPED.sub("", _GIVES.sub("", text))
        # what a call does is no description of what it gives: better asked again
        return "" if _VERB.match(text) else text
    if slot.kind in (SlotKind.PARAMETER, SlotKind.ATTRIBUTE):
        return _ABOUT.sub("", text)
    return text


def _without_markup(text: str) -> str:
    text = _LINK.sub(lambda m: m[1] or m[2], text)
    text = _ROLE.sub(r"\1", text)
    text = _SPAN.sub(lambda m: m[1] or m[2], text)
    text = _EMPHASIS.sub(r"\1", _BOLD.sub(_unbolded, text))
    text = _TAG.sub(" ", text).replace("`", "")
    return " ".join(text.split())


def _unbolded(match: re.Match[str]) -> str:
    # `__init__` is a name, not bold.
    whole = match.group()
    return whole if match[1] == "__" and match[2].isidentifier() else match[2]


def _is_code(text: str) -> bool:
    if _CODE.match(text):
        return True
    shown = [c for c in text if not c.isspace()]
    symbols = sum(not c.isalnum() and c not in ".,'-_" for c in shown)
    return symbols > _MOST_SYMBOLS * len(shown)
