"""The methods the editor may call, each a coroutine over plain values; `jobs` runs them."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import neovim_ai
from neovim_ai import log, protocol
from neovim_ai.docs import messages
from neovim_ai.docs.compose import Subject, compose, draft, study
from neovim_ai.docs.engine import Drafted, Phase, Step, document, evidence, require_sound
from neovim_ai.docs.house import detect
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import providers
from neovim_ai.llm.model import Model, Usage, Waiting
from neovim_ai.settings import DocSettings, Settings, from_mapping
from neovim_ai.source import project, target
from neovim_ai.source.model import DefinitionKind
from neovim_ai.source.text import SourceText

Emit = Callable[[dict[str, Any]], None]
Result = Mapping[str, Any]


class Service:
    """What one editor's host can do; keeps the connection to the model between requests."""

    def __init__(self) -> None:
        self._settings = Settings()
        self._model: Model | None = None
        self._spent = Usage()
        self._methods: dict[str, Callable[[Mapping[str, Any], Emit], Awaitable[Result]]] = {
            "hello": self._hello,
            "ping": self._ping,
            "doc": self._doc,
            "apply": self._apply,
            "models": self._models,
            "model_use": self._model_use,
            "model_pull": self._model_pull,
            "status": self._status,
            "health": self._health,
            "consent": self._consent,
        }

    async def call(self, method: str, params: Mapping[str, Any], emit: Emit) -> Result:
        """Run one method; `emit` takes events without the request's id.

        Raises:
            AiError: Whatever the user is to read.
        """
        if method not in self._methods:
            raise AiError(Kind.INTERNAL, f"The host does not know the method '{method}'.")
        return await self._methods[method](params, emit)

    async def _hello(self, params: Mapping[str, Any], _: Emit) -> Result:
        settings = from_mapping(params.get("settings") or {})
        if settings != self._settings:
            await self._let_go()
            self._settings = settings
        return {
            "version": neovim_ai.__version__,
            "python": platform.python_version(),
            "executable": sys.executable,
            "pid": os.getpid(),
            "log": str(log.path()),
        }

    async def _ping(self, _params: Mapping[str, Any], _: Emit) -> Result:
        return {}

    async def _doc(self, params: Mapping[str, Any], emit: Emit) -> Result:
        source = _source(params["buffer"])
        definitions = target.definitions(source)
        definition = target.at(source, params["row"], params["col"])
        if definition is None or definition.kind is DefinitionKind.MODULE:
            raise AiError(
                Kind.NO_TARGET,
                "The cursor is not in a function or class.",
                "Move it into one, on its decorators or its signature too.",
            )
        subject = study(source, definition, self._house(source, params.get("options") or {}))
        emit(_target_event(subject))
        require_sound(definition)
        model = await self._connected(emit)
        outcome = await document(subject, definitions, model, _shower(subject, emit))
        self._spent += outcome.usage
        return dict(messages.proposal_message(subject, outcome, model))

    async def _apply(self, params: Mapping[str, Any], _: Emit) -> Result:
        source, proposal = _source(params["buffer"]), params["proposal"]
        qualname = proposal["qualname"]
        definition = target.near(source, qualname, proposal["ordinal"], params["row"])
        if definition is None:
            raise _stale(f"`{qualname}` is gone or there are several of it now.")
        require_sound(definition)
        subject = study(source, definition, self._house(source, {"style": proposal["style"]}))
        if subject.facts.digest() != proposal["digest"]:
            raise _stale(f"`{qualname}` has changed since it was asked for.")
        composed = compose(subject, proposal["texts"])
        if composed is None:
            raise _stale(f"The docstring of `{qualname}` already says all of it.")
        if composed.failed:
            saw = composed.failed[0]
            raise AiError(Kind.GATE, f"Not applied: {saw.name}: {saw.saw}.", "Nothing was changed.")
        return {
            "edit": messages.edit_message(source, composed.edit),
            "docstring": composed.literal.splitlines(),
        }

    async def _models(self, _params: Mapping[str, Any], _: Emit) -> Result:
        from neovim_ai.llm.local import catalogue

        return {
            "models": catalogue.entries(),
            "provider": self._settings.provider,
            "route": self._model.route if self._model else "",
        }

    async def _model_use(self, params: Mapping[str, Any], _: Emit) -> Result:
        from neovim_ai.llm.local import catalogue

        catalogue.choose(params["name"])
        await self._let_go()
        return {"name": params["name"]}

    async def _model_pull(self, params: Mapping[str, Any], emit: Emit) -> Result:
        import asyncio

        from neovim_ai.llm.local import pull

        def progress(what: str, done: int, total: int) -> None:
            emit({"type": "progress", "what": what, "done": done, "total": total})

        path = await asyncio.to_thread(pull.pull, params["name"], source=None, progress=progress)
        await self._let_go()
        return {"name": params["name"], "path": str(path)}

    async def _status(self, _params: Mapping[str, Any], _: Emit) -> Result:
        return {
            "route": self._model.route if self._model else "",
            "model": self._model.name if self._model else "",
            "requests": self._spent.requests,
            "prompt_tokens": self._spent.prompt_tokens,
            "completion_tokens": self._spent.completion_tokens,
            "estimated": self._spent.estimated,
            "sent": getattr(self._model, "last_sent", "") if self._model else "",
        }

    async def _health(self, _params: Mapping[str, Any], _: Emit) -> Result:
        from neovim_ai import doctor

        return {"entries": doctor.report(self._settings)}

    async def _consent(self, params: Mapping[str, Any], _: Emit) -> Result:
        from neovim_ai.llm import consent

        consent.give(params["host"])
        return {"host": params["host"]}

    async def _connected(self, emit: Emit) -> Model:
        if self._model is None:
            emit(_phase("connecting to the model"))
            self._model = await providers.connect(
                self._settings, lambda waiting: emit(_waiting(waiting))
            )
        return self._model

    async def _let_go(self) -> None:
        model, self._model = self._model, None
        if model is not None:
            await model.close()

    def _house(self, source: SourceText, options: Mapping[str, Any]) -> Any:
        style = options.get("style") or self._settings.docs.style
        wanted = DocSettings(style=style, width=self._settings.docs.width)
        root = project.root(source.path) if source.path else None
        return detect(source, root, wanted)


