"""Counting tokens without the network: a cached vocabulary, the server's own count, or a guess."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from neovim_ai.errors import AiError
from neovim_ai.llm.replies import CHARACTERS_PER_TOKEN

if TYPE_CHECKING:
    from neovim_ai.llm.client import Chat

# tiktoken names a cached file by the SHA-1 of the address it came from
_FILES = {
    "o200k_base": "fb374d419588a4632f3f557e76b4b70aebbca790",
    "cl100k_base": "9b5ad71b2ce5302211f9c61530b329a4922fc6a4",
}
_OLDER = ("gpt-4-", "gpt-3.5", "text-embedding")


@dataclass(frozen=True)
class Count:
    """A number of tokens; `estimated` when no tokenizer of this model counted them."""

    tokens: int
    estimated: bool


def count(text: str, model: str = "") -> Count:
    """Count a text's tokens for an OpenAI model, or guess.

    tiktoken is asked only when its vocabulary is on disk: it would download it without a timeout.

    Args:
        text: What to count.
        model: The model's name; other vendors' models are always a guess.
    """
    if not model.startswith(("gpt-", "o1", "o3", "o4", "chatgpt", "text-embedding")):
        return guess(text)
    older = model == "gpt-4" or model.startswith(_OLDER)
    vocabulary = "cl100k_base" if older else "o200k_base"
    if not _cached(vocabulary):
        return guess(text)
    import tiktoken

    encoding = tiktoken.get_encoding(vocabulary)
    return Count(len(encoding.encode(text, disallowed_special=())), estimated=False)


def guess(text: str) -> Count:
    """Guess a text's tokens from its length."""
    return Count(-(-len(text) // CHARACTERS_PER_TOKEN), estimated=True)


async def count_on_server(chat: Chat, base_url: str, text: str) -> Count:
    """Let llama.cpp's own tokenizer count; a guess where there is none.

    Args:
        chat: The connection.
        base_url: Its address; the tokenizer stands beside `/v1`.
        text: What to count.
    """
    try:
        reply = await chat.post(f"{base_url.removesuffix('/v1')}/tokenize", {"content": text})
    except AiError:
        return guess(text)
    found = reply.get("tokens") if isinstance(reply, dict) else None
    return Count(len(found), estimated=False) if isinstance(found, list) else guess(text)


def _cached(vocabulary: str) -> bool:
    # the places and their order are tiktoken's; an empty variable turns its cache off
    for variable in ("TIKTOKEN_CACHE_DIR", "DATA_GYM_CACHE_DIR"):
        if variable in os.environ:
            folder = os.environ[variable]
            return bool(folder) and _whole(Path(folder) / _FILES[vocabulary])
    return _whole(Path(tempfile.gettempdir()) / "data-gym-cache" / _FILES[vocabulary])


def _whole(file: Path) -> bool:
    """Tell whether a vocabulary is complete: a torn one makes tiktoken download it anew."""
    import hashlib

    try:
        digest = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return False
    return digest in _HASHES


_HASHES = (
    "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
    "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
)
