"""A connected model that fills fields: asks, reads while it streams, bounds, and falls a rung."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import continuing, errors, ladder, odds, replies, sse
from neovim_ai.llm.budget import within
from neovim_ai.llm.canary import Capabilities
from neovim_ai.llm.client import Chat
from neovim_ai.llm.errors import BadParameterError, BrokenError
from neovim_ai.llm.ladder import Rung
from neovim_ai.llm.model import Event, Field, FieldText, Finished, Prompt, Usage, Waiting
from neovim_ai.llm.odds import Token
from neovim_ai.llm.privacy import require_public
from neovim_ai.llm.sse import Delta, End

GRACE = 200
"""Characters that may follow the last field before the stream is closed for rambling."""


@dataclass
class _Job:
    """What one call of `fill` has so far."""

    fields: Sequence[Field]
    remaining: list[Field]
    rung: Rung
    usage: Usage = field(default_factory=Usage)
    shown: dict[str, FieldText] = field(default_factory=dict)
    breaks: int = 0

    @property
    def finished(self) -> bool:
        return any(text.done for text in self.shown.values())

    @property
    def texts(self) -> dict[str, str]:
        left = {f.name for f in self.remaining}
        return {n: shown.text for n, shown in self.shown.items() if n not in left}

    def spend(self, usage: Usage) -> None:
        """Add what a request cost; what a question's first request evaluated counts once."""
        if self.rung is Rung.CONTINUE and self.usage.requests:
            new = max(usage.prompt_tokens - usage.cached_tokens, 0)
            usage = replace(usage, prompt_tokens=new, cached_tokens=0)
        self.usage += usage


@dataclass
class _Reply:
    """What one request has brought."""

    asked: Sequence[Field]
    begun: str = ""
    raw: str = ""
    reason: str = ""
    cut: bool = False
    got: set[str] = field(default_factory=set)
    tokens: list[Token] = field(default_factory=list)


class ServerModel:
    """A model behind an OpenAI-compatible server."""

    def __init__(
        self,
        chat: Chat,
        capabilities: Capabilities,
        route: str,
        let_go: Callable[[], Awaitable[None]] | None = None,
        is_alive: Callable[[], bool] = lambda: True,
    ) -> None:
        self._chat = chat
        self._can = capabilities
        self._route = route
        self._let_go = let_go
        self._is_alive = is_alive

    @property
    def alive(self) -> bool:
        """Whether the server is still there, where that can be known."""
        return self._is_alive()

    @property
    def name(self) -> str:
        """The model's name as the server knows it."""
        return self._can.model

    @property
    def route(self) -> str:
        """Where it answers, for people."""
        return self._route

    @property
    def last_sent(self) -> str:
        """What the last request sent, exactly, as indented JSON; empty before the first."""
        sent = self._chat.last_sent
        return json.dumps(sent, indent=2, ensure_ascii=False) if sent else ""

    @property
    def remote(self) -> bool:
        """Whether it answers on another machine; what is spent there is counted."""
        return self._chat.spending is not None

    def left_today(self) -> int | None:
        """Return the tokens that today's budget has left; None where none is set.

        Raises:
            AiError: `disk` when what was spent cannot be read.
        """
        return self._chat.spending.left_today() if self._chat.spending else None

    async def fill(self, prompt: Prompt, fields: Sequence[Field]) -> AsyncGenerator[Event]:
        """Ask for the fields, in order; ends with `Finished`.

        Args:
            prompt: What every request of this call starts with.
            fields: What is asked for; names are unique.

        Raises:
            AiError: When no answer came, or none that holds a single field; `context` when the
                prompt is over `max_prompt_tokens`.
        """
        require_public(prompt.files, self._chat.private, self._chat.where.host)
        prompt = within(prompt, fields, self._chat.most)
        if self._can.rung is None:
            yield Waiting("finding out what the server can do")
            await self._can.discover(self._chat)
        job = _Job(fields, list(fields), self._can.rung or Rung.LINES)
        for _ in range(len(fields) + 2 * len(Rung)):
            if not job.remaining:
                break
            reply = _Reply(ladder.asked_at_once(job.rung, job.remaining))
            try:
                async with aclosing(self._ask(prompt, job, reply)) as events:
                    async for event in events:
                        yield event
            except AiError as error:
                self._forgive(error, job)
                continue
            if not self._settle(job, reply):
                break
        if not job.shown:
            raise _empty(self._chat.where, _Reply(fields))
        missing = tuple(f.name for f in fields if f.name not in job.shown)
        yield Finished(job.usage, missing, job.rung)

    async def _ask(self, prompt: Prompt, job: _Job, reply: _Reply) -> AsyncGenerator[Event]:
        asking = ladder.request(job.rung, prompt, reply.asked, job.fields, job.texts)
        reading = ladder.reader(job.rung, reply.asked, asking)
        body = self._can.adapt(asking)
        reply.begun = asking["messages"][-1]["content"] if job.rung is Rung.CONTINUE else ""
        most = sum(f.max_tokens + len(f.label) for f in reply.asked) * 8
        most += len(reply.begun)
        async with aclosing(self._chat.stream(body)) as pieces:
            async for piece in pieces:
                if isinstance(piece, Waiting):
                    yield piece
                elif isinstance(piece, Delta):
                    reply.raw += piece.text
                    reply.tokens += piece.tokens
                    found = reading.read(replies.answer(reply.raw), final=False)
                    for event in _news(found, job, reply):
                        yield event
                    if reply.cut or len(replies.answer(reply.raw)) > most or _rambles(reply, found):
                        break
                elif isinstance(piece, End):
                    reply.reason = piece.reason
                    job.spend(piece.usage)
        if not reply.reason:
            job.spend(sse.estimated(sse.characters(body), len(reply.raw)))
        for event in _last(reading, job, reply):
            yield event

    def _forgive(self, error: AiError, job: _Job) -> None:
        """Prepare another request after a failure that allows one; raise it again otherwise."""
        if isinstance(error, BadParameterError) and self._can.drop(error.parameter):
            job.rung = self._can.rung or Rung.LINES
            return
        if isinstance(error, BrokenError) and not job.finished and job.breaks == 0:
            job.breaks += 1
            job.shown.clear()
            return
        raise error

    def _settle(self, job: _Job, reply: _Reply) -> bool:
        """Take stock after a reply; tell whether another request is worth it."""
        where = self._chat.where
        text = replies.answer(reply.raw).strip()
        if reply.begun and replies.declined(continuing.added(text, reply.begun)):
            raise self._declined()
        if reply.got:
            self._can.confirm(job.rung)
            taken = reply.got | ({reply.asked[0].name} if job.rung.one_at_a_time else set())
            job.remaining = [f for f in job.remaining if f.name not in taken]
            return reply.cut or reply.reason == "length" or job.rung.one_at_a_time
        if reply.begun and not continuing.added(reply.raw, reply.begun).strip():
            job.remaining = job.remaining[1:]
            if not job.remaining and not job.shown:
                self._fall(job, Rung.GRAMMAR)  # some models only go on with what they began
            return True
        if not text and not job.finished:
            raise _empty(where, reply)
        if replies.declined(text):
            raise self._declined()
        if job.finished:
            return False
        below = job.rung.next
        if below is None and len(job.remaining) > 1:
            job.remaining = job.remaining[1:]
            return True
        if below is None or reply.reason == "length":
            raise errors.not_ours(where, "text that holds none of what was asked")
        self._fall(job, below)
        return True

    def _fall(self, job: _Job, rung: Rung) -> None:
        """Ask all that is not answered again, on a lower rung."""
        self._can.fall(rung)
        job.rung = rung
        job.remaining = [f for f in job.fields if f.name not in job.shown]

    def _declined(self) -> AiError:
        hint = "Choose another with :AiModel."
        return AiError(Kind.REFUSED, f"{self.name} declined to answer.", hint)

    async def close(self) -> None:
        """Let go of connections."""
        await self._chat.close()
        if self._let_go:
            await self._let_go()


