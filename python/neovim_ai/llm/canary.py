"""What a server really does, found with a canary and remembered: a 200 proves nothing."""

from __future__ import annotations

import json
import secrets
from contextlib import aclosing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import continuing, grammar, schemas
from neovim_ai.llm.client import Chat
from neovim_ai.llm.errors import BadParameterError
from neovim_ai.llm.ladder import Rung
from neovim_ai.llm.remembered import read_json, write_json
from neovim_ai.llm.sse import Delta

RENAMED = {"max_tokens": "max_completion_tokens"}
_CONSTRAINTS = {"grammar": Rung.GRAMMAR, "json_schema": Rung.JSON_SCHEMA}
_ENOUGH = 200


@dataclass
class Capabilities:
    """What one model at one address can do.

    Attributes:
        base_url: The address.
        model: The model's name there.
        rung: The best way to ask that held; None until it is known.
        dropped: Parameters that the server rejected.
        memory: The file that remembers; None for what need not be remembered.
    """

    base_url: str
    model: str
    rung: Rung | None = None
    dropped: set[str] = field(default_factory=set)
    memory: Path | None = None

    @classmethod
    def recall(cls, base_url: str, model: str, memory: Path) -> Capabilities:
        """Return what is remembered of a model; a damaged memory remembers nothing."""
        known = read_json(memory).get(f"{base_url} {model}")
        known = known if isinstance(known, dict) else {}
        rung = known.get("rung")
        dropped = known.get("dropped")
        return cls(
            base_url,
            model,
            Rung(rung) if rung in list(Rung) else None,
            {str(d) for d in dropped} if isinstance(dropped, list) else set(),
            memory,
        )

    def adapt(self, body: dict[str, Any]) -> dict[str, Any]:
        """Return a request as this server takes it."""
        taken: dict[str, Any] = {"model": self.model}
        for name, value in body.items():
            if name not in self.dropped:
                taken[name] = value
            elif name in RENAMED and RENAMED[name] not in self.dropped:
                taken[RENAMED[name]] = value
        return taken

    def drop(self, parameter: str) -> bool:
        """Do without a parameter from now on; False when that has been tried."""
        if parameter in self.dropped:
            return False
        self.dropped.add(parameter)
        if parameter == "grammar" and self.rung is Rung.GRAMMAR:
            self.rung = Rung.JSON_SCHEMA
        if parameter in ("response_format", "json_schema") and self.rung in _JSON:
            self.rung = Rung.LINES
        self._remember()
        return True

    def fall(self, rung: Rung) -> None:
        """Ask on a lower rung from now on: a reply did not follow."""
        self.rung = rung
        self._remember()

    def confirm(self, rung: Rung) -> None:
        """Note that a reply followed its rung."""
        if self.rung is not rung:
            self.fall(rung)

    async def discover(self, chat: Chat) -> None:
        """Find the best rung with as few tiny requests as it takes.

        Raises:
            AiError: When the server does not answer at all.
        """
        for rung in self._candidates():
            if await self._holds(chat, rung):
                self.fall(rung)
                return
        self.fall(Rung.LINES)

    def _candidates(self) -> tuple[Rung, ...]:
        # a cloud that is known to have no grammars is not asked for one
        if "api.openai.com" in self.base_url:
            return (Rung.JSON_SCHEMA, Rung.JSON_OBJECT)
        return (Rung.CONTINUE, Rung.GRAMMAR, Rung.JSON_SCHEMA, Rung.JSON_OBJECT)

    async def _holds(self, chat: Chat, rung: Rung) -> bool:
        nonce = f"k{secrets.token_hex(4)}"
        body = {
            "messages": [{"role": "user", "content": _QUESTION}],
            "max_tokens": _ENOUGH,
            "temperature": 0.0,
            **_demand(rung, nonce),
        }
        for _ in range(4):
            try:
                reply = await _reply(chat, self.adapt(body))
            except BadParameterError as error:
                spare = error.parameter in body and error.parameter not in _demand(rung, nonce)
                if not (spare and self.drop(error.parameter)):
                    return False
                continue
            except AiError as error:
                if error.kind in (Kind.BAD_REQUEST, Kind.SERVER, Kind.EMPTY, Kind.TRUNCATED):
                    return False
                raise
            return _shows(rung, nonce, reply)
        return False

    def _remember(self) -> None:
        if self.memory is None:
            return
        known = read_json(self.memory)
        entry = {"rung": self.rung and str(self.rung), "dropped": sorted(self.dropped)}
        write_json(self.memory, known | {f"{self.base_url} {self.model}": entry})


_JSON = (Rung.JSON_SCHEMA, Rung.JSON_OBJECT)

# the word JSON must stand in the prompt or some servers refuse; asking for none of it is the test
_QUESTION = "Say good morning in one plain English sentence. Do not use JSON."


def _shows(rung: Rung, nonce: str, reply: str) -> bool:
    if rung is Rung.JSON_OBJECT:
        return _is_object(reply)
    if rung is Rung.CONTINUE:
        begun, rest = continuing.canary(nonce)
        return continuing.added(reply, begun).startswith(rest)
    return nonce in reply


def _demand(rung: Rung, nonce: str) -> dict[str, Any]:
    if rung is Rung.CONTINUE:
        begun = {"role": "assistant", "content": continuing.canary(nonce)[0]}
        question = {"role": "user", "content": _QUESTION}
        return {"messages": [question, begun], "stop": ["\n"], "max_tokens": 16}
    if rung is Rung.GRAMMAR:
        return {"grammar": grammar.exactly(nonce)}
    if rung is Rung.JSON_OBJECT:
        return {"response_format": {"type": "json_object"}}
    code = {"type": "string", "const": nonce}
    body = {
        "type": "object",
        "properties": {"code": code},
        "required": ["code"],
        "additionalProperties": False,
    }
    return {"response_format": schemas.response_format(body)}


async def _reply(chat: Chat, body: dict[str, Any]) -> str:
    text = ""
    async with aclosing(chat.stream(body)) as pieces:
        async for piece in pieces:
            if isinstance(piece, Delta):
                text += piece.text
    return text


def _is_object(reply: str) -> bool:
    try:
        return isinstance(json.loads(reply), dict)
    except ValueError:
        return False
