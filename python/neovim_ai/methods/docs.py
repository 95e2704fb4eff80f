"""The methods of `:AiDoc`: propose, accept, find what lacks something."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from neovim_ai import protocol
from neovim_ai.docs import batch, estimate, hunks, messages, wishes
from neovim_ai.docs.accept import accept
from neovim_ai.docs.compose import Subject, study
from neovim_ai.docs.engine import document, require_sound, to_ask
from neovim_ai.docs.house import detect
from neovim_ai.docs.memory import Memory
from neovim_ai.docs.model import House, SlotKind
from neovim_ai.docs.refusal import refusal
from neovim_ai.docs.through import Callees
from neovim_ai.docs.wishes import Wishes
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.model import Model, Usage
from neovim_ai.methods import events
from neovim_ai.methods.events import Emit
from neovim_ai.settings import DocSettings
from neovim_ai.source import callees, project, target
from neovim_ai.source.incremental import Buffers
from neovim_ai.source.model import Definition, DefinitionKind, Raise
from neovim_ai.source.text import SourceText

Connect = Callable[[Emit], Awaitable[Model]]
Params = Mapping[str, Any]
# What a key press can spare for following calls into other files.
_MOST_SECONDS = 0.05


class DocMethods:
    """What the editor asks about docstrings; a model is connected only when one is needed."""

    def __init__(
        self,
        connect: Connect,
        spend: Callable[[Usage], None],
        memory: Memory | None = None,
        leaves: Callable[[], bool] = lambda: False,
    ) -> None:
        self.settings = DocSettings()
        self._memory = memory or Memory()
        self._connect = connect
        self._leaves = leaves
        self._buffers = Buffers()
        self._projects: dict[Path | None, callees.Project] = {}
        self._spend = spend

    async def doc(self, params: Params, emit: Emit) -> Mapping[str, Any]:
        """Propose a docstring for the definition around a position.

        Raises:
            AiError: `no_target` outside of all definitions, `syntax` in a broken one, or whatever
                the model failed with.
        """
        source = self._source(params)
        options = self._wanted(source, params)
        definition = _asked(source, params["row"], params["col"], options)
        wanted = self._wishes(options)
        house = self._house(source, options)
        passing = self._passing(source, definition)
        subject = study(source, definition, house, wanted, self._memory, passing)
        emit(events.target(subject))
        require_sound(definition)
        model = await self._connect(emit) if to_ask(subject) else None
        everything = target.definitions(source)
        outcome = await document(subject, everything, model, events.shower(subject, emit))
        self._spend(outcome.usage)
        used = wishes.as_options(wanted, options.get("style") or "")
        said = messages.proposal_message(subject, outcome, model, cast(protocol.DocOptions, used))
        return dict(said)

    async def apply(self, params: Params, _: Emit) -> Mapping[str, Any]:
        """Return the edit that accepts a proposal, or some hunks of it, in the buffer of now.

        Raises:
            AiError: `stale` when the code or what is to be replaced has changed, `gate` when the
                edit would change more than the docstring.
        """
        source, proposal = self._source(params), params["proposal"]
        subject = self._again(source, proposal, params["row"])
        offered = [hunk["key"] for hunk in proposal.get("hunks") or ()]
        keys = offered if params.get("keys") is None else list(params["keys"])
        before = "\n".join(proposal.get("before") or ())
        _require_same_words(subject, before)
        keys = keys or [hunks.DOCSTRING]
        composed = accept(subject, proposal["texts"], keys, before, offered, self._memory)
        if composed is None:
            raise _stale(f"The docstring of `{proposal['qualname']}` already says all of it.")
        if composed.failed:
            raise refusal(composed.failed)
        self._remember(subject, proposal, keys)
        return {
            "edit": messages.edit_message(source, composed.edit),
            "docstring": messages.lines(composed.literal),
        }

    async def targets(self, params: Params, emit: Emit) -> Mapping[str, Any]:
        """Return the definitions of a range, or of the whole buffer, that lack something.

        Raises:
            AiError: What connecting failed with, where code would leave this machine.
        """
        source = self._source(params)
        options, rows = self._wanted(source, params), None
        if params.get("start_row") is not None:
            rows = (params["start_row"], params.get("end_row", params["start_row"]))
        found = batch.lacking(
            source,
            self._house(source, options),
            wishes.from_options(options),
            rows,
            module=bool(options.get("module")),
            memory=self._memory,
        )
        return {
            "targets": [
                {
                    "qualname": one.definition.qualname,
                    "ordinal": one.definition.ordinal,
                    "row": one.definition.line - 1,
                    "end_row": one.definition.end_line - 1,
                    "missing": one.missing,
                }
                for one in found
            ],
            "estimate": await self._estimate(found, wishes.from_options(options), emit),
        }

    async def _estimate(
        self, found: Sequence[batch.Lacking], wanted: Wishes, emit: Emit
    ) -> str | None:
        """Say what asking for several takes where it is another machine that is asked."""
        if len(found) < 2 or not self._leaves():
            return None
        model = await self._connect(emit)
        if not model.remote:
            return None
        read, written = estimate.estimate((one.subject for one in found), wanted)
        return f"{estimate.said(read, written, model)} ({model.route})"

    def _source(self, params: Params) -> SourceText:
        """Take the buffer, parsed only where it has changed since it was asked about last."""
        source = source_of(params["buffer"])
        if source.path is not None:
            self._buffers.grow(str(source.path), source)
        return source

    def _again(self, source: SourceText, proposal: Params, row: int) -> Subject:
        """Find a proposal's definition in the buffer as it stands."""
        qualname = proposal["qualname"]
        definition = target.near(source, qualname, proposal["ordinal"], row)
        if definition is None:
            raise _stale(f"`{qualname}` is gone or there are several of it now.")
        require_sound(definition)
        house = self._house(source, {"style": proposal["style"]})
        wanted = replace(wishes.from_options(proposal.get("options") or {}), callees=Callees.ALWAYS)
        passing = tuple(_passed(proposal["texts"]))
        subject = study(source, definition, house, wanted, self._memory, passing)
        changed = subject.facts.differing(proposal["digest"])
        if changed:
            raise _stale(f"`{qualname}` has changed since it was asked for: {_listed(changed)}.")
        return subject

    def _wishes(self, options: Params) -> Wishes:
        return replace(wishes.from_options(options), callees=Callees(self.settings.callees))

    def _passing(self, source: SourceText, definition: Definition) -> tuple[Raise, ...]:
        """Return the exceptions that come through calls, as far as a moment allows to look."""
        if definition.kind not in (DefinitionKind.FUNCTION, DefinitionKind.METHOD):
            return ()
        root = project.root(source.path) if source.path else None
        if root not in self._projects:
            self._projects[root] = callees.Project(root)
        files = self._projects[root]
        return callees.raises(source, definition, None, files, _MOST_SECONDS)

    def _wanted(self, source: SourceText, params: Params) -> dict[str, Any]:
        """Return a request's options; what it leaves open is as this project last accepted it."""
        options = dict(params.get("options") or {})
        last = self._memory.options(project.root(source.path)) if source.path else {}
        return {**last, **options}

    def _remember(self, subject: Subject, proposal: Params, keys: Sequence[str]) -> None:
        """Remember what was accepted, so that our words are known as ours later on."""
        whole = hunks.DOCSTRING in keys
        texts = {
            slot: text
            for slot in subject.missing
            if (text := proposal["texts"].get(slot.key)) and (whole or slot.key in keys)
        }
        self._memory.record(subject.source.path, subject.definition.qualname, subject.facts, texts)
        if subject.source.path and proposal.get("options"):
            where = project.root(subject.source.path)
            self._memory.remember_options(where, proposal["options"])

    def _house(self, source: SourceText, options: Params) -> House:
        style = options.get("style") or self.settings.style
        wanted = DocSettings(style=style, width=self.settings.width)
        root = project.root(source.path) if source.path else None
        return detect(source, root, wanted)