def _news(found: Sequence[FieldText], job: _Job, reply: _Reply) -> list[Event]:
    asked = {f.name: f for f in reply.asked}
    news: list[Event] = []
    for one in _chosen(found, asked, reply):
        known = job.shown.get(one.name)
        if known and known.done:
            continue
        text, cut = replies.within(one.text, asked[one.name].max_tokens)
        now = replace(one, text=text, done=one.done or cut)
        if cut and not one.done:
            reply.cut = True
        if text and now != known:
            job.shown[one.name] = now
            news.append(now)
        if now.done and text:
            reply.got.add(one.name)
    return news


def _chosen(
    found: Sequence[FieldText], asked: Mapping[str, Field], reply: _Reply
) -> Iterator[FieldText]:
    """Read choices for what they are: a text that is none of them is no answer."""
    for one in found:
        choices = asked[one.name].choices
        if not choices:
            yield one
        elif one.done and (text := odds.chosen(one.text, choices)):
            told = odds.of_choices(reply.tokens, "" if reply.begun else one.name, text, choices)
            yield replace(one, text=text, odds=told)


def _last(reading: ladder.Reader, job: _Job, reply: _Reply) -> list[Event]:
    """Return what the end of a reply adds: texts that only its end finishes."""
    text = replies.answer(reply.raw)
    if reply.reason and reply.reason != "length":
        found = reading.read(text, final=True)
        return _news(found or ladder.read_anyhow(text, reply.asked), job, reply)
    kept: list[FieldText] = []
    for one in reading.read(text, final=False):
        whole = one.text if one.done else replies.at_sentence_end(one.text)
        kept.append(FieldText(one.name, whole, done=True))
    return _news([one for one in kept if one.text], job, reply)


def _rambles(reply: _Reply, found: Sequence[FieldText]) -> bool:
    if len(found) < len(reply.asked) or not all(f.done for f in found):
        return False
    return len(reply.raw) > sum(len(f.text) + len(f.name) + 20 for f in found) + GRACE


def _empty(where: errors.Where, reply: _Reply) -> AiError:
    name: Any = where.model or where.host
    if reply.raw.strip() or reply.reason == "length":
        return AiError(
            Kind.TRUNCATED,
            f"{name} used up its answer on reasoning.",
            "Choose a model without reasoning with :AiModel.",
        )
    hint = "Try again, or choose another model."
    return AiError(Kind.EMPTY, f"{name} answered with nothing.", hint)
