"""Document one definition: study it, ask for what is missing, compose, verify, propose."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from neovim_ai.docs import ask, characters, clean, compose, refusal
from neovim_ai.docs import evidence as told
from neovim_ai.docs.compose import Composed, Subject
from neovim_ai.docs.fallback import fallback, settled
from neovim_ai.docs.model import Proposal, Slot, SlotKind, Status
from neovim_ai.docs.opening import Opening, further
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.ladder import Rung
from neovim_ai.llm.model import FieldText, Finished, Model, Prompt, Usage, Waiting
from neovim_ai.source import callees, target
from neovim_ai.source.context import Context, gather
from neovim_ai.source.model import Definition, DefinitionKind

_AGAIN = "Say what each is for in this code; repeating its name is not enough."


@dataclass(frozen=True)
class Phase:
    """What is being done, for the spinner."""

    phase: str
    detail: str = ""


@dataclass(frozen=True)
class Drafted:
    """The texts so far, the last of them perhaps unfinished, and how many slots are finished."""

    texts: Mapping[str, str]
    done: int
    total: int


Step = Phase | Drafted


@dataclass(frozen=True)
class Outcome:
    """How a request for one definition ended and what it cost; time in seconds."""

    proposal: Proposal
    usage: Usage
    seconds: float


@dataclass(frozen=True)
class _Answer:
    texts: Mapping[str, str]
    fallbacks: tuple[str, ...]
    usage: Usage
    notes: tuple[str, ...] = ()


async def document(
    subject: Subject,
    definitions: Sequence[Definition],
    model: Model | None,
    show: Callable[[Step], None],
) -> Outcome:
    """Propose a docstring for one definition.

    Args:
        subject: What is known of it.
        definitions: All definitions of its file, for context.
        model: Who is asked; may be None when there is nothing to ask (see `to_ask`).
        show: Told each step, from the calling task.

    Raises:
        AiError: `syntax` when the definition itself does not parse; else what the model raised.
    """
    began = time.monotonic()
    require_sound(subject.definition)
    if not subject.missing and not subject.changes:
        return Outcome(_unchanged(subject, _complete(subject)), Usage(), 0.0)
    answer = _Answer(_kept(subject), (), Usage())
    if model is not None and to_ask(subject):
        said = _without_examples(subject)
        answer = await _answer(said, definitions, model, show) if to_ask(said) else answer
        answer = await _with_examples(subject, answer, definitions, model, show)
    show(Phase("checking"))
    composed = compose.compose(subject, answer.texts, subject.changes)
    proposal = _proposal(subject, answer, composed)
    return Outcome(proposal, answer.usage, time.monotonic() - began)


def _complete(subject: Subject) -> str:
    if subject.wishes.note:
        return "Its docstring describes all of it; :AiDoc rewrite writes it anew with your note."
    if subject.contradicted:
        return f"Nothing is missing, but: {subject.contradicted[0].message} Mend that by hand."
    return "Its docstring describes all of it."


def to_ask(subject: Subject) -> tuple[Slot, ...]:
    """Return the slots that a model is to be asked for: those without a text that stays."""
    kept = _kept(subject)
    return tuple(slot for slot in subject.missing if slot.key not in kept)


def _without_examples(subject: Subject) -> Subject:
    """Leave out what is asked for apart, since it has to be run."""
    said = tuple(slot for slot in subject.missing if slot.kind is not SlotKind.EXAMPLES)
    return replace(subject, missing=said)


async def _with_examples(
    subject: Subject,
    answer: _Answer,
    definitions: Sequence[Definition],
    model: Model,
    show: Callable[[Step], None],
) -> _Answer:
    """Look for examples where they are wanted; the evidence says what came of it."""
    key = str(SlotKind.EXAMPLES)
    if key not in {slot.key for slot in to_ask(subject)}:
        return answer
    from neovim_ai.docs.examples.propose import propose

    show(Phase("running examples"))
    source, definition = subject.source, subject.definition
    context = gather(source, definition, definitions)
    found = await propose(source, definition, subject.facts, context, model, subject.house.width)
    texts = {**answer.texts, key: found.text} if found.text else answer.texts
    return replace(answer, texts=texts, usage=answer.usage + found.usage, notes=(found.note,))


def _kept(subject: Subject) -> dict[str, str]:
    """Return the texts that nobody is asked for: the user keeps them, or the code leaves one."""
    wanted = {slot.key for slot in subject.missing}
    only = {slot.key: settled(slot, subject.facts) for slot in subject.missing}
    kept = {key: text for key, text in {**only, **subject.wishes.kept}.items() if key in wanted}
    return {key: text for key, text in kept.items() if text}


def require_sound(definition: Definition) -> None:
    """Refuse a definition with a syntax error of its own.

    Raises:
        AiError: `syntax`, naming where it stands.
    """
    if definition.broken:
        raise AiError(
            Kind.SYNTAX,
            f"`{definition.name}` (line {definition.line}) has a syntax error.",
            "Mend it, then ask again; errors elsewhere in the file do not matter.",
        )


async def _answer(
    subject: Subject, definitions: Sequence[Definition], model: Model, show: Callable[[Step], None]
) -> _Answer:
    context = gather(subject.source, subject.definition, definitions)
    asking = _Asking(subject, model, show, _kept(subject))
    texts = asking.texts
    try:
        usage = await asking.ask(context, to_ask(subject))
    except AiError as error:
        if error.kind is not Kind.CONTEXT:
            raise
        context = Context(gather(subject.source, subject.definition, (), 40).definition)
        usage = await asking.ask(context, to_ask(subject))
    weak = asking.weak()
    for again in (1, 2):
        # Where we begin the reply, another try costs little more than its words.
        if asking.weak() and (again == 1 or asking.rung == Rung.CONTINUE):
            usage += await asking.ask_again(context, again)
    # A description is worth having only when somebody has something to say.
    bare = [s for s in weak if s.key not in texts and s.kind is not SlotKind.DESCRIPTION]
    fallbacks = tuple(slot.key for slot in bare)
    for slot in bare:
        texts[slot.key] = asking.plain_result(slot) or fallback(
            slot, subject.facts, subject.definition
        )
    return _Answer(texts, fallbacks, usage)


@dataclass
class _Asking:
    """The questions about one definition, and what they have brought.

    Attributes:
        subject: What is asked about.
        model: Who is asked.
        show: Told each step.
        texts: By slot key, what is worth keeping.
        heard: By slot key, what was said at first and is not.
        rung: How the last reply was held to its fields.
    """

    subject: Subject
    model: Model
    show: Callable[[Step], None]
    texts: dict[str, str]
    heard: dict[str, str] = field(default_factory=dict)
    rung: str = ""

    def weak(self) -> list[Slot]:
        """Return the slots without a text worth keeping."""
        return [slot for slot in self.subject.missing if slot.key not in self.texts]

    async def ask(self, context: Context, wanted: Sequence[Slot], again: int = 0) -> Usage:
        """Ask once for some slots; texts land in `texts` as their lines end.

        Args:
            context: What is shown of the code.
            wanted: The slots.
            again: How often they were asked for before.
        """
        named = ask.fields(wanted)
        more = {slot.key: further(slot, self.heard.get(slot.key, ""), again) for slot in wanted}
        fields = ask.as_fields(named, self.subject.wishes.audience, more)
        question = self._question(context, named, again)
        async with aclosing(self.model.fill(question, fields)) as events:
            async for event in events:
                if isinstance(event, Waiting):
                    self.show(Phase(event.why, f"{event.seconds:.0f} s" if event.seconds else ""))
                elif isinstance(event, Finished):
                    self.rung = event.rung
                    return event.usage
                else:
                    self._take(named[event.name], event)
        return Usage()

    async def ask_again(self, context: Context, again: int) -> Usage:
        """Ask for what is weak; that nothing of use is said to it costs nothing that is there."""
        try:
            return await self.ask(context, self.weak(), again)
        except AiError as error:
            if error.kind is not Kind.BAD_REPLY or not self.texts:
                raise
            return Usage()

    def plain_result(self, slot: Slot) -> str:
        """Return what was said of a result at first, if no more than its type; it beats a name."""
        if slot.kind not in (SlotKind.RETURNS, SlotKind.YIELDS):
            return ""
        said, subject = self.heard.get(slot.key, ""), self.subject
        text = clean.readable(slot, said, subject.facts, subject.source.text, subject.definition)
        return text or ""

    def _question(self, context: Context, named: Mapping[str, Slot], again: int) -> Prompt:
        subject, existing = self.subject, self.subject.existing
        said = existing.value if subject.wishes.rewrite and existing else ""
        opening = Opening(subject.missing, named, dict(self.texts))
        note = _AGAIN if again else ""
        definition, wishes = subject.definition, subject.wishes
        question = ask.prompt(definition, context, named, note, wishes, said, opening)
        if subject.source.path:
            question = replace(question, files=(subject.source.path,))
        return question

    def _take(self, slot: Slot, event: FieldText) -> None:
        subject = self.subject
        if event.done:
            source, definition = subject.source, subject.definition
            text = clean.clean(slot, event.text, subject.facts, source.text, definition)
            if text is None:
                self.heard.setdefault(slot.key, event.text)
            else:
                self.texts[slot.key] = text
        self.show(Drafted(_so_far(self.texts, slot, event), len(self.texts), len(subject.missing)))


def _so_far(texts: Mapping[str, str], slot: Slot, event: FieldText) -> Mapping[str, str]:
    """Show an unfinished line as it stands; what is shown is never what is applied."""
    if event.done or not event.text.strip():
        return dict(texts)
    return {**texts, slot.key: " ".join(event.text.split())}


def _unchanged(subject: Subject, reason: str) -> Proposal:
    definition = subject.definition
    return Proposal(
        definition.qualname,
        definition.ordinal,
        Status.UNCHANGED,
        reason,
        subject.facts.digest(),
        evidence=evidence(subject),
    )


def _proposal(subject: Subject, answer: _Answer, composed: Composed | None) -> Proposal:
    if composed is None:
        return _unchanged(subject, "There was nothing to add.")
    failed = composed.failed
    return Proposal(
        subject.definition.qualname,
        subject.definition.ordinal,
        Status.REFUSED if failed else Status.PROPOSED,
        refusal.reason(failed),
        subject.facts.digest(),
        answer.texts,
        answer.fallbacks,
        None if failed else composed.edit,
        composed.literal,
        composed.gates,
        (*_hidden(subject), *_all_evidence(subject), *answer.notes),
    )


def evidence(subject: Subject) -> tuple[str, ...]:
    """Say what the code alone told, with lines; what comes through calls is left out."""
    return told.evidence(subject.facts)


def _hidden(subject: Subject) -> tuple[str, ...]:
    """Say that the code reads otherwise than it looks: what a person sees is not what was sent."""
    found = characters.hidden(subject.source.slice(subject.definition.span))
    return (f"its code holds invisible characters ({', '.join(found[:4])})",) if found else ()


def _all_evidence(subject: Subject) -> tuple[str, ...]:
    """Say what the code told, calls within the file followed: known when there is time for it."""
    definition, source = subject.definition, subject.source
    if definition.kind not in (DefinitionKind.FUNCTION, DefinitionKind.METHOD):
        return evidence(subject)
    through = subject.passing
    if through is None:
        through = callees.raises(source, definition, target.definitions(source))
    return told.evidence(subject.facts, through)