def _source(buffer: protocol.Buffer) -> SourceText:
    path = Path(buffer["path"]) if buffer.get("path") else None
    return SourceText.from_lines(buffer["lines"], path, buffer.get("encoding") or "utf-8")


def _stale(what: str) -> AiError:
    return AiError(Kind.STALE, what, "Run :AiDoc there again; the proposal is kept in :AiLog.")


def _phase(phase: str, detail: str = "") -> dict[str, Any]:
    return {"type": "phase", "phase": phase, "detail": detail}


def _waiting(waiting: Waiting) -> dict[str, Any]:
    return _phase(waiting.why, f"{waiting.seconds:.0f} s" if waiting.seconds else "")


def _target_event(subject: Subject) -> dict[str, Any]:
    source, definition = subject.source, subject.definition
    return {
        "type": "target",
        "qualname": definition.qualname,
        "ordinal": definition.ordinal,
        "row": definition.line - 1,
        "header_end_row": source.row(max(definition.header.end - 1, 0)),
        "end_row": definition.end_line - 1,
        "update": definition.docstring is not None,
        "facts": list(evidence(subject)),
    }


def _shower(subject: Subject, emit: Emit) -> Callable[[Step], None]:
    def show(step: Step) -> None:
        if isinstance(step, Phase):
            emit(_phase(step.phase, step.detail))
        else:
            emit(draft_event(subject, step))

    return show


def draft_event(subject: Subject, step: Drafted) -> dict[str, Any]:
    """Render the texts so far for the preview: whole lines, and the rows they would replace."""
    source, definition = subject.source, subject.definition
    event = {"type": "draft", "done": step.done, "total": step.total}
    edit = draft(subject, step.texts)
    if edit is None:
        row = source.row(max(definition.header.end - 1, 0)) + 1
        return {**event, "start_row": row, "end_row": row, "lines": []}
    message = messages.edit_message(source, edit)
    return {**event, **_whole_rows(source, message)}


def _whole_rows(source: SourceText, edit: protocol.EditMessage) -> dict[str, Any]:
    """Widen an edit to whole rows, since that is what a preview shows."""
    rows = source.text.split("\n")
    lines = list(edit["lines"])
    first = rows[edit["start_row"]].encode()[: edit["start_col"]].decode()
    last = rows[edit["end_row"]].encode()[edit["end_col"] :].decode()
    if edit["start_row"] == edit["end_row"] and not first and not last and lines[-1] == "":
        return {"start_row": edit["start_row"], "end_row": edit["end_row"], "lines": lines[:-1]}
    lines[0] = first + lines[0]
    lines[-1] += last
    return {"start_row": edit["start_row"], "end_row": edit["end_row"] + 1, "lines": lines}
