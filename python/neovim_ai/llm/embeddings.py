"""Texts into vectors, by any server that answers `/v1/embeddings`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal

from neovim_ai.errors import AiError, Kind
from neovim_ai.llm import consent, errors, sse, transport
from neovim_ai.llm.errors import Where
from neovim_ai.llm.model import Usage
from neovim_ai.llm.spending import Spending
from neovim_ai.redaction.placeholders import Placeholders
from neovim_ai.settings import BudgetSettings, Settings

Role = Literal["query", "document"]
_SECONDS = 60.0


class Embedder:
    """One embedding model of one server.

    Some models read a question otherwise than the text that answers it and are told by `input_type`
    which it is; a server that does not take that is not told again.
    """

    def __init__(
        self,
        base_url: str,
        model: str,
        api_key: str = "",
        proxy: str = "",
        ca_bundle: str = "",
        budget: BudgetSettings | None = None,
    ) -> None:
        """Name the server, the way to it and what may be spent there; nothing is sent yet.

        Raises:
            AiError: `usage` for what is no http address, `tls` for a key over plain http or a file
                that holds no certificates.
        """
        transport.refuse_open_key(base_url, api_key)
        consent.require(base_url, configured=True)
        self._url = base_url.rstrip("/") + "/embeddings"
        self._model = model
        self._headers = {"Authorization": f"Bearer {api_key}"} if api_key else {}
        self._where = Where(transport.host_of(base_url), model, "notes.embeddings")
        self._client = transport.http_client(
            base_url, Settings(base_url=base_url, proxy=proxy, ca_bundle=ca_bundle)
        )
        self._tells_role = True
        here = transport.is_loopback(base_url)
        self._placeholders = None if here else Placeholders()
        self._spending = None if here else Spending.of(budget or BudgetSettings())

    async def vectors(self, texts: Sequence[str], role: Role) -> list[list[float]]:
        """Return a vector for each text, all of the same length.

        Raises:
            AiError: What a server or the network can do wrong; `budget` before more is sent than
                another machine may be asked for.
        """
        sent = self._placeholders.hide(list(texts)) if self._placeholders else list(texts)
        found: list[list[float]] = []
        for portion in self._portions(sent):
            found += await self._in_its_role(portion, role)
        return self._of_one_length(found, texts)

    async def close(self) -> None:
        """Let go of the connection."""
        await self._client.aclose()

    def _portions(self, texts: Sequence[str]) -> Iterator[list[str]]:
        """Cut a list where one request may not take all of it."""
        most = self._spending.limits.request if self._spending else 0
        portion: list[str] = []
        for text in texts:
            if most and portion and _tokens([*portion, text]) > most:
                yield portion
                portion = []
            portion.append(text)
        if portion:
            yield portion

    async def _in_its_role(self, texts: list[str], role: Role) -> list[list[float]]:
        try:
            return await self._asked(texts, {"input_type": role} if self._tells_role else {})
        except AiError as error:
            if not self._tells_role or error.kind is not Kind.BAD_REQUEST:
                raise
            self._tells_role = False
            return await self._asked(texts, {})

    async def _asked(self, texts: Sequence[str], more: dict[str, str]) -> list[list[float]]:
        import httpx2

        body: dict[str, Any] = {"model": self._model, "input": texts, **more}
        if self._spending:
            self._spending.require(_tokens(texts))
        try:
            reply = await self._client.post(
                self._url, json=body, headers=self._headers, timeout=_SECONDS
            )
        except httpx2.HTTPError as error:
            raise errors.from_exception(error, self._where) from error
        if reply.status_code != 200:
            raise errors.from_status(reply.status_code, reply.text, self._where)
        try:
            answer = reply.json()
            self._count(answer, texts)
            entries = sorted(answer["data"], key=lambda entry: int(entry["index"]))
            found = [[float(one) for one in entry["embedding"]] for entry in entries]
        except (ValueError, KeyError, TypeError) as error:
            raise self._unreadable() from error
        return self._of_one_length(found, texts)

    def _count(self, answer: Any, sent: Sequence[str]) -> None:
        """Note what an answer cost, by its own word where it has one."""
        if self._spending is None:
            return
        usage = answer.get("usage") if isinstance(answer, dict) else None
        told = usage.get("prompt_tokens") if isinstance(usage, dict) else None
        tokens = told if isinstance(told, int) and told > 0 else _tokens(sent)
        self._spending.add(Usage(tokens, requests=1, estimated=tokens is not told))

    def _of_one_length(self, found: list[list[float]], texts: Sequence[str]) -> list[list[float]]:
        if len(found) != len(texts) or len({len(one) for one in found}) > 1:
            raise self._unreadable()
        return found

    def _unreadable(self) -> AiError:
        return AiError(Kind.BAD_REPLY, f"{self._where.host} sent no vectors that fit the texts.")


def _tokens(texts: Sequence[str]) -> int:
    return sse.estimated(sum(map(len, texts)), 0).prompt_tokens
