"""What comes back from a chat, read byte by byte: the SDK takes broken streams for whole ones."""

from __future__ import annotations

import email.utils
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import errors, odds
from neovim_ai.llm.errors import Where
from neovim_ai.llm.model import Usage, Waiting
from neovim_ai.llm.odds import Token

LONGEST_LINE = 4_000_000

# Code takes three to five characters a token; some servers cut a prompt that is too long and say
# nothing but the number of tokens that they read.
_MOST_CHARACTERS = 8
_LONG = 4_000


@dataclass(frozen=True)
class Delta:
    """Some more of the answer, and the odds of its tokens where they were asked for and told."""

    text: str
    tokens: tuple[Token, ...] = ()


@dataclass(frozen=True)
class Thought:
    """A sign of life that is not part of the answer: reasoning."""


@dataclass(frozen=True)
class End:
    """The server says that the answer is whole (`stop`) or as long as allowed (`length`)."""

    reason: str
    usage: Usage


Piece = Delta | Thought | End | Waiting


def characters(body: dict[str, Any]) -> int:
    """Count the characters of a request's messages, for an estimate of its tokens."""
    return sum(len(str(m.get("content", ""))) for m in body["messages"])


def estimated(sent: int, got: int) -> Usage:
    """Guess a request's usage from its characters, four a token."""
    return Usage(-(-sent // 4), -(-got // 4), 0, 1, estimated=True)


async def pieces(chunks: AsyncIterator[bytes], where: Where, sent: int) -> AsyncGenerator[Piece]:
    """Read a server-sent event stream.

    Args:
        chunks: The bytes as they come.
        where: Names for messages.
        sent: Characters of the request, for servers that do not count.

    Raises:
        AiError: An error inside the stream, a refusal, or an end without `finish_reason`.
        UnicodeError: Bytes that are not UTF-8.
        json.JSONDecodeError: A broken event.
    """
    reply = _Reply(where, sent)
    async for line in _lines(chunks, where):
        field, _, value = line.partition(b":")
        value = value.strip()
        if not field and (waiting := _comment(value)):
            yield waiting
        if field == b"error":
            raise errors.from_body(_loose(value), where)
        if field != b"data" or value == b"[DONE]" or not value:
            continue
        for piece in reply.take(json.loads(value.decode("utf-8"))):
            yield piece
    yield reply.end()


def whole_reply(body: bytes, kind: str, where: Where, sent: int) -> Iterator[Delta | Thought | End]:
    """Read an answer that came in one piece, though a stream was asked for.

    Raises:
        AiError: When it is a web page, an error, or no chat completion.
    """
    if "json" not in kind:
        raise errors.not_ours(where, "a web page" if "html" in kind else "something else")
    reply = _Reply(where, sent)
    yield from reply.take(json.loads(body.decode("utf-8")))
    yield reply.end()


def model_names(body: bytes, where: Where) -> tuple[str, ...]:
    """Read a server's list of models.

    Raises:
        AiError: When it is none.
    """
    try:
        return tuple(str(entry["id"]) for entry in json.loads(body)["data"] or ())
    except (ValueError, KeyError, TypeError) as error:
        raise errors.not_ours(where, "no list of models") from error


def retry_after(value: str) -> float | None:
    """Return the seconds a `Retry-After` header names, as a number or a date; None without."""
    try:
        return max(0.0, float(value))
    except ValueError:
        date = email.utils.parsedate_tz(value) if value else None
    if date is None:
        return None
    return max(0.0, email.utils.mktime_tz(date) - time.time())


class _Reply:
    """The state of one answer: whether it finished, what it cost."""

    def __init__(self, where: Where, sent: int) -> None:
        self._where = where
        self._sent = sent
        self._got = 0
        self._reason = ""
        self._refusal = ""
        self._usage: Usage | None = None

    def take(self, chunk: Any) -> Iterator[Delta | Thought]:
        if not isinstance(chunk, dict):
            raise errors.not_ours(self._where, "an event of another shape")
        if chunk.get("error"):
            raise errors.from_body(chunk["error"], self._where)
        self._count(chunk)
        choices = chunk.get("choices")
        if not isinstance(choices, list):
            raise errors.not_ours(self._where, "an event of another shape")
        for choice in choices[:1]:
            yield from self._choice(choice)

    def _choice(self, choice: Any) -> Iterator[Delta | Thought]:
        delta = (choice.get("delta") or choice.get("message") or {}) if _is(choice) else None
        if not _is(delta):
            raise errors.not_ours(self._where, "an event of another shape")
        self._reason = str(choice.get("finish_reason") or self._reason)
        self._refusal += str(delta.get("refusal") or "")
        if delta.get("reasoning_content") or delta.get("reasoning") or delta.get("thinking"):
            yield Thought()
        text = delta.get("content")
        if isinstance(text, str) and text:
            self._got += len(text)
            yield Delta(text, odds.tokens(choice.get("logprobs")))

    def _count(self, chunk: dict[str, Any]) -> None:
        usage = chunk.get("usage")
        if isinstance(usage, dict):
            told = usage.get("prompt_tokens_details")
            details = told if _is(told) else {}
            self._usage = Usage(
                _count_of(usage.get("prompt_tokens")),
                _count_of(usage.get("completion_tokens")),
                _count_of(details.get("cached_tokens")),
                1,
            )

    def end(self) -> End:
        if self._refusal:
            raise AiError(
                Kind.REFUSED,
                f"{self._where.model or self._where.host} declined: {self._refusal[:160]}",
                "Choose another model with :AiModel.",
            )
        if self._reason == "content_filter":
            raise AiError(
                Kind.FILTERED,
                f"The content filter of {self._where.host} stopped the answer.",
                "Choose another model with :AiModel.",
            )
        if not self._reason:
            raise errors.truncated(self._where)
        read = self._usage.prompt_tokens if self._usage else 0
        if read and self._sent > max(_LONG, read * _MOST_CHARACTERS):
            raise errors.read_in_part(self._where, read, -(-self._sent // 4))
        return End(self._reason, self._usage or estimated(self._sent, self._got))


async def _lines(chunks: AsyncIterator[bytes], where: Where) -> AsyncIterator[bytes]:
    rest = b""
    async for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.rstrip(b"\r")
        if len(rest) > LONGEST_LINE:
            raise errors.not_ours(where, "an endless line")
    if rest.strip():
        yield rest


def _comment(value: bytes) -> Waiting | None:
    """Read what our own server says while it cannot answer yet; other comments are pings."""
    word, _, number = value.decode("utf-8", "replace").partition(" ")
    if word == "queued" and number.isdigit():
        return Waiting(f"{number} before us at the local model")
    if word == "loading" and number.isdigit():
        return Waiting("loading the model", float(number))
    return None


def _is(value: Any) -> TypeGuard[dict[str, Any]]:
    return isinstance(value, dict)


def _count_of(value: Any) -> int:
    """Return a number of tokens; nothing where a server tells something else."""
    return int(value) if isinstance(value, int | float) else 0


def _loose(value: bytes) -> object:
    try:
        return json.loads(value)
    except ValueError:
        return value.decode("utf-8", "replace")