def _passed(texts: Mapping[str, str]) -> Iterator[Raise]:
    """Yield the exceptions that a proposal's texts are about; study leaves out the own ones."""
    kind = f"{SlotKind.RAISES}:"
    for key in texts:
        if key.startswith(kind):
            yield Raise(key.removeprefix(kind), 0, via=("a call",))


def _asked(source: SourceText, row: int, col: int, options: Params) -> Definition:
    if options.get("module"):
        return target.definitions(source)[0]
    definition = target.at(source, row, col)
    if definition is None or definition.kind is DefinitionKind.MODULE:
        raise AiError(
            Kind.NO_TARGET,
            "The cursor is not in a function or class.",
            ":AiDoc module documents the file itself.",
        )
    return definition


def _require_same_words(subject: Subject, before: str) -> None:
    """Refuse to write over words that a person has put there since the proposal was asked for."""
    if not subject.wishes.rewrite or subject.existing is None:
        return
    span = subject.definition.docstring
    now = subject.source.slice(span) if span else ""
    if _laid_out(now) != _laid_out(before):
        name = subject.definition.qualname
        raise _stale(f"The docstring of `{name}` was edited after it was asked for anew.")


def _laid_out(literal: str) -> list[str]:
    """Return a docstring's lines as they stand to each other: moved as a whole it is the same."""
    return [line.rstrip() for line in inspect.cleandoc(literal).split("\n")]


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def source_of(buffer: protocol.Buffer) -> SourceText:
    """Take a buffer as it came from the editor."""
    path = Path(buffer["path"]) if buffer.get("path") else None
    return SourceText.from_lines(buffer["lines"], path, buffer.get("encoding") or "utf-8")


def _stale(what: str) -> AiError:
    return AiError(Kind.STALE, what, "Run :AiDoc there again; the proposal is kept in :AiLog.")
