"""The methods the editor may call, each a coroutine over plain values; `jobs` runs them."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import neovim_ai
from neovim_ai import log
from neovim_ai.errors import AiError, Kind
from neovim_ai.llm.model import Usage
from neovim_ai.methods.check import CheckMethods
from neovim_ai.methods.connection import Connection
from neovim_ai.methods.docs import DocMethods
from neovim_ai.methods.events import Emit
from neovim_ai.methods.notes import NotesMethods
from neovim_ai.methods.tests import TestMethods
from neovim_ai.settings import from_mapping

Result = Mapping[str, Any]


class Service:
    """What one editor's host can do; keeps the connection to the model between requests."""

    def __init__(self) -> None:
        self._connection = Connection()
        self._spent = Usage()
        self._docs = DocMethods(
            self._connection.open, self._count, leaves=self._connection.may_leave
        )
        self._checks = CheckMethods()
        self._notes = NotesMethods(self._connection.open, self._count)
        self._tests = TestMethods(self._connection.open, self._count)
        self._methods: dict[str, Callable[[Mapping[str, Any], Emit], Awaitable[Result]]] = {
            "hello": self._hello,
            "ping": self._ping,
            "doc": self._docs.doc,
            "apply": self._docs.apply,
            "targets": self._docs.targets,
            "check": self._checks.check,
            "models": self._models,
            "model_use": self._model_use,
            "model_pull": self._model_pull,
            "status": self._status,
            "health": self._health,
            "consent": self._consent,
            "notes_find": self._notes.find,
            "notes_chosen": self._notes.chosen,
            "notes_refresh": self._notes.refresh,
            "notes_buffer": self._notes.buffer,
            "notes_todos": self._notes.todos,
            "notes_todo_done": self._notes.todo_done,
            "notes_links": self._notes.links,
            "notes_link_to": self._notes.link_to,
            "notes_new": self._notes.new,
            "notes_ask": self._notes.ask,
            "test": self._tests.test,
            "test_apply": self._tests.apply,
            "test_kill": self._tests.kill,
        }

    async def call(self, method: str, params: Mapping[str, Any], emit: Emit) -> Result:
        """Run one method; `emit` takes events without the request's id.

        Raises:
            AiError: Whatever the user is to read.
        """
        if method not in self._methods:
            raise AiError(Kind.INTERNAL, f"The host does not know the method '{method}'.")
        try:
            return await self._methods[method](params, emit)
        except AiError as error:
            await self._connection.after(error)
            raise

    async def _hello(self, params: Mapping[str, Any], _: Emit) -> Result:
        settings = from_mapping(params.get("settings") or {})
        self._docs.settings = settings.docs
        self._tests.settings = settings.tests
        # First, so that a question that follows at once is asked of the notes that are set now.
        await self._notes.use(settings)
        await self._connection.use(settings)
        return {
            "version": neovim_ai.__version__,
            "python": platform.python_version(),
            "executable": sys.executable,
            "pid": os.getpid(),
            "log": str(log.path()),
        }

    async def _ping(self, _params: Mapping[str, Any], _: Emit) -> Result:
        return {}

    async def _models(self, _params: Mapping[str, Any], _: Emit) -> Result:
        from neovim_ai.llm.local import catalogue

        model = self._connection.model
        return {
            "models": catalogue.entries(),
            "openai": catalogue.openai_chosen(),
            "provider": self._connection.settings.provider,
            "route": model.route if model else "",
        }

    async def _model_use(self, params: Mapping[str, Any], _: Emit) -> Result:
        from neovim_ai.llm import consent, providers
        from neovim_ai.llm.local import catalogue

        if params["name"] == catalogue.OPENAI:
            consent.require(providers.OPENAI, configured=False)
        catalogue.choose(params["name"])
        await self._connection.let_go()
        return {"name": params["name"]}

    async def _model_pull(self, params: Mapping[str, Any], emit: Emit) -> Result:
        import asyncio

        from neovim_ai.llm.local import pull

        def progress(what: str, done: int, total: int) -> None:
            emit({"type": "progress", "what": what, "done": done, "total": total})

        path = await asyncio.to_thread(pull.pull, params["name"], source=None, progress=progress)
        await self._connection.let_go()
        return {"name": params["name"], "path": str(path)}

    async def _status(self, _params: Mapping[str, Any], _: Emit) -> Result:
        model = self._connection.model
        return {
            "route": model.route if model else "",
            "model": model.name if model else "",
            "requests": self._spent.requests,
            "prompt_tokens": self._spent.prompt_tokens,
            "completion_tokens": self._spent.completion_tokens,
            "estimated": self._spent.estimated,
            "sent": model.last_sent if model else "",
        }

    async def _health(self, _params: Mapping[str, Any], _: Emit) -> Result:
        import asyncio

        from neovim_ai import doctor

        return {"entries": await asyncio.to_thread(doctor.report, self._connection.settings)}

    async def _consent(self, params: Mapping[str, Any], _: Emit) -> Result:
        from neovim_ai.llm import consent

        consent.give(params["host"])
        return {"host": params["host"]}

    def _count(self, usage: Usage) -> None:
        self._spent += usage
