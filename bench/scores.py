"""How good a docstring is, whoever wrote it: one judge for all rows."""

from __future__ import annotations

import random
import re
import statistics
import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sacrebleu.metrics import CHRF

from neovim_ai.docs.clean import is_hollow
from neovim_ai.docs.model import Slot, SlotKind
from neovim_ai.source.model import Facts

_CHRF = CHRF(word_order=2)
"""chrF++ (Popović 2017): character and word n-grams, 0 to 100; needs no weights."""
_BALANCED = CHRF(word_order=2, beta=1)
"""The same with precision worth as much as recall (chrF++ gives recall twice the weight, which
favours whoever says more)."""

_UNINDENTED = re.compile(r"^((?:Args|Returns|Yields|Raises):\n)((?:(?!\w+:$)\S.*(?:\n|\Z))+)", re.M)


@dataclass(frozen=True)
class Parts:
    """A docstring taken apart by griffe, the same way for all rows."""

    summary: str
    parameters: dict[str, str]
    returns: str
    yields: str
    raises: dict[str, str]


@dataclass(frozen=True)
class Score:
    """What one docstring is worth.

    Attributes:
        complete: Each required slot is described.
        invented: Parameters and exceptions that the code does not have.
        slots: Texts that are there, and how many of them are hollow.
        hollow: See `slots`.
        summary: chrF++ of the first sentence to the human first sentence.
        balanced: The same with precision worth as much as recall.
        parameters: chrF++ of parameter texts to the human ones, mean; None without human ones.
    """

    complete: bool
    invented: int
    slots: int
    hollow: int
    summary: float
    balanced: float
    parameters: float | None


def take_apart(docstring: str, style: str = "google") -> Parts:
    """Read a docstring with griffe; entries that a model forgot to indent count as entries."""
    import griffe

    if style == "google":
        docstring = _UNINDENTED.sub(lambda m: m[1] + textwrap.indent(m[2], "    "), docstring)
    reader = {"google": griffe.parse_google, "numpy": griffe.parse_numpy}.get(style)
    reader = reader or griffe.parse_sphinx
    found = Parts(_first_sentence(docstring), {}, "", "", {})
    for section in reader(griffe.Docstring(docstring), warnings=False):
        kind, value = section.kind.value, section.value
        if kind == "parameters":
            found.parameters.update({p.name.lstrip("*"): p.description or "" for p in value})
        elif kind == "raises":
            found.raises.update({str(r.annotation).split(".")[-1]: r.description for r in value})
        elif kind in ("returns", "yields"):
            text = " ".join(_said(r) for r in value)
            found = Parts(
                found.summary,
                found.parameters,
                text if kind == "returns" else found.returns,
                text if kind == "yields" else found.yields,
                found.raises,
            )
    return found


def _said(entry: object) -> str:
    description = getattr(entry, "description", "") or ""
    return description or str(getattr(entry, "annotation", "") or "")


def _first_sentence(docstring: str) -> str:
    paragraph = " ".join(docstring.strip().split("\n\n", 1)[0].split())
    return re.split(r"(?<=[.!?])\s+(?=[A-Z`])", paragraph, maxsplit=1)[0]


def human_parts(docstring: str) -> Parts:
    """Read what a person wrote in whichever style finds most parameters."""
    return max(
        (take_apart(docstring, style) for style in ("google", "numpy", "sphinx")),
        key=lambda parts: len([t for t in parts.parameters.values() if t.strip()]),
    )


def describes_parameters(docstring: str) -> bool:
    """Tell whether a person's docstring describes a parameter in a form of its own."""
    return any(text.strip() for text in human_parts(docstring).parameters.values())


def score(docstring: str, human: Parts, wanted: Sequence[Slot], facts: Facts, name: str) -> Score:
    """Judge one docstring in Google style."""
    parts = take_apart(docstring)
    required = [slot for slot in wanted if not slot.optional]
    texts = [(slot, _text(parts, slot)) for slot in required]
    said = [(slot, text) for slot, text in texts if text.strip()]
    names = {p.name for p in facts.parameters}
    errors = {r.exception.split(".")[-1] for r in facts.raises}
    invented = [n for n in parts.parameters if n not in names]
    invented += [n for n in parts.raises if n not in errors]
    return Score(
        complete=bool(docstring) and len(said) == len(required),
        invented=len(invented),
        slots=len(said),
        hollow=sum(is_hollow(slot, text, facts, name) for slot, text in said),
        summary=closeness(parts.summary, human.summary),
        balanced=closeness(parts.summary, human.summary, _BALANCED),
        parameters=_parameter_closeness(parts, human, names),
    )


def _text(parts: Parts, slot: Slot) -> str:
    match slot.kind:
        case SlotKind.SUMMARY:
            return parts.summary
        case SlotKind.PARAMETER:
            return parts.parameters.get(slot.name.lstrip("*"), "")
        case SlotKind.RETURNS:
            return parts.returns
        case SlotKind.YIELDS:
            return parts.yields or parts.returns
        case SlotKind.RAISES:
            return parts.raises.get(slot.name.split(".")[-1], "")
    return ""


def _parameter_closeness(parts: Parts, human: Parts, names: set[str]) -> float | None:
    shared = [n for n, text in human.parameters.items() if n in names and text.strip()]
    if not shared:
        return None
    return statistics.fmean(
        closeness(parts.parameters.get(n, ""), human.parameters[n]) for n in shared
    )


def closeness(text: str, human: str, metric: CHRF = _CHRF) -> float:
    """Return chrF++ of a text to a human one, 0 to 100."""
    return float(metric.sentence_score(text, [human]).score) if text.strip() else 0.0


def interval(
    differences: Sequence[float],
    middle: Callable[[Sequence[float]], float] = statistics.fmean,
    seed: int = 1,
) -> tuple[float, float]:
    """Return the 95 % interval of a mean of paired differences, by 2,000 bootstrap samples."""
    dice = random.Random(seed)
    if not differences:
        return 0.0, 0.0
    drawn = (dice.choices(differences, k=len(differences)) for _ in range(2000))
    means = sorted(map(middle, drawn))
    return means[50], means[1949]
