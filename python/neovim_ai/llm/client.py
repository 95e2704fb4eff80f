"""One conversation with an OpenAI-compatible server, with our own watchdogs and error classes."""

from __future__ import annotations

import asyncio
import json
import math
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from neovim_ai.errors import AiError
from neovim_ai.llm import errors, sse
from neovim_ai.llm.errors import BusyError, Where
from neovim_ai.llm.model import Waiting
from neovim_ai.llm.spending import Spending
from neovim_ai.llm.sse import Delta, End, Piece
from neovim_ai.llm.transport import http_client, is_loopback, refuse_open_key
from neovim_ai.redaction.placeholders import Placeholders
from neovim_ai.settings import Settings, Timeouts

if TYPE_CHECKING:
    import httpx2
    from openai import AsyncOpenAI

Pause = Callable[[float], Awaitable[None]]

LONGEST_WAIT = 60.0
WAITS = 2


@dataclass
class Chat:
    """A server that answers chats.

    Attributes:
        client: The SDK's client; it never retries and never times out on its own.
        where: Names for messages.
        timeout: The watchdogs.
        pause: How a second passes while the server wants us to wait.
        last_sent: The body of the last request, exactly.
        placeholders: What stands for secrets on the way; None where nothing leaves this machine.
        spending: What may be spent here; None where nothing is limited.
        private: Patterns of files whose text is not sent here.
        most: Tokens that a prompt may take; 0 is no limit.
    """

    client: AsyncOpenAI
    where: Where
    timeout: Timeouts
    pause: Pause = asyncio.sleep
    last_sent: dict[str, Any] | None = None
    placeholders: Placeholders | None = None
    spending: Spending | None = None
    private: tuple[str, ...] = ()
    most: int = 0

    async def stream(self, body: dict[str, Any]) -> AsyncGenerator[Piece]:
        """Send one request and yield what arrives; the last piece is an `End`.

        A server that names a time to come back (`Retry-After`) gets it, visibly, twice at most.
        Closing the iterator, or cancelling its task, closes the connection at once.

        Raises:
            AiError: Whatever went wrong; a stream without its end is `truncated`.
        """
        if self.spending is not None:
            self.spending.require(-(-sse.characters(body) // 4) + int(body.get("max_tokens") or 0))
        for attempt in range(WAITS + 1):
            try:
                async with aclosing(self._watched(body)) as pieces:
                    async for piece in pieces:
                        yield piece
            except BusyError as busy:
                if attempt == WAITS or busy.seconds > LONGEST_WAIT:
                    raise
                seconds = busy.seconds
            else:
                return
            for left in range(math.ceil(seconds), 0, -1):
                yield Waiting("the server asks to wait", float(left))
                await self.pause(1.0)

    async def _restored(self, body: dict[str, Any]) -> AsyncGenerator[Piece]:
        """Yield the pieces with the secrets back in their places that the request left out."""
        if self.placeholders is None:
            async with aclosing(self._counted(body)) as pieces:
                async for piece in pieces:
                    yield piece
            return
        restoring = self.placeholders.restoring()
        async with aclosing(self._counted(self.placeholders.hide(body))) as pieces:
            async for piece in pieces:
                if isinstance(piece, Delta):
                    piece = replace(piece, text=restoring.feed(piece.text))
                elif isinstance(piece, End) and (rest := restoring.end()):
                    yield Delta(rest)
                yield piece

    async def _watched(self, body: dict[str, Any]) -> AsyncGenerator[Piece]:
        limit, what = self.timeout.first_token, "no answer began"
        async with aclosing(self._restored(body)) as pieces:
            while True:
                try:
                    async with asyncio.timeout(limit):
                        piece = await anext(pieces)
                except StopAsyncIteration:
                    return
                except TimeoutError as error:
                    detail = f"{what} within {limit:g} s"
                    raise errors.silence(self.where, detail) from error
                if not isinstance(piece, Waiting):
                    limit, what = self.timeout.idle, "the answer stopped and nothing came"
                yield piece

    async def _counted(self, body: dict[str, Any]) -> AsyncGenerator[Piece]:
        """Yield the pieces and note what they cost, also when nobody waits for the end."""
        got, usage = 0, None
        try:
            async with aclosing(self._pieces(body)) as pieces:
                async for piece in pieces:
                    got += len(piece.text) if isinstance(piece, Delta) else 0
                    usage = piece.usage if isinstance(piece, End) else usage
                    yield piece
        finally:
            if self.spending is not None and (usage or got):
                self.spending.add(usage or sse.estimated(sse.characters(body), got))

    async def _pieces(self, body: dict[str, Any]) -> AsyncGenerator[Piece]:
        rest = {k: v for k, v in body.items() if k not in ("model", "messages")}
        self.last_sent = body
        async with self._translated():
            request = self.client.chat.completions.with_streaming_response.create(
                model=body["model"], messages=body["messages"], stream=True, extra_body=rest
            )
            async with request as response:
                kind = response.headers.get("content-type", "").lower()
                sent = sse.characters(body)
                if "event-stream" in kind:
                    chunks = response.iter_bytes()
                    async with aclosing(sse.pieces(chunks, self.where, sent)) as pieces:
                        async for piece in pieces:
                            yield piece
                    return
                whole = await response.read()
                for piece in sse.whole_reply(whole, kind, self.where, sent):
                    yield piece

    @asynccontextmanager
    async def _translated(self) -> AsyncIterator[None]:
        import httpx2
        import openai

        try:
            yield
        except openai.APIStatusError as error:
            raise self._from_response(error.response, str(error.body or "")) from error
        except (openai.OpenAIError, httpx2.HTTPError, httpx2.StreamError, OSError) as error:
            raise errors.from_exception(error, self.where) from error
        except (UnicodeError, json.JSONDecodeError) as error:
            raise errors.not_ours(self.where, "damaged text") from error

    def _from_response(self, response: httpx2.Response, body: str) -> AiError:
        wait = sse.retry_after(response.headers.get("retry-after", ""))
        return errors.from_status(response.status_code, body, self.where, wait)

    async def models(self) -> tuple[str, ...]:
        """Return the names of the server's models.

        Raises:
            AiError: When it does not answer, or not with a list.
        """
        async with self._translated(), asyncio.timeout(self.timeout.connect):
            reply = await self.client.models.with_raw_response.list()
            return sse.model_names(reply.content, self.where)

    async def post(self, url: str, body: dict[str, Any]) -> Any:
        """Send JSON to an address of the same server and return the JSON it answers.

        Raises:
            AiError: When it does not answer, or not with JSON.
        """
        import httpx2

        if self.placeholders is not None:
            body = self.placeholders.hide(body)
        async with self._translated(), asyncio.timeout(self.timeout.connect):
            reply = await self.client.post(url, cast_to=httpx2.Response, body=body)
            return json.loads(reply.content)

    async def close(self) -> None:
        """Let go of connections."""
        await self.client.close()


def open_chat(
    base_url: str,
    key: str,
    where: Where,
    settings: Settings,
    headers: dict[str, str] | None = None,
) -> Chat:
    """Make a `Chat`; nothing is sent yet.

    Raises:
        AiError: `tls` or `usage` when the way to the server cannot be built.
    """
    from openai import AsyncOpenAI

    refuse_open_key(base_url, key)
    client = AsyncOpenAI(
        api_key=key or "none",
        base_url=base_url,
        max_retries=0,
        default_headers=headers,
        http_client=http_client(base_url, settings),
    )
    chat = Chat(client, where, settings.timeout, most=settings.max_prompt_tokens)
    if not is_loopback(base_url):
        chat.placeholders = Placeholders()
        chat.spending = Spending.of(settings.budget)
        chat.private = settings.private
    return chat
