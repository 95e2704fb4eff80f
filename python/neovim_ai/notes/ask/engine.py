"""Answer a question from the notes: find, judge, choose or word, check, show."""

from __future__ import annotations

import re
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.model import Model, Usage
from neovim_ai.notes.ask import expand, judge, listing, wording
from neovim_ai.notes.ask.draft import Draft
from neovim_ai.notes.ask.excerpt import Excerpt, excerpt
from neovim_ai.notes.ask.judge import Judged
from neovim_ai.notes.ask.model import Answer, Passages, Phase, Show, Turn
from neovim_ai.notes.ask.narrow import narrow
from neovim_ai.notes.ask.standalone import Question, standalone
from neovim_ai.notes.ask.words import content, shared, stems
from neovim_ai.notes.model import Section

FOUND = 16
KEPT = 8
JUDGED = 3
"""Sections that a small model is asked about: of 27 questions the right one was never lower."""
MORE = 2
WORDED = 5
"""Sections that a strong model words its answer from."""
ENOUGH = 0.52
SURE = 0.8
"""No other section is looked at when one is held for this likely."""

OTHER_WORDS = "looking for other words"
SMALL = 8.0
"""Billions of weights up to which a model is not trusted with words of its own."""

_SIZE = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)([bm])(?![a-z0-9])", re.IGNORECASE)
_WITHOUT = (Kind.NO_PROVIDER, Kind.MODEL_MISSING)
Connect = Callable[[], Awaitable[Model | None]]


@dataclass
class _Asking:
    """What one question has so far."""

    question: Question
    library: Passages
    show: Show
    sections: list[Section] = field(default_factory=list)
    usage: Usage = field(default_factory=Usage)

    @property
    def words(self) -> frozenset[str]:
        return stems(" ".join(content(self.question.search)))

    async def found(self, words: Sequence[str]) -> list[Section]:
        """Return the sections that hold most of some words; the library's order decides ties."""
        if not words:
            return []
        wanted = stems(" ".join(words))
        found = await self.library.passages(" ".join(words), FOUND)
        sections = [narrow(section, words) for section in found]
        held = {section: shared(wanted, _whole(section)) for section in sections}
        # by a typo alone the library finds more than by a word, and rightly where there is no word
        kept = [section for section in sections if held[section]] or sections
        return sorted(kept, key=lambda one: -held[one])[:KEPT]

    def excerpts(self, sections: Sequence[Section], most: int) -> list[Excerpt]:
        found = (excerpt(section, self.words) for section in sections)
        return list(islice((one for one in found if one.lines), most))


def is_small(model: Model) -> bool:
    """Tell whether a model is to choose lines only: ours, and those whose name says so."""
    sizes = (float(n) / (1000 if unit in "mM" else 1) for n, unit in _SIZE.findall(model.name))
    return model.route == "local" or max(sizes, default=SMALL + 1) <= SMALL


async def answer(
    question: str, thread: Sequence[Turn], library: Passages, connect: Connect, show: Show
) -> Answer:
    """Answer a question, showing each sentence once it is checked.

    Args:
        question: As the user asked it.
        thread: The questions before it, oldest first.
        library: The notes.
        connect: Brings a model; with None, `no_provider` or `model_missing` the answer is the
            sections that fit.
        show: Told each step, from the calling task.

    Raises:
        AiError: What the notes or the model raised.
    """
    began = time.monotonic()
    asking = _Asking(standalone(question, thread), library, show)
    show(Phase("reading your notes"))
    asking.sections += await asking.found(content(asking.question.search))
    draft = Draft(question, show)
    model = await _connected(connect)
    if model is not None and is_small(model):
        in_notes = await _chosen(asking, model, draft)
    elif model is not None:
        in_notes = await _worded(asking, model, draft)
    else:
        in_notes = bool(asking.sections)
    return Answer(
        tuple(draft.sentences),
        in_notes,
        listing.rows(asking.sections, asking.words),
        time.monotonic() - began,
        asking.usage,
        model.name if model else "",
    )


def _whole(section: Section) -> str:
    return f"{' '.join(section.heading_path)} {section.text}"


async def _connected(connect: Connect) -> Model | None:
    try:
        return await connect()
    except AiError as error:
        if error.kind in _WITHOUT:
            return None
        raise


async def _chosen(asking: _Asking, model: Model, draft: Draft) -> bool:
    """Answer with lines of the section that a small model holds for the likeliest."""
    best = await _likeliest(asking, model, asking.sections, JUDGED)
    if best is None or best.odds < ENOUGH:
        more = await _elsewhere(asking, model)
        other = await _likeliest(asking, model, more, MORE)
        best = max((one for one in (best, other) if one), key=lambda one: one.odds, default=None)
    if best is None or best.odds < ENOUGH:
        return False
    asking.show(Phase("choosing the lines"))
    lines, usage = await judge.choose(model, asking.question.told, best.excerpt, asking.show)
    asking.usage += usage
    for unit in lines:
        draft.quote(best.excerpt.section, unit)
    return any(not sentence.struck for sentence in draft.sentences)


async def _likeliest(
    asking: _Asking, model: Model, sections: Sequence[Section], most: int
) -> Judged | None:
    best: Judged | None = None
    withheld: AiError | None = None
    found = asking.excerpts(sections, most)
    for number, one in enumerate(found, 1):
        asking.show(Phase("reading what was found", f"{number} of {len(found)}"))
        try:
            judged = await judge.judge(model, asking.question.told, one, asking.show)
        except AiError as error:
            if error.kind is not Kind.PRIVATE:
                raise
            withheld = error
            continue
        asking.usage += judged.usage
        if best is None or judged.odds > best.odds:
            best = judged
        if best.odds >= SURE:
            break
    if best is None and withheld:
        raise withheld
    return best


async def _elsewhere(asking: _Asking, model: Model) -> list[Section]:
    """Find sections by other words than the question's; what was found before is left out."""
    asking.show(Phase(OTHER_WORDS))
    words, usage = await expand.other_words(model, asking.question.told, asking.show)
    asking.usage += usage
    if not words:
        return []
    found = [s for s in await asking.found(words) if expand.known(words, [s])]
    judged = [one.section for one in asking.excerpts(asking.sections, JUDGED)]
    asking.sections += [section for section in found if section not in asking.sections]
    return [section for section in found if section not in judged]


async def _worded(asking: _Asking, model: Model, draft: Draft) -> bool:
    """Answer in the words of a strong model; where none of them holds, with lines."""
    found = asking.excerpts(asking.sections, WORDED)
    if not found:
        return False
    lines = wording.numbered(found)
    asking.show(Phase("answering"))

    def take(sentence: str) -> None:
        draft.word(sentence, lines)

    try:
        in_notes, usage = await wording.word(model, asking.question.told, lines, asking.show, take)
    except AiError as error:
        if error.kind is not Kind.PRIVATE:
            raise
        return await _chosen(asking, model, draft)  # section by section, without the private ones
    asking.usage += usage
    if not in_notes:
        return False
    if any(not sentence.struck for sentence in draft.sentences):
        return True
    return await _chosen(asking, model, draft)
